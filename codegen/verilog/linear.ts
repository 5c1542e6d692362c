import { signedDigits } from '../arithmetic/digits.ts';
import type { LinearNode, Signal } from '../rtl/ir.ts';
import { addTree, addend, treeOf, type Addend } from './adder-tree.ts';
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

/** Bits are counted, all of one weight together. */
const rowOfBits: Row = (node, elements, weights, operation, prefix, finish) => {
  const groups = new Map<string, BitGroup & { bits: Vector[] }>();
  weights.forEach((weight, column) => {
    for (const { shift, negative } of signedDigits(node.signed ? -weight : weight)) {
      if (shift >= node.resultWidth) continue;
      const key = `${shift} ${negative}`;
      if (!groups.has(key)) groups.set(key, { bits: [], shift, negative });
      groups.get(key)!.bits.push(elements[column]);
    }
  });
  const list = [...groups.values()];
  const [first, ...rest] = operation.registersBehind(levelsOf(list, node.resultWidth, operation.writer.delays));
  addTree(operation, prefix, countBits(operation, prefix, list, node.resultWidth, first), node.resultWidth, rest, finish);
};
