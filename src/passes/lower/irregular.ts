import { Rational } from '../../base/rational.ts';
import { leastCommonMultiple } from '../../base/bigint.ts';
import { integerType, type IntegerType, type ValueId } from '../../fixed/ir.ts';
import type { Bounds } from '../../graph/algebra.ts';
import type { Expression, Variable } from '../../graph/expression.ts';
import { roundRational, type RoundingMode } from '../../number/rounding.ts';
import type { LoweringContext } from './context.ts';
import { rationalElement } from './grid.ts';
import { checkWidth } from './operands.ts';
import { viewOf } from './view.ts';

/** Integers of a smaller range than this become a root by thresholds or a table. */
const SMALL = 2 ** 12;

/** clamp(round(scale * core + offset)), with one scale and offset for all elements. */
interface Peeled {
  readonly low: number;
  readonly high: number;
  readonly rounding: RoundingMode;
  readonly scale: Rational;
  readonly offset: Rational;
  /** A variable, or a square root. */
  readonly core: Expression;
}

/**
 * Quantizers that neither thresholds nor a multiplication can be: of a quotient of two values, of the square root of a quotient or of
 * a wide integer. Undefined for all others.
 * @throws UserError where such a quantizer is not affine around its quotient or root
 */
export function irregular(
  context: LoweringContext, codes: Expression, bounds: Bounds,
): { readonly value: ValueId; readonly index: Int32Array | undefined } | undefined {
  const view = viewOf(codes);
  const body = view?.body ?? codes;
  const variable = variableIn(body);
  if (variable === undefined || variable.kind === 'input') return undefined;
  if (variable.kind === 'value') {
    const { low, high } = context.nodes[variable.value].type;
    if (!hasRoot(body) || high - low < SMALL) return undefined;
  }
  const peeled = view === undefined ? undefined : peel(body);
  if (peeled === undefined) {
    throw context.error('quotient', `${context.layer.name} is no quantizer that can be compiled after a quotient or a root`,
      'scale, round and clamp it, with the same numbers for all elements: (a / b) as fixed<16,4>');
  }
  const { core } = peeled;
  const limited = { ...peeled, low: Math.max(peeled.low, bounds.low), high: Math.min(peeled.high, bounds.high) };
  const value = core.op === 'variable' ? divided(context, core.variable, limited, core.shape) : rooted(context, limited);
  return { value, index: view!.index };
}

function variableIn(expression: Expression): Variable | undefined {
  if (expression.op === 'variable') return expression.variable;
  return expression.op === 'constant' ? undefined : expression.args.map(variableIn).find((found) => found !== undefined);
}

function hasRoot(expression: Expression): boolean {
  return expression.op === 'map' && (expression.operator.op === 'square-root' || expression.args.some(hasRoot));
}

/** The number that a constant is for all elements. */
function number(expression: Expression): Rational | undefined {
  if (expression.op !== 'constant' || expression.tensor.values.length !== 1) return undefined;
  return rationalElement(expression.tensor, 0);
}

function peel(expression: Expression): Peeled | undefined {
  let [low, high] = [-Infinity, Infinity];
  let rounding: RoundingMode | undefined;
  const clamps: { kind: 'minimum' | 'maximum'; limit: Rational }[] = [];
  let rest = expression;
  while (rest.op === 'map') {
    const { operator } = rest;
    if (operator.op === 'round' && rounding === undefined) {
      rounding = operator.mode;
      [rest] = rest.args;
    } else if (operator.op === 'minimum' || operator.op === 'maximum') {
      const limits = rest.args.map(number);
      const at = limits.findIndex((limit) => limit !== undefined);
      if (at < 0) return undefined;
      clamps.push({ kind: operator.op, limit: limits[at]! });
      rest = rest.args[1 - at];
    } else {
      break;
    }
  }
  if (rounding === undefined) return undefined;
  // A clamp inside the rounding is one by the rounded limit outside of it.
  for (const { kind, limit } of clamps.reverse()) {
    const whole = Number(roundRational(limit, rounding));
    if (kind === 'minimum') [low, high] = [Math.min(low, whole), Math.min(high, whole)];
    else [low, high] = [Math.max(low, whole), Math.max(high, whole)];
  }
  const linear = linearOf(rest);
  return linear === undefined ? undefined : { low, high, rounding, ...linear };
}

