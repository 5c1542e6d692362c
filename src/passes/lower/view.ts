import type { Algebra } from '../../graph/algebra.ts';
import { broadcastShape, operandIndex } from '../../graph/broadcast.ts';
import type { Expression } from '../../graph/expression.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import type { ScalarOperator } from '../../number/scalar.ts';

/**
 * The normal form of an expression: an elementwise function (`body`) of its variable in the variable's own order, then a choice of
 * elements. Rearrangements are kept outermost, so that they cancel, and so that elementwise chains see one constant for each channel
 * of the variable wherever the network's own layout has them.
 */
export interface View {
  /** Without gathers; of the variable's shape. */
  readonly body: Expression;
  readonly shape: readonly number[];
  /** For each element the body's element; undefined for all of them in order. */
  readonly index: Int32Array | undefined;
}

const identities = new Map<number, Int32Array>();

/** 0, 1, 2, ... */
export function identityIndex(size: number): Int32Array {
  const known = identities.get(size);
  if (known !== undefined) return known;
  const made = Int32Array.from({ length: size }, (_, i) => i);
  identities.set(size, made);
  return made;
}

/** The index, or undefined where it is all of `size` elements in order. */
export function simplified(index: Int32Array | undefined, size: number): Int32Array | undefined {
  if (index === undefined || index.length !== size || index === identities.get(size)) return index?.length === size ? undefined : index;
  for (let i = 0; i < size; i++) if (index[i] !== i) return index;
  return undefined;
}

/** Element i is element `second[i]` of what `first` chose. */
export function composed(first: Int32Array | undefined, second: Int32Array | undefined): Int32Array | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const index = new Int32Array(second.length);
  for (let i = 0; i < index.length; i++) index[i] = first[second[i]];
  return index;
}

export function sameIndex(a: Int32Array | undefined, b: Int32Array | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** For each element of a variable of `size` elements where the index has it; undefined unless it has each exactly once. */
export function inverse(index: Int32Array | undefined, size: number): Int32Array | undefined {
  if (index === undefined) return identityIndex(size);
  if (index.length !== size) return undefined;
  const places = new Int32Array(size).fill(-1);
  for (let i = 0; i < size; i++) places[index[i]] = i;
  return places.includes(-1) ? undefined : places;
}

/** Undefined for an expression that has no such form: one that applies different functions to the same element. */
export function viewOf(expression: Expression): View | undefined {
  if (expression.op !== 'gather') return isPlain(expression) ? { body: expression, shape: expression.shape, index: undefined } : undefined;
  const [first, ...others] = expression.args.map(viewOf);
  if (first === undefined || others.some((other) => other?.body !== first.body)) return undefined;
  const before = others.length === 0 ? first.index : joined([first, ...others as View[]]);
  const size = sizeOf(first.body.shape);
  return { body: first.body, shape: expression.shape, index: simplified(composed(before, expression.index), size) };
}

function joined(views: readonly View[]): Int32Array {
  const parts = views.map((view) => view.index ?? identityIndex(sizeOf(view.shape)));
  const index = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    index.set(part, at);
    at += part.length;
  }
  return index;
}

export function expressionOf({ body, shape, index }: View): Expression {
  if (index === undefined && shape.join() === body.shape.join()) return body;
  return { op: 'gather', args: [body], shape, index: index ?? identityIndex(sizeOf(shape)) };
}

const plain = new WeakMap<Expression, boolean>();

/** Whether the expression holds no gather. */
function isPlain(expression: Expression): boolean {
  if (expression.op !== 'map') return expression.op !== 'gather';
  const known = plain.get(expression);
  if (known !== undefined) return known;
  const found = expression.args.every(isPlain);
  plain.set(expression, found);
  return found;
}

/** The view with its elements broadcast to a shape. */
export function broadcastView(view: View, shape: readonly number[]): View {
  if (view.shape.join() === shape.join()) return view;
  const repeated = sizeOf(view.shape) === sizeOf(shape) ? undefined : operandIndex(view.shape, shape);
  return { body: view.body, shape, index: composed(view.index, repeated) };
}

