import { signedDigits } from '../arithmetic/digits.ts';
import type { LinearNode, Signal } from '../rtl/ir.ts';
import { shortCounts } from '../arithmetic/levels.ts';
import { addTree, addend, constantAddend, treeOf, type Addend } from './adder-tree.ts';
import { Operation } from './operation.ts';
import { countBits, levelsOf, type BitGroup } from './popcount.ts';
import { linearCells, writeBoth } from './slices.ts';
import { named, window, type Vector } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

export function linear(node: LinearNode, signal: Signal, writer: ModuleWriter): void {
  writeBoth(writer, linearCells(node, writer), () => portableLinear(node, signal, writer));
}

/** One row after another, each a tree of its own with the same latency. */
function portableLinear(node: LinearNode, signal: Signal, writer: ModuleWriter): void {
  const operation = new Operation(writer, signal, node, `${node.rows} weighted sums of ${node.columns} elements`);
  const arg = writer.vector(node.arg);
  const size = node.elementWidth;
  const elements = Array.from({ length: node.columns }, (_, column) => window(arg, column * size, size));
  const result = named(node.name, node.width);
  for (let row = 0; row < node.rows; row++) {
    const weights = node.matrix.subarray(row * node.columns, (row + 1) * node.columns);
    const finish = (expression: string, registers: number): void => {
      const target = result.part(row * node.resultWidth, node.resultWidth);
      const value = registers === 0 ? expression : operation.step(`row${row}`, node.resultWidth, expression, registers).part();
      writer.write(`assign ${target} = ${value};`);
      writer.write('');
    };
    (node.elementWidth === 1 ? rowOfBits : rowOfElements)(node, elements, weights, operation, `row${row}_`, finish);
  }
  operation.finish();
}

type Row = (
  node: LinearNode, elements: readonly Vector[], weights: Int32Array, operation: Operation, prefix: string,
  finish: (expression: string, registers: number) => void,
) => void;

const rowOfElements: Row = (node, elements, weights, operation, prefix, finish) => {
  const addends: Addend[] = [];
  weights.forEach((weight, column) => {
    for (const { shift, negative } of signedDigits(weight)) addends.push(addend(elements[column], node.signed, shift, negative));
  });
  addTree(operation, prefix, addends, node.resultWidth, operation.registersBehind(
    treeOf(addends, node.resultWidth, operation.writer.delays)), finish);
};

/**
 * Bits are counted, all of one weight together. Where adders are chains, bits to subtract are counted as their complements, less a constant:
 * then all bits of weight one can enter an adder as its carry.
 */
const rowOfBits: Row = (node, elements, weights, operation, prefix, finish) => {
  const { writer } = operation;
  const { delays } = writer;
  const groups = new Map<string, BitGroup & { bits: Vector[] }>();
  let constant = 0n;
  weights.forEach((weight, column) => {
    for (const { shift, negative } of signedDigits(node.signed ? -weight : weight)) {
      if (shift >= node.resultWidth) continue;
      const flips = negative && delays.chains;
      if (flips) constant -= 1n << BigInt(shift);
      const key = `${shift} ${negative && !flips}`;
      if (!groups.has(key)) groups.set(key, { bits: [], shift, negative: negative && !flips });
      groups.get(key)!.bits.push(flips ? complement(elements[column]) : elements[column]);
    }
  });
  const list = [...groups.values()];
  const ones = groups.get('0 false')?.bits ?? [];
  // One adder at most, that of the constant, takes no carry.
  const entering = ones.splice(0, shortCounts(ones.length, delays, 1).entering);
  const levels = levelsOf(list, node.resultWidth, delays, entering.length, constant === 0n ? 0 : 1);
  const [first, ...rest] = operation.registersBehind(levels);
  const later = (name: string, vector: Vector): Vector => (
    first === 0 ? vector : operation.step(`${prefix}${name}`, vector.width, vector.part(), first));
  const addends = countBits(operation, prefix, list, node.resultWidth, first);
  if (constant !== 0n) {
    const whole = constantAddend(constant);
    addends.push({ ...whole, vector: later('constant', whole.vector) });
  }
  addTree(operation, prefix, addends, node.resultWidth, rest, finish, entering.map((bit, index) => later(`bit_${index}`, bit)));
};

function complement(bit: Vector): Vector {
  return { width: 1, part: () => `~${bit.part()}` };
}
