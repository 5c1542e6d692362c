import { bitsFor, type LookupNode, type MemoryStyle, type RamNode, type RomNode, type Signal } from '../rtl/ir.ts';
import { literal, range } from './text.ts';
import { resized, type Vector } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

/** From this many words on a constant memory comes from a file beside the module. */
const WORDS_IN_FILE = 4096;

/** An array of words, as declared; its index has exactly the bits that `depth` needs. */
interface Memory {
  readonly name: string;
  readonly depth: number;
}

function memory(
  wish: string, width: number, depth: number, kind: 'ram' | 'rom', style: MemoryStyle, writer: ModuleWriter,
): Memory {
  const name = writer.names.take(wish);
  const attribute = style === 'auto' ? '' : `(* ${kind}_style = "${style}" *) `;
  writer.declareText(`${attribute}reg ${range(width)}${name} [0:${depth - 1}];`);
  return { name, depth };
}

/** The word at `address`, or zero past the end. */
function word({ name, depth }: Memory, address: Vector, width: number): string {
  const inside = address.constant === undefined ? isInside(address, depth) : undefined;
  const text = `${name}[${resized(address, bitsFor(depth - 1), false)}]`;
  return inside === undefined ? text : `${inside} ? ${text} : ${literal(0, width)}`;
}

/** The condition that `address` is below `depth`; nothing if it always is. */
function isInside(address: Vector, depth: number): string | undefined {
  if (BigInt(depth) >= 1n << BigInt(address.width)) return undefined;
  return depth === 1 ? `!(|${address.part()})` : `${address.part()} < ${literal(depth, address.width)}`;
}

/** Words that `bits` of address can reach. */
function reachable(depth: number, ...bits: number[]): number {
  return Math.min(depth, 2 ** Math.min(31, Math.max(...bits)));
}

/** A constant memory with its contents: assignments, or for long ones a file of hexadecimal words. */
function constants(node: RomNode | LookupNode, address: Vector, style: MemoryStyle, writer: ModuleWriter): Memory {
  const words = node.contents.slice(0, reachable(node.contents.length, address.width));
  const found = memory(`${node.name}_words`, node.width, words.length, 'rom', style, writer);
  fill(found, words, node.width, writer);
  return found;
}

/** The words that a memory starts with. */
function fill({ name }: Memory, words: readonly bigint[], width: number, writer: ModuleWriter): void {
  if (words.length < WORDS_IN_FILE) {
    const lines = words.map((value, index) => `  ${name}[${index}] = ${literal(value, width)};`);
    writer.write(['', 'initial begin', ...lines, 'end', ''].join('\n'));
  } else {
    const file = `${writer.module.name}_${name}.mem`;
    writer.memoryFiles.set(file, words.map(value => `${BigInt.asUintN(width, value).toString(16)}\n`).join(''));
    writer.write(`initial $readmemh("${file}", ${name});`);
  }
}

/** The word of a constant memory at `address`. */
function constantWord(node: RomNode | LookupNode, address: Vector, style: MemoryStyle, writer: ModuleWriter): string {
  if (address.constant === undefined) return word(constants(node, address, style, writer), address, node.width);
  const inside = address.constant < BigInt(node.contents.length);
  return literal(inside ? node.contents[Number(address.constant)] : 0n, node.width);
}

export function lookup(node: LookupNode, signal: Signal, writer: ModuleWriter): void {
  writer.drive(signal, constantWord(node, writer.vector(node.index), 'auto', writer));
}

export function rom(node: RomNode, _signal: Signal, writer: ModuleWriter): void {
  const value = constantWord(node, writer.vector(node.address), node.style, writer);
  writer.clocked.load(node.name, value, writer.enable(node.enable));
}

/** Zeros at power-up. */
function clear({ name, depth }: Memory, node: RamNode, writer: ModuleWriter): void {
  const index = writer.names.take(`${node.name}_index`);
  writer.declareText(`integer ${index};`);
  const loop = `for (${index} = 0; ${index} < ${depth}; ${index} = ${index} + 1)`;
  writer.write(`initial ${loop} ${name}[${index}] = ${literal(0, node.width)};`);
}

export function ram(node: RamNode, signal: Signal, writer: ModuleWriter): void {
  const [readAddress, writeAddress] = [writer.vector(node.readAddress), writer.vector(node.writeAddress)];
  const enable = node.read === 'registered' ? writer.enable(node.readEnable) : undefined;
  const depth = reachable(node.depth, readAddress.width, writeAddress.width);
  if (readAddress.constant !== undefined && readAddress.constant >= BigInt(depth)) {
    const zero = literal(0, node.width);
    if (node.read === 'direct') writer.drive(signal, zero);
    else writer.clocked.load(node.name, zero, enable);
    return;
  }
  const words = memory(`${node.name}_words`, node.width, depth, 'ram', node.style, writer);
  if (node.contents === undefined) clear(words, node, writer);
  else fill(words, node.contents.slice(0, depth), node.width, writer);
  const inside = isInside(writeAddress, depth);
  const condition = inside === undefined ? writer.read(node.writeEnable) : `${writer.read(node.writeEnable)} && ${inside}`;
  const target = `${words.name}[${resized(writeAddress, bitsFor(depth - 1), false)}]`;
  const write = `if (${condition}) ${target} <= ${writer.read(node.writeData)};`;
  const value = word(words, readAddress, node.width);
  if (node.read === 'direct') {
    writer.drive(signal, value);
    writer.clocked.block([write]);
  } else {
    writer.clocked.block([write, `${enable === undefined ? '' : `if (${enable}) `}${node.name} <= ${value};`]);
  }
}
