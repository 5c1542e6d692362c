import type { Place } from '../../../base/text/source.ts';
import type { Attribute } from '../../../graph/ir.ts';
import { sizeOf } from '../../../graph/tensor.ts';
import { findLayer } from '../../../layers/index.ts';
import type { LayerKind } from '../../../layers/kind.ts';
import type { GraphBuilder } from './builder.ts';
import { snakeCase } from './layer-names.ts';
import { literalOf, shapeOf, showShape, type Value } from './value.ts';

/** A call whose axes count in the shapes that the language shows, on its way to one whose axes count in the graph's. */
export interface AxisCall {
  readonly kind: LayerKind;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly place: Place;
}

/** The same call with axes that count the batch dimension. */
export function withBatch(call: AxisCall, builder: GraphBuilder): AxisCall {
  const [x] = call.inputs;
  if (x === undefined) return call;
  const moving = new Moving(call, x, builder);
  const { operator } = call.kind;
  if (!ALONG_AXIS.has(operator) && !Object.hasOwn(RULES, operator)) moving.namedAxis();
  moving.namedAxes();
  if (ALONG_AXIS.has(operator)) moving.namedAxis(-1);
  RULES[operator]?.(moving);
  return { kind: moving.kind, inputs: moving.inputs, attributes: moving.attributes, place: call.place };
}

/** Layers whose tensors broadcast. */
export const ELEMENTWISE: ReadonlySet<string> = new Set([
  'Add', 'Sub', 'Mul', 'Div', 'Mod', 'Pow', 'Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor', 'Min', 'Max', 'Sum', 'Where',
]);

/** Layers that work along one axis: the last one where none is named. */
export const ALONG_AXIS: ReadonlySet<string> = new Set(['ArgMax', 'ArgMin', 'Concat', 'Gather', 'LogSoftmax', 'Softmax', 'Split', 'TopK']);

/** A call under change. */
class Moving {
  kind: LayerKind;
  readonly inputs: (Value | undefined)[];
  readonly attributes: Record<string, Attribute>;
  readonly shape: readonly number[];

  constructor(private readonly call: AxisCall, readonly x: Value, readonly builder: GraphBuilder) {
    this.kind = call.kind;
    this.inputs = [...call.inputs];
    this.attributes = { ...call.attributes };
    this.shape = shapeOf(x);
  }

  get rank(): number {
    return this.shape.length;
  }

  /** An axis of a shape of so many dimensions, as the graph counts it. */
  axis(axis: number, rank = this.rank): number {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
      this.fail('axis', `axis ${axis} of ${showShape(this.shape)}`, rank === 0 ? 'a single number has no axes'
        : `axes count from 0 to ${rank - 1}, or from -1 at the end; samples have no batch dimension`);
    }
    return (axis < 0 ? axis + rank : axis) + (this.x.batched ? 1 : 0);
  }

  namedAxis(otherwise?: number): void {
    const value = this.attributes.axis ?? otherwise;
    if (value === undefined) return;
    if (typeof value !== 'number') return this.fail('attribute', 'axis is no number', 'write axis = -1, say');
    this.attributes.axis = this.axis(value);
  }

  namedAxes(): void {
    const { axes } = this.attributes;
    if (Array.isArray(axes)) this.attributes.axes = (axes as number[]).map((axis) => this.axis(axis));
  }

  /** Input number `index` as numbers that are known now; a single number is a list of one. */
  list(index: number): number[] | undefined {
    const value = this.inputs[index];
    if (value === undefined) return undefined;
    const literal = literalOf(value);
    if (literal !== undefined) return [...literal.values];
    return this.fail('not-constant', `argument number ${index + 1} of ${snakeCase(this.kind.operator)} is no constant`, 'write a list of numbers');
  }

  setList(index: number, values: readonly number[], what: string): void {
    this.inputs[index] = this.builder.list(values, what);
  }

  /** Of a list with one number for each dimension, one for the batch in front. */
  prefix(index: number, batch: number): void {
    const list = this.x.batched ? this.list(index) : undefined;
    if (list !== undefined) this.setList(index, [batch, ...list], snakeCase(this.kind.operator));
  }

  fail(code: string, message: string, help: string): never {
    return this.builder.fail(this.call.place, code, message, help);
  }
}