/**
 * The operator over operands with at most one variable, in normal form. Undefined where that does not exist: where the operands
 * have the variable's elements in different orders, or one element meets different constants.
 */
export function liftedMap(operator: ScalarOperator, args: readonly Expression[], reals: Algebra<RealTensor>): Expression | undefined {
  const shape = broadcastShape(args.map((arg) => arg.shape));
  const views = args.map((arg) => (arg.op === 'constant' ? undefined : viewOf(arg)));
  if (views.some((view, i) => view === undefined && args[i].op !== 'constant')) return undefined;
  const wide = views.map((view) => (view === undefined ? undefined : broadcastView(view, shape)));
  const [first, ...others] = wide.filter((view) => view !== undefined);
  if (others.some((other) => !sameIndex(other.index, first.index))) return undefined;
  const native = first.body.shape;
  const operands: Expression[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg.op !== 'constant') {
      operands.push(wide[i]!.body);
      continue;
    }
    const tensor = nativeConstant(arg.tensor, shape, first.index, native, reals);
    if (tensor === undefined) return undefined;
    operands.push({ op: 'constant', shape: tensor.shape, tensor });
  }
  return expressionOf({ body: { op: 'map', operator, args: operands, shape: native }, shape, index: first.index });
}

/** A constant that broadcasts to the view, as one that broadcasts to the body; undefined where an element meets two values. */
function nativeConstant(
  tensor: RealTensor, shape: readonly number[], index: Int32Array | undefined, native: readonly number[], reals: Algebra<RealTensor>,
): RealTensor | undefined {
  if (tensor.values.length === 1) return reals.gather([tensor], [], Int32Array.of(0));
  const from = tensor.shape.join() === shape.join() ? identityIndex(sizeOf(shape)) : operandIndex(tensor.shape, shape);
  if (index === undefined) return compressed(tensor, from, native, reals);
  const size = sizeOf(native);
  const meets = new Int32Array(size).fill(-1);
  const { values, errors } = tensor;
  const same = (a: number, b: number): boolean => a === b || (values[a] === values[b] && errors === undefined);
  for (let i = 0; i < from.length; i++) {
    const at = index[i];
    if (meets[at] < 0) meets[at] = from[i];
    else if (!same(meets[at], from[i])) return undefined;
  }
  return compressed(tensor, meets, native, reals);
}

/**
 * The constant with element `from[i]` of `tensor` at place i (any where that is -1), as small as it broadcasts to `shape`: one number
 * where all are the same, one for each channel where it repeats.
 */
export function compressed(tensor: RealTensor, from: Int32Array, shape: readonly number[], reals: Algebra<RealTensor>): RealTensor {
  const { values, errors } = tensor;
  const same = (a: number, b: number): boolean => a === b || a < 0 || b < 0 || (values[a] === values[b] && errors === undefined);
  for (let axis = shape.length; axis >= 0; axis--) {
    const suffix = shape.slice(axis);
    const period = sizeOf(suffix);
    const chosen = from.slice(0, period);
    let place = 0;
    let fits = true;
    for (let i = 0; i < from.length && fits; i++) {
      if (chosen[place] < 0) chosen[place] = from[i];
      fits = same(chosen[place], from[i]);
      if (++place === period) place = 0;
    }
    if (fits) return reals.gather([tensor], suffix, chosen.map((at) => Math.max(0, at)));
  }
  throw new Error('unreachable: the whole shape is a period of itself');
}

/** A constant of the body's elements for the elements that an index chooses (all in order without one), which make up `shape`. */
export function rearranged(
  tensor: RealTensor, index: Int32Array | undefined, shape: readonly number[], reals: Algebra<RealTensor>,
): RealTensor {
  const period = tensor.values.length;
  if (period === 1 || (index === undefined && isEnd(tensor.shape, shape))) return tensor;
  return compressed(tensor, (index ?? identityIndex(sizeOf(shape))).map((at) => at % period), shape, reals);
}

/** Whether a shape is the innermost extents of another one. */
function isEnd(end: readonly number[], shape: readonly number[]): boolean {
  return end.length <= shape.length && end.every((extent, i) => extent === shape[shape.length - end.length + i]);
}
