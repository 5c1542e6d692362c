import { createHash } from 'node:crypto';
import type { Algebra, Bounds } from '../../graph/algebra.ts';
import type { Graph } from '../../graph/ir.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import { TracingAlgebra, type Traced } from '../../graph/tracing.ts';
import type { Windows } from '../../graph/windows.ts';
import { findLayer } from '../../layers/index.ts';
import type { FloatFields } from '../../number/formats/float.ts';
import type { ScalarOperator } from '../../number/scalar.ts';

/** A tensor with the number of how it is computed: equal numbers are computed by the same primitives of the same values. */
interface Print {
  readonly traced: Traced;
  readonly key: number;
}

/**
 * Whether two graphs compute the same: the meanings of their layers come down to the same primitives. Names, constants that are computed
 * anyway, and dimensions of extent 1 in front do not matter; inputs, outputs and states are compared in their order.
 */
export function sameMeaning(a: Graph, b: Graph): boolean {
  const algebra = new PrintingAlgebra();
  const [first, second] = [printsOf(a, algebra), printsOf(b, algebra)];
  return first.length === second.length && first.every((print, i) => print === second[i]);
}

/** Shapes of the inputs, how outputs and states are computed, and their shapes. */
function printsOf(graph: Graph, algebra: PrintingAlgebra): string[] {
  const tensors = new Map<string, Print>();
  for (const [name, tensor] of graph.constants) tensors.set(name, algebra.constant(tensor));
  const states = graph.states ?? [];
  graph.inputs.forEach(({ name, shape }, i) => tensors.set(name, algebra.given(`input ${i}`, shape)));
  states.forEach(({ name, shape }, i) => tensors.set(name, algebra.given(`state ${i}`, shape)));
  for (const node of graph.nodes) {
    const results = findLayer(node.kind)!.meaning(node, node.inputs.map((name) => (name === '' ? undefined : tensors.get(name))), algebra);
    node.outputs.forEach((name, i) => { if (name !== '' && results[i] !== undefined) tensors.set(name, results[i]); });
  }
  const told = (name: string): string => `${tensors.get(name)!.key} ${algebra.shape(tensors.get(name)!).join()}`;
  return [
    ...graph.inputs.map(({ shape }) => shape.join()), ...graph.outputs.map(told),
    ...states.map(({ shape, initial, next }) => `${shape.join()} ${initial.values.join()} ${told(next)}`),
  ];
}

class PrintingAlgebra implements Algebra<Print> {
  private readonly inner = new TracingAlgebra();
  private readonly keys = new Map<string, number>();

  given(what: string, shape: readonly number[]): Print {
    return { traced: this.inner.input(shape), key: this.intern(what) };
  }

  shape({ traced }: Print): readonly number[] {
    return traced.shape;
  }

  literal({ traced }: Print): RealTensor | undefined {
    return this.inner.literal(traced);
  }

  constant(tensor: RealTensor): Print {
    return this.print(this.inner.constant(tensor), 'constant', []);
  }

  map(operator: ScalarOperator, args: readonly Print[]): Print {
    return this.print(this.inner.map(operator, args.map((arg) => arg.traced)), `map ${JSON.stringify(operator)}`, args);
  }

  gather(args: readonly Print[], shape: readonly number[], index: Int32Array): Print {
    const traced = this.inner.gather(args.map((arg) => arg.traced), shape, index);
    // Another shape for the same elements is the same tensor.
    if (args.length === 1 && index.length === sizeOf(args[0].traced.shape) && index.every((from, i) => from === i)) return { traced, key: args[0].key };
    return this.print(traced, `gather ${digest(index)}`, args);
  }

  matmul(left: Print, right: Print, lmul?: FloatFields): Print {
    return this.print(this.inner.matmul(left.traced, right.traced, lmul), `matmul ${JSON.stringify(lmul)}`, [left, right]);
  }

  convolve(images: Print, weights: Print, windows: Windows, groups: number): Print {
    return this.print(this.inner.convolve(images.traced, weights.traced, windows, groups), `convolve ${geometry(windows)} ${groups}`, [images, weights]);
  }

  pool(kind: 'maximum' | 'minimum', images: Print, windows: Windows): Print {
    return this.print(this.inner.pool(kind, images.traced, windows), `pool ${kind} ${geometry(windows)}`, [images]);
  }

  pad(images: Print, pad: Windows['pad'], value: number): Print {
    return this.print(this.inner.pad(images.traced, pad, value), `pad ${pad.join()} ${value}`, [images]);
  }

  reduce(kind: 'sum' | 'maximum' | 'minimum', tensor: Print, axes: readonly number[]): Print {
    const fromEnd = axes.map((axis) => axis - tensor.traced.shape.length);
    return this.print(this.inner.reduce(kind, tensor.traced, axes), `reduce ${kind} ${fromEnd.join()}`, [tensor]);
  }

  argument(kind: 'maximum' | 'minimum', tensor: Print, axis: number, tie: 'first' | 'last'): Print {
    return this.print(this.inner.argument(kind, tensor.traced, axis, tie), `argument ${kind} ${axis - tensor.traced.shape.length} ${tie}`, [tensor]);
  }

  integer(codes: Print, bounds: Bounds, tensorName: string, overflow?: 'wrap'): Print {
    return this.print(this.inner.integer(codes.traced, bounds, tensorName, overflow), `integer ${bounds.low} ${bounds.high} ${overflow}`, [codes]);
  }

  coded(integers: Print, grid: Print, format: string): Print {
    return this.print(this.inner.coded(integers.traced, grid.traced, format), `coded ${format}`, [integers, grid]);
  }

  /** What is known exactly is known by its numbers, everything else by how it is made. */
  private print(traced: Traced, how: string, args: readonly Print[]): Print {
    const literal = this.inner.literal(traced);
    const shape = significant(traced.shape);
    if (literal !== undefined && literal.errors === undefined) {
      return { traced, key: this.intern(`numbers ${shape} ${literal.coded?.format} ${digest(literal.values)}`) };
    }
    return { traced, key: this.intern(`${how} ${shape} of ${args.map((arg) => `${arg.key} ${significant(arg.traced.shape)}`).join('; ')}`) };
  }

  private intern(text: string): number {
    const known = this.keys.get(text) ?? this.keys.size;
    this.keys.set(text, known);
    return known;
  }
}

/** The shape without dimensions of extent 1 in front. */
function significant(shape: readonly number[]): string {
  const first = shape.findIndex((extent) => extent !== 1);
  return first < 0 ? '' : shape.slice(first).join();
}

function geometry({ kernel, stride, dilation, pad }: Windows): string {
  return JSON.stringify([kernel, stride, dilation, pad]);
}

function digest({ buffer, byteOffset, byteLength }: Int32Array | Float64Array): string {
  return createHash('sha256').update(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)).digest('base64');
}
