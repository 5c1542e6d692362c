import type { Layer } from './layers.ts';
import { Parameter } from './parameter.ts';

/** Added to every variance; a float32, since the exported network holds it as one. */
export const EPSILON = Math.fround(1e-5);

const STATISTICS_DECAY = 0.95;

/**
 * output = (input - mean) / sqrt(variance + EPSILON) * scale + shift per channel, by the mean and variance of the batch in
 * training and by their running averages otherwise.
 */
export class BatchNorm implements Layer {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly parameters: readonly Parameter[];
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  private readonly channels: number;
  private normalized: Float64Array = new Float64Array(0);
  private deviation: Float64Array;

  constructor(channels: number) {
    this.channels = channels;
    this.scale = new Parameter(new Float64Array(channels).fill(1));
    this.shift = new Parameter(new Float64Array(channels));
    this.parameters = [this.scale, this.shift];
    this.mean = new Float64Array(channels);
    this.variance = new Float64Array(channels).fill(1);
    this.deviation = new Float64Array(channels);
  }

  forward(input: Float64Array, batch: number, training: boolean): Float64Array {
    const { channels } = this;
    this.normalized = new Float64Array(input.length);
    const output = new Float64Array(input.length);
    for (let channel = 0; channel < channels; channel++) {
      const [mean, variance] = training
        ? this.observe(input, batch, channel)
        : [this.mean[channel], this.variance[channel]];
      this.deviation[channel] = Math.sqrt(variance + EPSILON);
      for (let at = channel; at < input.length; at += channels) {
        this.normalized[at] = (input[at] - mean) / this.deviation[channel];
        output[at] = this.normalized[at] * this.scale.value[channel] + this.shift.value[channel];
      }
    }
    return output;
  }

  /** Mean and variance of the channel in this batch, which also move the running ones. */
  private observe(input: Float64Array, batch: number, channel: number): [number, number] {
    let sum = 0;
    for (let at = channel; at < input.length; at += this.channels) sum += input[at];
    const mean = sum / batch;
    let squares = 0;
    for (let at = channel; at < input.length; at += this.channels) squares += (input[at] - mean) ** 2;
    const variance = squares / batch;
    this.mean[channel] += (1 - STATISTICS_DECAY) * (mean - this.mean[channel]);
    this.variance[channel] += (1 - STATISTICS_DECAY) * (variance - this.variance[channel]);
    return [mean, variance];
  }

  backward(slope: Float64Array, batch: number): Float64Array {
    const { channels, normalized } = this;
    const inputSlope = new Float64Array(slope.length);
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      let product = 0;
      for (let at = channel; at < slope.length; at += channels) {
        sum += slope[at];
        product += slope[at] * normalized[at];
      }
      this.shift.gradient[channel] += sum;
      this.scale.gradient[channel] += product;
      const factor = this.scale.value[channel] / this.deviation[channel];
      for (let at = channel; at < slope.length; at += channels) {
        inputSlope[at] = factor * (slope[at] - (sum + normalized[at] * product) / batch);
      }
    }
    return inputSlope;
  }
}
