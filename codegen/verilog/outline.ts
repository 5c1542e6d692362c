import type { Design, Instance, InstanceOutputNode, LinearNode, Module, Node, PopcountNode, Port, Signal, SumNode, ThresholdsNode } from '../rtl/ir.ts';
import { agreementOf } from './agreement.ts';
import { productsWithOperation, type WithOperation } from './taken-along.ts';
import { UniqueNames } from '../../src/base/names.ts';

/** Popcounts of more bits than this become modules of their own, one for each width and latency. */
const WIDEST_INLINE_POPCOUNT = 64;

type Outlined = LinearNode | PopcountNode;

/** What is made of the operations besides modules. */
export interface OutlineOptions {
  /** Popcounts of so many bits stay where they are. */
  readonly widestInline?: number;
  /** A popcount takes the XNOR before it along. */
  readonly agreements?: boolean;
  /** A linear operation takes comparisons of its rows, or constants added to them, along where nothing else is read of them. */
  readonly operations?: boolean;
}

/**
 * Moves each linear operation and wide popcount into a module of its own; the signal keeps its name.
 */
export function outlineBigOperations(
  design: Design, { widestInline = WIDEST_INLINE_POPCOUNT, agreements = false, operations = false }: OutlineOptions = {},
): Design {
  const templates = design.modules.flatMap(({ template }) => (template === undefined ? [] : [template.name]));
  const names = new UniqueNames([...design.modules.map(({ name }) => name), ...templates]);
  const shared = new Map<string, Module>();
  const modules: Module[] = [];
  for (const module of design.modules) {
    const instances: Instance[] = [...module.instances];
    const instanceNames = new UniqueNames([...module.nodes, ...module.ports, ...module.instances].map(({ name }) => name));
    const outline = (node: Outlined, wish: string, compared?: readonly [Signal, Signal]): InstanceOutputNode => {
      const key = node.op === 'popcount' ? wish : `${module.name}/${node.name}`;
      if (!shared.has(key)) {
        shared.set(key, moduleOf(node, compared, names.take(wish), module));
        modules.push(shared.get(key)!);
      }
      const { width, comment, arg, enable } = node;
      const read: Record<string, Signal> = compared === undefined ? { arg } : { left: compared[0], right: compared[1] };
      const inputs: Instance['inputs'] = enable === undefined || node.stages === 0 ? read : { ...read, enable };
      const name = instanceNames.take(`${node.name}_unit`);
      const index = instances.push({ name, module: shared.get(key)!.name, inputs }) - 1;
      const said = comment === undefined ? {} : { comment };
      return { op: 'instance-output', name: node.name, width, instance: index, port: 'result', ...said };
    };
    const products = operations && module.template === undefined ? productsWithOperation(module) : [];
    const taken = new Map<Signal, Node>(products.flatMap(each => {
      const name = names.take(`${module.name}_${module.nodes[each.linear].name}`);
      const product = moduleWithOperations(each, name, module);
      modules.push(product);
      return replacements(each, module, { name: product.name, instances, instanceNames });
    }));
    const nodes = module.template !== undefined ? module.nodes : module.nodes.map((node, signal): Node => {
      if (taken.has(signal)) return taken.get(signal)!;
      if (node.op === 'linear') return outline(node, `${module.name}_${node.name}`);
      if (node.op !== 'popcount') return node;
      const width = module.nodes[node.arg].width;
      if (width <= widestInline) return node;
      const compared = agreements ? agreementOf(module.nodes, node.arg) : undefined;
      return outline(node, popcountName(node, width, compared === undefined ? 'popcount' : 'agreements'), compared);
    });
    modules.push({ ...module, nodes, instances });
  }
  return { modules };
}

function popcountName(node: PopcountNode, width: number, what: string): string {
  const stages = node.stages === 0 ? '' : `_s${node.stages}${node.enable === undefined ? '' : '_enabled'}`;
  return `${what}_${width}${stages}`;
}

