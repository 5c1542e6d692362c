import { dispatch, type OpTable } from '../../src/base/table.ts';
import type { Design, Module, Node, Pipelined, Signal } from './ir.ts';

export interface PrintOptions {
  /** Show the first entries only of matrices, memories and levels. */
  readonly abbreviate?: boolean;
}

/** The design as text, one line a signal: `  sum_1 : 12 = sum + signed %x << 2 - %y + 5 stages 1 enable %go`. */
export function printDesign(design: Design, options: PrintOptions = {}): string {
  return design.modules.map((module) => printModule(module, options)).join('\n');
}

function printModule(module: Module, options: PrintOptions): string {
  const name = (signal: Signal): string => `%${module.nodes[signal].name}`;
  const list = (values: ArrayLike<number | bigint>): string => {
    const shown = options.abbreviate === true ? Math.min(values.length, 8) : values.length;
    const text = Array.from({ length: shown }, (_, i) => `${values[i]}`).join(' ');
    return `[${text}${shown < values.length ? ` … ${values.length} in all` : ''}]`;
  };
  const view: View = { name, list };
  const lines = module.comment.map((line) => `// ${line}`);
  const parameters = Object.entries(module.template?.parameters ?? {}).map(([key, value]) => `${key}=${value}`);
  lines.push(`module ${module.name}${module.template === undefined ? '' : ` template ${module.template.name}(${parameters.join(', ')})`} {`);
  for (const port of module.ports) lines.push(`  ${port.direction} ${port.name} : ${port.width}${port.direction === 'output' ? ` = ${name(port.signal)}` : ''}`);
  module.nodes.forEach((node) => {
    if (node.op === 'input') return;
    const comment = node.comment === undefined ? '' : `  // ${node.comment}`;
    lines.push(`  ${node.name} : ${node.width} = ${dispatch(NODES, node, view)}${comment}`);
  });
  for (const instance of module.instances) {
    const inputs = Object.entries(instance.inputs).map(([port, signal]) => `${port}=${name(signal)}`);
    lines.push(`  instance ${instance.name} of ${instance.module}(${inputs.join(', ')})`);
  }
  lines.push('}', '');
  return lines.join('\n');
}

interface View {
  name(signal: Signal): string;
  list(values: ArrayLike<number | bigint>): string;
}

function pipeline({ stages, enable }: Pipelined, { name }: View): string {
  return stages === 0 ? '' : ` stages ${stages}${enable === undefined ? '' : ` enable ${name(enable)}`}`;
}

function enabled(enable: Signal | undefined, { name }: View): string {
  return enable === undefined ? '' : ` enable ${name(enable)}`;
}

const NODES: OpTable<Node, string, [View]> = {
  input: () => 'input',
  constant: (node) => `constant ${node.value}`,
  slice: (node, { name }) => `slice ${name(node.arg)} from ${node.low}`,
  concat: (node, { name }) => `concat ${node.args.map(name).join(' ')}`,
  extend: (node, { name }) => `extend${node.signed ? ' signed' : ''} ${name(node.arg)}`,
  not: (node, { name }) => `not ${name(node.arg)}`,
  bitwise: (node, { name }) => `${node.kind} ${node.args.map(name).join(' ')}`,
  reduce: (node, { name }) => `reduce-${node.kind} ${name(node.arg)}`,
  mux: (node, { name }) => `mux ${name(node.select)} of ${node.args.map(name).join(' ')}`,
  compare: (node, { name }) => `${node.kind}${node.signed ? ' signed' : ''} ${name(node.left)} ${name(node.right)}`,
  shift: (node, { name }) => `shift-${node.kind} ${name(node.arg)} by ${name(node.amount)}`,
  lookup: (node, { name, list }) => `lookup ${name(node.index)} in ${list(node.contents)}`,
  sum: (node, view) => {
    const terms = node.terms.map((term) => `${term.negative ? '-' : '+'} ${term.signed ? 'signed ' : ''}${view.name(term.arg)}${term.shift > 0 ? ` << ${term.shift}` : ''}`);
    return `sum ${[...terms, `+ ${node.constant}`].join(' ')}${pipeline(node, view)}`;
  },
  multiply: (node, view) =>
    `multiply ${node.leftSigned ? 'signed ' : ''}${view.name(node.left)} ${node.rightSigned ? 'signed ' : ''}${view.name(node.right)}${pipeline(node, view)}`,
  popcount: (node, view) => `popcount ${view.name(node.arg)}${pipeline(node, view)}`,
  thresholds: (node, view) => `thresholds${node.signed ? ' signed' : ''} ${view.name(node.arg)} reaches ${view.list(node.levels)}${pipeline(node, view)}`,
  linear: (node, view) => `linear ${node.rows}x${node.columns} of ${node.signed ? 'signed ' : ''}${node.elementWidth}-bit elements of ${view.name(node.arg)} ` +
    `to ${node.resultWidth} bits by ${view.list(node.matrix)}${pipeline(node, view)}`,
  register: (node, view) => `register ${view.name(node.next)}${enabled(node.enable, view)}${node.reset === undefined ? '' : ` reset ${node.reset}`}`,
  delay: (node, view) => `delay ${view.name(node.arg)} by ${node.cycles}${enabled(node.enable, view)}`,
  rom: (node, view) => `rom ${node.style} at ${view.name(node.address)} of ${view.list(node.contents)}${enabled(node.enable, view)}`,
  ram: (node, view) => `ram ${node.style} ${node.depth} words, write ${view.name(node.writeData)} at ${view.name(node.writeAddress)} ` +
    `if ${view.name(node.writeEnable)}, read ${node.read} at ${view.name(node.readAddress)}${enabled(node.readEnable, view)}`,
  'instance-output': (node) => `output ${node.port} of instance ${node.instance}`,
};
