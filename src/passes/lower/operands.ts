import { Rational } from '../../base/rational.ts';
import { integerType, type ValueId } from '../../fixed/ir.ts';
import { rationalTensor } from '../../graph/elements.ts';
import { variableOf, type Expression } from '../../graph/expression.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import { affineOf } from './affine.ts';
import { chainsOf, shortestPeriod, type ScalarChain } from './chain.ts';
import { isNumber, type LoweringContext } from './context.ts';
import { commonDivisorOfRationals, rationalElement } from './grid.ts';
import { compressed, identityIndex, rearranged, viewOf } from './view.ts';

/** Integers beyond this are not exact in a double. */
export const LARGEST_INTEGER = 2 ** 53 - 1;

/** An expression as the functions of a value's elements: element i of the value goes through `chains[i mod length]`. */
export interface Chained {
  readonly value: ValueId;
  readonly chains: readonly ScalarChain[];
  /** Element i of the expression is function result number `index[i]`; undefined for all of them in order. */
  readonly index: Int32Array | undefined;
}

/** An expression that is an affine function of a value: element i is scale * (element index[i]) + offset. */
export interface Operand {
  readonly value: ValueId;
  /** These broadcast to the value. */
  readonly scale: RealTensor;
  readonly offset: RealTensor;
}

/** The value that an expression is a function of. @throws UserError where that is an input that was not quantized */
function valueOf(context: LoweringContext, tensor: Expression): ValueId {
  const variable = variableOf(tensor)!;
  if (variable.kind === 'value') return variable.value;
  if (variable.kind === 'quotient') {
    throw context.error('quotient', `a quotient reaches ${context.layer.name} before any quantizer`, 'quantize it: (a / b) as fixed<16,4>');
  }
  throw context.error('input-not-quantized', `input ${variable.name} reaches ${context.layer.name} before any quantizer`,
    'declare its type, for instance --input-type "fixed<16,6>" or --input-type "int8*0.25"');
}

/** The scalar functions that an expression is made of. */
export function chained(context: LoweringContext, tensor: Expression): Chained {
  const value = valueOf(context, tensor);
  const view = viewOf(tensor);
  if (view !== undefined) return { value, chains: shortestPeriod(chainsOf(smallest(view.body))), index: view.index };
  const chains = chainsOf(tensor);
  const sources = Int32Array.from(chains, (chain) => chain.source);
  if (sources.includes(-1)) throw new Error(`${context.layer.name}: an element does not depend on the value`);
  return { value: context.arranged(value, sources, tensor.shape), chains: shortestPeriod(chains), index: undefined };
}

/** The body over as few elements as have different constants. */
function smallest(body: Expression): Expression {
  const known = new Map<Expression, Expression>();
  const constants: (readonly number[])[] = [];
  const collect = (part: Expression): void => {
    if (known.has(part)) return;
    known.set(part, part);
    if (part.op === 'constant') constants.push(part.shape);
    if (part.op === 'map') part.args.forEach(collect);
  };
  collect(body);
  // All of them are ends of the variable's shape: the longest holds the others.
  const shape = constants.reduce((longest, each) => (each.length > longest.length ? each : longest), []);
  const rebuilt = new Map<Expression, Expression>();
  const rebuild = (part: Expression): Expression => {
    if (part.op === 'constant') return part;
    const before = rebuilt.get(part);
    if (before !== undefined) return before;
    const made: Expression = part.op === 'map' ? { ...part, shape, args: part.args.map(rebuild) } : { ...part, shape } as Expression;
    rebuilt.set(part, made);
    return made;
  };
  return rebuild(body);
}

/** The expression over a value that has its elements in their order, so that only elementwise functions are left. */
export function settled(context: LoweringContext, tensor: Expression): Expression {
  const view = viewOf(tensor);
  if (view === undefined || view.index === undefined) return tensor;
  const value = context.arranged(valueOf(context, tensor), view.index, tensor.shape);
  return overVariable(context, view.body, context.variable(value), (constant) => rearranged(constant, view.index, tensor.shape, context.reals));
}

