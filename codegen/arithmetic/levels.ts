import { usualWire, type Delays } from './delays.ts';

/** A level of logic inside of an operation; registers may stand behind it. */
export interface Level {
  /** Nanoseconds that it adds to a path, with the wire to it: paths begin at a register, whose own wire is in no level. */
  readonly delay: number;
  /** Nanoseconds along its carry chain. A path through several chains runs along the longest only once: low bits come first. */
  readonly ripple: number;
  /** Bits behind it: flip-flops of a register there. */
  readonly bits: number;
}

const NONE: Level = { delay: 0, ripple: 0, bits: 0 };

/** Nanoseconds of logic from before the level `first` to behind the level `last`. */
export function logicDelay(levels: readonly Level[], first = 0, last = levels.length - 1): number {
  let [delay, ripple] = [0, 0];
  for (let index = first; index <= last; index++) {
    delay += levels[index].delay;
    ripple = Math.max(ripple, levels[index].ripple);
  }
  return delay + ripple;
}

/** Nanoseconds of logic on the longest path between registers; operands come from registers too. */
export function longestLogic(levels: readonly Level[], registers: readonly number[]): number {
  let [longest, first] = [0, 0];
  registers.forEach((count, last) => {
    if (count === 0) return;
    longest = Math.max(longest, logicDelay(levels, first, last));
    first = last + 1;
  });
  return longest;
}

function adder(width: number, bits: number, delays: Delays): Level {
  return { delay: delays.adder + usualWire(delays), ripple: (width - 1) * delays.carry, bits };
}

function tables(count: number, bits: number, delays: Delays): Level {
  return { delay: count * (delays.table + usualWire(delays)), ripple: 0, bits };
}

/** Two-input adders in a tree over `terms` numbers of `termWidth` bits; the sum is wanted in `width` bits. */
export function sumLevels(terms: number, termWidth: number, width: number, delays: Delays): Level[] {
  const levels: Level[] = [];
  let left = Math.max(terms, 2);
  for (let size = termWidth; left > 1;) {
    left = Math.ceil(left / 2);
    size = left === 1 ? width : Math.min(width, size + 1);
    levels.push(adder(size, left * size, delays));
  }
  return levels;
}

/**
 * Counts of short runs of bits, `leaves` of them, then adders over them; `carries` bits enter adders as carries, one an adder, the first level
 * first.
 */
export function countLevels(leaves: number, width: number, delays: Delays, carries = 0): Level[] {
  const size = Math.min(delays.counted <= 3 ? 2 : 3, width);
  const adders = sumLevels(leaves, size, width, delays);
  let waiting = carries;
  const first = tables(Math.max(1, delays.counted - delays.inputs), leaves * size + waiting, delays);
  let left = leaves;
  return [first, ...adders.map((level) => {
    waiting = Math.max(0, waiting - Math.floor(left / 2));
    left = Math.ceil(left / 2);
    return leaves === 1 ? { ...level, delay: 0, ripple: 0 } : { ...level, bits: level.bits + waiting };
  })];
}

/**
 * How `bits` are counted: short counts, and the bits that enter the adders between them as carries, one an adder at most; `without` adders
 * take none.
 */
export function shortCounts(bits: number, { counted, chains }: Delays, without = 0): { readonly leaves: number; readonly entering: number } {
  if (!chains) return { leaves: Math.ceil(bits / counted), entering: 0 };
  const leaves = Math.ceil((bits + 1 + without) / (counted + 1));
  return { leaves, entering: Math.max(0, bits - counted * leaves) };
}

/** The number of ones among `bits`, as emission counts them. */
export function popcountLevels(bits: number, delays: Delays): Level[] {
  const { leaves, entering } = shortCounts(bits, delays);
  return countLevels(leaves, bits.toString(2).length, delays, entering);
}

/** `count` comparisons of `width` bits with constants, then the count of those that hold, by halving. */
export function thresholdLevels(count: number, width: number, delays: Delays): Level[] {
  const halvings = count.toString(2).length;
  // Two halvings fit into a table of six inputs.
  const share = delays.inputs >= 6 ? 0.6 : 1;
  return [
    adder(width, 2 ** halvings - 1, delays),
    ...Array.from({ length: halvings }, (_, done) => (done === halvings - 1 ? { ...NONE, bits: halvings }
      : tables(share, done + 1 + 2 ** (halvings - 1 - done) - 1, delays))),
  ];
}

