import type { Instance, Module, Node, Signal } from '../rtl/ir.ts';
import type { ProductChoices } from '../arithmetic/product-plan.ts';
import type { CarryCell } from '../arithmetic/slice-verilog.ts';
import { withOperationCells } from './slices.ts';
import { productsWithOperation } from './taken-along.ts';
import { dispatch } from '../../src/base/table.ts';
import { operandsOf } from './operands.ts';
import { operators } from './operators.ts';
import { liveOrder } from './order.ts';
import { commentText, range, trailing } from './text.ts';
import { ModuleWriter, unused, type ClockWish } from './writer.ts';

/** What instantiation and the ports need to know about a module. */
export interface Clocking {
  /** It, or something below it, has state; then it has ports `ap_clk` and `ap_rst_n`. */
  readonly clocked: boolean;
  /** Something in it is connected to `ap_rst_n`. */
  readonly resettable: boolean;
}

/** Whether `module` has state, given what is known of the modules that it instantiates. */
export function clockingOf(module: Module, known: ReadonlyMap<string, Clocking>): Clocking {
  const below = module.instances.some(instance => known.get(instance.module)!.clocked);
  const live = liveOrder(module).map(signal => module.nodes[signal]);
  return {
    clocked: below || live.some(node => operandsOf(node).state),
    resettable: below || live.some(node => node.op === 'register' && node.reset !== undefined),
  };
}

/** A module in Verilog, and the contents of its large memories by file name. */
export function writeModule(
  module: Module, modules: ReadonlyMap<string, Module>, clocking: ReadonlyMap<string, Clocking>, carryCell?: CarryCell, wish?: ClockWish,
  products?: ProductChoices,
): { text: string; memoryFiles: ReadonlyMap<string, string> } {
  const result = module.ports.find(({ direction }) => direction === 'output')?.signal;
  const [product] = carryCell === undefined || module.instances.length > 0 || result === undefined || module.nodes[result].op !== 'concat'
    ? [] : productsWithOperation(module);
  const cells = product === undefined ? [] : withOperationCells(product, result!, new ModuleWriter(module, carryCell, wish, products));
  const writer = new ModuleWriter(module, product === undefined ? carryCell : undefined, wish, products);
  const order = liveOrder(module);
  const connected = connectedOutputs(module);
  for (const signal of order) declareEarly(module.nodes[signal], signal, writer);
  for (const signal of order) dispatch<Node, void, [Signal, ModuleWriter]>(operators, module.nodes[signal], signal, writer);
  connected.extra.forEach(([signal, source]) => writer.write(`assign ${module.nodes[signal].name} = ${writer.read(source)};`));
  const { clocked, resettable } = clocking.get(module.name)!;
  module.instances.forEach((instance, index) => {
    const target = modules.get(instance.module)!;
    writer.write(instantiate(instance, index, target, clocking.get(target.name)!.clocked, connected, writer));
  });
  const outputs = module.ports.filter(port => port.direction === 'output')
    .map(port => `assign ${port.name} = ${writer.read(port.signal)};`);
  const portable = writer.sections().map(({ title, lines }) => section(title, lines));
  const body = cells.length === 0 ? portable : [
    ['`ifdef SYNTHESIS', section('Cells of the target; the portable form below computes the same', cells), '`else'].join('\n'), ...portable, '`endif',
  ];
  if (outputs.length > 0) body.push(section('Outputs', outputs));
  const header = module.comment.map(line => `// ${commentText(line)}`.trimEnd());
  const head = [...header, `module ${module.name} (`, ...ports(module, writer, clocked, resettable), ');', ''];
  const text = [...head, body.join('\n\n'), '', 'endmodule', ''];
  return { text: text.join('\n'), memoryFiles: writer.memoryFiles };
}

/** Registers, and outputs of instances: whatever may be read before the text that drives it. */
function declareEarly(node: Node, signal: Signal, writer: ModuleWriter): void {
  if (node.op === 'instance-output' || node.op === 'linear') {
    writer.declare(signal, 'wire');
  } else if (operandsOf(node).state && !(node.op === 'ram' && node.read === 'direct')) {
    writer.declare(signal, 'reg', node.op === 'register' ? node.reset ?? 0n : 0n);
  }
}

