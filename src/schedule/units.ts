import { userError } from '../base/diagnostic.ts';
import { argumentsOf, type DotNode, type FixedGraph, type FixedNode, type RequantizeNode, type TableNode, type ThresholdNode, type ValueId } from '../fixed/ir.ts';

/** An elementwise operator that follows a product in the same unit, or stands alone. */
export type ElementwiseNode = ThresholdNode | TableNode | RequantizeNode;

interface Common {
  /** The name of its module and instance, and its key in a folding file. */
  readonly name: string;
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
}

/** A matrix-vector product, with the elementwise operator that alone reads its result. */
export interface MatrixUnit extends Common {
  readonly kind: 'matrix';
  readonly dot: DotNode;
  readonly after?: ElementwiseNode;
}

export interface ElementwiseUnit extends Common { readonly kind: 'elementwise'; readonly node: ElementwiseNode }

/** Anything else: works on whole vectors. */
export interface VectorUnit extends Common { readonly kind: 'vector'; readonly node: Exclude<FixedNode, { op: 'input' | 'dot' } | ElementwiseNode> }

/** A piece of hardware: one or two nodes of the fixed-point graph. */
export type Unit = MatrixUnit | ElementwiseUnit | VectorUnit;

/** Divides the graph into units, in the order of evaluation. */
export function unitsOf(graph: FixedGraph): Unit[] {
  const readers = new Map<ValueId, number[]>();
  graph.nodes.forEach((node, id) => {
    for (const arg of argumentsOf(node)) readers.set(arg, [...(readers.get(arg) ?? []), id]);
  });
  const outputs = new Set(graph.outputs.map((output) => output.value));

  const units: Unit[] = [];
  const fused = new Set<ValueId>();
  graph.nodes.forEach((node, id) => {
    if (node.op === 'input' || fused.has(id)) return;
    const inputs = argumentsOf(node);
    if (isElementwise(node)) {
      units.push({ kind: 'elementwise', name: node.name, inputs, output: id, node });
    } else if (node.op === 'dot') {
      if (node.groups !== 1) {
        throw userError('no-hardware', 'a product in groups is not supported yet in hardware', {
          origin: node.origins.join(', '), help: 'compute the network with --engine graph or --engine fixed',
        });
      }
      const next = readers.get(id) ?? [];
      const after = next.length === 1 && !outputs.has(id) ? graph.nodes[next[0]] : undefined;
      if (after !== undefined && isElementwise(after)) {
        fused.add(next[0]);
        units.push({ kind: 'matrix', name: node.name, inputs, output: next[0], dot: node, after });
      } else {
        units.push({ kind: 'matrix', name: node.name, inputs, output: id, dot: node });
      }
    } else {
      units.push({ kind: 'vector', name: node.name, inputs, output: id, node });
    }
  });
  return units;
}

function isElementwise(node: FixedNode): node is ElementwiseNode {
  return node.op === 'threshold' || node.op === 'table' || node.op === 'requantize';
}
