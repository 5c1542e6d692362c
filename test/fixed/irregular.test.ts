import { describe, expect, it } from 'vitest';
import { randomSamples } from '../../src/compiler/samples.ts';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine } from '../../src/compiler/engines.ts';
import { runFixedBatch } from '../../src/compiler/fixed-batch.ts';
import { evaluateFixed, type Integers, type Memory } from '../../src/fixed/evaluator.ts';
import { integerType, type FixedGraph, type FixedNode } from '../../src/fixed/ir.ts';
import { FixedBatch, fixedProgram, readRecord, writeRecords } from '../../src/fixed/wasm/engine.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import type { RoundingMode } from '../../src/number/rounding.ts';
import { Random } from '../verilog/random.ts';

const MODES: readonly RoundingMode[] = ['half-even', 'half-up', 'half-down', 'half-away', 'half-zero', 'floor', 'ceil', 'to-zero', 'away'];

/** Compares all values of samples, one after another. */
function check(graph: FixedGraph, samples: readonly ReadonlyMap<number, Integers>[]): void {
  const program = fixedProgram(graph, graph.nodes.map((_, value) => value));
  if (typeof program === 'string') throw new Error(program);
  const batch = new FixedBatch(program);
  const memory: Memory = new Map();
  samples.forEach((sample) => {
    // One call a sample: what states hold stays between calls.
    const found = readRecord(program.outputs, batch.run(writeRecords(program.inputs, [sample]), 1), 0);
    evaluateFixed(graph, sample, { memory }).forEach((integers, value) => {
      expect(`${graph.nodes[value].name}: ${found.get(value)!.join()}`).toBe(`${graph.nodes[value].name}: ${integers.join()}`);
    });
  });
}

function inputsOf(...nodes: readonly FixedNode[]): FixedGraph {
  const inputs = nodes.flatMap((node, value) => (node.op === 'input' ? [{ value, source: node.name, encoder: undefined as never }] : []));
  return { name: 'irregular', nodes, inputs, outputs: [] };
}

describe('operators that are seldom, in WebAssembly', () => {
  it('divide in every rounding mode, by zero and by negative numbers, at ties', () => {
    const random = new Random(41);
    for (let turn = 0; turn < 180; turn++) {
      const bound = random.pick([3, 20, 30_000, 2 ** 33]);
      const type = integerType(-bound, bound);
      const shape = [1, 24];
      const [numerator, denominator] = [BigInt(random.integer(-9, 9)), BigInt(random.integer(1, 12))];
      const args = random.chance(70) ? [0, 1] as const : [0] as const;
      const node: FixedNode = {
        op: 'divide', name: 'q', shape, type: integerType(random.pick([-4, 0, -(2 ** 40)]), random.pick([7, 2 ** 40])), origins: [], args,
        numerator, offset: BigInt(random.integer(-6, 6)), denominator, rounding: MODES[turn % MODES.length],
      };
      const element = (): number => random.pick([0, 1, -1, random.integer(-3, 3), random.integer(-9, 9), type.low, type.high]);
      const samples = Array.from({ length: 4 }, () => new Map([0, 1].map((value) =>
        [value, Float64Array.from({ length: 24 }, () => Math.max(type.low, Math.min(type.high, element())))])));
      check(inputsOf({ op: 'input', name: 'n', shape, type, origins: [] }, { op: 'input', name: 'd', shape, type, origins: [] }, node), samples);
    }
  });

  it('take roots below and at squares up to 2^53', () => {
    const type = integerType(0, 2 ** 53 - 1);
    const shape = [1, 60];
    const random = new Random(42);
    const root = (): number => random.pick([random.integer(0, 9), random.integer(0, 2 ** 20), 94906265 - random.integer(0, 3)]);
    const element = (): number => Math.max(0, root() ** 2 + random.pick([-1, 0, 1]));
    const samples = Array.from({ length: 20 }, () => new Map([[0, Float64Array.from({ length: 60 }, element)]]));
    check(inputsOf(
      { op: 'input', name: 'x', shape, type, origins: [] },
      { op: 'square-root', name: 'r', shape, type: integerType(0, 94906265), origins: [], arg: 0 },
    ), samples);
  });

  it('wrap what does not fit, both ways and more than once', () => {
    const random = new Random(43);
    for (let turn = 0; turn < 60; turn++) {
      const type = integerType(-5000, 5000);
      const shape = [1, 40];
      const low = random.pick([-128, 0, -5, 3]);
      const shift = random.integer(0, 6);
      const node: FixedNode = {
        op: 'requantize', name: 'y', shape, type: integerType(low, low + random.pick([255, 6, 15])), origins: [], arg: 0, channels: 4, shift,
        overflow: 'wrap',
        multipliers: [0, 1, 2, 3].map(() => BigInt(random.integer(-60, 60))), offsets: [0, 1, 2, 3].map(() => BigInt(random.integer(-99, 99))),
        rounding: random.pick(['floor', 'half-even']),
      };
      const samples = Array.from({ length: 3 }, () => new Map([[0, Float64Array.from({ length: 40 }, () => random.integer(-5000, 5000))]]));
      check(inputsOf({ op: 'input', name: 'x', shape, type, origins: [] }, node), samples);
    }
  });

  it('keep states from sample to sample, also those that only pass them on', () => {
    const type = integerType(-100, 100);
    const shape = [1, 5];
    const state = (name: string, next: number, from: number): FixedNode =>
      ({ op: 'state', name, shape, type, origins: [], initial: Float64Array.from({ length: 5 }, (_, i) => from + i), next });
    const nodes: FixedNode[] = [
      { op: 'input', name: 'x', shape, type, origins: [] }, state('a', 2, 1), state('b', 1, 50), state('c', 0, -9),
      { op: 'add', name: 'y', shape, type: integerType(-400, 400), origins: [], args: [1, 2, 3], coefficients: [1, 2, 1] },
    ];
    const random = new Random(44);
    check(inputsOf(...nodes), Array.from({ length: 9 }, () => new Map([[0, Float64Array.from({ length: 5 }, () => random.integer(-100, 100))]])));
  });

  for (const name of ['lmul', 'matmul-free']) {
    it(`compute ${name} without the plain evaluator`, async () => {
      const network = lowerNetwork(await loadNetwork(`examples/blocks/${name}.bloom`));
      const samples = randomSamples(network, 150);
      const engine = new FixedEngine(network.fixed);
      const { results, plain } = await runFixedBatch(network.fixed, samples, { codes: true });
      expect(plain).toBeUndefined();
      samples.forEach((sample, s) => expect([...results[s].outputs[0].values]).toEqual([...engine.run(sample).outputs[0].values]));
    });
  }
});
