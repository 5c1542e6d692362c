import { describe, expect, it } from 'vitest';
import { enableRelaxedVectors } from '../../src/base/relaxed-vectors.ts';
import { hasRelaxedVectors } from '../../src/base/wasm/relaxed.ts';
import { evaluateFixed, type Integers } from '../../src/fixed/evaluator.ts';
import { BIPOLAR, integerType, type DotNode, type FixedGraph, type FixedNode, type IntegerType, type WindowNode } from '../../src/fixed/ir.ts';
import { dotRange } from '../../src/fixed/ranges.ts';
import { requantize } from '../../src/fixed/requantize.ts';
import { bytesOfProduct } from '../../src/fixed/wasm/bytes.ts';
import { FixedBatch, fixedProgram, readRecord, writeRecords } from '../../src/fixed/wasm/engine.ts';
import { packingOf } from '../../src/fixed/wasm/packing.ts';
import { planProducts } from '../../src/fixed/wasm/products.ts';
import { findRescale, rescaled } from '../../src/fixed/wasm/rescale.ts';
import { windowPositions } from '../../src/graph/windows.ts';
import { Random } from '../verilog/random.ts';

function graphOf(...nodes: FixedNode[]): FixedGraph {
  return { name: 'kernels', nodes, inputs: [{ value: 0, source: 'x', encoder: undefined as never }], outputs: [] };
}

/** An element of a type, often one of its ends. */
function element(random: Random, { low, high, bipolar }: IntegerType): number {
  if (bipolar) return random.chance(50) ? 1 : -1;
  return random.chance(30) ? random.pick([low, high]) : low + Math.floor((random.bits() / 2 ** 32) * (high - low + 1));
}

/** Computes samples in WebAssembly with only the last value seen, as a whole run does it, and compares them. */
function check(graph: FixedGraph, random: Random, count: number, relaxed = false): void {
  const last = graph.nodes.length - 1;
  const program = fixedProgram(graph, [last], relaxed);
  if (typeof program === 'string') throw new Error(program);
  const [{ type, shape }] = graph.nodes;
  const size = shape.reduce((a, b) => a * b, 1);
  const sample = (): Integers => Float64Array.from({ length: size }, () => element(random, type));
  const samples = Array.from({ length: count }, () => new Map([[0, sample()]]));
  const results = new FixedBatch(program).run(writeRecords(program.inputs, samples), count);
  samples.forEach((inputs, s) => {
    const [found, right] = [readRecord(program.outputs, results, s).get(last)!, evaluateFixed(graph, inputs)[last]];
    expect(`sample ${s}: ${found.join()}`).toBe(`sample ${s}: ${right.join()}`);
  });
}

function requantizeNode(random: Random, arg: number, shape: readonly number[], { low, high }: IntegerType, channels: number): FixedNode {
  const type = random.pick([integerType(-128, 127), integerType(0, 255), integerType(0, 15), integerType(-3, 4)]);
  const shift = random.pick([8, 16, 24, 31]);
  // Slopes with which the result covers more or less than its range.
  const slope = (type.high - type.low) / Math.max(1, high - low) * random.pick([0.5, 1, 3, 20]);
  const multipliers = Array.from({ length: channels }, () =>
    BigInt(Math.round(slope * 2 ** shift * (0.5 + random.bits() / 2 ** 32)) * random.pick([1, 1, 1, -1])));
  const offsets = multipliers.map(() => BigInt(Math.round((random.bits() / 2 ** 32 - 0.5) * (type.high - type.low) * 2 ** shift)));
  const rounding = random.pick(['floor', 'half-even'] as const);
  return { op: 'requantize', name: 'q', shape, type, origins: [], arg, channels, multipliers, offsets, shift, rounding };
}

