import type { MultiplyNode, Signal, SumNode } from '../rtl/ir.ts';
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
