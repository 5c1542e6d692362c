import { requantize } from '../../fixed/requantize.ts';
import type { IntegerType, RequantizeNode, TableNode, ThresholdNode } from '../../fixed/ir.ts';
import { constantLane, rangeOf, type Lane, type Roots } from './roots.ts';

/** Functions of more arguments than this are told apart by their parameters alone. */
const MOST_COMPARED = 2 ** 12;

/**
 * The staircase of a channel as one of the lane's root: levels that are always reached, or never, are none, and a falling staircase is the
 * rising one turned around.
 */
export function stairLane(node: ThresholdNode, channel: number, key: string, x: Lane, roots: Roots): Lane {
  const { steps, type } = node;
  const [low, high] = [roots.low(x.root), roots.high(x.root)];
  const levels = Array.from(node.levels.subarray(channel * steps, (channel + 1) * steps));
  const turned = x.scale < 0;
  // x >= level where X >= ceil((level - offset) / scale), or, with a negative scale, where not X >= floor((level - offset) / scale) + 1.
  const rising = x.scale === 0 ? levels.map((level) => (x.offset >= level ? -Infinity : Infinity)) : levels.map((level) => {
    const quotient = (level - x.offset) / x.scale;
    return turned ? Math.floor(quotient) + 1 : Math.ceil(quotient);
  });
  const always = rising.filter((level) => level <= low).length;
  const inner = rising.filter((level) => level > low && level <= high).sort((a, b) => a - b);
  if (roots.isPair(x.root)) inner.fill(high);
  const falls = node.falling[channel] !== turned;
  const size = type.bipolar ? 2 : 1;
  // Without the inner levels: the code of `always` levels, or of all but those.
  const offset = type.low + size * (falls ? steps - always : always);
  if (inner.length === 0) return constantLane(offset);
  const isPair = inner.every((level) => level === inner[0]);
  return { root: roots.of(`${key}:${x.root}:${inner.join()}`, 0, inner.length, isPair), scale: falls ? -size : size, offset };
}

/** A requantization of a channel, by its factors for the lane's root. */
export function requantizedLane(node: RequantizeNode, channel: number, key: string, x: Lane, input: IntegerType, roots: Roots): Lane {
  const largest = Math.max(Math.abs(input.low), Math.abs(input.high));
  const ends = rangeOf(x, roots).map((value) => requantize(node, value, channel, largest));
  if (x.scale === 0) return constantLane(ends[0]);
  const wraps = node.overflow === 'wrap';
  if (!wraps && ends[0] === ends[1]) return constantLane(ends[0]);
  const [low, high] = wraps ? [node.type.low, node.type.high] : [Math.min(...ends), Math.max(...ends)];
  const multiplier = node.multipliers[channel] * BigInt(x.scale);
  const offset = node.offsets[channel] + node.multipliers[channel] * BigInt(x.offset);
  return { root: roots.of(`${key}:${x.root}:${multiplier}:${offset}`, low, high), scale: 1, offset: 0 };
}

/** A table of a channel, by its entries for the lane's root. */
export function tableLane(node: TableNode, channel: number, key: string, x: Lane, input: IntegerType, roots: Roots): Lane {
  const entries = input.high - input.low + 1;
  const at = (root: number): number => node.contents[channel * entries + x.scale * root + x.offset - input.low];
  if (x.scale === 0) return constantLane(at(0));
  const [first, last] = [roots.low(x.root), roots.high(x.root)];
  const step = roots.isPair(x.root) ? last - first : 1;
  let [low, high] = [Infinity, -Infinity];
  for (let root = first; root <= last; root += step) {
    low = Math.min(low, at(root));
    high = Math.max(high, at(root));
  }
  if (low === high) return constantLane(low);
  const steps = (last - first) / step;
  const list = steps < MOST_COMPARED ? Array.from({ length: steps + 1 }, (_, i) => at(first + i * step)).join()
    : `channel ${channel} ${x.scale} ${x.offset}`;
  return { root: roots.of(`${key}:${x.root}:${list}`, low, high, step > 1), scale: 1, offset: 0 };
}