/** A product of two variables: rows of one factor where bits of the other are set, added up. */
export function productLevels(left: number, right: number, delays: Delays): Level[] {
  const [row, ...rest] = sumLevels(Math.min(left, right), Math.max(left, right), left + right, delays);
  // Tables that choose rows stand before the first adders, which tables of six inputs hold too.
  return [delays.inputs >= 6 ? row : { ...row, delay: row.delay + tables(1, 0, delays).delay }, ...rest];
}

/** How an end of a range is kept to: not at all, by the sign, by all bits above, or by a comparison. */
export type End = 'none' | 'sign' | 'bits' | 'compared';

/** What rounding a number does: see `RequantizeNode` of the fixed-point IR. */
export interface Rounding {
  /** Bits to add in, of which `shift` are rounded away; bits of the result. */
  readonly width: number;
  readonly shift: number;
  readonly result: number;
  /** Whether an offset is added here. */
  readonly offset: boolean;
  readonly even: boolean;
  readonly lowest: End;
  readonly highest: End;
}

/** Tables one behind the other for a function of `bits` that is taken apart like an and or an or. */
function tablesOf(bits: number, { inputs }: Delays): number {
  let depth = 1;
  for (let left = bits; left > inputs; left = Math.ceil(left / inputs)) depth++;
  return depth;
}

/** Adding an offset, deciding ties, and keeping to the lowest and to the highest value: four levels, of which some may be nothing. */
export function roundingLevels({ width, shift, result, offset, even, lowest, highest }: Rounding, delays: Delays): Level[] {
  const bits = Math.max(width - shift, result);
  const choose = tables(1, 0, delays).delay;
  const limit = (end: End, behind: number): Level => {
    if (end === 'none') return { ...NONE, bits: behind };
    if (end === 'sign') return { ...NONE, delay: choose, bits: behind };
    if (end === 'bits') return tables(tablesOf(bits + 1, delays), behind, delays);
    const compare = adder(bits, behind, delays);
    return { ...compare, delay: compare.delay + choose };
  };
  // A tie is seen by what is below the result: an or of all of it.
  const kept = even ? width : bits;
  return [
    offset ? adder(width, kept, delays) : { ...NONE, bits: kept },
    even ? tables(tablesOf(shift + 1, delays), bits, delays) : { ...NONE, bits },
    limit(lowest, bits), limit(highest, result),
  ];
}

/** The fewest registers, one of them behind the last level, between which no path takes longer than `budget` nanoseconds, where that can be. */
export function fewestStages(levels: readonly Level[], budget: number): number {
  let stages = 1;
  for (let first = 0, last = 0; last < levels.length; last++) {
    if (last === first || logicDelay(levels, first, last) <= budget) continue;
    stages++;
    first = last;
  }
  return stages;
}

/**
 * How many of `stages` registers stand behind each level, the last of them behind the last: the fewest flip-flops with which no path takes
 * longer than `budget`, or than the shortest that so many registers allow.
 */
export function placeRegisters(levels: readonly Level[], stages: number, budget: number): number[] {
  const registers = levels.map(() => 0);
  if (stages === 0) return registers;
  const last = levels.length - 1;
  // best[i]: the shortest longest path with so many registers up to behind level i, the last of them there; -1 is the operands.
  let best = levels.map((_, level) => logicDelay(levels, 0, level));
  for (let count = 2; count <= stages; count++) {
    best = best.map((_, level) => Math.min(...best.slice(0, level + 1).map((before, at) => Math.max(before, logicDelay(levels, at + 1, level)))));
  }
  const limit = Math.max(budget, best[last]) + 1e-9;
  let bits = levels.map((level, index) => (logicDelay(levels, 0, index) <= limit ? level.bits : Infinity));
  const from: number[][] = [];
  for (let count = 2; count <= stages; count++) {
    const choices = levels.map((level, index) => {
      let choice = -1;
      for (let at = 0; at <= index; at++) {
        // Of equal ones the later: it keeps the registers together at the end.
        if (logicDelay(levels, at + 1, index) <= limit && bits[at] < Infinity && (choice < 0 || bits[at] <= bits[choice])) choice = at;
      }
      return { choice, bits: choice < 0 ? Infinity : bits[choice] + level.bits };
    });
    from.push(choices.map(({ choice }) => choice));
    bits = choices.map((each) => each.bits);
  }
  registers[last]++;
  for (let count = from.length - 1, at = last; count >= 0; count--) {
    at = from[count][at];
    registers[at]++;
  }
  return registers;
}
