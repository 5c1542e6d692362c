import { mapOperands, operandsOf } from './operands.ts';
import { topModule, type Design, type Module, type Node, type Signal } from './ir.ts';

/** A design without hierarchy: operands name flat signals. */
export interface FlatDesign {
  /** Every node but `instance-output`; names are paths. Inner `input` nodes are gone, only those of the top module are left. */
  readonly nodes: readonly Node[];
  /** Signals in the order in which they can be computed in a cycle; nodes whose value is state come first. */
  readonly order: readonly Signal[];
  /** The flat signal of every path: all signals of all modules, and the top module's output ports. */
  readonly paths: ReadonlyMap<string, Signal>;
}

/**
 * Inlines all instances.
 * @throws Error on a combinational loop, naming the signals in it
 */
export function flatten(design: Design): FlatDesign {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const nodes: Node[] = [];
  const aliases = new Map<Signal, Signal>();
  const paths = new Map<string, Signal>();

  // Every signal of every instance gets a number first; those that only pass a value on become aliases and are resolved at the end.
  const place = (module: Module, prefix: string, inputs: Readonly<Record<string, Signal>> | undefined): Record<string, Signal> => {
    const base = nodes.length;
    const flat = (signal: Signal): Signal => base + signal;
    for (const node of module.nodes) {
      paths.set(prefix + node.name, nodes.length);
      nodes.push({ ...mapOperands(node, flat), name: prefix + node.name });
    }
    if (inputs !== undefined) {
      module.ports.forEach((port) => {
        if (port.direction === 'input') aliases.set(flat(port.signal), inputs[port.name]);
      });
    }
    const outputs = module.instances.map((instance) => place(
      modules.get(instance.module)!, `${prefix}${instance.name}.`,
      Object.fromEntries(Object.entries(instance.inputs).map(([port, signal]) => [port, flat(signal)])),
    ));
    module.nodes.forEach((node, signal) => {
      if (node.op === 'instance-output') aliases.set(flat(signal), outputs[node.instance][node.port]);
    });
    const ports = module.ports.filter((port) => port.direction === 'output').map((port): [string, Signal] => [port.name, flat(port.signal)]);
    if (inputs === undefined) for (const [name, signal] of ports) paths.set(name, signal);
    return Object.fromEntries(ports);
  };
  place(topModule(design), '', undefined);
  return compact(nodes, aliases, paths);
}

/** Replaces aliases by what they stand for and numbers the rest anew. */
function compact(nodes: readonly Node[], aliases: ReadonlyMap<Signal, Signal>, paths: ReadonlyMap<string, Signal>): FlatDesign {
  const source = (signal: Signal): Signal => {
    let at = signal;
    for (let steps = 0; aliases.has(at); at = aliases.get(at)!) {
      if (++steps > aliases.size) throw new Error(`combinational loop through ${nodes[signal].name}`);
    }
    return at;
  };
  const numbers = new Int32Array(nodes.length).fill(-1);
  let count = 0;
  for (let signal = 0; signal < nodes.length; signal++) if (!aliases.has(signal)) numbers[signal] = count++;
  const resolve = (signal: Signal): Signal => numbers[source(signal)];
  const flat = nodes.filter((_, signal) => !aliases.has(signal)).map((node) => mapOperands(node, resolve));
  return {
    nodes: flat, order: evaluationOrder(flat),
    paths: new Map([...paths].map(([path, signal]) => [path, resolve(signal)])),
  };
}

/** Whether the node's value in a cycle is state, given by earlier cycles alone. */
export function isState(node: Node): boolean {
  switch (node.op) {
    case 'register':
    case 'delay':
    case 'rom': return true;
    case 'ram': return node.read === 'registered';
    case 'sum':
    case 'multiply':
    case 'popcount':
    case 'thresholds':
    case 'linear': return node.stages > 0;
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
    case 'instance-output': return false;
  }
}

/** The operands that the node's value in this cycle depends on. */
function combinationalOperands(node: Node): readonly Signal[] {
  if (isState(node)) return [];
  return node.op === 'ram' ? [node.readAddress] : operandsOf(node);
}

function evaluationOrder(nodes: readonly Node[]): Signal[] {
  const UNSEEN = 0;
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(nodes.length);
  const order: Signal[] = [];
  nodes.forEach((node, signal) => {
    if (!isState(node)) return;
    state[signal] = DONE;
    order.push(signal);
  });
  for (let root = 0; root < nodes.length; root++) {
    if (state[root] !== UNSEEN) continue;
    const stack = [{ signal: root, operands: combinationalOperands(nodes[root]), next: 0 }];
    state[root] = OPEN;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next === top.operands.length) {
        state[top.signal] = DONE;
        order.push(top.signal);
        stack.pop();
        continue;
      }
      const operand = top.operands[top.next++];
      if (state[operand] === DONE) continue;
      if (state[operand] === OPEN) {
        const loop = stack.slice(stack.findIndex((entry) => entry.signal === operand)).map((entry) => nodes[entry.signal].name);
        throw new Error(`combinational loop: ${loop.join(' <- ')}`);
      }
      state[operand] = OPEN;
      stack.push({ signal: operand, operands: combinationalOperands(nodes[operand]), next: 0 });
    }
  }
  return order;
}