function moduleOf(node: Outlined, compared: readonly [Signal, Signal] | undefined, name: string, parent: Module): Module {
  const width = parent.nodes[node.arg].width;
  const enabled = node.stages > 0 && node.enable !== undefined;
  const read = compared === undefined ? ['arg'] : ['left', 'right'];
  const nodes: Node[] = read.map(input => ({ op: 'input', name: input, width }));
  const ports: Port[] = read.map((input, signal) => ({ name: input, direction: 'input', width, signal }));
  const enable = enabled ? nodes.push({ op: 'input', name: 'enable', width: 1 }) - 1 : undefined;
  if (enable !== undefined) ports.push({ name: 'enable', direction: 'input', width: 1, signal: enable });
  let arg = 0;
  if (compared !== undefined) {
    const difference = nodes.push({ op: 'bitwise', kind: 'xor', name: 'differ', width, args: [0, 1] }) - 1;
    arg = nodes.push({ op: 'not', name: 'agree', width, arg: difference }) - 1;
  }
  const signal = nodes.push({ ...node, arg, name: node.op === 'linear' ? 'products' : 'ones', enable }) - 1;
  ports.push({ name: 'result', direction: 'output', width: node.width, signal });
  return { name, comment: describe(node, compared !== undefined, width, parent), ports, nodes, instances: [] };
}

/** What stands for the nodes that went into a module of their own: its output, for the operations parts of that, for the sums nothing. */
function replacements(
  { linear, rows }: WithOperation, { nodes }: Module,
  { name, instances, instanceNames }: { readonly name: string; readonly instances: Instance[]; readonly instanceNames: UniqueNames },
): [Signal, Node][] {
  const node = nodes[linear] as LinearNode;
  const { arg, enable } = node;
  const inputs: Instance['inputs'] = enable === undefined || node.stages === 0 ? { arg } : { arg, enable };
  const instance = instances.push({ name: instanceNames.take(`${node.name}_unit`), module: name, inputs }) - 1;
  let low = 0;
  const parts = rows.flatMap(({ slice, operation }): [Signal, Node][] => {
    const { name: own, width } = nodes[operation];
    low += width;
    return [
      [slice, { op: 'constant', name: nodes[slice].name, width: 1, value: 0n }],
      [operation, { op: 'slice', name: own, width, arg: linear, low: low - width }],
    ];
  });
  return [
    [linear, { op: 'instance-output', name: node.name, width: low, instance, port: 'result' }],
    ...parts,
  ];
}

/** The product with the operations on its rows. */
function moduleWithOperations({ linear, rows, wanted }: WithOperation, name: string, parent: Module): Module {
  const node = parent.nodes[linear] as LinearNode;
  const { width } = parent.nodes[node.arg];
  const nodes: Node[] = [{ op: 'input', name: 'arg', width }];
  const ports: Port[] = [{ name: 'arg', direction: 'input', width, signal: 0 }];
  const enabled = node.stages > 0 && node.enable !== undefined;
  const enable = enabled ? nodes.push({ op: 'input', name: 'enable', width: 1 }) - 1 : undefined;
  if (enable !== undefined) ports.push({ name: 'enable', direction: 'input', width: 1, signal: enable });
  const products = nodes.push({ ...node, arg: 0, name: 'products', enable }) - 1;
  const made = rows.map(({ operation }, row) => {
    const part = nodes.push({ op: 'slice', name: `sum_${row}`, width: node.resultWidth, arg: products, low: row * node.resultWidth }) - 1;
    const own = parent.nodes[operation] as ThresholdsNode | SumNode;
    return nodes.push(own.op === 'thresholds' ? { ...own, arg: part, name: `reached_${row}` }
      : { ...own, terms: own.terms.map(term => ({ ...term, arg: part })), name: `moved_${row}` }) - 1;
  });
  const size = made.reduce((sum, each) => sum + nodes[each].width, 0);
  const signal = nodes.push({ op: 'concat', name: 'made', width: size, args: made }) - 1;
  ports.push({ name: 'result', direction: 'output', width: size, signal });
  const [title, what] = describe(node, false, width, parent);
  const said = wanted.levels === undefined ? what.replace(';', ' and constants;') : `which of ${what.replace(';', ' reach a level each;')}`;
  return { name, comment: [title, said], ports, nodes, instances: [] };
}

function describe(node: Outlined, compares: boolean, width: number, parent: Module): string[] {
  const latency = node.stages === 0 ? 'combinational' : `result after ${node.stages} clock cycle${node.stages === 1 ? '' : 's'}`;
  if (node.op === 'popcount') return [`The number of ${compares ? 'agreements of' : 'ones among'} ${width} bits; ${latency}.`];
  const size = `${node.elementWidth} bit${node.elementWidth === 1 ? '' : 's'}`;
  const what = `${node.rows} weighted sums of ${node.columns} elements, ${size} each`;
  return [`${node.comment ?? node.name} of ${parent.name}:`, `${what}; ${latency}.`];
}
