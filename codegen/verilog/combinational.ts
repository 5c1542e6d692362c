import type { BitwiseNode, CompareNode, MuxNode, Node, ReduceNode, ShiftNode, Signal } from '../rtl/ir.ts';
import type { OpTable } from '../../src/base/table.ts';
import { chunks, concatenation, literal } from './text.ts';
import { joined, resized, type Vector } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

/** Operands of one expression; longer lists are split into named parts, which keeps tools from recursing deep. */
const LONGEST_LIST = 64;

type Combinational = Extract<Node, {
  op: 'input' | 'constant' | 'slice' | 'concat' | 'extend' | 'not' | 'bitwise' | 'reduce' | 'mux' | 'compare' | 'shift';
}>;

/** Writes the node as a wire. */
export const combinational: OpTable<Combinational, void, [Signal, ModuleWriter]> = {
  input: () => {},
  constant: () => {},
  slice: (node, signal, writer) => {
    if (!writer.isInlined(node)) writer.drive(signal, writer.vector(node.arg).part(node.low, node.width));
  },
  concat: (node, signal, writer) => {
    writer.drive(signal, concat(node.name, joined(node.args.map(arg => writer.vector(arg))), writer));
  },
  extend: (node, signal, writer) => writer.drive(signal, resized(writer.vector(node.arg), node.width, node.signed)),
  not: (node, signal, writer) => writer.drive(signal, `~${writer.read(node.arg)}`),
  bitwise: (node, signal, writer) => writer.drive(signal, bitwise(node, writer)),
  reduce: (node, signal, writer) => writer.drive(signal, `${operatorOf(node)}${writer.read(node.arg)}`),
  mux: (node, signal, writer) => writer.drive(signal, mux(node, writer)),
  compare: (node, signal, writer) => writer.drive(signal, compare(node, writer)),
  shift: (node, signal, writer) => writer.drive(signal, shift(node, writer)),
};

function operatorOf({ kind }: BitwiseNode | ReduceNode): string {
  return { and: '&', or: '|', xor: '^' }[kind];
}

/** The parts side by side, the first least significant. */
function concat(name: string, parts: readonly Vector[], writer: ModuleWriter): string {
  if (parts.length <= LONGEST_LIST) return concatenation(parts.map(part => part.part()));
  return concat(name, chunks(parts, LONGEST_LIST).map(group => {
    const width = group.reduce((sum, part) => sum + part.width, 0);
    return writer.wire(`${name}_group`, width, concatenation(group.map(part => part.part())));
  }), writer);
}

function bitwise(node: BitwiseNode, writer: ModuleWriter): string {
  const operator = ` ${operatorOf(node)} `;
  let texts = node.args.map(arg => writer.read(arg));
  while (texts.length > LONGEST_LIST) {
    texts = chunks(texts, LONGEST_LIST).map(group => writer.wire(`${node.name}_group`, node.width, group.join(operator)).part());
  }
  return texts.join(operator);
}

/** Few choices are compared one by one; many are halved bit by bit of `select`, one named level a bit. */
function mux(node: MuxNode, writer: ModuleWriter): string {
  const select = writer.vector(node.select);
  const reachable = node.args.slice(0, select.width < 31 ? 2 ** select.width : node.args.length);
  const last = reachable.length - 1;
  if (select.constant !== undefined) {
    return writer.read(reachable[select.constant < BigInt(last) ? Number(select.constant) : last]);
  }
  if (reachable.length <= 4) {
    const choices = reachable.slice(0, last).map((arg, index) => `${isEqual(select, index)} ? ${writer.read(arg)} : `);
    return `${choices.join('')}${writer.read(reachable[last])}`;
  }
  let level = reachable.map(arg => writer.read(arg));
  const past = level[last];
  const bits = Math.ceil(Math.log2(level.length));
  for (let bit = 0; bit < bits; bit++) {
    const halves = chunks(level, 2).map(([low, high]) => [low, high ?? past]);
    const condition = select.part(bit, 1);
    level = halves.map(([low, high]) => {
      if (low === high) return low;
      const text = `${condition} ? ${high} : ${low}`;
      return writer.wire(`${node.name}_bit${bit}`, node.width, text).part();
    });
  }
  return select.width > bits ? `|${select.part(bits)} ? ${past} : ${level[0]}` : level[0];
}

function isEqual(vector: Vector, value: number): string {
  if (vector.width > 1) return `${vector.part()} == ${literal(value, vector.width)}`;
  return value === 1 ? vector.part() : `!${vector.part()}`;
}

function compare(node: CompareNode, writer: ModuleWriter): string {
  const [left, right] = [writer.vector(node.left), writer.vector(node.right)];
  if (node.kind === 'eq' || node.kind === 'ne') return `${left.part()} ${node.kind === 'eq' ? '==' : '!='} ${right.part()}`;
  return isLess(left, right, node.signed, node.kind === 'le');
}

/** left < right, or left <= right; comparisons that hold for every value, or for none, are constants. */
function isLess(left: Vector, right: Vector, signed: boolean, orEqual: boolean): string {
  const half = 1n << BigInt(left.width - 1);
  const [smallest, largest] = signed ? [half, half - 1n] : [0n, 2n * half - 1n];
  if (orEqual ? left.constant === smallest || right.constant === largest : false) return literal(1, 1);
  if (orEqual ? false : left.constant === largest || right.constant === smallest) return literal(0, 1);
  const [a, b] = [left, right].map(side => (signed ? `$signed(${side.part()})` : side.part()));
  return `${a} ${orEqual ? '<=' : '<'} ${b}`;
}

/** Amounts past the width shift everything out; only as many of their bits as matter go into the shifter. */
function shift(node: ShiftNode, writer: ModuleWriter): string {
  const [arg, amount] = [writer.vector(node.arg), writer.vector(node.amount)];
  const signed = node.kind === 'right-signed';
  const operand = signed ? `$signed(${arg.part()})` : arg.part();
  const operator = { left: '<<', right: '>>', 'right-signed': '>>>' }[node.kind];
  const bits = Math.max(1, Math.ceil(Math.log2(node.width + 1)));
  if (amount.width <= bits) return `${operand} ${operator} ${amount.part()}`;
  const wire = writer.wire(`${node.name}_inside`, node.width, `${operand} ${operator} ${amount.part(0, bits)}`);
  const out = signed ? `{${node.width}{${arg.part(node.width - 1, 1)}}}` : literal(0, node.width);
  return `|${amount.part(bits)} ? ${out} : ${wire.part()}`;
}
