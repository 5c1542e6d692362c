const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;

/** Numbers that are learnt by Adam (Kingma and Ba, 2015). `bound` keeps each within ±bound after every step. */
export class Parameter {
  readonly value: Float64Array;
  readonly gradient: Float64Array;
  private readonly mean: Float64Array;
  private readonly square: Float64Array;
  private readonly bound: number;
  private steps = 0;

  constructor(value: Float64Array, bound = Infinity) {
    this.value = value;
    this.gradient = new Float64Array(value.length);
    this.mean = new Float64Array(value.length);
    this.square = new Float64Array(value.length);
    this.bound = bound;
  }

  /** Moves the values against the gradient gathered since the last step, and forgets it. */
  step(rate: number): void {
    this.steps++;
    const meanScale = 1 / (1 - MEAN_DECAY ** this.steps);
    const squareScale = 1 / (1 - SQUARE_DECAY ** this.steps);
    const { value, gradient, mean, square, bound } = this;
    for (let index = 0; index < value.length; index++) {
      const slope = gradient[index];
      mean[index] += (1 - MEAN_DECAY) * (slope - mean[index]);
      square[index] += (1 - SQUARE_DECAY) * (slope * slope - square[index]);
      const moved = value[index] - (rate * mean[index] * meanScale) / (Math.sqrt(square[index] * squareScale) + 1e-8);
      value[index] = Math.min(bound, Math.max(-bound, moved));
    }
    gradient.fill(0);
  }
}
