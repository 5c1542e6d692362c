import {
  argumentsOf, type AddNode, type ArgumentNode, type DivideNode, type DotNode, type ExtremeNode, type FixedGraph, type FixedNode, type GatherNode,
  type MultiplyNode, type RequantizeNode, type SquareRootNode, type TableNode, type ThresholdNode, type ValueId, type WindowNode,
} from '../fixed/ir.ts';
import { isLocal, isSequence } from '../fixed/gathers.ts';

/** An elementwise operator that follows a product in the same unit, or stands alone. */
export type ElementwiseNode = ThresholdNode | TableNode | RequantizeNode;

interface Common {
  /** The name of its module and instance, and its key in a folding file. */
  readonly name: string;
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
}

/** A matrix-vector product, with the window unit that feeds it and the elementwise operator that alone reads its result. */
export interface MatrixUnit extends Common {
  readonly kind: 'matrix';
  readonly dot: DotNode;
  readonly window?: WindowNode;
  readonly after?: ElementwiseNode;
}

/** The largest or smallest of each group of elements, with the window unit that feeds it: max pooling. */
export interface ReduceUnit extends Common {
  readonly kind: 'reduce';
  readonly node: ExtremeNode;
  readonly window?: WindowNode;
}

export interface ElementwiseUnit extends Common { readonly kind: 'elementwise'; readonly node: ElementwiseNode }

/** Combines elements of a few short vectors that lie in registers. */
export interface VectorUnit extends Common {
  readonly kind: 'vector';
  readonly node: AddNode | MultiplyNode | DivideNode | SquareRootNode | ArgumentNode | GatherNode;
}

/** Reads a frame again in another order, from a ring of memory. */
export interface AccessUnit extends Common { readonly kind: 'access'; readonly node: WindowNode | GatherNode }

/** Passes beats of several streams in turn: concatenation. */
export interface SequenceUnit extends Common { readonly kind: 'sequence'; readonly node: GatherNode }

/** A piece of hardware: one to three nodes of the fixed-point graph. */
export type Unit = MatrixUnit | ReduceUnit | ElementwiseUnit | VectorUnit | AccessUnit | SequenceUnit;

/** Divides the graph into units, in the order of evaluation. */
export function unitsOf(graph: FixedGraph): Unit[] {
  const readers = new Map<ValueId, number[]>();
  graph.nodes.forEach((node, id) => {
    for (const arg of argumentsOf(node)) readers.set(arg, [...(readers.get(arg) ?? []), id]);
  });
  const outputs = new Set(graph.outputs.map((output) => output.value));
  for (const node of graph.nodes) if (node.op === 'state') outputs.add(node.next);
  /** The window that the node's reader can take over: each reader has its own. */
  const windowOf = (arg: ValueId, groups: number): WindowNode | undefined => {
    const node = graph.nodes[arg];
    return node.op === 'window' && fitsWindow(node, groups) ? node : undefined;
  };

  const units: Unit[] = [];
  const fused = new Set<ValueId>();
  graph.nodes.forEach((node, id) => {
    if (node.op === 'input' || node.op === 'state' || fused.has(id)) return;
    const common = { name: node.name, inputs: argumentsOf(node), output: id };
    switch (node.op) {
      case 'threshold': case 'table': case 'requantize':
        units.push({ ...common, kind: 'elementwise', node });
        return;
      case 'dot': {
        const window = windowOf(node.arg, node.groups);
        const before = window === undefined ? { inputs: [node.arg] } : { inputs: [window.arg], window };
        const source = { ...common, ...before, kind: 'matrix' as const, dot: node };
        const next = readers.get(id) ?? [];
        const after = next.length === 1 && !outputs.has(id) ? graph.nodes[next[0]] : undefined;
        if (after !== undefined && isElementwise(after) && (node.groups * node.rows) % after.channels === 0) {
          fused.add(next[0]);
          units.push({ ...source, output: next[0], after });
        } else {
          units.push(source);
        }
        return;
      }
      case 'extreme': {
        const arg = graph.nodes[node.arg];
        const window = arg.op === 'window' && isWhole(vectorOf(arg) / node.length) ? windowOf(node.arg, vectorOf(arg) / node.length) : undefined;
        units.push({ ...common, kind: 'reduce', node, inputs: [window?.arg ?? node.arg], ...(window === undefined ? {} : { window }) });
        return;
      }
      case 'window': {
        const all = readers.get(id) ?? [];
        const taken = all.every((reader) => readsFused(graph.nodes[reader], graph, windowOf));
        if (!taken || outputs.has(id)) units.push({ ...common, kind: 'access', node });
        return;
      }
      case 'gather':
        if (isLocal(node, graph)) units.push({ ...common, kind: 'vector', node });
        else if (node.args.length === 1) units.push({ ...common, kind: 'access', node });
        else if (isSequence(node, graph)) units.push({ ...common, kind: 'sequence', node });
        else throw new Error(`${node.name}: a gather of several values that is not prepared`);
        return;
      case 'add': case 'multiply': case 'divide': case 'square-root': case 'argument':
        units.push({ ...common, kind: 'vector', node });
    }
  });
  return units;
}

function readsFused(reader: FixedNode, graph: FixedGraph, windowOf: (arg: ValueId, groups: number) => WindowNode | undefined): boolean {
  if (reader.op === 'dot') return windowOf(reader.arg, reader.groups) !== undefined;
  if (reader.op !== 'extreme') return false;
  const arg = graph.nodes[reader.arg];
  return arg.op === 'window' && isWhole(vectorOf(arg) / reader.length) && windowOf(reader.arg, vectorOf(arg) / reader.length) !== undefined;
}

/** Elements of one window. */
export function vectorOf({ kernel, channels }: WindowNode): number {
  return kernel[0] * kernel[1] * channels;
}

/** Whether each group of the window's elements is what its taps see of some channels. */
function fitsWindow(window: WindowNode, groups: number): boolean {
  return isWhole(window.channels / groups) && (groups === 1 || window.order === 'channel');
}

function isWhole(value: number): boolean {
  return Number.isInteger(value);
}

function isElementwise(node: FixedNode): node is ElementwiseNode {
  return node.op === 'threshold' || node.op === 'table' || node.op === 'requantize';
}
