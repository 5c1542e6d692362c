import {
  bitsFor, type Design, type Instance, type MemoryStyle, type Module, type Node, type Port, type RamNode, type Signal,
  type TemplateReference, type Term,
} from './ir.ts';
import { UniqueNames } from '../../src/base/names.ts';
import { mapOperands, operandsOf } from './operands.ts';

type Writable<T> = T extends unknown ? { -readonly [K in keyof T]: T[K] } : never;
type Omitted<T> = T extends unknown ? Omit<T, 'name'> & { name?: string } : never;

/** Names a signal and says what it is; without a name the builder makes one up. */
export interface Label {
  readonly name?: string;
  readonly comment?: string;
}

/** Latency of a big operation; absent means combinational. */
export interface Pipeline {
  readonly stages: number;
  readonly enable?: Signal;
}

export interface TermOptions { readonly signed?: boolean; readonly shift?: number; readonly negative?: boolean }

/** An addend for {@link ModuleBuilder.sum}. */
export function term(arg: Signal, { signed = false, shift = 0, negative = false }: TermOptions = {}): Term {
  return { arg, signed, shift, negative };
}

/**
 * Builds one module. Every method adds a node and returns its signal. Widths are checked as nodes are added; an `Error` here is a
 * fault of bitloom, not of the user's network.
 */
export class ModuleBuilder {
  private readonly nodes: Writable<Node>[] = [];
  private readonly ports: Port[] = [];
  private readonly instances: Instance[] = [];
  private readonly portsOfInstances: Module[] = [];
  /** By the name that was asked for, which need not be the one that was given. */
  private readonly instanceNumbers = new Map<string, number>();
  private readonly names = new UniqueNames(['ap_clk', 'ap_rst_n']);
  private readonly constants = new Map<string, Signal>();

  constructor(readonly name: string, readonly comment: readonly string[] = [], readonly template?: TemplateReference) {}

  width(signal: Signal): number {
    return this.nodes[signal].width;
  }

  nameOf(signal: Signal): string {
    return this.nodes[signal].name;
  }

  /** Gives an already built signal a better name. */
  rename(signal: Signal, name: string, comment?: string): Signal {
    this.nodes[signal].name = this.names.take(name);
    if (comment !== undefined) this.nodes[signal].comment = comment;
    return signal;
  }

  private add(node: Omitted<Node>, prefix: string): Signal {
    if (!Number.isInteger(node.width) || node.width < 1) throw new Error(`${this.name}: ${node.op} of width ${node.width}`);
    const name = this.names.take(node.name ?? prefix);
    return this.nodes.push({ ...node, name } as Writable<Node>) - 1;
  }

  private expectWidth(signal: Signal, width: number, what: string): void {
    const found = this.width(signal);
    if (found !== width) throw new Error(`${this.name}: ${what}: ${found} bits where ${width} are expected`);
  }

  input(name: string, width: number, comment?: string): Signal {
    const signal = this.add({ op: 'input', name, width, comment }, name);
    this.ports.push({ name: this.nodes[signal].name, direction: 'input', width, signal });
    return signal;
  }

  /** The port takes `name`; the signal that drives it keeps its own. */
  output(name: string, signal: Signal): void {
    this.ports.push({ name: this.names.take(name), direction: 'output', width: this.width(signal), signal });
  }

  constant(value: bigint | number, width: number): Signal {
    const bits = BigInt.asUintN(width, BigInt(value));
    const key = `${bits}:${width}`;
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const signal = this.add({ op: 'constant', width, value: bits }, 'constant');
    this.constants.set(key, signal);
    return signal;
  }

  slice(arg: Signal, low: number, width: number, label: Label = {}): Signal {
    if (low < 0 || low + width > this.width(arg)) throw new Error(`${this.name}: slice [${low} +: ${width}] of ${this.width(arg)} bits`);
    if (low === 0 && width === this.width(arg) && label.name === undefined) return arg;
    return this.add({ op: 'slice', arg, low, width, ...label }, 'part');
  }

  /** `args[0]` becomes least significant. */
  concat(args: readonly Signal[], label: Label = {}): Signal {
    if (args.length === 1 && label.name === undefined) return args[0];
    return this.add({ op: 'concat', args, width: args.reduce((sum, arg) => sum + this.width(arg), 0), ...label }, 'packed');
  }

  /** To exactly `width` bits: extended by zero or sign, or cut. */
  resize(arg: Signal, width: number, signed: boolean, label: Label = {}): Signal {
    if (width < this.width(arg)) return this.slice(arg, 0, width, label);
    if (width === this.width(arg) && label.name === undefined) return arg;
    return this.add({ op: 'extend', arg, width, signed, ...label }, 'wide');
  }

  not(arg: Signal, label: Label = {}): Signal {
    return this.add({ op: 'not', arg, width: this.width(arg), ...label }, 'inverted');
  }

