import type { DelayNode, RegisterNode, Signal } from '../rtl/ir.ts';
import { literal, range } from './text.ts';
import { named } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

export function register(node: RegisterNode, _signal: Signal, writer: ModuleWriter): void {
  const reset = node.reset === undefined ? undefined : literal(node.reset, node.width);
  writer.clocked.load(node.name, writer.read(node.next), writer.enable(node.enable), reset);
}

/** A shift register: the youngest value in the low bits, the oldest is the output. */
export function delay(node: DelayNode, _signal: Signal, writer: ModuleWriter): void {
  const enable = writer.enable(node.enable);
  const value = writer.read(node.arg);
  if (node.cycles === 1) {
    writer.clocked.load(node.name, value, enable);
    return;
  }
  const before = (node.cycles - 1) * node.width;
  const line = named(writer.names.take(`${node.name}_delay`), before);
  writer.write(`reg ${range(before)}${line.part()} = ${literal(0, before)};`);
  writer.clocked.load(line.part(), node.cycles === 2 ? value : `{${line.part(0, before - node.width)}, ${value}}`, enable);
  writer.clocked.load(node.name, line.part(before - node.width, node.width), enable);
}
