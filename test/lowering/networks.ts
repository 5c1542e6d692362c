import type { GeneratorValue } from 'fast-check';
import fc from 'fast-check';
import type { Attribute, Graph, GraphNode } from '../../src/graph/ir.ts';
import { sizeOf, type RealTensor } from '../../src/graph/tensor.ts';

/** Builds networks of a few layers, their parameters drawn by fast-check. */
export class NetworkBuilder {
  readonly nodes: GraphNode[] = [];
  readonly constants = new Map<string, RealTensor>();
  readonly inputs: { name: string; shape: readonly number[] }[] = [];

  constructor(private readonly draw: GeneratorValue) {}

  integer(min: number, max: number): number {
    return this.draw(fc.integer, { min, max });
  }

  choice<V>(...values: readonly V[]): V {
    return values[this.integer(0, values.length - 1)];
  }

  chance(percent: number): boolean {
    return this.integer(0, 99) < percent;
  }

  constant(shape: readonly number[], element: () => number): string {
    const name = `c${this.constants.size}`;
    this.constants.set(name, { shape, values: Float64Array.from({ length: sizeOf(shape) }, element) });
    return name;
  }

  list(...values: number[]): string {
    let at = 0;
    return this.constant([values.length], () => values[at++]);
  }

  scalar(value: number): string {
    return this.constant([], () => value);
  }

  layer(kind: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, version = 13): string {
    const output = `t${this.nodes.length}`;
    this.nodes.push({ kind, name: `${kind}_${this.nodes.length}`, inputs, outputs: [output], attributes, version, origin: `random › ${kind}` });
    return output;
  }

  /** An input of that shape behind a quantizer. */
  input(shape: readonly number[]): string {
    const name = `x${this.inputs.length}`;
    this.inputs.push({ name, shape });
    return this.quantizer(name, shape[1] ?? 1);
  }

  /** A quantizer of few bits; of bipolar values, with a zero point and a scale that is no power of two among them. */
  quantizer(x: string, channels = 1): string {
    switch (this.integer(0, 3)) {
      case 0: return this.layer('BipolarQuant', [x, this.scalar(this.choice(1, 0.25, Math.fround(0.3)))]);
      case 1: {
        const zero = this.integer(-8, 7);
        const codes = this.layer('QuantizeLinear', [x, this.scalar(Math.fround(0.37)), this.scalar(zero)], { element_type: 'int8' });
        return this.layer('DequantizeLinear', [codes, this.scalar(Math.fround(0.37)), this.scalar(zero)]);
      }
      case 2: {
        const scale = this.chance(50) ? this.scalar(0.5) : this.constant([channels, 1, 1].slice(0, channels === 1 ? 0 : 3), () => this.choice(0.5, 0.25, 1));
        return this.layer('Quant', [x, scale, this.scalar(0), this.scalar(this.integer(2, 5))], { signed: 1, narrow: 0, rounding_mode: 'ROUND' });
      }
      default: {
        return this.layer('Quant', [x, this.scalar(this.choice(0.5, Math.fround(1 / 3), Math.fround(0.1))), this.scalar(this.integer(0, 3)), this.scalar(this.integer(2, 4))],
          { signed: 0, narrow: 0, rounding_mode: this.choice('ROUND', 'FLOOR', 'HALF_UP') });
      }
    }
  }

  /** Integer weights times a scale for each first index. */
  weights(shape: readonly number[]): string {
    const scales = Array.from({ length: shape[0] }, () => this.choice(1, 0.5, Math.fround(0.013)));
    const perRow = sizeOf(shape.slice(1));
    let at = 0;
    return this.constant(shape, () => scales[Math.floor(at++ / perRow)] * this.integer(-4, 4));
  }

  graph(...outputs: string[]): Graph {
    return { name: 'random', inputs: this.inputs, outputs, constants: this.constants, nodes: this.nodes };
  }
}
