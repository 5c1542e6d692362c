import type { Signal, ThresholdsNode } from '../rtl/ir.ts';
import { thresholdLevels } from '../arithmetic/levels.ts';
import { Operation } from './operation.ts';
import { chunks, concatenation, literal } from './text.ts';
import type { Vector } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

/** Comparisons in one expression. */
const COMPARED_TOGETHER = 32;

/**
 * All levels are compared at once; since they ascend, the results are ones below zeros, and the count of ones is read off by
 * halving: the middle bit is the count's highest bit and tells which half goes on.
 */
export function thresholds(node: ThresholdsNode, signal: Signal, writer: ModuleWriter): void {
  const operation = new Operation(writer, signal, node, `how many of ${node.levels.length} levels are reached`);
  const arg = writer.vector(node.arg);
  const halvings = node.levels.length.toString(2).length;
  const [first, ...rest] = operation.registersBehind(thresholdLevels(node.levels.length, arg.width, writer.delays));
  const reached = node.levels.map(level => reaches(arg, node.signed, level));
  const padding = 2 ** halvings - 1 - reached.length;
  const groups = chunks(reached, COMPARED_TOGETHER).map(group => (
    group.length === reached.length ? group : [operation.step('reached_group', group.length, concatenation(group), 0).part()]
  ));
  const bits = padding === 0 ? groups.flat() : [...groups.flat(), literal(0, padding)];
  let open = operation.step('reached', 2 ** halvings - 1, concatenation(bits), first);
  let found: Vector | undefined;
  for (let bit = halvings - 1; bit > 0; bit--) {
    const middle = 2 ** bit - 1;
    const count = halvings - bit;
    const registers = rest[count - 1];
    const top = open.part(middle, 1);
    const half = `${top} ? ${open.part(middle + 1, middle)} : ${open.part(0, middle)}`;
    found = operation.step(`top${count}`, count, found === undefined ? top : `{${found.part()}, ${top}}`, registers);
    open = operation.step(`half${count}`, middle, half, registers);
  }
  const all = found === undefined ? open.part() : `{${found.part()}, ${open.part()}}`;
  const last = rest[halvings - 1];
  operation.result(halvings < node.width ? `{${literal(0, node.width - halvings)}, ${all}}` : all, last);
  operation.finish();
}

/** One bit: arg >= level, for levels outside of arg's range too. */
function reaches(arg: Vector, signed: boolean, level: bigint): string {
  const span = 1n << BigInt(arg.width);
  const smallest = signed ? -span / 2n : 0n;
  if (level >= smallest + span) return literal(0, 1);
  if (level <= smallest) return literal(1, 1);
  const [left, right] = [arg.part(), literal(level, arg.width)];
  return signed ? `$signed(${left}) >= $signed(${right})` : `${left} >= ${right}`;
}
