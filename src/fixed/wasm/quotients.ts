import { absolute } from '../../base/bigint.ts';
import { op } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { RoundingMode } from '../../number/rounding.ts';
import type { DivideNode, IntegerType } from '../ir.ts';
import { forEachElement, limit, pushElement } from './scalar.ts';
import type { Place } from './values.ts';

/** Whether dividend and divisor of a quotient, and twice the rest, fit 62 bits. */
export function divideFits({ numerator, offset, denominator }: DivideNode, n: IntegerType, d?: IntegerType): boolean {
  const largest = ({ low, high }: IntegerType): bigint => BigInt(Math.max(Math.abs(low), Math.abs(high)));
  const divisor = d === undefined ? 1n : largest(d) > 1n ? largest(d) : 1n;
  return absolute(numerator) * largest(n) + absolute(offset) * divisor < 1n << 61n && denominator * divisor < 1n << 61n;
}

/** What an instruction pushes for a quotient between two integers, an i32: whether it goes to the one away from zero. */
interface Rest {
  readonly code: FunctionBuilder;
  /** Locals: the dividend, the divisor above zero, the quotient rounded toward zero, and twice the rest's magnitude. */
  readonly over: number;
  readonly under: number;
  readonly quotient: number;
  readonly twice: number;
}

const negative = ({ code, over }: Rest): void => {
  code.get(over);
  code.i64(0n);
  code.emit(op.i64LtS);
};
const positive = (rest: Rest): void => {
  negative(rest);
  rest.code.emit(op.i32Eqz);
};
const odd = ({ code, quotient }: Rest): void => {
  code.get(quotient);
  code.i64(1n);
  code.emit(op.i64And, op.i32WrapI64);
};
const compare = ({ code, twice, under }: Rest, instruction: number): void => {
  code.get(twice);
  code.get(under);
  code.emit(instruction);
};
/** Beyond the half, or at the half where `tie` holds. */
const nearest = (tie: (rest: Rest) => void) => (rest: Rest): void => {
  compare(rest, op.i64GtS);
  compare(rest, op.i64Eq);
  tie(rest);
  rest.code.emit(op.i32And, op.i32Or);
};

const GOES_AWAY: Readonly<Record<RoundingMode, (rest: Rest) => void>> = {
  'half-even': nearest(odd),
  'half-up': nearest(positive),
  'half-down': nearest(negative),
  'half-away': (rest) => compare(rest, op.i64GeS),
  'half-zero': (rest) => compare(rest, op.i64GtS),
  floor: negative,
  ceil: positive,
  'to-zero': ({ code }) => code.i32(0),
  away: ({ code }) => code.i32(1),
};

export function emitDivide(node: DivideNode, { code, args: [n, d], to }: { code: FunctionBuilder; args: readonly Place[]; to: Place }): void {
  const [over, under, quotient, twice, divisor] = [0, 1, 2, 3, 4].map(() => code.local('i64'));
  const rest = { code, over, under, quotient, twice };
  forEachElement(code, to, (index) => {
    if (d === undefined) code.i64(1n);
    else pushElement(code, d, index);
    code.set(divisor);
    // Where the divisor is 0 the quotient counts as 0: offset / denominator.
    pushElement(code, n, index);
    code.i64(node.numerator);
    code.emit(op.i64Mul);
    code.i64(0n);
    code.get(divisor);
    code.emit(op.i64Eqz, op.i32Eqz, op.select);
    code.i64(1n);
    code.get(divisor);
    code.get(divisor);
    code.emit(op.i64Eqz, op.select);
    code.tee(divisor);
    code.i64(node.offset);
    code.emit(op.i64Mul, op.i64Add);
    code.set(over);
    code.get(divisor);
    code.i64(node.denominator);
    code.emit(op.i64Mul);
    code.set(under);
    code.get(under);
    code.i64(0n);
    code.emit(op.i64LtS);
    code.if(() => [over, under].forEach((local) => negate(code, local)));
    code.get(over);
    code.get(under);
    code.emit(op.i64DivS);
    code.set(quotient);
    code.get(over);
    code.get(quotient);
    code.get(under);
    code.emit(op.i64Mul, op.i64Sub);
    code.i64(1n);
    code.emit(op.i64Shl);
    code.set(twice);
    code.get(twice);
    code.i64(0n);
    code.emit(op.i64LtS);
    code.if(() => negate(code, twice));
    // One further from zero, in the dividend's direction, where there is a rest.
    code.get(quotient);
    code.i64(-1n);
    code.i64(1n);
    negative(rest);
    code.emit(op.select);
    code.i64(0n);
    code.get(twice);
    code.emit(op.i64Eqz, op.i32Eqz);
    GOES_AWAY[node.rounding](rest);
    code.emit(op.i32And, op.select, op.i64Add);
    code.set(quotient);
    limit(code, quotient, node.type);
    code.get(quotient);
  });
}

function negate(code: FunctionBuilder, local: number): void {
  code.i64(0n);
  code.get(local);
  code.emit(op.i64Sub);
  code.set(local);
}

/** The root of a double is the nearest one to the root of an integer below 2^53: rounded down, the floor or one more. */
export function emitSquareRoot(code: FunctionBuilder, from: Place, to: Place): void {
  const [x, root] = [code.local('i64'), code.local('i64')];
  forEachElement(code, to, (index) => {
    pushElement(code, from, index);
    code.tee(x);
    code.emit(op.f64ConvertI64S, op.f64Sqrt, 0xfc, 6);
    code.tee(root);
    code.get(root);
    code.get(root);
    code.emit(op.i64Mul);
    code.get(x);
    code.emit(op.i64GtS, op.i64ExtendI32U, op.i64Sub);
  });
}
