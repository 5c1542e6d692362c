import { dispatch, type OpTable } from '../../src/base/table.ts';
import { writeComment, writeList } from '../../src/base/text/write.ts';
import type { Design, Module, Node, Pipelined, Signal } from './ir.ts';

export interface PrintOptions {
  /** Show the first entries only of matrices, memories and levels. */
  readonly abbreviate?: boolean;
}

/**
 * The design as text, one line a signal: `  sum_1 : 12 = sum + signed %x << 2 - %y + 5 stages 1 enable %go`. Printed whole it is what
 * `parseDesign` reads.
 */
export function printDesign(design: Design, options: PrintOptions = {}): string {
  return design.modules.map((module) => printModule(module, options)).join('\n');
}

function printModule(module: Module, options: PrintOptions): string {
  const name = (signal: Signal): string => `%${module.nodes[signal].name}`;
  const list = (values: ArrayLike<number | bigint>): string => writeList(values, options.abbreviate === true);
  const instance = (index: number): string => module.instances[index].name;
  const view: View = { name, list, instance };
  const remark = ({ comment }: { readonly comment?: string }): string => (comment === undefined ? '' : `  ${writeComment(comment)}`);
  const lines = module.comment.map(writeComment);
  const parameters = Object.entries(module.template?.parameters ?? {}).map(([key, value]) => `${key}=${value}`);
  const template = module.template === undefined ? '' : ` template ${module.template.name}(${parameters.join(', ')})`;
  lines.push(`module ${module.name}${template} {`);
  for (const port of module.ports) {
    const driver = port.direction === 'output' || module.nodes[port.signal].name !== port.name ? ` = ${name(port.signal)}` : '';
    lines.push(`  ${port.direction} ${port.name} : ${port.width}${driver}`);
  }
  module.nodes.forEach((node) => {
    lines.push(`  ${node.name} : ${node.width} = ${dispatch(NODES, node, view)}${remark(node)}`);
  });
  for (const use of module.instances) {
    const inputs = Object.entries(use.inputs).map(([port, signal]) => `${port}=${name(signal)}`);
    lines.push(`  instance ${use.name} of ${use.module}(${inputs.join(', ')})${remark(use)}`);
  }
  lines.push('}', '');
  return lines.join('\n');
}

interface View {
  name(signal: Signal): string;
  list(values: ArrayLike<number | bigint>): string;
  instance(index: number): string;
}

function pipeline({ stages, enable }: Pipelined, { name }: View): string {
  if (stages === 0 && enable === undefined) return '';
  return ` stages ${stages}${enable === undefined ? '' : ` enable ${name(enable)}`}`;
}

function enabled(enable: Signal | undefined, { name }: View): string {
  return enable === undefined ? '' : ` enable ${name(enable)}`;
}

function read(signal: Signal, signed: boolean, { name }: View): string {
  return `${signed ? 'signed ' : ''}${name(signal)}`;
}

const NODES: OpTable<Node, string, [View]> = {
  input: () => 'input',
  constant: (node) => `constant ${node.value}`,
  slice: (node, { name }) => `slice ${name(node.arg)} from ${node.low}`,
  concat: (node, { name }) => `concat ${node.args.map(name).join(' ')}`,
  extend: (node, view) => `extend ${read(node.arg, node.signed, view)}`,
  not: (node, { name }) => `not ${name(node.arg)}`,
  bitwise: (node, { name }) => `${node.kind} ${node.args.map(name).join(' ')}`,
  reduce: (node, { name }) => `reduce-${node.kind} ${name(node.arg)}`,
  mux: (node, { name }) => `mux ${name(node.select)} of ${node.args.map(name).join(' ')}`,
  compare: (node, view) => `${node.kind} ${read(node.left, node.signed, view)} ${view.name(node.right)}`,
  shift: (node, { name }) => `shift-${node.kind} ${name(node.arg)} by ${name(node.amount)}`,
  lookup: (node, { name, list }) => `lookup ${name(node.index)} in ${list(node.contents)}`,
  sum: (node, view) => {
    const terms = node.terms.map(({ arg, negative, signed, shift }) =>
      `${negative ? '-' : '+'} ${read(arg, signed, view)}${shift > 0 ? ` << ${shift}` : ''}`);
    return `sum ${[...terms, `+ ${node.constant}`].join(' ')}${pipeline(node, view)}`;
  },
  multiply: (node, view) =>
    `multiply ${read(node.left, node.leftSigned, view)} ${read(node.right, node.rightSigned, view)}${pipeline(node, view)}`,
  popcount: (node, view) => `popcount ${view.name(node.arg)}${pipeline(node, view)}`,
  thresholds: (node, view) =>
    `thresholds ${read(node.arg, node.signed, view)} reaches ${view.list(node.levels)}${pipeline(node, view)}`,
  linear: (node, view) =>
    `linear ${read(node.arg, node.signed, view)} elements ${node.elementWidth} columns ${node.columns} rows ${node.rows} ` +
    `to ${node.resultWidth} by ${view.list(node.matrix)}${pipeline(node, view)}`,
  register: (node, view) =>
    `register ${view.name(node.next)}${enabled(node.enable, view)}${node.reset === undefined ? '' : ` reset ${node.reset}`}`,
  delay: (node, view) => `delay ${view.name(node.arg)} by ${node.cycles}${enabled(node.enable, view)}`,
  rom: (node, view) =>
    `rom ${node.style} at ${view.name(node.address)} of ${view.list(node.contents)}${enabled(node.enable, view)}`,
  ram: (node, view) =>
    `ram ${node.style} words ${node.depth} write ${view.name(node.writeData)} at ${view.name(node.writeAddress)} ` +
    `if ${view.name(node.writeEnable)} read ${node.read} at ${view.name(node.readAddress)}${enabled(node.readEnable, view)}` +
    (node.contents === undefined ? '' : ` of ${view.list(node.contents)}`),
  'instance-output': (node, { instance }) => `output ${node.port} of ${instance(node.instance)}`,
};