  private bitwise(kind: 'and' | 'or' | 'xor', args: readonly Signal[], label: Label): Signal {
    if (args.length === 1 && label.name === undefined) return args[0];
    for (const arg of args) this.expectWidth(arg, this.width(args[0]), kind);
    return this.add({ op: 'bitwise', kind, args, width: this.width(args[0]), ...label }, kind === 'xor' ? 'differs' : kind === 'and' ? 'both' : 'either');
  }

  and(args: readonly Signal[], label: Label = {}): Signal { return this.bitwise('and', args, label); }
  or(args: readonly Signal[], label: Label = {}): Signal { return this.bitwise('or', args, label); }
  xor(args: readonly Signal[], label: Label = {}): Signal { return this.bitwise('xor', args, label); }

  reduce(kind: 'and' | 'or' | 'xor', arg: Signal, label: Label = {}): Signal {
    return this.add({ op: 'reduce', kind, arg, width: 1, ...label }, `${kind}_of`);
  }

  /** `args[select]`, the last where `select` is past the end. */
  mux(select: Signal, args: readonly Signal[], label: Label = {}): Signal {
    for (const arg of args) this.expectWidth(arg, this.width(args[0]), 'mux');
    return this.add({ op: 'mux', select, args, width: this.width(args[0]), ...label }, 'chosen');
  }

  compare(kind: 'eq' | 'ne' | 'lt' | 'le', left: Signal, right: Signal, signed = false, label: Label = {}): Signal {
    this.expectWidth(right, this.width(left), kind);
    return this.add({ op: 'compare', kind, signed, left, right, width: 1, ...label }, `is_${kind}`);
  }

  shift(kind: 'left' | 'right' | 'right-signed', arg: Signal, amount: Signal, label: Label = {}): Signal {
    return this.add({ op: 'shift', kind, arg, amount, width: this.width(arg), ...label }, 'shifted');
  }

  lookup(index: Signal, contents: readonly bigint[], width: number, label: Label = {}): Signal {
    return this.add({ op: 'lookup', index, contents, width, ...label }, 'entry');
  }

  sum(terms: readonly Term[], constant: bigint | number, width: number, pipeline: Pipeline = { stages: 0 }, label: Label = {}): Signal {
    return this.add({ op: 'sum', terms, constant: BigInt(constant), width, ...pipeline, ...label }, 'sum');
  }

  multiply(
    left: Signal, leftSigned: boolean, right: Signal, rightSigned: boolean, width: number,
    pipeline: Pipeline = { stages: 0 }, label: Label = {},
  ): Signal {
    return this.add({ op: 'multiply', left, leftSigned, right, rightSigned, width, ...pipeline, ...label }, 'product');
  }

  popcount(arg: Signal, pipeline: Pipeline = { stages: 0 }, label: Label = {}): Signal {
    return this.add({ op: 'popcount', arg, width: bitsFor(this.width(arg)), ...pipeline, ...label }, 'ones');
  }

  /** The number of `levels` (ascending) that `arg` reaches. */
  thresholds(arg: Signal, signed: boolean, levels: readonly bigint[], pipeline: Pipeline = { stages: 0 }, label: Label = {}): Signal {
    return this.add({ op: 'thresholds', arg, signed, levels, width: bitsFor(levels.length), ...pipeline, ...label }, 'level');
  }

  linear(
    arg: Signal,
    shape: { elementWidth: number; signed: boolean; columns: number; rows: number; resultWidth: number; matrix: Int32Array },
    pipeline: Pipeline = { stages: 0 }, label: Label = {},
  ): Signal {
    this.expectWidth(arg, shape.elementWidth * shape.columns, 'linear');
    if (shape.matrix.length !== shape.rows * shape.columns) throw new Error(`${this.name}: linear with ${shape.matrix.length} weights`);
    return this.add({ op: 'linear', arg, ...shape, width: shape.rows * shape.resultWidth, ...pipeline, ...label }, 'products');
  }

  /** Without `next`: a forward declaration, to be completed by {@link drive}. */
  register(width: number, options: { next?: Signal; enable?: Signal; reset?: bigint | number } & Label = {}): Signal {
    const { next = -1, enable, reset, ...label } = options;
    if (next >= 0) this.expectWidth(next, width, 'register');
    return this.add(
      { op: 'register', next, width, ...(enable === undefined ? {} : { enable }), ...(reset === undefined ? {} : { reset: BigInt(reset) }), ...label },
      'state',
    );
  }

  /** Completes a register declared without `next`. */
  drive(register: Signal, next: Signal, enable?: Signal): void {
    const node = this.nodes[register];
    if (node.op !== 'register' || node.next >= 0) throw new Error(`${this.name}: ${node.name} cannot be driven (again)`);
    this.expectWidth(next, node.width, `next value of ${node.name}`);
    node.next = next;
    if (enable !== undefined) node.enable = enable;
  }

  /** `arg` after `cycles` enabled clock edges; `arg` itself for 0. */
  delay(arg: Signal, cycles: number, enable?: Signal, label: Label = {}): Signal {
    if (cycles === 0) return arg;
    return this.add({ op: 'delay', arg, cycles, width: this.width(arg), ...(enable === undefined ? {} : { enable }), ...label }, 'delayed');
  }

