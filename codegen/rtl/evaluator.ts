import { dispatch, type OpTable } from '../../src/base/table.ts';
import { flatten, type FlatDesign } from './flatten.ts';
import type { Design, LinearNode, Node, Pipelined, Signal } from './ir.ts';
import { isState } from './order.ts';
import type { InputHandle, MemoryHandle, SignalHandle, Simulator } from './simulator.ts';

/**
 * The plain evaluator: it defines what the RTL IR means. Every signal is a big integer without sign; in each cycle all signals are
 * computed in order, at the clock edge all state changes at once.
 */
export function evaluateDesign(design: Design): Simulator {
  return new Evaluator(flatten(design));
}

const mask = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);

/** The number that a pattern of `width` bits stands for. */
function read(pattern: bigint, width: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(width, pattern) : pattern;
}

class Evaluator implements Simulator {
  private readonly values: bigint[];
  /** What a node with state holds beside its value: values on their way (delays, pipelines; newest first), or words (memories). */
  private readonly held: bigint[][];
  private readonly inputs = new Map<string, bigint>();
  private resetActive = false;
  private edges = 0;
  /** Whether all signals are those of the present inputs and state. */
  private settled = false;

  constructor(private readonly flat: FlatDesign) {
    this.values = new Array<bigint>(flat.nodes.length).fill(0n);
    this.held = flat.nodes.map(() => []);
    this.reset();
  }

  get cycle(): number {
    return this.edges;
  }

  reset(): void {
    this.edges = 0;
    this.settled = false;
    this.resetActive = false;
    this.inputs.clear();
    this.flat.nodes.forEach((node, signal) => {
      this.values[signal] = node.op === 'register' ? node.reset ?? 0n : 0n;
      this.held[signal] = initialState(node);
    });
    this.settle();
  }

  setReset(active: boolean): void {
    this.resetActive = active;
  }

  settle(): void {
    if (this.settled) return;
    for (const signal of this.flat.order) {
      const node = this.flat.nodes[signal];
      if (!isState(node)) this.values[signal] = this.compute(node, signal);
    }
    this.settled = true;
  }

  clock(): void {
    this.settle();
    const changes: { signal: Signal; value: bigint }[] = [];
    this.flat.nodes.forEach((node, signal) => {
      const value = this.next(node, signal);
      if (value !== undefined) changes.push({ signal, value });
    });
    for (const { signal, value } of changes) this.values[signal] = value;
    this.edges++;
    this.settled = false;
  }

  input(port: string): InputHandle {
    const signal = this.find(port);
    const { op, name, width } = this.flat.nodes[signal];
    if (op !== 'input' || name !== port) throw new Error(`${port} is no input port`);
    const set = (value: bigint): void => {
      this.inputs.set(port, mask(width, value));
      this.settled = false;
    };
    return { set, setNumber: (value) => set(BigInt(value)) };
  }

  signal(path: string): SignalHandle {
    const signal = this.find(path);
    const node = this.flat.nodes[signal];
    const state = isState(node);
    const get = (): bigint => {
      if (!state) this.settle();
      return this.values[signal];
    };
    return { width: node.width, get, getNumber: () => Number(get()) };
  }

  memory(path: string): MemoryHandle {
    const signal = this.find(path);
    const node = this.flat.nodes[signal];
    if (node.op === 'rom') return { depth: node.contents.length, width: node.width, get: (index) => node.contents[index] };
    if (node.op !== 'ram') throw new Error(`${path} is no memory`);
    return { depth: node.depth, width: node.width, get: (index) => this.held[signal][index] };
  }

  *signals(): Iterable<{ path: string; width: number }> {
    for (const [path, signal] of this.flat.paths) yield { path, width: this.flat.nodes[signal].width };
  }

  *memories(): Iterable<{ path: string; depth: number; width: number }> {
    for (const [path, signal] of this.flat.paths) {
      const node = this.flat.nodes[signal];
      if (node.op === 'rom') yield { path, depth: node.contents.length, width: node.width };
      if (node.op === 'ram') yield { path, depth: node.depth, width: node.width };
    }
  }

  private find(path: string): Signal {
    const signal = this.flat.paths.get(path);
    if (signal === undefined) throw new Error(`no signal is called ${path}`);
    return signal;
  }

  private enabled({ enable }: { readonly enable?: Signal }): boolean {
    return enable === undefined || this.values[enable] === 1n;
  }

  /** The value of a combinational node, or of a big operation's operands. */
  private compute(node: Node, signal: Signal): bigint {
    return mask(node.width, dispatch(VALUES, node, {
      at: (operand) => this.values[operand], width: (operand) => this.flat.nodes[operand].width,
      input: (name) => this.inputs.get(name) ?? 0n, word: (index) => this.held[signal][Number(index)] ?? 0n,
    }));
  }

  /** The node's value after the clock edge, if it has state that changes; moves what it holds. */
  private next(node: Node, signal: Signal): bigint | undefined {
    switch (node.op) {
      case 'register':
        if (this.resetActive && node.reset !== undefined) return node.reset;
        return this.enabled(node) ? this.values[node.next] : undefined;
      case 'delay': return this.enabled(node) ? this.passed(signal, this.values[node.arg]) : undefined;
      case 'rom': return this.enabled(node) ? node.contents[Number(this.values[node.address])] ?? 0n : undefined;
      case 'ram': {
        const reading = node.read === 'registered' && (node.readEnable === undefined || this.values[node.readEnable] === 1n);
        const old = this.held[signal][Number(this.values[node.readAddress])] ?? 0n;
        const address = Number(this.values[node.writeAddress]);
        if (this.values[node.writeEnable] === 1n && address < node.depth) this.held[signal][address] = this.values[node.writeData];
        return reading ? old : undefined;
      }
      case 'sum':
      case 'multiply':
      case 'popcount':
      case 'thresholds':
      case 'linear': return node.stages > 0 && this.enabled(node) ? this.passed(signal, this.compute(node, signal)) : undefined;
      case 'input':
      case 'constant':
      case 'slice':
      case 'concat':
      case 'extend':
      case 'not':
      case 'bitwise':
      case 'reduce':
      case 'mux':
      case 'compare':
      case 'shift':
      case 'lookup':
      case 'instance-output': return undefined;
    }
  }

