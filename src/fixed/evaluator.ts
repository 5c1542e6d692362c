import { dispatch, type OpTable } from '../base/table.ts';
import { sizeOf } from '../graph/tensor.ts';
import { lmulProduct } from '../number/formats/lmul.ts';
import type { ArgumentNode, FixedGraph, FixedNode, RequantizeNode, ThresholdNode } from './ir.ts';
import { windowsOf } from './window.ts';

/** The integers of one value, row-major; doubles, all of them integers below 2^53. */
export type Integers = Float64Array;

/**
 * Evaluates a fixed-point graph on one sample: `inputs` holds the integers of the `input` nodes by their index. Gives the integers of
 * every node. This is the meaning of the fixed-point IR: plain loops, operator by operator.
 */
export function evaluateFixed(graph: FixedGraph, inputs: ReadonlyMap<number, Integers>): Integers[] {
  const values: Integers[] = [];
  graph.nodes.forEach((node, id) => {
    values.push(dispatch(OPERATORS, node, { values, graph, id, inputs }));
  });
  return values;
}

interface State {
  readonly values: readonly Integers[];
  readonly graph: FixedGraph;
  readonly id: number;
  readonly inputs: ReadonlyMap<number, Integers>;
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
    return Float64Array.from(node.index, (source) => all[source]);
  },

  window: (node, { values }) => windowsOf(node, values[node.arg]),

  dot: (node, { values }) => {
    const { groups, rows, columns, weights } = node;
    const x = values[node.arg];
    const parts = x.length / columns;
    const result = new Float64Array(parts * rows);
    const { lmul } = node;
    for (let part = 0; part < parts; part++) {
      const start = part * columns;
      let weight = (part % groups) * rows * columns;
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        if (lmul === undefined) for (let column = 0; column < columns; column++) sum += weights[weight++] * x[start + column];
        else for (let column = 0; column < columns; column++) sum += lmulProduct(lmul, x[start + column], weights[weight++]);
        result[part * rows + row] = sum;
      }
    }
    return result;
  },

  threshold: (node, { values }) => values[node.arg].map((x, i) => stair(node, x, i % node.channels)),

  table: (node, { values, graph }) => {
    const { low, high } = graph.nodes[node.arg].type;
    const entries = high - low + 1;
    return values[node.arg].map((x, i) => node.contents[(i % node.channels) * entries + x - low]);
  },

  requantize: (node, { values, graph }) => {
    const { low, high } = graph.nodes[node.arg].type;
    const largest = Math.max(Math.abs(low), Math.abs(high));
    return values[node.arg].map((x, i) => requantize(node, x, i % node.channels, largest));
  },

  add: (node, { values }) => {
    const result = new Float64Array(sizeOf(node.shape));
    node.args.forEach((arg, which) => {
      const x = values[arg];
      for (let i = 0; i < result.length; i++) result[i] += node.coefficients[which] * x[i];
    });
    return result;
  },

  multiply: (node, { values }) => values[node.args[0]].map((x, i) => x * values[node.args[1]][i]),

  argument: (node, { values }) => argument(node, values[node.arg]),

  extreme: (node, { values }) => {
    const x = values[node.arg];
    const better = node.kind === 'maximum' ? Math.max : Math.min;
    return new Float64Array(x.length / node.length).map((_, vector) => {
      let best = x[vector * node.length];
      for (let i = 1; i < node.length; i++) best = better(best, x[vector * node.length + i]);
      return best;
    });
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

function stair(node: ThresholdNode, x: number, channel: number): number {
  let count = 0;
  for (let k = channel * node.steps; k < (channel + 1) * node.steps; k++) if (x >= node.levels[k]) count++;
  const risen = node.falling[channel] ? node.steps - count : count;
  return node.type.bipolar ? 2 * risen - 1 : node.type.low + risen;
}

/** One element of a requantization; in doubles where the intermediate product stays below 2^53, in big integers otherwise. */
export function requantize(node: RequantizeNode, x: number, channel: number, largest: number): number {
  const multiplier = node.multipliers[channel];
  const offset = node.offsets[channel];
  const { low, high } = node.type;
  const bound = Math.abs(Number(multiplier)) * largest + Math.abs(Number(offset));
  if (bound < 2 ** 52) {
    const scaled = x * Number(multiplier) + Number(offset);
    const unit = 2 ** node.shift;
    let rounded = Math.floor(scaled / unit);
    if (node.rounding === 'half-even') {
      const rest = scaled - rounded * unit;
      if (2 * rest > unit || (2 * rest === unit && rounded % 2 !== 0)) rounded++;
    }
    if (node.overflow === 'wrap') return rounded - (high - low + 1) * Math.floor((rounded - low) / (high - low + 1));
    return Math.min(Math.max(rounded, low), high);
  }
  const scaled = BigInt(x) * multiplier + offset;
  let rounded = scaled >> BigInt(node.shift);
  if (node.rounding === 'half-even') {
    const rest = 2n * (scaled - (rounded << BigInt(node.shift)));
    const unit = 1n << BigInt(node.shift);
    if (rest > unit || (rest === unit && (rounded & 1n) === 1n)) rounded++;
  }
  if (node.overflow === 'wrap') {
    const span = BigInt(high) - BigInt(low) + 1n;
    return Number((((rounded - BigInt(low)) % span) + span) % span) + low;
  }
  if (rounded < BigInt(low)) return low;
  return rounded > BigInt(high) ? high : Number(rounded);
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
