import type { BitwiseNode, ConcatNode, MuxNode, Signal } from '../../codegen/rtl/ir.ts';
import type { LeanNodes } from './graph.ts';

/** The rules of simplification that hardware's gates went through: what is compared with a signal here went through them too. */
export interface GateRules {
  readonly slice: (arg: Signal, low: number, width: number) => Signal;
  readonly not: (arg: Signal) => Signal;
  readonly reduce: (kind: 'and' | 'or', arg: Signal) => Signal;
  readonly and: (args: readonly [Signal, Signal]) => Signal;
}

/**
 * Hardware limits numbers to powers of two by gates on their upper bits; as comparisons and choices they are minima and maxima of vectors.
 * `value` with zeros instead of a negative number: `value & ~sign`.
 */
export function zeroAtLeast(lean: LeanNodes, { kind, args, width }: Pick<BitwiseNode, 'kind' | 'args' | 'width'>, rules: GateRules): Signal | undefined {
  if (kind !== 'and' || args.length !== 2 || width < 2) return undefined;
  const [value, mask] = lean.at(args[1]).op === 'extend' ? args : [args[1], args[0]];
  const spread = lean.at(mask);
  if (spread.op !== 'extend' || !spread.signed || lean.width(spread.arg) !== 1) return undefined;
  if (spread.arg !== rules.not(rules.slice(value, width - 1, 1))) return undefined;
  return extreme(lean, value, lean.constant(0n, width), true);
}

/** `value` or the constant that it has passed, told by its upper bits. */
export function limitOf(lean: LeanNodes, { select, args, width }: Pick<MuxNode, 'select' | 'args' | 'width'>, rules: GateRules): Signal | undefined {
  if (args.length !== 2 || lean.at(select).op !== 'bitwise') return undefined;
  const [value, limit] = args;
  const constant = lean.constantOf(limit);
  if (constant === undefined) return undefined;
  const signed = BigInt.asIntN(width, constant);
  const place = powerOf(signed < 0n ? -signed : signed + 1n);
  if (place === undefined || place >= width - 1) return undefined;
  const passed = signed < 0n ? isBelow(value, place, width, rules) : isAbove(value, place, width, rules);
  return select === passed ? extreme(lean, value, limit, signed < 0n) : undefined;
}

/** The lowest bits of `value`, all ones where it has more: `value | everywhere(above)`, cut at the bit above the largest. */
export function onesAtMost(lean: LeanNodes, { args, width }: Pick<BitwiseNode, 'args' | 'width'>, place: number, rules: GateRules): Signal | undefined {
  if (args.length !== 2 || place < 1 || place >= width - 1) return undefined;
  const [value, mask] = lean.at(args[1]).op === 'extend' ? args : [args[1], args[0]];
  const spread = lean.at(mask);
  if (spread.op !== 'extend' || !spread.signed || lean.width(spread.arg) !== 1) return undefined;
  if (spread.arg !== isAbove(value, place, width, rules)) return undefined;
  return rules.slice(extreme(lean, value, lean.constant((1n << BigInt(place)) - 1n, width), false), 0, place);
}

/**
 * A number rounded at bit `place`, of which the lowest bit is zero where all bits below are: a tie goes to the even one. As arithmetic,
 * value minus its bit at `place` loses this bit alone where all bits below are zero, and nothing above it otherwise.
 */
export function tieToEven(lean: LeanNodes, { args, width }: Pick<ConcatNode, 'args' | 'width'>, rules: GateRules): Signal | undefined {
  const [lowest, upper] = args.map((arg) => lean.at(arg));
  if (args.length !== 2 || lowest.op !== 'bitwise' || upper.op !== 'slice' || upper.low < 2) return undefined;
  const [value, place] = [upper.arg, upper.low - 1];
  const odd = rules.slice(value, place, 1);
  if (args[0] !== rules.and([odd, rules.reduce('or', rules.slice(value, 0, place))])) return undefined;
  const terms = [{ arg: value, shift: 0, negative: false, signed: false }, { arg: odd, shift: 0, negative: true, signed: false }];
  return rules.slice(lean.add({ op: 'sum', width: lean.width(value), terms, constant: 0n, stages: 0 }), place, width);
}

/** Whether a number is below -2^place: negative, with a zero among the bits from `place` on. */
function isBelow(value: Signal, place: number, width: number, rules: GateRules): Signal {
  const all = rules.reduce('and', rules.slice(value, place, width - 1 - place));
  return rules.and([rules.slice(value, width - 1, 1), rules.not(all)]);
}

/** Whether a number is above 2^place - 1: not negative, with a one among the bits from `place` on. */
function isAbove(value: Signal, place: number, width: number, rules: GateRules): Signal {
  const some = rules.reduce('or', rules.slice(value, place, width - 1 - place));
  return rules.and([rules.not(rules.slice(value, width - 1, 1)), some]);
}

/** The greater or the smaller of a number and a constant. */
function extreme(lean: LeanNodes, value: Signal, limit: Signal, greater: boolean): Signal {
  const [left, right] = greater ? [value, limit] : [limit, value];
  const select = lean.add({ op: 'compare', width: 1, kind: 'lt', signed: true, left, right });
  return lean.add({ op: 'mux', width: lean.width(value), select, args: [value, limit] });
}

/** n where the number is 2^n. */
function powerOf(value: bigint): number | undefined {
  return value > 0n && (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : undefined;
}
