import { Rational } from '../../base/rational.ts';
import { BIPOLAR, integerType, type ValueId } from '../../fixed/ir.ts';
import { broadcastShape, operandIndex } from '../../graph/broadcast.ts';
import { rationalTensor } from '../../graph/elements.ts';
import type { Expression } from '../../graph/expression.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import type { ScalarOperator } from '../../number/scalar.ts';
import { isNumber, type LoweringContext } from './context.ts';
import { commonDivisorOfRationals } from './grid.ts';
import {
  arrangedOperand, checkWidth, gridOf, nativeOperand, onGrid, rationalsOf, scalarTensor, type Operand,
} from './operands.ts';
import { composed, compressed, identityIndex, inverse, sameIndex, simplified } from './view.ts';

/** Operands with their elements in one order, and the order in which the result is to be read. */
interface Aligned {
  readonly operands: readonly Operand[];
  /** Shape of the operands' values and of what is computed of them. */
  readonly native: readonly number[];
  readonly index: Int32Array | undefined;
}

/** Elementwise operator over different activations. */
export function joined(context: LoweringContext, operator: ScalarOperator, args: readonly Expression[]): Expression {
  const shape = broadcastShape(args.map((arg) => arg.shape));
  const { operands, native, index } = aligned(context, args, shape);
  const result = joinedValues(context, operator, operands, native);
  return index === undefined && native.join() === shape.join() ? result
    : { op: 'gather', args: [result], shape, index: index ?? identityIndex(sizeOf(shape)) };
}

function joinedValues(context: LoweringContext, operator: ScalarOperator, operands: readonly Operand[], shape: readonly number[]): Expression {
  switch (operator.op) {
    case 'add': return sum(context, operands, [1, 1], shape);
    case 'subtract': return sum(context, operands, [1, -1], shape);
    case 'multiply': return productOfActivations(context, operands, shape);
    case 'divide':
    case 'quotient': return quotient(context, operands, shape);
    case 'maximum':
    case 'minimum': return extreme(context, operator.op, operands, shape);
    default:
      throw context.error('two-activations', `two activations meet in ${context.layer.kind}`,
        'their sum, difference, product, quotient, maximum and minimum can be compiled');
  }
}

/**
 * The order of the first operand that has each of its elements once is everybody's; where there is none, the result's. So a residual
 * connection between images with channels innermost stays as it is.
 */
function aligned(context: LoweringContext, args: readonly Expression[], shape: readonly number[]): Aligned {
  const size = sizeOf(shape);
  const given = args.map((arg) => {
    const { index, ...operand } = nativeOperand(context, arg);
    const repeated = sizeOf(arg.shape) === size ? undefined : operandIndex(arg.shape, shape);
    return { operand, index: composed(index, repeated), native: context.nodes[operand.value].shape };
  });
  const leader = given.find((each) => sizeOf(each.native) === size && inverse(each.index, size) !== undefined);
  const native = leader?.native ?? shape;
  const places = leader === undefined ? undefined : inverse(leader.index, size);
  const operands = given.map((each) => {
    const same = leader !== undefined && sizeOf(each.native) === size && sameIndex(each.index, leader.index);
    if (same) return arrangedOperand(context, each.operand, undefined, native);
    // Element i of the value is element places[i] of the result.
    const order = places === identityIndex(size) ? each.index : composed(each.index, places);
    return arrangedOperand(context, each.operand, order ?? identityIndex(size), native);
  });
  return { operands, native, index: leader?.index };
}

/** The operand with one scale for all elements: on a common grid where it has several. */
function uniform(context: LoweringContext, operand: Operand): Operand {
  if (operand.scale.values.length === 1) return operand;
  const grid = commonDivisorOfRationals(rationalsOf(context, operand.scale));
  const value = onGrid(context, { ...operand, offset: scalarTensor(0) }, grid);
  return { value, scale: rationalTensor(grid), offset: operand.offset };
}

