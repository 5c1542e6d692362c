import { dispatch, type OpTable } from '../base/table.ts';
import { writeList, writeName } from '../base/text/write.ts';
import type { FloatFields } from '../number/formats/float.ts';
import { ExpressionPrinter } from './expression-dump.ts';
import type { FixedGraph, FixedNode, IntegerType } from './ir.ts';

export interface PrintOptions {
  /** Every number, and how the host encodes and decodes: what `parseFixed` reads. Otherwise long lists are told by their extremes. */
  readonly complete?: boolean;
}

/** The graph as text, one line a node: `%3 dense_1 : [1,64] int[-784..784] = dot %2 rows 64 columns 784 weights -1..1`. */
export function printFixed(graph: FixedGraph, { complete = false }: PrintOptions = {}): string {
  const lines = [`fixed graph ${writeName(graph.name)}`];
  const view: View = complete
    ? { list: (values) => writeList(values, false), extremes: (values) => writeList(values, false) }
    : { list: (values) => writeList(values, true), extremes };
  graph.nodes.forEach((node, id) => {
    const code = (complete ? node.codes ?? [] : []).map(({ tensorName, scale, offset, order }) =>
      ` code ${writeName(tensorName)} ${scale} ${offset}${order === undefined ? '' : ` order ${view.list(order)}`}`).join('');
    lines.push(`  %${id} ${writeName(node.name)} : ${shape(node.shape)} ${printType(node.type)} = ${dispatch(OPERATORS, node, view)}${code}`);
    const origins = complete ? node.origins.map((origin) => JSON.stringify(origin)) : node.origins;
    if (origins.length > 0) lines.push(`      from ${origins.join(', ')}`);
  });
  const expressions = new ExpressionPrinter();
  const by = (expression: Parameters<ExpressionPrinter['name']>[0]): string => (complete ? ` by ${expressions.name(expression)}` : '');
  const inputs = graph.inputs.map((input) => `  input %${input.value} encodes ${writeName(input.source)}${by(input.encoder)}`);
  const outputs = graph.outputs.map((output) =>
    `  output %${output.value} decodes to ${writeName(output.target)} ${shape(output.shape)}${by(output.decoder)}`);
  return `${[...lines, ...expressions.lines, ...inputs, ...outputs].join('\n')}\n`;
}

/** `bipolar` or `int[low..high]`. */
export function printType(type: IntegerType): string {
  return type.bipolar ? 'bipolar' : `int[${type.low}..${type.high}]`;
}

function shape(extents: readonly number[]): string {
  return `[${extents.join(',')}]`;
}

interface View {
  list(values: ArrayLike<number | bigint>): string;
  extremes(values: ArrayLike<number>): string;
}

const OPERATORS: OpTable<FixedNode, string, [View]> = {
  input: () => 'input',
  gather: (node, { list }) => `gather ${node.args.map((arg) => `%${arg}`).join(' ')} ${list(node.index)}`,
  window: (node, { list }) => `window %${node.arg} image [${node.height},${node.width},${node.channels}] kernel ${shape(node.kernel)} ` +
    `stride ${shape(node.stride)} dilation ${shape(node.dilation)} pad ${shape(node.pad)} fill ${list(node.fill)} ${node.order}`,
  dot: (node, view) =>
    `dot %${node.arg}${node.groups === 1 ? '' : ` groups ${node.groups}`} rows ${node.rows} columns ${node.columns} ` +
    `weights ${view.extremes(node.weights)}` +
    (node.format === undefined ? '' : ` format ${JSON.stringify(node.format)}`) + (node.lmul === undefined ? '' : ` lmul ${printFields(node.lmul)}`) +
    (node.rewritable === undefined ? '' : ' rewritable'),
  threshold: (node, view) => `threshold %${node.arg} channels ${node.channels} steps ${node.steps} levels ${view.extremes(node.levels)}` +
    (node.falling.some(Boolean) ? ` falling ${view.list(node.falling.map(Number))}` : '') + (node.rewritable === undefined ? '' : ' rewritable'),
  table: (node, view) => `table %${node.arg} channels ${node.channels} contents ${view.extremes(node.contents)}`,
  requantize: (node, { list }) => `requantize %${node.arg} channels ${node.channels} multipliers ${list(node.multipliers)} ` +
    `offsets ${list(node.offsets)} shift ${node.shift} ${node.rounding}${node.overflow === undefined ? '' : ` ${node.overflow}`}` +
    (node.rewritable === undefined ? '' : ` rewritable ${node.rewritable.multiplierBits} ${node.rewritable.offsetBits}`),
  add: (node, { list }) => `add ${node.args.map((arg) => `%${arg}`).join(' ')} coefficients ${list(node.coefficients)}`,
  multiply: (node) => `multiply %${node.args[0]} %${node.args[1]}`,
  divide: (node) => `divide ${node.args.map((arg) => `%${arg}`).join(' ')} numerator ${node.numerator} offset ${node.offset} ` +
    `denominator ${node.denominator} ${node.rounding}`,
  'square-root': (node) => `square-root %${node.arg}`,
  state: (node, { list }) => `state initial ${list(node.initial)} next %${node.next}`,
  argument: (node) => `arg-${node.kind} %${node.arg} of ${node.length} ${node.tie}`,
  extreme: (node) => `${node.kind} %${node.arg} of ${node.length}`,
};

/** Exponent bits, mantissa bits, bias, and what the largest codes mean. */
function printFields({ exponentBits, mantissaBits, bias, specials }: FloatFields): string {
  return `${exponentBits} ${mantissaBits} ${bias} ${specials}`;
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
