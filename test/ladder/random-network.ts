import fc from 'fast-check';
import { dotRange } from '../../src/fixed/ranges.ts';
import {
  BIPOLAR, bitsOf, integerType, type FixedGraph, type FixedNode, type IntegerType, type ValueId,
} from '../../src/fixed/ir.ts';
import type { RoundingMode } from '../../src/number/rounding.ts';
import type { Sample } from '../../src/compiler/host.ts';

type Kind = FixedNode['op'];

/** Operators that a random network applies; a test that covers the IR loops over them. */
export const OPERATORS: readonly Exclude<Kind, 'input'>[] = [
  'dot', 'threshold', 'table', 'requantize', 'gather', 'add', 'multiply', 'divide', 'square-root', 'state', 'argument',
];

/** A small generator of deterministic choices from one seed: fast-check shrinks the seed and the list of operators, not each weight. */
export class Choices {
  constructor(private state: number) {}

  /** A whole number from `low` to `high`. */
  whole(low: number, high: number): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(this.state ^ (this.state >>> 13), 0x297a2d39) >>> 0;
    return low + (mixed % (high - low + 1));
  }

  one<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)];
  }
}

/** A random fixed-point network that applies the given operators one after another, and samples for it. */
export interface RandomNetwork {
  readonly graph: FixedGraph;
  readonly samples: readonly Sample[];
}

export const randomNetwork: fc.Arbitrary<RandomNetwork> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  operators: fc.array(fc.constantFrom(...OPERATORS), { minLength: 1, maxLength: 4 }),
}).map(({ seed, operators }) => buildNetwork(seed, operators));

export function buildNetwork(seed: number, operators: readonly Exclude<Kind, 'input'>[]): RandomNetwork {
  const choices = new Choices(seed);
  const nodes: FixedNode[] = [];
  const inputType = choices.one([BIPOLAR, integerType(0, 1), integerType(-3, 3), integerType(0, choices.whole(2, 300)), integerType(-choices.whole(1, 200), choices.whole(0, 99))]);
  const size = choices.one([1, 2, 3, 4, 6, 8, 12]);
  nodes.push({ op: 'input', name: 'x', shape: [size], type: inputType, origins: [] });
  for (const operator of operators) grow(nodes, operator, choices);
  const value = nodes.length - 1;
  const node = nodes[value];
  const graph: FixedGraph = {
    name: `random_${seed}`, nodes,
    inputs: [{ value: 0, source: 'x', encoder: { op: 'variable', shape: [size], variable: { kind: 'input', name: 'x' } } }],
    outputs: [{ value, target: 'y', shape: node.shape, decoder: { op: 'variable', shape: node.shape, variable: { kind: 'value', value } } }],
  };
  const samples = Array.from({ length: 5 }, () => new Map([['x', Float64Array.from({ length: size }, () => anyOf(inputType, choices))]]));
  return { graph, samples };
}

export function anyOf(type: IntegerType, choices: Choices): number {
  return type.bipolar ? choices.one([-1, 1]) : choices.one([type.low, type.high, choices.whole(type.low, type.high), choices.whole(type.low, type.high)]);
}

/** Appends the operator; one that does not fit the last value (a table of a wide one, say) is preceded by a narrowing threshold. */
function grow(nodes: FixedNode[], operator: Exclude<Kind, 'input'>, choices: Choices): void {
  const narrow = operator === 'table' || operator === 'multiply' || operator === 'dot' || operator === 'add'
    || operator === 'divide' || operator === 'square-root' || operator === 'state';
  if (narrow && bitsOf(nodes[nodes.length - 1].type) > 8) append(nodes, 'threshold', choices);
  append(nodes, operator, choices);
}

const ROUNDINGS: readonly RoundingMode[] = ['half-even', 'half-up', 'half-down', 'half-away', 'half-zero', 'floor', 'ceil', 'to-zero', 'away'];

