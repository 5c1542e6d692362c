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

/** output = input x weights [inputs, outputs], where a binarized layer multiplies by the weights' signs. */
export class Dense implements Layer {
  readonly weights: Parameter;
  readonly parameters: readonly Parameter[];
  private readonly inputs: number;
  private readonly outputs: number;
  private readonly binarized: boolean;
  private input: Float64Array = new Float64Array(0);
  private used: Float64Array;

  constructor(inputs: number, outputs: number, binarized: boolean, random: Random) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.binarized = binarized;
    const range = Math.sqrt(6 / (inputs + outputs));
    const start = Float64Array.from({ length: inputs * outputs }, () => random.uniform(-range, range));
    // A latent weight beyond ±1 would only delay the next change of its sign.
    this.weights = new Parameter(start, binarized ? 1 : Infinity);
    this.parameters = [this.weights];
    this.used = start;
  }

  forward(input: Float64Array, batch: number): Float64Array {
    const { inputs, outputs } = this;
    this.input = input;
    this.used = this.binarized ? this.weights.value.map(bipolar) : this.weights.value;
    const output = new Float64Array(batch * outputs);
    for (let row = 0; row < batch; row++) {
      for (let from = 0; from < inputs; from++) {
        const factor = input[row * inputs + from];
        for (let to = 0; to < outputs; to++) output[row * outputs + to] += factor * this.used[from * outputs + to];
      }
    }
    return output;
  }

  /** The slope by a sign is passed on to the latent weight unchanged: the straight-through estimator. */
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

/** The sign of each value, or in the float network its clamp to ±1; the slope of both is taken to be that of the clamp. */
export class Activation implements Layer {
  readonly parameters = [];
  private readonly binarized: boolean;
  private input: Float64Array = new Float64Array(0);

  constructor(binarized: boolean) {
    this.binarized = binarized;
  }

  forward(input: Float64Array): Float64Array {
    this.input = input;
    return input.map(this.binarized ? bipolar : (value) => Math.min(1, Math.max(-1, value)));
  }

  backward(slope: Float64Array): Float64Array {
    return slope.map((value, index) => (Math.abs(this.input[index]) <= 1 ? value : 0));
  }
}
