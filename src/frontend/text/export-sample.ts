import type { Attribute, Graph, GraphNode } from '../../graph/ir.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import type { Traced } from '../../graph/tracing.ts';
import { ALONG_AXIS, ELEMENTWISE } from './elaborate/axes.ts';
import type { NodeUse } from './export-use.ts';

/** A network does something with its first dimension that shapes of single samples cannot say. */
export class Unsayable extends Error {}

/** A call as it is written: tensors in order (a list for a constant that is written anew), attributes by name. */
export interface WrittenCall {
  readonly kind: string;
  readonly inputs: readonly (string | readonly number[])[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly version?: number;
}

/** The axis of layers that work along one, where a file names none. */
const FILE_AXIS: Readonly<Record<string, number>> = { ArgMax: 0, ArgMin: 0, Gather: 0, Split: 0, Concat: 1 };

/**
 * Calls without the batch dimension: shapes, axes and lists with one number for each dimension are those of a sample. What they mean is
 * not proven here; whoever writes a program so compares it with the graph.
 */
export class SampleForm {
  constructor(
    graph: Graph, private readonly tensors: ReadonlyMap<string, Traced>, private readonly constants: Map<string, RealTensor>,
  ) {
    for (const { shape } of [...graph.inputs, ...graph.states ?? []]) this.sample(shape);
    for (const node of graph.nodes) if (ELEMENTWISE.has(node.kind) || node.kind === 'Concat') this.stripConstants(node);
  }

  /** The shape without the batch. @throws Unsayable where the first extent is not 1 */
  sample(shape: readonly number[]): readonly number[] {
    if (shape[0] !== 1) throw new Unsayable();
    return shape.slice(1);
  }

  call(node: GraphNode, use: NodeUse): WrittenCall {
    const { kind } = node;
    const [first] = use.inputs;
    const attributes = { ...use.attributes };
    const plain: WrittenCall = { kind, inputs: use.inputs, attributes };
    if (!use.inputs.some((name) => this.isBatched(name))) return { ...plain, version: use.version };
    const shape = this.shape(first);
    const result = this.sample(this.shape(node.outputs.find((name) => name !== '')!));
    // Whatever keeps the order of the elements is another shape for them.
    if (/^(Reshape|Flatten|Squeeze|Unsqueeze)$/.test(kind)) {
      return result.length === 1 ? { kind: 'Flatten', inputs: [first], attributes: {} } : { kind: 'Reshape', inputs: [first, result], attributes: {} };
    }
    if (kind === 'Expand') return { ...plain, inputs: [first, result] };
    if (kind === 'Tile') return { ...plain, inputs: [first, this.withoutFirst(use.inputs[1], 1)] };
    if (kind === 'Upsample') return { ...plain, inputs: [first, this.withoutFirst(use.inputs[1], 1)] };
    if (kind === 'Resize' && attributes.axes === undefined) {
      const list = (name: string | undefined): string | readonly number[] => (name ? this.withoutFirst(name, 1) : '');
      return { ...plain, inputs: [first, '', list(use.inputs[2]), list(use.inputs[3])] };
    }
    if (kind === 'Pad' && attributes.axes === undefined) {
      const pads = attributes.pads as readonly number[] | undefined ?? this.numbers(use.inputs[1]) ?? [];
      if (pads[0] !== 0 || pads[shape.length] !== 0 || use.inputs.length > 3) throw new Unsayable();
      const { pads: _pads, value: _value, ...rest } = attributes;
      const value = attributes.value as number | undefined;
      const inputs = [first, pads.filter((_, i) => i % shape.length !== 0), ...(value === undefined ? use.inputs.slice(2, 3) : [[value]])];
      return { ...plain, inputs, attributes: rest };
    }
    if (kind === 'Transpose') {
      const order = attributes.perm as readonly number[] | undefined ?? shape.map((_, i) => shape.length - 1 - i);
      if (order[0] !== 0) throw new Unsayable();
      return { ...plain, attributes: { perm: order.slice(1).map((axis) => axis - 1) } };
    }
    if (kind.startsWith('Reduce')) {
      const given = attributes.axes as readonly number[] | undefined ?? this.numbers(use.inputs[1]) ?? shape.map((_, axis) => axis).slice(1);
      const { axes: _axes, ...rest } = attributes;
      const axes = given.map((axis) => this.axis(axis, shape.length));
      return { ...plain, inputs: [first], attributes: axes.join() === `${shape.length - 2}` ? rest : { axes, ...rest } };
    }
    if (kind === 'Slice') return this.slice(plain, shape);
    if (ALONG_AXIS.has(kind)) {
      const axis = this.axis(attributes.axis as number | undefined ?? FILE_AXIS[kind] ?? -1, shape.length);
      const { axis: _axis, ...rest } = attributes;
      return { ...plain, attributes: axis === shape.length - 2 ? rest : { axis, ...rest } };
    }
    if (typeof attributes.axis === 'number') attributes.axis = this.axis(attributes.axis, shape.length);
    return plain;
  }

  private slice({ kind, inputs, attributes }: WrittenCall, shape: readonly number[]): WrittenCall {
    const list = (name: string, index: number): readonly number[] | undefined =>
      attributes[name] as readonly number[] | undefined ?? this.numbers(inputs[index] as string | undefined);
    const [starts, ends, steps] = [list('starts', 1)!, list('ends', 2)!, list('steps', 4)];
    const axes = (list('axes', 3) ?? starts.map((_, i) => i)).map((axis) => this.axis(axis, shape.length));
    // Ends beyond the last place are written as what they mean.
    const limited = ends.map((end, i) => Math.min(end, shape[axes[i] + 1]));
    return { kind, inputs: [inputs[0], starts, limited, axes, ...(steps === undefined ? [] : [steps])], attributes: {} };
  }

  /** An axis that is not the batch, without it. */
  private axis(axis: number, rank: number): number {
    const place = axis < 0 ? axis + rank : axis;
    if (place < 1) throw new Unsayable();
    return place - 1;
  }

  private withoutFirst(name: string, first: number): readonly number[] {
    const numbers = this.numbers(name);
    if (numbers === undefined || numbers[0] !== first) throw new Unsayable();
    return numbers.slice(1);
  }

  private numbers(name: string | undefined): readonly number[] | undefined {
    const constant = this.constants.get(name ?? '');
    return constant === undefined ? undefined : [...constant.values];
  }

  private shape(name: string): readonly number[] {
    return this.tensors.get(name)!.shape;
  }

  private isBatched(name: string): boolean {
    const tensor = this.tensors.get(name);
    return tensor !== undefined && !('tensor' in tensor);
  }

  /** Constants that meet samples lose the dimensions in front that the batch stands for. */
  private stripConstants({ inputs }: GraphNode): void {
    const rank = Math.max(0, ...inputs.filter((name) => this.isBatched(name)).map((name) => this.shape(name).length));
    for (const name of inputs) {
      const constant = this.constants.get(name);
      if (constant === undefined || constant.shape.length < rank || rank === 0) continue;
      const extra = constant.shape.length - rank + 1;
      if (constant.shape.slice(0, extra).some((extent) => extent !== 1)) throw new Unsayable();
      this.constants.set(name, { ...constant, shape: constant.shape.slice(extra) });
    }
  }
}
