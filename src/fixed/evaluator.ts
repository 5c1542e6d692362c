import { squareRootFloor } from '../base/bigint.ts';
import { Rational } from '../base/rational.ts';
import { dispatch, type OpTable } from '../base/table.ts';
import { sizeOf } from '../graph/tensor.ts';
import { roundRational } from '../number/rounding.ts';
import { sumsOf } from './dot.ts';
import {
  argumentsOf, type ArgumentNode, type DivideNode, type FixedGraph, type FixedNode, type ThresholdNode, type ValueId,
} from './ir.ts';
import { requantizeAll } from './requantize.ts';
import { windowsOf } from './window.ts';

/** The integers of one value, row-major; doubles, all of them integers below 2^53. */
export type Integers = Float64Array;

/**
 * Evaluates a fixed-point graph on one sample: `inputs` holds the integers of the `input` nodes by their index. Gives the integers of
 * every node; of those that `kept` does not name, only as long as they are read (windows of large images fill memories), and none in
 * the end. `memory` is brought up to what the next sample finds in the states. This is the meaning of the fixed-point IR: plain loops,
 * operator by operator.
 */
export function evaluateFixed(graph: FixedGraph, inputs: ReadonlyMap<number, Integers>, options: EvaluationOptions = {}): Integers[] {
  const { memory = new Map(), kept = () => true } = options;
  const values: Integers[] = [];
  const lastReader = new Map<ValueId, ValueId>();
  graph.nodes.forEach((node, id) => { for (const arg of argumentsOf(node)) lastReader.set(arg, id); });
  for (const node of graph.nodes) if (node.op === 'state') lastReader.delete(node.next);
  graph.nodes.forEach((node, id) => {
    values.push(dispatch(OPERATORS, node, { values, graph, id, inputs, memory }));
    for (const arg of argumentsOf(node)) if (lastReader.get(arg) === id && !kept(graph.nodes[arg], arg)) values[arg] = NOTHING;
  });
  graph.nodes.forEach((node, id) => {
    if (node.op === 'state') memory.set(id, values[node.next]);
  });
  return values;
}

/** What the states of a graph hold between two samples, by value; empty before the first one. */
export type Memory = Map<ValueId, Integers>;

export interface EvaluationOptions {
  readonly memory?: Memory;
  readonly kept?: (node: FixedNode, id: ValueId) => boolean;
}

const NOTHING: Integers = new Float64Array(0);

interface State {
  readonly values: readonly Integers[];
  readonly graph: FixedGraph;
  readonly id: number;
  readonly inputs: ReadonlyMap<number, Integers>;
  readonly memory: Memory;
}

const OPERATORS: OpTable<FixedNode, Integers, [State]> = {
  input: (node, { inputs, id }) => {
    const given = inputs.get(id);
    if (given === undefined || given.length !== sizeOf(node.shape)) throw new Error(`no integers for input ${node.name}`);
    return given;
  },

  gather: (node, { values }) => {
    const args = node.args.map((arg) => values[arg]);
    const all = args.length === 1 ? args[0] : concatenate(args);
    const result = new Float64Array(node.index.length);
    for (let i = 0; i < result.length; i++) result[i] = all[node.index[i]];
    return result;
  },

  window: (node, { values }) => windowsOf(node, values[node.arg]),

  dot: (node, { values }) => sumsOf(node, values[node.arg]),

  threshold: (node, { values }) => {
    const x = values[node.arg];
    const result = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) result[i] = stair(node, x[i], i % node.channels);
    return result;
  },

  table: (node, { values, graph }) => {
    const { low, high } = graph.nodes[node.arg].type;
    const entries = high - low + 1;
    const x = values[node.arg];
    const result = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) result[i] = node.contents[(i % node.channels) * entries + x[i] - low];
    return result;
  },

  requantize: (node, { values, graph }) => requantizeAll(node, values[node.arg], graph.nodes[node.arg].type),

  add: (node, { values }) => {
    const result = new Float64Array(sizeOf(node.shape));
    node.args.forEach((arg, which) => {
      const x = values[arg];
      for (let i = 0; i < result.length; i++) result[i] += node.coefficients[which] * x[i];
    });
    return result;
  },

  // Integers have one zero: 0 times a negative number is not -0.
  multiply: (node, { values }) => values[node.args[0]].map((x, i) => x * values[node.args[1]][i] + 0),

  divide: (node, { values }) => {
    const [dividend, divisor] = node.args;
    return values[dividend].map((n, i) => divided(node, n, divisor === undefined ? 1 : values[divisor][i]));
  },

  'square-root': (node, { values }) => values[node.arg].map((x) => Number(squareRootFloor(BigInt(x)))),

  state: (node, { id, memory }) => memory.get(id) ?? node.initial,

  argument: (node, { values }) => argument(node, values[node.arg]),

  extreme: (node, { values }) => {
    const x = values[node.arg];
    const sign = node.kind === 'maximum' ? 1 : -1;
    const result = new Float64Array(x.length / node.length);
    for (let vector = 0, at = 0; vector < result.length; vector++) {
      let best = x[at++];
      for (let i = 1; i < node.length; i++, at++) if (sign * (x[at] - best) > 0) best = x[at];
      result[vector] = best;
    }
    return result;
  },
};

function concatenate(parts: readonly Integers[]): Integers {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Levels ascend: those reached are the first ones. */
function stair({ steps, levels, falling, type }: ThresholdNode, x: number, channel: number): number {
  const first = channel * steps;
  let count = 0;
  for (let half = 2 ** Math.floor(Math.log2(steps)); half >= 1; half /= 2) {
    if (count + half <= steps && x >= levels[first + count + half - 1]) count += half;
  }
  const risen = falling[channel] ? steps - count : count;
  return type.bipolar ? 2 * risen - 1 : type.low + risen;
}

/** One element of a quotient. */
function divided({ numerator, offset, denominator, rounding, type }: DivideNode, n: number, d: number): number {
  const [over, under] = d === 0 ? [offset, denominator] : [numerator * BigInt(n) + offset * BigInt(d), denominator * BigInt(d)];
  const rounded = roundRational(Rational.of(over, under), rounding);
  if (rounded < BigInt(type.low)) return type.low;
  return rounded > BigInt(type.high) ? type.high : Number(rounded);
}

function argument(node: ArgumentNode, x: Integers): Integers {
  const { length } = node;
  const result = new Float64Array(x.length / length);
  const sign = node.kind === 'maximum' ? 1 : -1;
  for (let vector = 0; vector < result.length; vector++) {
    let best = 0;
    for (let i = 1; i < length; i++) {
      const difference = sign * (x[vector * length + i] - x[vector * length + best]);
      if (difference > 0 || (difference === 0 && node.tie === 'last')) best = i;
    }
    result[vector] = best;
  }
  return result;
}
