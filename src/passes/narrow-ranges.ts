import { dispatch, type OpTable } from '../base/table.ts';
import { integerType, type FixedNode, type IntegerType, type ThresholdNode, type ValueId } from '../fixed/ir.ts';
import { hullOf, knowledgeOf, type Knowledge } from './neurons/lanes.ts';
import type { FixedPass } from './pass.ts';

/**
 * Types hold what can be and nothing else: a row's sums follow from what each of its elements can be, codes that no channel reaches are
 * none, and thresholds that are always or never reached go. Types of what is sent out and of states stay.
 */
export const narrowRanges: FixedPass = {
  name: 'narrow-ranges',
  summary: 'values have no more bits than what can be needs, quantizers no codes that cannot be',
  run: (graph) => {
    // Other weights give other integers.
    if (graph.nodes.some((node) => 'rewritable' in node && node.rewritable !== undefined)) return graph;
    const knowledge = knowledgeOf(graph);
    const outputs = graph.outputs.map(({ value }) => value);
    const ends = new Set([...outputs, ...graph.nodes.flatMap((node, id) => (node.op === 'state' ? [id, node.next] : []))]);
    const nodes: FixedNode[] = [];
    graph.nodes.forEach((node, id) => {
      const held = ends.has(id) || node.type.bipolar ? node.type : narrowed(node.type, hullOf(knowledge, id));
      nodes.push(dispatch(OPERATORS, node, held, { ...knowledge, id, nodes }));
    });
    return { ...graph, nodes };
  },
};

interface Site extends Knowledge {
  readonly id: ValueId;
  /** Nodes before this one, narrowed. */
  readonly nodes: readonly FixedNode[];
}

function narrowed(type: IntegerType, [low, high]: readonly [number, number]): IntegerType {
  return low <= type.low && high >= type.high ? type : integerType(Math.max(type.low, low), Math.min(type.high, high));
}

const retyped = <N extends FixedNode>(node: N, type: IntegerType): N => ({ ...node, type });

/** Wires that become others hold all that those hold, even what cannot be. */
function holding<N extends FixedNode>(node: N, type: IntegerType, held: readonly IntegerType[]): N {
  if (type.bipolar || type === node.type) return { ...node, type };
  const [low, high] = [Math.min(...held.map((each) => each.low)), Math.max(...held.map((each) => each.high))];
  return { ...node, type: narrowed(node.type, [low, high]) };
}

const OPERATORS: OpTable<FixedNode, FixedNode, [IntegerType, Site]> = {
  input: (node) => node,
  state: (node) => node,
  argument: (node) => node,
  add: retyped,
  multiply: retyped,
  divide: retyped,
  'square-root': retyped,
  gather: (node, type, site) => holding(node, type, node.args.map((arg) => site.nodes[arg].type)),
  extreme: (node, type, site) => holding(node, type, [site.nodes[node.arg].type]),
  window: (node, type, site) => {
    const filling = node.pad.some((places) => places > 0) ? [integerType(Math.min(...node.fill), Math.max(...node.fill))] : [];
    return holding(node, type, [site.nodes[node.arg].type, ...filling]);
  },
  dot: retyped,
  requantize: (node, type) => (node.overflow === 'wrap' ? node : retyped(node, type)),
  threshold: (node, type, { nodes }) => {
    const made = node.type.bipolar ? node : stairs(node, type);
    // The low end is always reached, one past the high end never: no level need be farther away.
    const { low, high } = nodes[node.arg].type;
    return { ...made, levels: made.levels.map((level) => Math.min(Math.max(level, low), high + 1)) };
  },
  table: (node, type, { graph, nodes }) => {
    const [before, now] = [graph.nodes[node.arg].type, nodes[node.arg].type];
    const [entries, count] = [before.high - before.low + 1, now.high - now.low + 1];
    const clamped = (value: number): number => Math.min(Math.max(value, type.low), type.high);
    const contents = Float64Array.from({ length: node.channels * count }, (_, at) =>
      clamped(node.contents[Math.floor(at / count) * entries + (at % count) + now.low - before.low]));
    return { ...node, type, contents };
  },
};

/** The staircase with the codes of a narrower type: of each channel without the levels that the first and the last codes stand for. */
function stairs(node: ThresholdNode, type: IntegerType): ThresholdNode {
  const [below, above] = [type.low - node.type.low, node.type.high - type.high];
  const steps = type.high - type.low;
  if (below === 0 && above === 0) return node;
  if (steps === 0) return { ...node, type: node.type };
  const levels = new Float64Array(node.channels * steps);
  for (let channel = 0; channel < node.channels; channel++) {
    const start = channel * node.steps + (node.falling[channel] ? above : below);
    levels.set(node.levels.subarray(start, start + steps), channel * steps);
  }
  return { ...node, type, steps, levels };
}
