import type { MultiplyNode, Signal, SumNode } from '../rtl/ir.ts';
import { productLevels } from '../arithmetic/levels.ts';
import { addTree, addend, constantAddend, treeOf } from './adder-tree.ts';
import { Operation } from './operation.ts';
import { range } from './text.ts';
import { named, resized, type Vector } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

export function sum(node: SumNode, signal: Signal, writer: ModuleWriter): void {
  const operation = new Operation(writer, signal, node, `sum of ${node.terms.length} term${node.terms.length === 1 ? '' : 's'}`);
  const terms = node.terms.map(({ arg, signed, shift, negative }) => addend(writer.vector(arg), signed, shift, negative));
  const addends = node.constant === 0n ? terms : [constantAddend(BigInt.asIntN(node.width, node.constant)), ...terms];
  const registers = operation.registersBehind(treeOf(addends, node.width, writer.delays));
  addTree(operation, '', addends, node.width, registers, (expression, last) => operation.result(expression, last));
  operation.finish();
}

/** One register before the operands from two stages on, one behind the product, the rest at the end: what a DSP block has. */
export function multiply(node: MultiplyNode, signal: Signal, writer: ModuleWriter): void {
  const operation = new Operation(writer, signal, node, 'product');
  if (node.stages > 1 && !writer.delays.multipliers) return multiplyInRows(node, operation);
  const early = node.stages > 1 ? 1 : 0;
  const operand = (vector: Vector, signed: boolean, suffix: string): string => {
    const width = Math.min(vector.width, node.width);
    const narrow = early === 0 ? vector : operation.step(`${suffix}_in`, width, vector.part(0, width), early);
    // A signed wire tells synthesis that the upper bits are copies of the sign.
    const name = writer.names.take(`${node.name}_${suffix}`);
    writer.write(`wire signed ${range(node.width)}${name} = ${resized(narrow, node.width, signed)};`);
    return named(name, node.width).part();
  };
  const left = operand(writer.vector(node.left), node.leftSigned, 'left');
  const right = operand(writer.vector(node.right), node.rightSigned, 'right');
  operation.result(`${left} * ${right}`, node.stages - early);
  operation.finish();
}

/** The wider factor where bits of the other are set, added up with registers between the adders. */
function multiplyInRows(node: MultiplyNode, operation: Operation): void {
  const { writer } = operation;
  const factors = [[writer.vector(node.left), node.leftSigned], [writer.vector(node.right), node.rightSigned]] as const;
  const [[wide, wideSigned], [narrow, narrowSigned]] = factors[0][0].width >= factors[1][0].width ? factors : [factors[1], factors[0]];
  const rows = Array.from({ length: Math.min(narrow.width, node.width) }, (_, place) => {
    const width = Math.min(wide.width, node.width - place);
    const chosen = width === 1 ? narrow.part(place, 1) : `{${width}{${narrow.part(place, 1)}}}`;
    const row = operation.step(`row${place}`, width, `${wide.part(0, width)} & ${chosen}`, 0);
    return addend(row, wideSigned && width === wide.width, place, narrowSigned && place === narrow.width - 1);
  });
  const registers = operation.registersBehind(productLevels(wide.width, rows.length, writer.delays));
  addTree(operation, '', rows, node.width, registers, (expression, last) => operation.result(expression, last));
  operation.finish();
}