function sum(context: LoweringContext, given: readonly Operand[], signs: readonly number[], shape: readonly number[]): Expression {
  const operands = given.map((operand) => uniform(context, operand));
  const scales = operands.flatMap(({ scale }) => rationalsOf(context, scale));
  const grid = commonDivisorOfRationals(scales);
  const coefficients = scales.map((scale, i) => signs[i] * Number(Rational.divide(scale, grid).numerator));
  const ends = operands.map(({ value }, i) => [context.nodes[value].type.low, context.nodes[value].type.high].map((end) => end * coefficients[i]));
  const type = integerType(
    ends.reduce((total, pair) => total + Math.min(...pair), 0), ends.reduce((total, pair) => total + Math.max(...pair), 0),
  );
  checkWidth(context, type.low, type.high, 'the scales of the two activations have no useful common grid');
  const value = context.place({ op: 'add', args: operands.map((operand) => operand.value), coefficients, shape, type });
  const offset = context.reals.map({ op: signs[1] < 0 ? 'subtract' : 'add' }, operands.map((operand) => operand.offset));
  return context.affine(context.variable(value), rationalTensor(grid), offset);
}

/** The same operand with its integers shifted (and on a finer grid if need be), so that 0 stands for 0. */
function centered(context: LoweringContext, operand: Operand): Operand {
  if (isNumber(operand.offset, 0)) return operand;
  const grid = gridOf(context, [operand]);
  return { value: onGrid(context, operand, grid), scale: rationalTensor(grid), offset: scalarTensor(0) };
}

function productOfActivations(context: LoweringContext, given: readonly Operand[], shape: readonly number[]): Expression {
  const [left, right] = given.map((operand) => centered(context, operand));
  const [a, b] = [context.nodes[left.value].type, context.nodes[right.value].type];
  const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  // A square is not negative.
  if (left.value === right.value) ends.splice(1, 2);
  if (left.value === right.value && a.low < 0 && a.high > 0) ends.push(0);
  const type = a.bipolar && b.bipolar ? BIPOLAR : integerType(Math.min(...ends), Math.max(...ends));
  checkWidth(context, type.low, type.high, 'the product of two activations');
  const value = context.place({ op: 'multiply', args: [left.value, right.value], shape, type });
  return context.affine(context.variable(value), context.reals.map({ op: 'multiply' }, [left.scale, right.scale]), scalarTensor(0));
}

/** Element by element a / b, for the quantizer that must follow. */
function quotient(context: LoweringContext, given: readonly Operand[], shape: readonly number[]): Expression {
  const [left, right] = given.map((operand) => uniform(context, centered(context, operand)));
  const variable: Expression = { op: 'variable', shape, variable: { kind: 'quotient', dividend: left.value, divisor: right.value } };
  return context.affine(variable, context.reals.map({ op: 'divide' }, [left.scale, right.scale]), scalarTensor(0));
}

/** Both on one grid, side by side, and the larger (smaller) of each pair. */
function extreme(context: LoweringContext, kind: 'maximum' | 'minimum', operands: readonly Operand[], shape: readonly number[]): Expression {
  const grid = gridOf(context, operands);
  const args = operands.map((operand) => onGrid(context, operand, grid));
  const size = sizeOf(shape);
  const index = Int32Array.from({ length: 2 * size }, (_, i) => (i % 2) * size + Math.floor(i / 2));
  const arg = context.place({ op: 'gather', args, index, shape: [...shape, 2], type: holdingAll(context, args) }, `${context.layer.name}_pairs`);
  const value = context.place({ op: 'extreme', arg, length: 2, kind, shape, type: context.nodes[arg].type });
  return context.affine(context.variable(value), rationalTensor(grid), scalarTensor(0));
}

function holdingAll(context: LoweringContext, values: readonly ValueId[]): typeof BIPOLAR {
  const types = values.map((value) => context.nodes[value].type);
  if (types.every((each) => each.bipolar)) return BIPOLAR;
  return integerType(Math.min(...types.map((each) => each.low)), Math.max(...types.map((each) => each.high)));
}