/** Which signal each output of an instance goes to; a second signal for the same output follows the first. */
interface Connections {
  readonly first: ReadonlyMap<string, Signal>;
  readonly extra: readonly (readonly [Signal, Signal])[];
}

function connectedOutputs(module: Module): Connections {
  const first = new Map<string, Signal>();
  const extra: [Signal, Signal][] = [];
  module.nodes.forEach((node, signal) => {
    if (node.op !== 'instance-output') return;
    const key = `${node.instance} ${node.port}`;
    if (first.has(key)) extra.push([signal, first.get(key)!]);
    else first.set(key, signal);
  });
  return { first, extra };
}

function instantiate(
  instance: Instance, index: number, target: Module, clocked: boolean, connected: Connections, writer: ModuleWriter,
): string {
  const pins: [string, string][] = clocked ? [['ap_clk', 'ap_clk'], ['ap_rst_n', 'ap_rst_n']] : [];
  for (const port of target.ports) {
    if (port.direction === 'input') {
      pins.push([port.name, writer.read(instance.inputs[port.name])]);
    } else {
      const signal = connected.first.get(`${index} ${port.name}`);
      const wire = signal === undefined ? open(instance, port.name, port.width, writer) : writer.module.nodes[signal].name;
      pins.push([port.name, wire]);
    }
  }
  const parameters = Object.entries(target.template?.parameters ?? {}).map(([name, value]) => `.${name}(${value})`);
  const values = parameters.length === 0 ? '' : ` #(${parameters.join(', ')})`;
  const head = `${target.template?.name ?? target.name}${values} ${instance.name} (`;
  const comment = instance.comment === undefined ? [] : [`// ${commentText(instance.comment)}`];
  return ['', ...comment, head, pins.map(([name, value]) => `  .${name}(${value})`).join(',\n'), ');', ''].join('\n');
}

/** A wire for an output that nobody reads. */
function open(instance: Instance, port: string, width: number, writer: ModuleWriter): string {
  const name = writer.names.take(`${instance.name}_${port}_open`);
  unused(`wire ${range(width)}${name};`, 'nobody reads this output').forEach(line => writer.declareText(line));
  return name;
}

function ports(module: Module, writer: ModuleWriter, clocked: boolean, resettable: boolean): string[] {
  const lines: { text: string; comment: string; why?: string }[] = [];
  if (clocked) {
    lines.push({ text: 'input wire ap_clk', comment: '' });
    lines.push({ text: 'input wire ap_rst_n', comment: '', ...(resettable ? {} : { why: 'no register here has a reset' }) });
  }
  for (const port of module.ports) {
    const { comment } = module.nodes[port.signal];
    lines.push({
      text: `${port.direction} wire ${range(port.width)}${port.name}`,
      comment: port.direction === 'input' ? trailing(comment) : '',
      ...(port.direction === 'input' && !writer.isWhollyRead(port.signal) ? { why: 'not all of it is needed' } : {}),
    });
  }
  return lines.flatMap(({ text, comment, why }, index) => {
    const result = [`${text}${index === lines.length - 1 ? '' : ','}${comment}`];
    // Neighbours that need the same pragma share it.
    if (why !== undefined && lines[index - 1]?.why !== why) result.unshift(`/* verilator lint_off UNUSEDSIGNAL */ // ${why}`);
    if (why !== undefined && lines[index + 1]?.why !== why) result.push('/* verilator lint_on UNUSEDSIGNAL */');
    return result.map(line => `  ${line}`);
  });
}

/** The lines of a section, indented, with single empty lines between paragraphs. */
function section(title: string, texts: readonly string[]): string {
  const lines = texts.flatMap(text => text.split('\n'));
  const kept = lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== '' && index < lines.length - 1));
  return [`// ${title}`, ...kept].map(line => (line === '' ? '' : `  ${line}`)).join('\n');
}
