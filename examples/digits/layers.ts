import { Parameter } from './parameter.ts';
import type { Random } from './random.ts';

/**
 * A layer of the trained network. Values are row-major [batch, channels]. `backward` takes the loss's slope by the output of
 * the last training `forward`, adds to the parameters' gradients and returns the slope by the input.
 */
export interface Layer {
  readonly parameters: readonly Parameter[];
  forward(input: Float64Array, batch: number, training: boolean): Float64Array;
  backward(slope: Float64Array, batch: number): Float64Array;
}

/** The sign as one bit knows it: zero counts as positive, as in BipolarQuant. */
export function bipolar(value: number): number {
  return value >= 0 ? 1 : -1;
}

/** What a layer multiplies by in place of its latent weights, and the bound within which these are kept. */
export interface WeightUse {
  readonly bound: number;
  used(latent: Float64Array): Float64Array;
}

export const REAL_WEIGHTS: WeightUse = { bound: Infinity, used: (latent) => latent };

/** The signs. A latent weight beyond ±1 would only delay the next change of its sign. */
export const SIGNS: WeightUse = { bound: 1, used: (latent) => latent.map(bipolar) };

/** output = input x weights [inputs, outputs], as `use` has them. */
export class Dense implements Layer {
  readonly weights: Parameter;
  readonly parameters: readonly Parameter[];
  private readonly inputs: number;
  private readonly outputs: number;
  private use: WeightUse;
  private input: Float64Array = new Float64Array(0);
  private used: Float64Array;

  constructor(inputs: number, outputs: number, use: WeightUse, random: Random) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.use = use;
    const range = Math.sqrt(6 / (inputs + outputs));
    const start = Float64Array.from({ length: inputs * outputs }, () => random.uniform(-range, range));
    this.weights = new Parameter(start, use.bound);
    this.parameters = [this.weights];
    this.used = start;
  }

  forward(input: Float64Array, batch: number): Float64Array {
    const { inputs, outputs } = this;
    this.input = input;
    this.used = this.use.used(this.weights.value);
    const output = new Float64Array(batch * outputs);
    for (let row = 0; row < batch; row++) {
      for (let from = 0; from < inputs; from++) {
        const factor = input[row * inputs + from];
        if (factor === 0) continue;
        for (let to = 0; to < outputs; to++) output[row * outputs + to] += factor * this.used[from * outputs + to];
      }
    }
    return output;
  }

  /** The slope by a used weight is passed on to the latent one unchanged: the straight-through estimator. */
  backward(slope: Float64Array, batch: number): Float64Array {
    const { inputs, outputs, input, used } = this;
    const { gradient } = this.weights;
    const inputSlope = new Float64Array(batch * inputs);
    for (let row = 0; row < batch; row++) {
      for (let from = 0; from < inputs; from++) {
        const factor = input[row * inputs + from];
        let sum = 0;
        for (let to = 0; to < outputs; to++) {
          const outputSlope = slope[row * outputs + to];
          gradient[from * outputs + to] += factor * outputSlope;
          sum += used[from * outputs + to] * outputSlope;
        }
        inputSlope[row * inputs + from] = sum;
      }
    }
    return inputSlope;
  }
}

/** The clamp to ±1, which is what the float network has. */
export function clamped(value: number): number {
  return Math.min(1, Math.max(-1, value));
}

/** A function of each value (its sign, its clamp to ±1, that in a few steps); the slope is taken to be that of the clamp. */
export class Activation implements Layer {
  readonly parameters = [];
  private readonly use: (value: number) => number;
  private input: Float64Array = new Float64Array(0);

  constructor(use: (value: number) => number) {
    this.use = use;
  }

  forward(input: Float64Array): Float64Array {
    this.input = input;
    return input.map(this.use);
  }

  backward(slope: Float64Array): Float64Array {
    return slope.map((value, index) => (Math.abs(this.input[index]) <= 1 ? value : 0));
  }
}