/** An elementwise function of another variable, with its constants changed. */
export function overVariable(
  context: LoweringContext, body: Expression, variable: Expression, change: (constant: RealTensor) => RealTensor,
): Expression {
  const known = new Map<Expression, Expression>();
  const visit = (part: Expression): Expression => {
    const before = known.get(part);
    if (before !== undefined) return before;
    if (part.op === 'gather') throw new Error('an elementwise function has no gather');
    const made = part.op === 'constant' ? context.constant(change(part.tensor))
      : part.op === 'variable' ? variable : context.map(part.operator, ...part.args.map(visit));
    known.set(part, made);
    return made;
  };
  return visit(body);
}

/** The affine function in the value's own order, and the order of the expression. */
export function nativeOperand(context: LoweringContext, tensor: Expression): Operand & { readonly index: Int32Array | undefined } {
  const view = viewOf(tensor);
  const affine = affineOf(view === undefined ? tensor : view.body, context.reals);
  if (affine === undefined) return nativeOperand(context, tabulated(context, tensor));
  if (view !== undefined) return { value: valueOf(context, tensor), ...affine, index: view.index };
  const { value } = chained(context, tensor);
  const small = (each: RealTensor): RealTensor => (each.values.length === 1 ? each
    : compressed(each, identityIndex(sizeOf(tensor.shape)), tensor.shape, context.reals));
  return { value, scale: small(affine.scale), offset: small(affine.offset), index: undefined };
}

/** The affine function over a value whose elements are in the expression's order. */
export function operandOf(context: LoweringContext, tensor: Expression): Operand {
  const { value, scale, offset, index } = nativeOperand(context, tensor);
  return arrangedOperand(context, { value, scale, offset }, index, tensor.shape);
}

/** Elements of an operand in another order, or some of them. */
export function arrangedOperand(
  context: LoweringContext, { value, scale, offset }: Operand, index: Int32Array | undefined, shape: readonly number[],
): Operand {
  const pick = (tensor: RealTensor): RealTensor => rearranged(tensor, index, shape, context.reals);
  return { value: context.arranged(value, index, shape), scale: pick(scale), offset: pick(offset) };
}

/** The product of two affine functions of one value, such as a square: a multiplication, if neither has an offset. */
function squared(context: LoweringContext, tensor: Expression): Expression | undefined {
  const view = viewOf(tensor);
  if (view === undefined || view.body.op !== 'map' || view.body.operator.op !== 'multiply') return undefined;
  const value = valueOf(context, tensor);
  const factors = view.body.args.map((arg) => affineOf(arg, context.reals));
  const [left, right] = factors;
  if (left === undefined || right === undefined || !isNumber(left.offset, 0) || !isNumber(right.offset, 0)) return undefined;
  const { type: { low, high, bipolar }, shape } = context.nodes[value];
  if (bipolar) return undefined;
  const largest = Math.max(low * low, high * high);
  checkWidth(context, 0, largest, 'the square of an activation');
  const product = context.place({ op: 'multiply', args: [value, value], shape, type: integerType(0, largest) });
  const own = context.affine(context.variable(product), context.reals.map({ op: 'multiply' }, [left.scale, right.scale]), scalarTensor(0));
  return view.index === undefined && shape.join() === tensor.shape.join() ? own
    : { op: 'gather', args: [own], shape: tensor.shape, index: view.index ?? identityIndex(sizeOf(shape)) };
}

/** A nonlinear function of a small integer that no quantizer follows: its values are put on a common grid, as a table. */
function tabulated(context: LoweringContext, tensor: Expression): Expression {
  const product = squared(context, tensor);
  if (product !== undefined) return product;
  const { value: arg, chains, index } = chained(context, tensor);
  const { type: { low, high }, shape } = context.nodes[arg];
  const help = 'put a quantizer between them';
  const where = `a nonlinear function before ${context.layer.name}`;
  if (high - low >= 2 ** 16) throw context.error('not-quantized', `${where} has a wide integer`, help);
  const values = chains.flatMap((chain) => Array.from({ length: high - low + 1 }, (_, i) => chain.rationalAt(low + i)));
  if (values.some((value) => value === undefined)) throw context.error('not-quantized', `${where} has irrational values`, help);
  const divisor = commonDivisorOfRationals(values as Rational[]);
  const grid = Rational.sign(divisor) === 0 ? Rational.ONE : divisor;
  const contents = Float64Array.from(values as Rational[], (value) => Number(Rational.divide(value, grid).numerator));
  const type = integerType(Math.min(...contents), Math.max(...contents));
  if (Math.max(-type.low, type.high) > 2 ** 31) throw context.error('not-quantized', `${where} has values on no useful grid`, help);
  const value = context.place({ op: 'table', arg, channels: chains.length, contents, shape, type });
  const own = context.affine(context.variable(value), rationalTensor(grid), scalarTensor(0));
  return index === undefined && shape.join() === tensor.shape.join() ? own
    : { op: 'gather', args: [own], shape: tensor.shape, index: index ?? identityIndex(sizeOf(shape)) };
}