describe('kernels of the functional engine', () => {
  it('rescale as the requantization itself, number by number', () => {
    const random = new Random(31);
    let found = 0;
    for (let turn = 0; turn < 120; turn++) {
      const bound = random.pick([100, 3000, 20_000]);
      const x = integerType(-bound, bound - 1);
      const node = requantizeNode(random, 0, [1], x, 1);
      if (node.op !== 'requantize') throw new Error();
      const shift = random.pick([0, 3, 8]);
      const rescale = findRescale(node, 0, x, shift);
      if (rescale === undefined) continue;
      found++;
      for (let n = x.low; n <= x.high; n++) {
        if (rescaled(rescale, n * 2 ** shift, node.type) !== requantize(node, n, 0, bound)) throw new Error(`${n} of ${JSON.stringify(rescale)}`);
      }
    }
    expect(found).toBeGreaterThan(60);
  });

  it('multiply windows in place: every geometry, order, fill and rounding', () => {
    const random = new Random(32);
    let [absorbed, rounded] = [0, 0];
    for (let turn = 0; turn < 160; turn++) {
      const depthwise = random.chance(50);
      const channels = random.integer(1, depthwise ? 20 : 5);
      const [height, width] = [random.integer(3, 9), random.integer(3, 13)];
      const kernel = [random.integer(1, 3), random.integer(1, 3)] as const;
      const pad = [0, 0, 0, 0].map(() => random.pick([0, 0, 1, 2])) as unknown as WindowNode['pad'];
      const geometry = { kernel, stride: [random.integer(1, 2), random.integer(1, 3)] as const, dilation: [1, random.integer(1, 2)] as const, pad };
      const [down, right] = windowPositions({ height, width }, geometry);
      if (down < 1 || right < 1) continue;
      const type = random.pick([integerType(-128, 127), integerType(0, 255), integerType(-2000, 2000)]);
      const taps = kernel[0] * kernel[1];
      const fill = Float64Array.from({ length: random.pick([1, channels]) }, () => random.integer(type.low, type.high));
      const window: FixedNode = {
        op: 'window', name: 'w', shape: [1, down, right, taps * channels], type, origins: [], arg: 0, height, width, channels, fill,
        order: depthwise ? 'channel' : random.pick(['channel', 'pixel']), ...geometry,
      };
      const [groups, rows, columns] = depthwise ? [channels, 1, taps] : [1, random.integer(1, 19), taps * channels];
      const weights = Int32Array.from({ length: groups * rows * columns }, () => random.integer(-127, 127));
      const shape = [1, down, right, groups * rows];
      const range = dotRange(weights, groups * rows, columns, type);
      const dot: FixedNode = { op: 'dot', name: 'd', shape, type: range, origins: [], arg: 1, groups, rows, columns, weights };
      const nodes: FixedNode[] = [{ op: 'input', name: 'x', shape: [1, height, width, channels], type, origins: [] }, window, dot];
      if (random.chance(70)) nodes.push(requantizeNode(random, 2, shape, dot.type, random.pick([1, groups * rows])));
      const plan = planProducts(graphOf(...nodes), new Set([nodes.length - 1]));
      if (plan.absorbed.has(1)) absorbed++;
      if (plan.absorbed.has(2)) rounded++;
      check(graphOf(...nodes), random, random.integer(1, 3));
    }
    expect(absorbed).toBeGreaterThan(100);
    expect(rounded).toBeGreaterThan(40);
  });

  it('take the largest and the smallest of windows in place', () => {
    const random = new Random(35);
    let absorbed = 0;
    for (let turn = 0; turn < 60; turn++) {
      const [channels, height, width] = [random.integer(1, 20), random.integer(3, 9), random.integer(3, 9)];
      const kernel = [random.integer(1, 3), random.integer(1, 3)] as const;
      const pad = [0, 0, 0, 0].map(() => random.pick([0, 0, 1])) as unknown as WindowNode['pad'];
      const geometry = { kernel, stride: [random.integer(1, 2), random.integer(1, 3)] as const, dilation: [1, 1] as const, pad };
      const [down, right] = windowPositions({ height, width }, geometry);
      const type = random.pick([integerType(-128, 127), integerType(0, 15), integerType(-40_000, 3)]);
      const taps = kernel[0] * kernel[1];
      const nodes: FixedNode[] = [{ op: 'input', name: 'x', shape: [1, height, width, channels], type, origins: [] }, {
        op: 'window', name: 'w', shape: [1, down, right, taps * channels], type, origins: [], arg: 0, height, width, channels,
        fill: Float64Array.of(type.low), order: 'channel', ...geometry,
      }, {
        op: 'extreme', name: 'm', shape: [1, down, right, channels], type, origins: [], arg: 1, length: taps,
        kind: random.pick(['maximum', 'minimum']),
      }];
      if (planProducts(graphOf(...nodes), new Set([2])).absorbed.has(1)) absorbed++;
      check(graphOf(...nodes), random, random.integer(1, 3));
    }
    expect(absorbed).toBeGreaterThan(20);
  });

  it('pack two rows in a sum, up to the last bit of both', () => {
    const random = new Random(33);
    let [once, often] = [0, 0];
    for (let turn = 0; turn < 120; turn++) {
      const type = random.pick([integerType(0, 7), integerType(-127, 127), integerType(0, 1), integerType(-8, 7)]);
      const [rows, columns, vectors] = [random.integer(8, 40), random.integer(1, 300), random.integer(1, 5)];
      const most = random.pick([1, 3, 7]);
      // All weights at one end make the largest sums.
      const end = random.chance(40);
      const weights = Int32Array.from({ length: rows * columns }, () => (end ? most * random.pick([1, 1, 1, -1]) : random.integer(-most, most)));
      const own = dotRange(weights, rows, columns, type);
      const order = Array.from({ length: columns + (columns % 2) }, (_, c) => (c < columns ? c : -1));
      const packing = packingOf({ op: 'dot', groups: 1, rows, columns, weights } as DotNode, type, order);
      if (packing !== undefined && packing.pairs >= Math.ceil(columns / 2)) once++;
      else if (packing !== undefined) often++;
      check(graphOf(
        { op: 'input', name: 'x', shape: [vectors, columns], type, origins: [] },
        { op: 'dot', name: 'd', shape: [vectors, rows], type: own, origins: [], arg: 0, groups: 1, rows, columns, weights },
      ), random, random.integer(1, 20));
    }
    expect(once).toBeGreaterThan(20);
    expect(often).toBeGreaterThan(5);
  });

  it('multiply bytes by relaxed instructions, up to the last bit of 16, as they do without', () => {
    enableRelaxedVectors();
    expect(hasRelaxedVectors()).toBe(true);
    const random = new Random(36);
    let [once, often, none] = [0, 0, 0];
    for (let turn = 0; turn < 160; turn++) {
      const type = random.pick([integerType(0, 7), integerType(-128, 127), integerType(-127, 127), integerType(0, 127), integerType(-8, 7)]);
      const [rows, columns, vectors] = [random.integer(1, 40), random.integer(1, 300), random.integer(1, 6)];
      const [low, high] = random.pick([[-3, 3], [-64, 63], [-63, 64], [0, 127], [-1, 0], [-8, 7], [-127, 127], [5, 9]]);
      // All weights at one end make the largest sums.
      const end = random.chance(40);
      const weights = Int32Array.from({ length: rows * columns }, () => (end ? random.pick([low, high, high, high]) : random.integer(low, high)));
      const node: DotNode = {
        op: 'dot', name: 'd', shape: [vectors, rows], type: dotRange(weights, rows, columns, type), origins: [], arg: 0,
        groups: 1, rows, columns, weights,
      };
      const bytes = bytesOfProduct(node, type);
      if (bytes === undefined) none++;
      else if (bytes.quads >= Math.ceil(columns / 4)) once++;
      else often++;
      const graph = graphOf({ op: 'input', name: 'x', shape: [vectors, columns], type, origins: [] }, node);
      for (const relaxed of [true, false]) check(graph, random, random.integer(1, 20), relaxed);
    }
    expect(Math.min(once, often, none)).toBeGreaterThan(10);
  });

  it('count bits of one vector and of 128 side by side, at every level', () => {
    const random = new Random(34);
    for (let turn = 0; turn < 60; turn++) {
      const dense = random.chance(70);
      const sizes = [random.integer(32, 300), random.integer(24, 140), random.integer(1, 70)];
      const nodes: FixedNode[] = [{ op: 'input', name: 'x', shape: [1, sizes[0]], type: BIPOLAR, origins: [] }];
      for (let layer = 1; layer < sizes.length; layer++) {
        const [columns, rows] = [sizes[layer - 1], sizes[layer]];
        const weights = Int32Array.from({ length: rows * columns }, () => (dense ? random.pick([-1, 1]) : random.integer(-1, 1)));
        const type = dotRange(weights, rows, columns, BIPOLAR);
        nodes.push({ op: 'dot', name: `d${layer}`, shape: [1, rows], type, origins: [], arg: nodes.length - 1, groups: 1, rows, columns, weights });
        if (layer === sizes.length - 1) break;
        const level = (): number => random.pick([0, 1, type.low, type.high, type.low - 3, type.high + 5, random.integer(-12, 12)]);
        const levels = Float64Array.from({ length: rows }, level);
        nodes.push({
          op: 'threshold', name: `t${layer}`, shape: [1, rows], type: BIPOLAR, origins: [], arg: nodes.length - 1, channels: rows, steps: 1, levels,
          falling: Array.from({ length: rows }, () => random.chance(30)),
        });
      }
      check(graphOf(...nodes), random, random.pick([1, 127, 128, 129, 300]));
    }
  });
});