/** Input 1 lists axes. */
const reduction = (call: Moving): void => call.setList(1, (call.list(1) ?? [-1]).map((axis) => call.axis(axis)), 'axes');

/** What else counts axes, by operator. */
const RULES: Readonly<Record<string, (call: Moving) => void>> = {
  ReduceMax: reduction, ReduceMean: reduction, ReduceMin: reduction, ReduceSum: reduction,

  Squeeze: (call) => {
    const named = call.list(1) ?? call.shape.flatMap((extent, i) => (extent === 1 ? [i] : []));
    call.setList(1, named.map((axis) => call.axis(axis)), 'axes');
  },
  Unsqueeze: (call) => {
    const named = call.list(1);
    if (named !== undefined) call.setList(1, named.map((axis) => call.axis(axis, call.rank + named.length)), 'axes');
  },
  Transpose: (call) => {
    const order = call.attributes.perm ?? call.shape.map((_, i) => call.rank - 1 - i);
    if (!Array.isArray(order)) return call.fail('attribute', 'perm is no list', 'write the new order of the axes: perm = [1, 0]');
    call.attributes.perm = [...(call.x.batched ? [0] : []), ...(order as number[]).map((axis) => call.axis(axis))];
  },
  Slice: (call) => {
    const axes = call.list(3) ?? call.list(1)?.map((_, i) => i);
    if (axes !== undefined) call.setList(3, axes.map((axis) => call.axis(axis)), 'axes');
  },
  // Constants that are joined to samples get a batch dimension; where the first is one, its axes move by it.
  Concat: (call) => {
    if (!call.inputs.some((value) => value?.batched === true)) return;
    call.inputs.forEach((value, i) => { call.inputs[i] = value === undefined ? value : withBatchDimension(value, call.builder); });
    if (!call.x.batched && call.rank > 0) call.attributes.axis = (call.attributes.axis as number) + 1;
  },
  Flatten: (call) => {
    const { axis } = call.attributes;
    if (axis === undefined || !call.x.batched) return;
    // ONNX gives two dimensions, the first of which would be the batch.
    const given = typeof axis === 'number' ? axis : NaN;
    const at = call.axis(given < 0 ? given + call.rank : given, call.rank + 1) - 1;
    delete call.attributes.axis;
    call.kind = findLayer('Reshape')!;
    call.setList(1, [1, sizeOf(call.shape.slice(0, at)), sizeOf(call.shape.slice(at))], 'shape');
  },
  Gemm: (call) => {
    if (call.x.batched && call.rank !== 1) call.fail('shapes', `gemm of ${showShape(call.shape)}`, 'use @ or dense for more than one vector a sample');
  },
  Reshape: (call) => call.prefix(1, 1),
  Expand: (call) => call.prefix(1, 1),
  Tile: (call) => call.prefix(1, 1),
  Upsample: (call) => call.prefix(1, 1),
  Resize: (call) => {
    if (call.attributes.axes !== undefined) return;
    call.prefix(2, 1);
    call.prefix(3, 1);
  },
  Pad: (call) => {
    const [pads, axes] = [call.list(1), call.list(3)];
    if (axes !== undefined) return call.setList(3, axes.map((axis) => call.axis(axis)), 'axes');
    if (pads !== undefined && call.x.batched) call.setList(1, [0, ...pads.slice(0, call.rank), 0, ...pads.slice(call.rank)], 'pads');
  },
};

/**
 * Elementwise operands: a constant with as many dimensions as a sample gets a batch dimension of its own, so that its first one is not
 * taken for it.
 */
export function aligned(values: readonly Value[], builder: GraphBuilder): Value[] {
  const rank = Math.max(0, ...values.filter((value) => value.batched).map((value) => value.traced.shape.length));
  return values.map((value) => (rank > 0 && value.traced.shape.length >= rank ? withBatchDimension(value, builder) : value));
}

function withBatchDimension(value: Value, builder: GraphBuilder): Value {
  if (value.batched) return value;
  const tensor = literalOf(value)!;
  return builder.constant({ ...tensor, shape: [1, ...tensor.shape] }, 'batch');
}
