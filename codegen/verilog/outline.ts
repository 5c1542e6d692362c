import type { Design, Instance, InstanceOutputNode, LinearNode, Module, Node, PopcountNode, Port } from '../rtl/ir.ts';
import { UniqueNames } from '../../src/base/names.ts';

/** Popcounts of more bits than this become modules of their own, one for each width and latency. */
const WIDEST_INLINE_POPCOUNT = 64;

type Outlined = LinearNode | PopcountNode;

/** Moves each linear operation and wide popcount into a module of its own; the signal keeps its name. */
export function outlineBigOperations(design: Design, widestInline = WIDEST_INLINE_POPCOUNT): Design {
  const templates = design.modules.flatMap(({ template }) => (template === undefined ? [] : [template.name]));
  const names = new UniqueNames([...design.modules.map(({ name }) => name), ...templates]);
  const shared = new Map<string, Module>();
  const modules: Module[] = [];
  for (const module of design.modules) {
    const instances: Instance[] = [...module.instances];
    const instanceNames = new UniqueNames([...module.nodes, ...module.ports, ...module.instances].map(({ name }) => name));
    const outline = (node: Outlined, wish: string): InstanceOutputNode => {
      const key = node.op === 'popcount' ? wish : `${module.name}/${node.name}`;
      if (!shared.has(key)) {
        shared.set(key, moduleOf(node, names.take(wish), module));
        modules.push(shared.get(key)!);
      }
      const { width, comment, arg, enable } = node;
      const inputs: Instance['inputs'] = enable === undefined || node.stages === 0 ? { arg } : { arg, enable };
      const name = instanceNames.take(`${node.name}_unit`);
      const index = instances.push({ name, module: shared.get(key)!.name, inputs }) - 1;
      const said = comment === undefined ? {} : { comment };
      return { op: 'instance-output', name: node.name, width, instance: index, port: 'result', ...said };
    };
    const nodes = module.template !== undefined ? module.nodes : module.nodes.map((node): Node => {
      if (node.op === 'linear') return outline(node, `${module.name}_${node.name}`);
      if (node.op !== 'popcount') return node;
      const width = module.nodes[node.arg].width;
      return width > widestInline ? outline(node, popcountName(node, width)) : node;
    });
    modules.push({ ...module, nodes, instances });
  }
  return { modules };
}

function popcountName(node: PopcountNode, width: number): string {
  const stages = node.stages === 0 ? '' : `_s${node.stages}${node.enable === undefined ? '' : '_enabled'}`;
  return `popcount_${width}${stages}`;
}

function moduleOf(node: Outlined, name: string, parent: Module): Module {
  const width = parent.nodes[node.arg].width;
  const enabled = node.stages > 0 && node.enable !== undefined;
  const nodes: Node[] = [{ op: 'input', name: 'arg', width }];
  if (enabled) nodes.push({ op: 'input', name: 'enable', width: 1 });
  const own = { ...node, arg: 0, name: node.op === 'linear' ? 'products' : 'ones', enable: enabled ? 1 : undefined };
  const signal = nodes.push(own) - 1;
  const ports: Port[] = [
    { name: 'arg', direction: 'input', width, signal: 0 },
    ...(enabled ? [{ name: 'enable', direction: 'input', width: 1, signal: 1 } as const] : []),
    { name: 'result', direction: 'output', width: node.width, signal },
  ];
  return { name, comment: describe(node, width, parent), ports, nodes, instances: [] };
}

function describe(node: Outlined, width: number, parent: Module): string[] {
  const latency = node.stages === 0 ? 'combinational' : `result after ${node.stages} clock cycle${node.stages === 1 ? '' : 's'}`;
  if (node.op === 'popcount') return [`The number of ones among ${width} bits; ${latency}.`];
  const size = `${node.elementWidth} bit${node.elementWidth === 1 ? '' : 's'}`;
  const what = `${node.rows} weighted sums of ${node.columns} elements, ${size} each`;
  return [`${node.comment ?? node.name} of ${parent.name}:`, `${what}; ${latency}.`];
}
