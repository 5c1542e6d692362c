import { evaluationOrder } from './order.ts';
import { topModule, type Design, type Instance, type Module, type Node, type Signal } from './ir.ts';
import { mapOperands } from './operands.ts';

/** A design without hierarchy: operands name flat signals. */
export interface FlatDesign {
  /** Every node but `instance-output`; names are paths. Inner `input` nodes are gone, only those of the top module are left. */
  readonly nodes: readonly Node[];
  /** Signals in the order in which they can be computed in a cycle; nodes whose value is state come first. */
  readonly order: readonly Signal[];
  /** The flat signal of every path: all signals and all output ports of all modules. */
  readonly paths: ReadonlyMap<string, Signal>;
  /** The signals that drive the top module's output ports, by their names. */
  readonly outputs: ReadonlyMap<string, Signal>;
}

/** One use of a module; its signal s has the number `base` + s among all signals of all uses. */
interface Place {
  readonly module: Module;
  readonly prefix: string;
  readonly base: number;
  readonly parent?: { readonly place: Place; readonly instance: Instance };
  readonly children: Place[];
}

/**
 * Inlines all instances, in time linear in the size of the result. Contents and matrices are shared with the design.
 * @throws Error on a combinational loop, naming the signals in it
 */
export function flatten(design: Design): FlatDesign {
  const places = placesOf(design);
  const last = places[places.length - 1];
  const source = new Int32Array(last.base + last.module.nodes.length).fill(-1);
  for (const place of places) linkInputs(place, source);
  for (const place of places) linkOutputs(place, source);
  resolve(source, (signal) => nameOf(places, signal));

  const numbers = new Int32Array(source.length);
  let count = 0;
  source.forEach((from, signal) => { if (from === signal) numbers[signal] = count++; });
  source.forEach((from, signal) => { numbers[signal] = numbers[from]; });
  const nodes: Node[] = [];
  const paths = new Map<string, Signal>();
  for (const { module, prefix, base } of places) {
    const number = (signal: Signal): Signal => numbers[base + signal];
    module.nodes.forEach((node, signal) => {
      paths.set(prefix + node.name, number(signal));
      if (source[base + signal] === base + signal) nodes.push({ ...mapOperands(node, number), name: prefix + node.name });
    });
    for (const port of module.ports) if (port.direction === 'output') paths.set(prefix + port.name, number(port.signal));
  }
  const ports = places[0].module.ports.filter((port) => port.direction === 'output');
  const outputs = new Map(ports.map((port) => [port.name, numbers[port.signal]]));
  return { nodes, order: evaluationOrder(nodes), paths, outputs };
}

/** All uses of modules, the top module first, users before what they use. */
function placesOf(design: Design): Place[] {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const places: Place[] = [{ module: topModule(design), prefix: '', base: 0, children: [] }];
  let base = places[0].module.nodes.length;
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    for (const instance of place.module.instances) {
      const module = modules.get(instance.module);
      if (module === undefined) throw new Error(`${place.module.name}: ${instance.name}: no module is called ${instance.module}`);
      const child: Place = { module, prefix: `${place.prefix}${instance.name}.`, base, parent: { place, instance }, children: [] };
      base += module.nodes.length;
      place.children.push(child);
      places.push(child);
    }
  }
  return places;
}

/** Inputs of an instance stand for signals of its user, all other signals for themselves. */
function linkInputs({ module, base, parent }: Place, source: Int32Array): void {
  module.nodes.forEach((_, signal) => { source[base + signal] = base + signal; });
  if (parent === undefined) return;
  for (const port of module.ports) {
    if (port.direction === 'input') source[base + port.signal] = parent.place.base + parent.instance.inputs[port.name];
  }
}

/** Outputs of an instance stand for the signals that drive them inside. */
function linkOutputs({ module, base, children }: Place, source: Int32Array): void {
  const driver = children.map((child) => new Map(child.module.ports.map((port) => [port.name, child.base + port.signal])));
  module.nodes.forEach((node, signal) => {
    if (node.op === 'instance-output') source[base + signal] = driver[node.instance].get(node.port)!;
  });
}

/** Follows chains of stand-ins to their ends, each link once. */
function resolve(source: Int32Array, name: (signal: Signal) => string): void {
  const FOLLOWED = -1;
  for (let start = 0; start < source.length; start++) {
    const chain: Signal[] = [];
    let at = start;
    for (let next = source[at]; next !== at; next = source[at]) {
      if (next === FOLLOWED) throw new Error(`combinational loop: ${chain.slice(chain.indexOf(at)).map(name).join(' <- ')}`);
      chain.push(at);
      source[at] = FOLLOWED;
      at = next;
    }
    for (const signal of chain) source[signal] = at;
  }
}

function nameOf(places: readonly Place[], signal: Signal): string {
  const place = places.find(({ base, module }) => signal >= base && signal < base + module.nodes.length)!;
  return place.prefix + place.module.nodes[signal - place.base].name;
}