function append(nodes: FixedNode[], operator: Exclude<Kind, 'input'>, choices: Choices): void {
  const arg = nodes.length - 1;
  const { shape, type } = nodes[arg];
  const [size] = shape;
  const common = { name: `${operator}_${nodes.length}`, origins: [`test › ${operator}`] };
  const channels = choices.one([1, size]);
  switch (operator) {
    case 'dot': {
      const rows = choices.one([1, 2, 3, 4, 6, 8]);
      const [low, high] = choices.one([[-1, 1], [-1, 1], [-4, 3], [0, 9], [-100, 100]]);
      const bipolar = high === 1 && choices.whole(0, 1) === 1;
      // Of some, most weights are zero.
      const zeros = bipolar ? 0 : choices.one([0, 0, 3, 9]);
      const weights = Int32Array.from({ length: rows * size }, () => (bipolar ? choices.one([-1, 1])
        : choices.whole(0, zeros) > 0 ? 0 : choices.whole(low, high)));
      nodes.push({ ...common, op: 'dot', arg, groups: 1, rows, columns: size, weights, shape: [rows], type: dotRange(weights, rows, size, type) });
      return;
    }
    case 'threshold': {
      const steps = choices.one([1, 1, 2, 3, 7]);
      const bipolar = steps === 1 && choices.whole(0, 1) === 1;
      const low = bipolar ? -1 : choices.whole(-3, 3);
      const levels = Float64Array.from({ length: channels * steps }, () => choices.whole(type.low, type.high + 1));
      for (let channel = 0; channel < channels; channel++) levels.subarray(channel * steps, (channel + 1) * steps).sort();
      const falling = Array.from({ length: channels }, () => choices.whole(0, 3) === 0);
      nodes.push({ ...common, op: 'threshold', arg, channels, steps, levels, falling, shape, type: bipolar ? BIPOLAR : integerType(low, low + steps) });
      return;
    }
    case 'table': {
      const [low, high] = [choices.whole(-20, 0), choices.whole(0, 20)];
      const contents = Float64Array.from({ length: channels * (type.high - type.low + 1) }, () => choices.whole(low, high));
      nodes.push({ ...common, op: 'table', arg, channels, contents, shape, type: integerType(low, high) });
      return;
    }
    case 'requantize': {
      const shift = choices.whole(0, 6);
      const multipliers = Array.from({ length: channels }, () => BigInt(choices.one([1, 1, 4, choices.whole(-20, 20)])));
      const offsets = Array.from({ length: channels }, () => BigInt(choices.whole(-100, 100)));
      const rounding = shift === 0 ? 'floor' : choices.one(['floor', 'half-even'] as const);
      nodes.push({
        ...common, op: 'requantize', arg, channels, multipliers, offsets, shift, rounding, shape,
        type: integerType(choices.whole(-40, 0), choices.whole(0, 40)),
      });
      return;
    }
    case 'gather': {
      const length = choices.one([1, 2, 4, 6]);
      const index = Int32Array.from({ length }, () => choices.whole(0, size - 1));
      nodes.push({ ...common, op: 'gather', args: [arg], index, shape: [length], type });
      return;
    }
    case 'add': {
      const other = earlierOf(nodes, arg);
      const coefficients = [choices.one([1, -1, 3]), choices.one([1, -1, 2])];
      const ends = [arg, other].map((id, i) => [nodes[id].type.low * coefficients[i], nodes[id].type.high * coefficients[i]]);
      const sumType = integerType(ends.reduce((sum, pair) => sum + Math.min(...pair), 0), ends.reduce((sum, pair) => sum + Math.max(...pair), 0));
      nodes.push({ ...common, op: 'add', args: [arg, other], coefficients, shape, type: sumType });
      return;
    }
    case 'multiply': {
      const other = earlierOf(nodes, arg);
      const [left, right] = [nodes[arg].type, nodes[other].type];
      const corners = [left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high];
      const product = left.bipolar && right.bipolar ? BIPOLAR : integerType(Math.min(...corners), Math.max(...corners));
      nodes.push({ ...common, op: 'multiply', args: [arg, other], shape, type: product });
      return;
    }
    case 'divide': {
      const other = earlierOf(nodes, arg);
      const factor = (): bigint => BigInt(choices.one([1, 1, 3, -2, choices.whole(1, 40)]));
      nodes.push({
        ...common, op: 'divide', args: choices.one([[arg], [arg, other], [other, arg]] as const), numerator: factor(),
        offset: BigInt(choices.whole(-9, 9)), denominator: BigInt(choices.whole(1, 5)), rounding: choices.one(ROUNDINGS), shape,
        type: integerType(choices.whole(-100, 0), choices.whole(1, 100)),
      });
      return;
    }
    case 'square-root': {
      const { low, high } = type;
      const wide = choices.whole(1, 60);
      const squares: FixedNode = {
        ...common, name: `${common.name}_arg`, op: 'requantize', arg, channels: 1, multipliers: [BigInt(wide)], offsets: [BigInt(-low * wide)], shift: 0,
        rounding: 'floor', shape, type: integerType(0, (high - low) * wide),
      };
      nodes.push(squares);
      nodes.push({ ...common, op: 'square-root', arg: arg + 1, shape, type: integerType(0, Math.floor(Math.sqrt((high - low) * wide))) });
      return;
    }
    case 'state': {
      // The state is read by a sum that it becomes.
      const held = integerType(-choices.whole(1, 60), choices.whole(1, 60));
      const state = nodes.push({
        ...common, name: `${common.name}_held`, op: 'state', shape, type: held, next: arg + 3,
        initial: Float64Array.from({ length: size }, () => choices.whole(held.low, held.high)),
      }) - 1;
      const sum = integerType(type.low + held.low, type.high + held.high);
      nodes.push({ ...common, name: `${common.name}_sum`, op: 'add', args: [arg, state], coefficients: [1, 1], shape, type: sum });
      nodes.push({ ...common, op: 'requantize', arg: state + 1, channels: 1, multipliers: [3n], offsets: [1n], shift: 2, rounding: 'floor', shape, type: held });
      return;
    }
    case 'argument':
      nodes.push({
        ...common, op: 'argument', arg, length: size, kind: choices.one(['maximum', 'minimum'] as const), tie: choices.one(['first', 'last'] as const),
        shape: [1], type: integerType(0, size - 1),
      });
  }
}

/** Another value of the same size, or the value itself. */
function earlierOf(nodes: readonly FixedNode[], arg: ValueId): ValueId {
  const found = nodes.findIndex((node, id) => id < arg && node.shape[0] === nodes[arg].shape[0] && bitsOf(node.type) <= 8);
  return found < 0 ? arg : found;
}