/** All elements of a small constant as rationals. */
export function rationalsOf(context: LoweringContext, tensor: RealTensor): Rational[] {
  return Array.from(tensor.values, (_, i) => {
    const value = rationalElement(tensor, i);
    if (value === undefined) throw context.error('irrational', `scales before ${context.layer.name} are no rational numbers`, 'put a quantizer before it');
    return value;
  });
}

/** The same real numbers as multiples of one grid, without offset: integers that can be compared, added or be 0. */
export function onGrid(context: LoweringContext, operand: Operand, grid: Rational): ValueId {
  const [scales, offsets] = [rationalsOf(context, operand.scale), rationalsOf(context, operand.offset)];
  const multiple = (value: Rational): bigint => Rational.divide(value, grid).numerator;
  const channels = Math.max(scales.length, offsets.length);
  const multipliers = Array.from({ length: channels }, (_, i) => multiple(scales[i % scales.length]));
  const constants = Array.from({ length: channels }, (_, i) => multiple(offsets[i % offsets.length]));
  const { type: { low, high, bipolar }, shape, name } = context.nodes[operand.value];
  if (multipliers.every((m) => m === 1n) && constants.every((c) => c === 0n)) return operand.value;
  const ends = multipliers.flatMap((m, i) => [Number(m) * low + Number(constants[i]), Number(m) * high + Number(constants[i])]);
  const type = integerType(Math.min(...ends), Math.max(...ends));
  checkWidth(context, type.low, type.high, 'the scales of its operands have no useful common grid');
  // A single bit is read by a table: its two values are all there is.
  if (bipolar) {
    const contents = Float64Array.from({ length: 3 * channels }, (_, i) => (i % 3 === 1 ? Number(constants[Math.floor(i / 3)])
      : Number(constants[Math.floor(i / 3)]) + (i % 3 - 1) * Number(multipliers[Math.floor(i / 3)])));
    return context.place({ op: 'table', arg: operand.value, channels, contents, shape, type }, `${name}_aligned`);
  }
  return context.place(
    { op: 'requantize', arg: operand.value, channels, multipliers, offsets: constants, shift: 0, rounding: 'floor', shape, type }, `${name}_aligned`,
  );
}

/** The coarsest grid that holds all elements of the operands. */
export function gridOf(context: LoweringContext, operands: readonly Operand[]): Rational {
  const divisor = commonDivisorOfRationals(operands.flatMap(({ scale, offset }) => [...rationalsOf(context, scale), ...rationalsOf(context, offset)]));
  return Rational.sign(divisor) === 0 ? Rational.ONE : divisor;
}

/** @throws UserError where integers of that range are not exact in doubles */
export function checkWidth(context: LoweringContext, low: number, high: number, message: string): void {
  if (Math.max(-low, high) > LARGEST_INTEGER) {
    throw context.error('too-wide', `${context.layer.name} needs more than 53 bits: ${message}`, 'use narrower inputs or weights, or related scales');
  }
}

/** A value whose order is the expression's, or the reverse of it. */
export function ordered(context: LoweringContext, tensor: Expression): { readonly value: ValueId; readonly reversed: boolean } {
  const operand = operandOf(context, tensor);
  const { scale, offset } = operand;
  // One strictly monotone function for all elements keeps their order or reverses it.
  const certain = Math.abs(scale.values[0]) > (scale.errors?.[0] ?? 0);
  if (certain && scale.values.length === 1 && offset.values.length === 1) return { value: operand.value, reversed: scale.values[0] < 0 };
  return { value: onGrid(context, operand, gridOf(context, [operand])), reversed: false };
}

export function scalarTensor(value: number): RealTensor {
  return { shape: [], values: Float64Array.of(value) };
}