  /** Puts a value in front of those on their way and takes the oldest. */
  private passed(signal: Signal, value: bigint): bigint {
    this.held[signal].unshift(value);
    return this.held[signal].pop()!;
  }
}

/** Zero everywhere but in memories with contents. A pipeline of n edges holds n - 1 values besides the one that it shows. */
function initialState(node: Node): bigint[] {
  const zeros = (count: number): bigint[] => new Array<bigint>(count).fill(0n);
  if (node.op === 'delay') return zeros(node.cycles - 1);
  if (node.op === 'ram') return node.contents === undefined ? zeros(node.depth) : [...node.contents];
  return 'stages' in node && (node as Pipelined).stages > 0 ? zeros((node as Pipelined).stages - 1) : [];
}

interface View {
  at(signal: Signal): bigint;
  width(signal: Signal): number;
  input(name: string): bigint;
  word(index: bigint): bigint;
}

/** Values before they are cut to the node's width. */
const VALUES: OpTable<Node, bigint, [View]> = {
  input: (node, { input }) => input(node.name),
  constant: (node) => node.value,
  slice: (node, { at }) => at(node.arg) >> BigInt(node.low),
  concat: (node, { at, width }) => {
    let text = '';
    for (const arg of node.args) text = at(arg).toString(2).padStart(width(arg), '0') + text;
    return BigInt(`0b${text}`);
  },
  extend: (node, { at, width }) => read(at(node.arg), width(node.arg), node.signed),
  not: (node, { at }) => ~at(node.arg),
  bitwise: (node, { at }) => node.args.map(at).reduce((a, b) => (node.kind === 'and' ? a & b : node.kind === 'or' ? a | b : a ^ b)),
  reduce: (node, { at, width }) => {
    const value = at(node.arg);
    if (node.kind === 'and') return value === mask(width(node.arg), -1n) ? 1n : 0n;
    if (node.kind === 'or') return value === 0n ? 0n : 1n;
    return countOnes(value) & 1n;
  },
  mux: (node, { at }) => {
    const select = at(node.select);
    return at(select < BigInt(node.args.length) ? node.args[Number(select)] : node.args[node.args.length - 1]);
  },
  compare: (node, { at, width }) => {
    const left = read(at(node.left), width(node.left), node.signed);
    const right = read(at(node.right), width(node.right), node.signed);
    const holds = { eq: left === right, ne: left !== right, lt: left < right, le: left <= right }[node.kind];
    return holds ? 1n : 0n;
  },
  shift: (node, { at }) => {
    // Shifting by more than the width is shifting everything out.
    const amount = at(node.amount) < BigInt(node.width) ? at(node.amount) : BigInt(node.width);
    if (node.kind === 'left') return at(node.arg) << amount;
    return read(at(node.arg), node.width, node.kind === 'right-signed') >> amount;
  },
  lookup: (node, { at }) => node.contents[Number(at(node.index))] ?? 0n,
  sum: (node, { at, width }) => node.terms.reduce((sum, term) => {
    const value = read(at(term.arg), width(term.arg), term.signed) << BigInt(term.shift);
    return term.negative ? sum - value : sum + value;
  }, node.constant),
  multiply: (node, { at, width }) =>
    read(at(node.left), width(node.left), node.leftSigned) * read(at(node.right), width(node.right), node.rightSigned),
  popcount: (node, { at }) => countOnes(at(node.arg)),
  thresholds: (node, { at, width }) => {
    const value = read(at(node.arg), width(node.arg), node.signed);
    return BigInt(node.levels.filter((level) => value >= level).length);
  },
  linear: (node, { at }) => linear(node, at(node.arg)),
  register: () => { throw new Error('a register is no combinational node'); },
  delay: () => { throw new Error('a delay is no combinational node'); },
  rom: () => { throw new Error('a rom is no combinational node'); },
  ram: (node, { at, word }) => word(at(node.readAddress)),
  'instance-output': () => { throw new Error('instances were flattened'); },
};

function countOnes(value: bigint): bigint {
  return BigInt(value.toString(2).replaceAll('0', '').length);
}

function linear(node: LinearNode, packed: bigint): bigint {
  const { elementWidth, signed, columns, rows, resultWidth, matrix } = node;
  const text = packed.toString(2).padStart(columns * elementWidth, '0');
  const elements = Array.from({ length: columns }, (_, column) => {
    const end = text.length - column * elementWidth;
    return read(BigInt(`0b${text.slice(end - elementWidth, end)}`), elementWidth, signed);
  });
  let result = '';
  for (let row = 0; row < rows; row++) {
    let sum = 0n;
    for (let column = 0; column < columns; column++) sum += BigInt(matrix[row * columns + column]) * elements[column];
    result = mask(resultWidth, sum).toString(2).padStart(resultWidth, '0') + result;
  }
  return BigInt(`0b${result}`);
}
