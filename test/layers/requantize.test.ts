import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, STYLES } from '../../src/compiler/compile.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { findLayer } from '../../src/layers/index.ts';
import { COLUMNS, GraphBuilder, Numbers } from '../formats/networks.ts';

type Mode = 'shift' | 'half_up' | 'srdhm';
const [LOWEST, HIGHEST] = [-(2n ** 31n), 2n ** 31n - 1n];

/** SaturatingRoundingDoublingHighMul as gemmlowp writes it: C's division rounds to zero, as BigInt's does. */
function roundingDoublingHighMultiply(a: bigint, b: bigint): bigint {
  if (a === b && a === LOWEST) return HIGHEST;
  const product = a * b;
  return (product + (product >= 0n ? 1n << 30n : 1n - (1n << 30n))) / (1n << 31n);
}

/** RoundingDivideByPOT. */
function roundingDivide(x: bigint, exponent: bigint): bigint {
  const mask = (1n << exponent) - 1n;
  const threshold = (mask >> 1n) + (x < 0n ? 1n : 0n);
  return (x >> exponent) + ((x & mask) > threshold ? 1n : 0n);
}

/** What integer kernels compute. */
function reference(x: bigint, multiplier: bigint, shift: number, mode: Mode): bigint {
  if (mode === 'shift') return (x * multiplier) >> BigInt(shift);
  if (mode === 'half_up') return shift === 0 ? x * multiplier : (x * multiplier + (1n << BigInt(shift - 1))) >> BigInt(shift);
  return roundingDivide(roundingDoublingHighMultiply(x << BigInt(Math.max(0, 31 - shift)), multiplier), BigInt(Math.max(0, shift - 31)));
}

function oneLayer(attributes: Record<string, number | string>, count: number): Graph {
  const graph = new GraphBuilder('requantize', [{ name: 'x', shape: [1, count] }]);
  graph.output(graph.node('Requantize', 'layer', ['x'], attributes));
  return graph.finish();
}

function results(attributes: Record<string, number | string>, xs: readonly number[]): number[] {
  const prepared = prepareGraph(oneLayer(attributes, xs.length), findLayer);
  const [result] = evaluate(prepared, new Map([['x', { shape: [1, xs.length], values: Float64Array.from(xs) }]])).values();
  return [...result.values];
}

const clamp = (value: bigint, low: bigint, high: bigint): number => Number(value < low ? low : value > high ? high : value);

describe('Requantize', () => {
  it.each(['shift', 'half_up', 'srdhm'] as const)('%s: as integer kernels compute it', (mode) => {
    const accumulators = fc.array(fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -(2 ** 28), max: 2 ** 28 })), { minLength: 1, maxLength: 20 });
    const multipliers = fc.oneof(fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }), fc.constantFrom(1, 2 ** 30, 3 * 2 ** 29, 2 ** 31 - 1), fc.integer({ min: 1, max: 2 ** 20 }));
    fc.assert(fc.property(accumulators, multipliers, fc.integer({ min: 28, max: 50 }), fc.boolean(), (xs, multiplier, shift, narrow) => {
      const [low, high] = narrow ? [-128, 127] : [Number(LOWEST), Number(HIGHEST)];
      const wanted = xs.map((x) => clamp(reference(BigInt(x), BigInt(multiplier), shift, mode), BigInt(low), BigInt(high)));
      expect(results({ multiplier, shift, mode, ...(narrow ? { low, high } : {}) }, xs)).toEqual(wanted);
    }), { numRuns: 400 });
  });

  it('ties: up by half_up; by srdhm up in the multiplication, away from zero in the division', () => {
    const halves = [-5, -3, -1, 1, 3, 5];
    expect(results({ multiplier: 1, shift: 1, mode: 'shift' }, halves)).toEqual([-3, -2, -1, 0, 1, 2]);
    expect(results({ multiplier: 1, shift: 1, mode: 'half_up' }, halves)).toEqual([-2, -1, 0, 1, 2, 3]);
    expect(results({ multiplier: 2 ** 30, shift: 31, mode: 'srdhm' }, halves)).toEqual([-2, -1, 0, 1, 2, 3]);
    expect(results({ multiplier: 2 ** 30, shift: 32, mode: 'srdhm' }, [-4, -2, 2, 4, 12, -12])).toEqual([-1, -1, 1, 1, 3, -3]);
  });

  for (const style of STYLES) {
    it(`up the ladder, ${style}`, { timeout: 600_000 }, async () => {
      const numbers = new Numbers(21);
      const graph = new GraphBuilder('requantized', [{ name: 'x', shape: [1, COLUMNS] }]);
      const x = graph.node('Format', 'input', ['x'], { format: 'int6' });
      const cases = [['shift', 5, 9], ['half_up', 11, 8], ['srdhm', 1_340_000_003, 35], ['srdhm', 1_100_000_001, 37]] as const;
      cases.forEach(([mode, multiplier, shift], i) => {
        const weights = graph.constant(`codes${i}`, [COLUMNS, 3], Array.from({ length: 3 * COLUMNS }, () => numbers.whole(0, 255)));
        const sums = graph.node('MatMul', `dense${i}`, [x, graph.node('Decode', `weights${i}`, [weights], { format: 'int8' })]);
        graph.output(graph.node('Requantize', `out${i}`, [sums], { mode, multiplier, shift, low: -128, high: 127 }));
      });
      const compiled = compileNetwork(graph.finish(), { style, target: 'lut6' });
      const { rungs } = await verify(compiled, randomSamples(compiled, 16), { rtlSamples: 2, verilatorSamples: 16, netlistSamples: 4, netlist: false });
      for (const rung of rungs.slice(0, -1)) expect(rung, rung.name).toMatchObject({ status: 'passed' });
    });
  }

  it('refuses what is no multiplier and no mode', () => {
    expect(() => results({ multiplier: 0.5, shift: 3 }, [1])).toThrow('multiplier 0.5');
    expect(() => results({ shift: 3, mode: 'half' }, [1])).toThrow('use one of shift, half_up, srdhm');
    expect(() => results({ multiplier: 3 }, [1])).toThrow('shift is missing');
  });
});
