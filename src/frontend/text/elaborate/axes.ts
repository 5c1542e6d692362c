import type { Place } from '../../../base/text/source.ts';
import type { Attribute } from '../../../graph/ir.ts';
import type { LayerKind } from '../../../layers/kind.ts';
import { type GraphBuilder } from './builder.ts';
import { snakeCase } from './layer-names.ts';
import { literalOf, shapeOf, showShape, type Value } from './value.ts';

/** A call whose axes count in the shapes that the language shows, on its way to one whose axes count in the graph's. */
export interface AxisCall {
  readonly kind: LayerKind;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly place: Place;
}

/** Layers that work along one axis: the last one where none is named. */
const ALONG_AXIS = new Set(['ArgMax', 'ArgMin', 'Concat', 'Gather', 'LogSoftmax', 'Softmax', 'Split', 'TopK']);

/** Input 1 of these lists axes. */
const LISTS_AXES = /^Reduce|^Squeeze$|^Unsqueeze$/;

/** Input 1 of these has one number for each dimension; the batch gets this one. */
const FOR_EACH_DIMENSION: Readonly<Record<string, number>> = { Reshape: 1, Expand: 1, Tile: 1 };

/** The same call with axes that count the batch dimension. */
export function withBatch(call: AxisCall, builder: GraphBuilder): AxisCall {
  const { kind: { operator }, place } = call;
  const inputs = [...call.inputs];
  const attributes = { ...call.attributes };
  const [x] = inputs;
  if (x === undefined) return call;
  const shape = shapeOf(x);
  const batched = inputs.some((value) => value?.batched === true);
  const shift = x.batched ? 1 : 0;
  const moved = (axis: number, rank: number): number => {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
      builder.fail(place, 'axis', `axis ${axis} of ${showShape(shape)}`, rank === 0 ? 'a single number has no axes'
        : `axes count from 0 to ${rank - 1}, or from -1 at the end; samples have no batch dimension`);
    }
    return axis < 0 ? axis + rank + shift : axis + shift;
  };

  if (ALONG_AXIS.has(operator)) attributes.axis = moved(numberAttribute(call, 'axis', builder) ?? -1, shape.length);
  else if (typeof attributes.axis === 'number') attributes.axis = moved(attributes.axis, shape.length + (operator === 'Flatten' ? 1 : 0));
  if (Array.isArray(attributes.axes)) attributes.axes = (attributes.axes as number[]).map((axis) => moved(axis, shape.length));
  if (operator === 'Transpose') {
    const order = attributes.perm as number[] | undefined ?? shape.map((_, i) => shape.length - 1 - i);
    if (!Array.isArray(order)) builder.fail(place, 'attribute', 'perm is no list', 'write the new order of the axes: perm = [1, 0]');
    attributes.perm = [...(x.batched ? [0] : []), ...order.map((axis) => moved(axis, shape.length))];
  }
  if (LISTS_AXES.test(operator)) {
    const rank = operator === 'Unsqueeze' ? shape.length + (listOf(call, 1, builder)?.length ?? 0) : shape.length;
    const named = listOf(call, 1, builder) ?? (operator === 'Squeeze' ? shape.flatMap((extent, i) => (extent === 1 ? [i] : []))
      : operator === 'Unsqueeze' ? undefined : [-1]);
    if (named !== undefined) inputs[1] = builder.list(named.map((axis) => moved(axis, rank)), 'axes');
  }
  if (operator === 'Slice' && x.batched) {
    const starts = listOf(call, 1, builder);
    const axes = listOf(call, 3, builder) ?? starts?.map((_, i) => i);
    if (axes !== undefined) inputs[3] = builder.list(axes.map((axis) => moved(axis, shape.length)), 'axes');
  }
  const leading = FOR_EACH_DIMENSION[operator];
  if (leading !== undefined && x.batched) {
    const list = listOf(call, 1, builder);
    if (list !== undefined) inputs[1] = builder.list([leading, ...list], snakeCase(operator));
  }
  // Constants that are joined to samples get a batch dimension.
  if (operator === 'Concat' && batched) return { ...call, attributes: joinedAxis(attributes, x, shape.length), inputs: inputs.map((value) => withBatchDimension(value, builder)) };
  return { ...call, inputs, attributes };
}

/** Where the first tensor is a constant, it gets its batch dimension too. */
function joinedAxis(attributes: Readonly<Record<string, Attribute>>, { batched }: Value, rank: number): Readonly<Record<string, Attribute>> {
  return batched || rank === 0 ? attributes : { ...attributes, axis: (attributes.axis as number) + 1 };
}

function withBatchDimension(value: Value | undefined, builder: GraphBuilder): Value | undefined {
  if (value === undefined || value.batched) return value;
  const tensor = literalOf(value)!;
  return builder.constant({ ...tensor, shape: [1, ...tensor.shape] }, 'batch');
}

/** Elementwise operands: a constant with as many dimensions as a sample gets a batch dimension of its own, so that its first is not taken for it. */
export function aligned(values: readonly Value[], builder: GraphBuilder): Value[] {
  const rank = Math.max(0, ...values.filter((value) => value.batched).map((value) => value.traced.shape.length));
  if (rank === 0) return [...values];
  return values.map((value) => (!value.batched && value.traced.shape.length >= rank ? withBatchDimension(value, builder)! : value));
}

function numberAttribute({ attributes, place }: AxisCall, name: string, builder: GraphBuilder): number | undefined {
  const value = attributes[name];
  if (value === undefined || typeof value === 'number') return value;
  return builder.fail(place, 'attribute', `${name} is no number`, `write ${name} = -1, say`);
}

/** Input number `index` as whole numbers that are known now; a single number is a list of one. */
function listOf({ kind, inputs, place }: AxisCall, index: number, builder: GraphBuilder): number[] | undefined {
  const value = inputs[index];
  if (value === undefined) return undefined;
  const literal = literalOf(value);
  if (literal === undefined) return builder.fail(place, 'not-constant', `argument number ${index + 1} of ${snakeCase(kind.operator)} is no constant`, 'write a list of numbers');
  return [...literal.values];
}