/**
 * A concatenation of different activations: their integers side by side, each element with its own scale and offset. All keep the
 * layout of the first: images that have their channels innermost are joined pixel by pixel.
 */
export function gathered(context: LoweringContext, args: readonly Expression[], shape: readonly number[], index: Int32Array): Expression {
  const given = args.map((arg) => {
    if (arg.op === 'constant') {
      throw context.error('constant-part', 'a constant is concatenated with activations', 'add it as a bias of the next layer instead');
    }
    return nativeOperand(context, arg);
  });
  const layout = layoutOf(given[0].index ?? identityIndex(sizeOf(args[0].shape)), args[0].shape, shape);
  const parts = given.map(({ index: own, ...operand }, i) => {
    const part = args[i].shape;
    if (part.length !== layout.length) return { operand: arrangedOperand(context, operand, own, part), places: identityIndex(sizeOf(part)) };
    const order = transposition(part, layout);
    const arranged = arrangedOperand(context, operand, simplified(composed(own, order), sizeOf(context.nodes[operand.value].shape)), layout.map((axis) => part[axis]));
    return { operand: arranged, places: inverse(order, order.length)! };
  });
  const starts: number[] = [];
  let total = 0;
  const places = new Int32Array(parts.reduce((sum, part) => sum + part.places.length, 0));
  for (const part of parts) {
    starts.push(total);
    for (let i = 0; i < part.places.length; i++) places[total + i] = total + part.places[i];
    total += part.places.length;
  }
  const native = layout.map((axis) => shape[axis]);
  // Element i of the value is element order[i] of the result.
  const order = transposition(shape, layout);
  const own = composed(composed(places, index), order)!;
  const values = parts.map(({ operand }) => operand.value);
  const value = context.place({ op: 'gather', args: values, index: own, shape: native, type: holdingAll(context, values) });
  const pick = (key: 'scale' | 'offset'): RealTensor => {
    const tensors = parts.map(({ operand }) => operand[key]);
    const firsts: number[] = [];
    let size = 0;
    for (const { values: numbers } of tensors) {
      firsts.push(size);
      size += numbers.length;
    }
    const all = context.reals.gather(tensors, [size], identityIndex(size));
    const from = own.map((place) => {
      const part = starts.findLastIndex((start) => start <= place);
      return firsts[part] + ((place - starts[part]) % tensors[part].values.length);
    });
    return compressed(all, from, native, context.reals);
  };
  const result = context.affine(context.variable(value), pick('scale'), pick('offset'));
  if (layout.every((axis, i) => axis === i)) return result;
  return { op: 'gather', args: [result], shape, index: inverse(order, sizeOf(shape))! };
}

/** The axes of the result in the order of memory of its first part: those whose neighbours lie far apart before those whose lie close. */
function layoutOf(index: Int32Array, part: readonly number[], shape: readonly number[]): number[] {
  const axes = shape.map((_, axis) => axis);
  if (part.length !== shape.length) return axes;
  const strides = part.map((_, axis) => sizeOf(part.slice(axis + 1)));
  // From first to last, since neighbours may be the same element.
  const distance = part.map((extent, axis) => (extent > 1 ? Math.abs(index[strides[axis] * (extent - 1)] - index[0]) / (extent - 1) : 0));
  const long = axes.filter((axis) => shape[axis] > 1).sort((a, b) => distance[b] - distance[a] || a - b);
  // Axes of extent 1 stay where they are.
  return axes.map((axis) => (shape[axis] > 1 ? long.shift()! : axis));
}

function transposition(shape: readonly number[], layout: readonly number[]): Int32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  let index = Int32Array.of(0);
  for (const axis of layout) {
    const next = new Int32Array(index.length * shape[axis]);
    let at = 0;
    for (const before of index) for (let i = 0; i < shape[axis]; i++) next[at++] = before + i * strides[axis];
    index = next;
  }
  return index;
}