/** scale * core + offset. */
function linearOf(expression: Expression): Pick<Peeled, 'scale' | 'offset' | 'core'> | undefined {
  if (expression.op === 'variable') return { scale: Rational.ONE, offset: Rational.ZERO, core: expression };
  if (expression.op !== 'map') return undefined;
  const { operator, args } = expression;
  if (operator.op === 'square-root') return { scale: Rational.ONE, offset: Rational.ZERO, core: expression };
  const numbers = args.map(number);
  const at = numbers.findIndex((each) => each === undefined);
  const inner = at < 0 ? undefined : linearOf(args[at]);
  const other = numbers[1 - at];
  if (inner === undefined) return undefined;
  const { scale, offset, core } = inner;
  if (operator.op === 'negate') return { scale: Rational.negate(scale), offset: Rational.negate(offset), core };
  if (other === undefined) return undefined;
  switch (operator.op) {
    case 'add': return { scale, offset: Rational.add(offset, other), core };
    case 'subtract': return at === 0 ? { scale, offset: Rational.subtract(offset, other), core }
      : { scale: Rational.negate(scale), offset: Rational.subtract(other, offset), core };
    case 'multiply': return { scale: Rational.multiply(scale, other), offset: Rational.multiply(offset, other), core };
    case 'divide': return at === 0 ? { scale: Rational.divide(scale, other), offset: Rational.divide(offset, other), core } : undefined;
    default: return undefined;
  }
}

/** The rationals over one denominator. */
function together(scale: Rational, offset: Rational): { numerator: bigint; offset: bigint; denominator: bigint } {
  const denominator = leastCommonMultiple(scale.denominator, offset.denominator);
  return {
    numerator: scale.numerator * (denominator / scale.denominator), offset: offset.numerator * (denominator / offset.denominator), denominator,
  };
}

/**
 * An affine quantizer that would be more thresholds than anybody builds, because its ties are no binary fractions (a scale with a factor of
 * 1 / 127, rounded half to even): a division by a constant. Undefined where the quantizer is not affine.
 */
export function constantDivision(context: LoweringContext, codes: Expression, bounds: Bounds): ValueId | undefined {
  const view = viewOf(codes);
  const peeled = view === undefined ? undefined : peel(view.body);
  if (peeled?.core.op !== 'variable' || peeled.core.variable.kind !== 'value') return undefined;
  const { scale, offset, rounding, core } = peeled;
  const arg = peeled.core.variable.value;
  const { type } = context.nodes[arg];
  const [low, high] = [Math.max(peeled.low, bounds.low), Math.min(peeled.high, bounds.high)];
  const limited = (n: number): number => {
    const rounded = Number(roundRational(Rational.add(Rational.multiply(scale, Rational.fromDouble(n)), offset), rounding));
    return Math.min(Math.max(rounded, low), high);
  };
  const ends = [limited(type.low), limited(type.high)];
  return context.place({
    op: 'divide', args: [arg], ...together(scale, offset), rounding, shape: core.shape, type: integerType(Math.min(...ends), Math.max(...ends)),
  });
}

/** clamp(round(scale * n / d + offset)). */
function divided(
  context: LoweringContext, variable: Variable, { scale, offset, rounding, low, high }: Omit<Peeled, 'core'>, shape: readonly number[],
): ValueId {
  if (variable.kind !== 'quotient') throw new Error('no quotient');
  const { dividend, divisor } = variable;
  const n = context.nodes[dividend].type;
  const d = context.nodes[divisor].type;
  if (n.bipolar || d.bipolar) throw context.error('quotient', 'a quotient of single bits', 'give both more than one bit');
  const parts = together(scale, offset);
  // The divisor is an integer: 1 or more in magnitude.
  const most = Math.max(-n.low, n.high) * Math.abs(Rational.toDouble(scale)) + 1;
  const positive = n.low >= 0 && d.low >= 0 && Rational.sign(scale) >= 0;
  const middle = Rational.toDouble(offset);
  const type = integerType(Math.max(low, Math.floor(middle - (positive ? 1 : most))), Math.min(high, Math.ceil(middle + most)));
  checkWidth(context, type.low, type.high, 'a quotient');
  return context.place({ op: 'divide', args: [dividend, divisor], ...parts, rounding, shape, type });
}

