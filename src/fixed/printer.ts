import { dispatch, type OpTable } from '../base/table.ts';
import type { FixedGraph, FixedNode, IntegerType } from './ir.ts';

/** The graph as text, one line a node: `%3 dense_1 : [1,64] int[-784..784] = dot %2 64x784 weights -1..1`. */
export function printFixed(graph: FixedGraph): string {
  const lines = [`fixed graph ${graph.name}`];
  graph.nodes.forEach((node, id) => {
    lines.push(`  %${id} ${node.name} : [${node.shape.join(',')}] ${printType(node.type)} = ${dispatch(OPERATORS, node)}`);
    if (node.origins.length > 0) lines.push(`      from ${node.origins.join(', ')}`);
  });
  for (const input of graph.inputs) lines.push(`  input %${input.value} encodes ${input.source}`);
  for (const output of graph.outputs) lines.push(`  output %${output.value} decodes to ${output.target} [${output.shape.join(',')}]`);
  return `${lines.join('\n')}\n`;
}

/** `bipolar` or `int[low..high]`. */
export function printType(type: IntegerType): string {
  return type.bipolar ? 'bipolar' : `int[${type.low}..${type.high}]`;
}

const OPERATORS: OpTable<FixedNode, string> = {
  input: () => 'input',
  gather: (node) => `gather ${node.args.map((arg) => `%${arg}`).join(', ')} [${abbreviate(node.index)}]`,
  window: (node) => `window %${node.arg} ${node.height}x${node.width}x${node.channels} kernel ${node.kernel.join('x')} stride ` +
    `${node.stride.join('x')} dilation ${node.dilation.join('x')} pad [${node.pad.join(', ')}] fill [${abbreviate(node.fill)}] ${node.order}`,
  dot: (node) => `dot %${node.arg} ${node.groups === 1 ? '' : `${node.groups} of `}${node.rows}x${node.columns} ` +
    `weights ${extremes(node.weights)}${node.format === undefined ? '' : ` ${node.format}`}${node.lmul === undefined ? '' : ' lmul'}`,
  threshold: (node) => `threshold %${node.arg} ${node.channels} x ${node.steps} levels ${extremes(node.levels)}` +
    (node.falling.some(Boolean) ? ` falling ${node.falling.filter(Boolean).length}` : ''),
  table: (node) => `table %${node.arg} ${node.channels} x ${node.contents.length / node.channels} entries`,
  requantize: (node) => `requantize %${node.arg} (x * [${abbreviate(node.multipliers)}] + [${abbreviate(node.offsets)}]) / 2^${node.shift} ${node.rounding}${node.overflow === undefined ? '' : ' wrap'}`,
  add: (node) => `add ${node.args.map((arg, i) => `${node.coefficients[i]} * %${arg}`).join(' + ')}`,
  multiply: (node) => `multiply %${node.args[0]} * %${node.args[1]}`,
  argument: (node) => `arg-${node.kind} %${node.arg} of ${node.length} ${node.tie}`,
  extreme: (node) => `${node.kind} %${node.arg} of ${node.length}`,
};

function abbreviate(list: ArrayLike<number | bigint>): string {
  const shown = Array.from({ length: Math.min(list.length, 8) }, (_, i) => String(list[i]));
  return shown.join(', ') + (list.length > 8 ? `, … ${list.length} in all` : '');
}

function extremes(list: ArrayLike<number>): string {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < list.length; i++) {
    if (list[i] < low) low = list[i];
    if (list[i] > high) high = list[i];
  }
  return `${low}..${high}`;
}
