import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSample } from '../../src/compiler/host.ts';
import { evaluateFixed, type Integers, type Memory } from '../../src/fixed/evaluator.ts';
import { BIPOLAR, integerType, type FixedGraph, type FixedNode, type IntegerType } from '../../src/fixed/ir.ts';
import { dotRange } from '../../src/fixed/ranges.ts';
import { FixedBatch, fixedProgram, readRecord, writeRecords, type SampleIntegers } from '../../src/fixed/wasm/engine.ts';
import { IMAGE_LAYERS, imageNetwork } from '../ladder/random-images.ts';
import { randomNetwork } from '../ladder/random-network.ts';
import { Random } from '../verilog/random.ts';

/** Compares all values of all samples, and the last one where nobody sees the others; false where the graph has no program. */
function same(graph: FixedGraph, samples: readonly SampleIntegers[]): boolean {
  const all = graph.nodes.map((_, value) => value);
  for (const shown of [all, all.slice(-1)]) {
    const program = fixedProgram(graph, shown);
    if (typeof program === 'string') return false;
    const results = new FixedBatch(program).run(writeRecords(program.inputs, samples), samples.length);
    const memory: Memory = new Map();
    samples.forEach((sample, s) => {
      const found = readRecord(program.outputs, results, s);
      evaluateFixed(graph, sample, { memory }).forEach((integers, value) => {
        if (!found.has(value)) return;
        const { name, op } = graph.nodes[value];
        expect(`${op} ${name} of sample ${s}: ${found.get(value)!.join()}`).toBe(`${op} ${name} of sample ${s}: ${integers.join()}`);
      });
    });
  }
  return true;
}

describe('fixed-point graphs in WebAssembly', () => {
  it('compute what the evaluator says: dense networks', () => {
    let computed = 0;
    fc.assert(fc.property(randomNetwork, ({ graph, samples }) => {
      if (same(graph, samples.map((sample) => encodeSample(graph, sample)))) computed++;
    }), { numRuns: 400, seed: 3 });
    expect(computed).toBeGreaterThan(100);
  });

  it('compute what the evaluator says: images', () => {
    let computed = 0;
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.array(fc.constantFrom(...IMAGE_LAYERS), { minLength: 1, maxLength: 4 }), (seed, layers) => {
      const { graph, samples } = imageNetwork(seed, layers);
      if (same(graph, samples.map((sample) => encodeSample(graph, sample)))) computed++;
    }), { numRuns: 200, seed: 4 });
    expect(computed).toBeGreaterThan(100);
  });

  it('compute large products of every kind of element and weight', () => {
    const random = new Random(8);
    const types: readonly IntegerType[] = [BIPOLAR, integerType(0, 7), integerType(-128, 127), integerType(-40_000, 40_000), integerType(0, 2 ** 33)];
    for (let turn = 0; turn < 150; turn++) {
      const type = random.pick(types);
      const [groups, rows, columns, vectors] = [random.pick([1, 1, 1, 3]), random.integer(1, 9), random.integer(1, 200), random.integer(1, 3)];
      const most = random.pick([1, 1, 7, 127, 30_000]);
      const zero = random.chance(50);
      const weights = Int32Array.from({ length: groups * rows * columns }, () => {
        const weight = random.integer(-most, most);
        return weight === 0 && !zero ? 1 : weight;
      });
      const steps = random.pick([1, 2, 15, 60]);
      const channels = random.pick([1, groups * rows]);
      const input: FixedNode = { op: 'input', name: 'x', shape: [vectors, groups * columns], type, origins: [] };
      const dot = { op: 'dot' as const, name: 'y', shape: [vectors, groups * rows], origins: [], arg: 0, groups, rows, columns, weights };
      const range = dotRange(weights, groups * rows, columns, type);
      const levels = Float64Array.from({ length: channels * steps }, () => random.integer(range.low, Math.min(range.high, range.low + 2 ** 31)));
      for (let c = 0; c < channels; c++) levels.subarray(c * steps, (c + 1) * steps).sort();
      const falling = Array.from({ length: channels }, () => random.chance(30));
      const binary = steps === 1 && random.chance(50);
      const nodes: FixedNode[] = [input, { ...dot, type: range }, {
        op: 'threshold', name: 'z', shape: dot.shape, type: binary ? BIPOLAR : integerType(-3, steps - 3), origins: [], arg: 1, channels, steps, levels, falling,
      }];
      const element = (): number => (type.bipolar ? (random.chance(50) ? 1 : -1) : type.low + Math.floor((random.bits() / 2 ** 32) * (type.high - type.low + 1)));
      const samples = Array.from({ length: 2 }, () => new Map<number, Integers>([[0, Float64Array.from({ length: vectors * groups * columns }, element)]]));
      expect(same({ name: 'products', nodes, inputs: [{ value: 0, source: 'x', encoder: undefined as never }], outputs: [] }, samples)).toBe(true);
    }
  });

  it('round and saturate exactly, ties and negative numbers too', () => {
    const random = new Random(21);
    for (let turn = 0; turn < 300; turn++) {
      const type = random.pick([integerType(0, 255), integerType(-128, 127), integerType(-30_000, 30_000), integerType(-(2 ** 30), 2 ** 30), integerType(-(2 ** 36), 5)]);
      const channels = random.pick([1, 4, 8, 3]);
      const shift = random.pick([0, 1, 2, 5, 8, 20, 31, 33, 40]);
      const size = channels * random.integer(1, 6);
      const bits = random.integer(1, 31);
      const multipliers = Array.from({ length: channels }, () => BigInt(random.integer(-(2 ** bits) + 1, 2 ** bits - 1)));
      // Offsets of halves and small multipliers make ties.
      const offsets = multipliers.map(() => random.pick([0n, 1n, -1n, 1n << BigInt(Math.max(0, shift - 1)), BigInt(random.integer(-100_000, 100_000))]));
      const shape = [1, size];
      const low = random.pick([0, -128, -2000, -(2 ** 31), 1 - 2 ** 40]);
      const nodes: FixedNode[] = [{ op: 'input', name: 'x', shape, type, origins: [] }, {
        op: 'requantize', name: 'y', shape, type: integerType(low, -low + random.pick([1, 255])), origins: [], arg: 0, channels, multipliers, offsets, shift,
        rounding: random.pick(['floor', 'half-even']),
      }];
      const element = (): number => random.pick([type.low, type.high, Math.max(type.low, 0), type.low + Math.floor((random.bits() / 2 ** 32) * (type.high - type.low + 1))]);
      const samples = Array.from({ length: 3 }, () => new Map<number, Integers>([[0, Float64Array.from({ length: size }, element)]]));
      const graph = { name: 'rounding', nodes, inputs: [{ value: 0, source: 'x', encoder: undefined as never }], outputs: [] };
      const fits = Math.max(-type.low, type.high) * 2 ** bits < 2 ** 60;
      expect(same(graph, samples) || !fits).toBe(true);
    }
  });
});