/** clamp(round(scale * sqrt(v))): the root of four times the square, rounded down, is rounded by its last bit. */
function rooted(context: LoweringContext, { scale, offset, rounding, low, high, core }: Peeled): ValueId {
  const inner = core.op === 'map' ? linearOf(core.args[0]) : undefined;
  if (inner === undefined || inner.core.op !== 'variable') {
    throw context.error('root', 'a square root of a nonlinear function', 'take the root of a sum or a quotient');
  }
  if (Rational.sign(scale) <= 0 || Rational.sign(offset) !== 0) {
    throw context.error('root', 'something is added to a square root before it is quantized', 'quantize the root alone: sqrt(x) as ufixed<16,4,rnd>');
  }
  const nearest = rounding === 'half-up' || rounding === 'half-away';
  if (!nearest && rounding !== 'floor' && rounding !== 'to-zero') {
    throw context.error('root', `a square root is rounded ${rounding}`, 'round it by rnd (half up) or trn (down)');
  }
  const factor = Rational.multiply(Rational.multiply(scale, scale), Rational.fromBigint(nearest ? 4n : 1n));
  const [a, b] = [Rational.multiply(factor, inner.scale), Rational.multiply(factor, inner.offset)];
  const { variable, shape } = inner.core;
  const radicand = variable.kind === 'quotient'
    ? divided(context, variable, { scale: a, offset: b, rounding: 'floor', low: 0, high: 2 ** 53 - 1 }, shape)
    : flooredAffine(context, (variable as { value: ValueId }).value, a, b);
  const { type } = context.nodes[radicand];
  if (type.low < 0) throw context.error('root', 'a square root of numbers that may be negative', 'make them positive, for instance by a sum of squares');
  const roots = integerType(0, Math.floor(Math.sqrt(type.high)) + 1);
  const root = context.place({ op: 'square-root', arg: radicand, shape, type: roots });
  const ends = nearest ? (roots.high + 1) / 2 : roots.high;
  const result: IntegerType = integerType(Math.max(low, 0), Math.max(Math.max(low, 0), Math.min(high, Math.floor(ends))));
  return context.place({
    op: 'requantize', arg: root, channels: 1, multipliers: [1n], offsets: [nearest ? 1n : 0n], shift: nearest ? 1 : 0, rounding: 'floor', shape, type: result,
  });
}

/** floor(scale * v + offset) of a value: a multiplication by a rounded reciprocal where the denominator is no power of two. */
function flooredAffine(context: LoweringContext, arg: ValueId, scale: Rational, offset: Rational): ValueId {
  const { type, shape } = context.nodes[arg];
  const { numerator, offset: addend, denominator } = together(scale, offset);
  const ends = [type.low, type.high].map((end) => numerator * BigInt(end) + addend);
  const [least, most] = ends[0] < ends[1] ? ends : [ends[1], ends[0]];
  if (least < 0n) throw context.error('root', 'a square root of numbers that may be negative', 'make them positive, for instance by a sum of squares');
  let shift = denominator.toString(2).length - 1;
  let reciprocal = 1n;
  if (denominator !== 1n << BigInt(shift)) {
    // ceil(2^s / d) is too large by less than d / 2^s: with most * (m d - 2^s) < 2^s no integer is passed.
    for (shift += most.toString(2).length; ; shift++) {
      reciprocal = ((1n << BigInt(shift)) + denominator - 1n) / denominator;
      if (most * (reciprocal * denominator - (1n << BigInt(shift))) < 1n << BigInt(shift)) break;
    }
  }
  const result = integerType(Number(least / denominator), Number(most / denominator));
  checkWidth(context, result.low, result.high, 'a radicand');
  return context.place({
    op: 'requantize', arg, channels: 1, multipliers: [numerator * reciprocal], offsets: [addend * reciprocal], shift, rounding: 'floor', shape, type: result,
  });
}