  rom(address: Signal, contents: readonly bigint[], width: number, options: { enable?: Signal; style?: MemoryStyle } & Label = {}): Signal {
    const { style = 'auto', ...rest } = options;
    return this.add({ op: 'rom', address, contents, width, style, ...rest }, 'rom');
  }

  /** All operands must exist already; declare the registers that address it first. */
  ram(node: Omit<RamNode, 'op' | 'name' | 'width' | 'style'> & { style?: MemoryStyle } & Label): Signal {
    return this.add({ op: 'ram', style: 'auto', width: this.width(node.writeData), ...node }, 'ram');
  }

  /** Instantiates `module`; the result names its output ports. */
  instance(name: string, module: Module, inputs: Readonly<Record<string, Signal>>, comment?: string): Record<string, Signal> {
    for (const port of module.ports) {
      if (port.direction !== 'input') continue;
      if (inputs[port.name] === undefined) throw new Error(`${this.name}: ${name}: input ${port.name} of ${module.name} is open`);
      this.expectWidth(inputs[port.name], port.width, `${name}.${port.name}`);
    }
    const index = this.instances.push({ name: this.names.take(name), module: module.name, inputs: { ...inputs }, comment }) - 1;
    this.instanceNumbers.set(name, index);
    this.portsOfInstances.push(module);
    const outputs: Record<string, Signal> = {};
    for (const port of module.ports) {
      if (port.direction !== 'output') continue;
      outputs[port.name] = this.add(
        { op: 'instance-output', instance: index, port: port.name, width: port.width, name: `${name}_${port.name}` }, port.name,
      );
    }
    return outputs;
  }

  /** Makes the instance one of another module, whose used ports are the same. */
  replaceInstance(name: string, module: Module): void {
    const index = this.instanceNumbers.get(name);
    if (index === undefined) throw new Error(`${this.name}: no instance ${name}`);
    for (const port of module.ports) {
      if (port.direction === 'input') this.expectWidth(this.instances[index].inputs[port.name], port.width, `${name}.${port.name}`);
    }
    this.instances[index] = { ...this.instances[index], module: module.name };
    this.portsOfInstances[index] = module;
  }

  /** Connects an instance's input after the fact: `instance` takes a placeholder first where signals run in a ring (ready). */
  wire(width: number, label: Label = {}): Wire {
    const signal = this.add({ op: 'extend', arg: -1, signed: false, width, ...label }, 'wire');
    return {
      signal,
      connect: (source: Signal) => {
        this.expectWidth(source, width, 'wire');
        (this.nodes[signal] as Writable<Node> & { arg: Signal }).arg = source;
      },
    };
  }

  finish(): Module {
    for (const node of this.nodes) {
      if (node.op === 'register' && node.next < 0) throw new Error(`${this.name}: register ${node.name} has no next value`);
      if (node.op === 'extend' && node.arg < 0) throw new Error(`${this.name}: wire ${node.name} is not connected`);
    }
    return withoutDead({
      name: this.name, comment: this.comment, ports: this.ports, nodes: this.nodes as Node[], instances: this.instances,
      ...(this.template === undefined ? {} : { template: this.template }),
    });
  }
}

/** Drops nodes that neither a port nor an instance depends on; input ports stay. */
function withoutDead(module: Module): Module {
  const live = new Set<Signal>();
  const pending = [
    ...module.ports.map((port) => port.signal),
    ...module.instances.flatMap((instance) => Object.values(instance.inputs)),
  ];
  for (let signal = pending.pop(); signal !== undefined; signal = pending.pop()) {
    if (live.has(signal)) continue;
    live.add(signal);
    pending.push(...operandsOf(module.nodes[signal]));
  }
  const numbers = new Map<Signal, Signal>();
  module.nodes.forEach((_, signal) => {
    if (live.has(signal)) numbers.set(signal, numbers.size);
  });
  const number = (signal: Signal): Signal => numbers.get(signal)!;
  return {
    ...module,
    ports: module.ports.map((port) => ({ ...port, signal: number(port.signal) })),
    nodes: module.nodes.filter((_, signal) => live.has(signal)).map((node) => mapOperands(node, number)),
    instances: module.instances.map((instance) => ({
      ...instance, inputs: Object.fromEntries(Object.entries(instance.inputs).map(([port, signal]) => [port, number(signal)])),
    })),
  };
}

/** A signal that is used before its source exists. */
export interface Wire {
  readonly signal: Signal;
  connect(source: Signal): void;
}

/** Collects modules; those with equal names must be the same module. */
export class DesignBuilder {
  private readonly modules = new Map<string, Module>();

  add(module: Module): Module {
    if (!this.modules.has(module.name)) this.modules.set(module.name, module);
    return this.modules.get(module.name)!;
  }

  has(name: string): boolean {
    return this.modules.has(name);
  }

  finish(): Design {
    return { modules: [...this.modules.values()] };
  }
}
