import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { Rational } from '../../src/base/rational.ts';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/ir.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import { roundRational } from '../../src/number/rounding.ts';
import { binarizedNetwork, floats, node, random, registry, tensor } from './networks.ts';

function thrown(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('nothing was thrown');
}

const input = (values: ArrayLike<number>): Map<string, RealTensor> => new Map([['x', tensor([1, values.length], values)]]);

describe('evaluate', () => {
  it('gives the codes of a quantized layer as rationals do', () => {
    const next = random(3);
    const [inner, outer] = [20, 8];
    const scales = { x: Math.fround(0.017), w: Math.fround(0.31), y: Math.fround(0.045) };
    const weights = floats(inner * outer, next);
    const graph: Graph = {
      name: 'dense', inputs: [{ name: 'x', shape: [1, inner] }], outputs: ['z'],
      constants: new Map([
        ['w', tensor([outer, inner], weights)],
        ...Object.entries(scales).map(([name, s]) => [`s${name}`, tensor([], [s])] as const),
      ]),
      nodes: [
        node('Quant', ['x', 'sx'], 'xq', { low: -128, high: 127, mode: 'half-even' }),
        node('Quant', ['w', 'sw'], 'wq', { low: -7, high: 7, mode: 'half-even' }),
        node('Transpose', ['wq'], 'wt'), node('MatMul', ['xq', 'wt'], 'y'),
        node('Quant', ['y', 'sy'], 'z', { low: -128, high: 127, mode: 'half-even' }),
      ],
    };
    const prepared = prepareGraph(graph, registry);
    expect([...prepared.constantCodes.keys()]).toEqual(['wq']);

    const code = (value: Rational, scale: number, low: number, high: number): bigint => {
      const rounded = roundRational(Rational.divide(value, Rational.fromDouble(scale)), 'half-even');
      return rounded < low ? BigInt(low) : rounded > high ? BigInt(high) : rounded;
    };
    for (let sample = 0; sample < 50; sample++) {
      const x = floats(inner, next, -3, 3);
      const recorded = new Map<string, RealTensor>();
      const outputs = evaluate(prepared, input(x), (name, codes) => recorded.set(name, codes));
      const xCodes = Array.from(x, (value) => code(Rational.fromDouble(value), scales.x, -128, 127));
      const wCodes = Array.from(weights, (value) => code(Rational.fromDouble(value), scales.w, -7, 7));
      const product = Rational.multiply(Rational.fromDouble(scales.x), Rational.fromDouble(scales.w));
      const yCodes = Array.from({ length: outer }, (_, row) => {
        const sum = xCodes.reduce((total, value, k) => total + value * wCodes[row * inner + k], 0n);
        return Number(code(Rational.multiply(Rational.of(sum), product), scales.y, -128, 127));
      });
      expect([...recorded.get('xq')!.values]).toEqual(xCodes.map(Number));
      expect([...recorded.get('z')!.values]).toEqual(yCodes);
      expect(outputs.get('z')!.shape).toEqual([1, outer]);
      expect([...outputs.get('z')!.values]).toEqual(yCodes.map((value) => value * scales.y));
    }
  });

  it('runs what depends on constants once', () => {
    const prepared = prepareGraph(binarizedNetwork([30, 8, 4], 1), registry);
    expect(prepared.constantCodes.get('q1')!.shape).toEqual([30, 8]);
    // Divide, round, clip (2), integer and scale; product, BatchNorm (4) and sign (4); product, BatchNorm (4) and argument.
    expect(prepared.steps.length).toBe(6 + 1 + 4 + 4 + 1 + 4 + 1);
  });

  it('evaluates a binarized network as floats do where those are far from every boundary', () => {
    const prepared = prepareGraph(binarizedNetwork([30, 8, 4], 7), registry);
    const next = random(11);
    const classes = new Set<number>();
    for (let sample = 0; sample < 40; sample++) {
      const recorded: string[] = [];
      const outputs = evaluate(prepared, input(floats(30, next, 0, 1)), (name) => recorded.push(name));
      expect(recorded).toEqual(['x0', 'x1']);
      classes.add(outputs.get('y')!.values[0]);
    }
    expect(classes.size).toBeGreaterThan(1);
  });

  it('does not keep the input, whose array may be used again', () => {
    const prepared = prepareGraph({
      name: 'product', inputs: [{ name: 'x', shape: [1, 2] }], outputs: ['y'],
      constants: new Map([['w', tensor([2, 1], [1, 1])]]),
      nodes: [node('MatMul', ['x', 'w'], 'y')],
    }, registry);
    const x = tensor([1, 2], [1, 2]);
    const first = evaluate(prepared, new Map([['x', x]])).get('y')!;
    x.values.set([2 ** 53, 1]);
    const second = evaluate(prepared, new Map([['x', x]])).get('y')!;
    expect([first.values[0], first.errors]).toEqual([3, undefined]);
    expect(second.errors![0]).toBeGreaterThan(0);
    x.values.fill(0);
    expect(second.exact!(0, 64).low.toString()).toBe(String(2n ** 53n + 1n));
  });

  it('is fast enough to be the reference of a whole test set', () => {
    const prepared = prepareGraph(binarizedNetwork([784, 64, 64, 64, 10], 1), registry);
    const next = random(5);
    const samples = Array.from({ length: 100 }, () => input(floats(784, next, 0, 1)));
    const start = performance.now();
    for (const sample of samples) evaluate(prepared, sample);
    expect((performance.now() - start) / samples.length).toBeLessThan(10);
  });
});

describe('mistakes', () => {
  const logarithm = (constants: Graph['constants'], of: string): Graph => ({
    name: 'log', inputs: [{ name: 'x', shape: [1, 1] }], outputs: ['y'], constants, nodes: [node('Log', [of], 'y')],
  });

  it('name their place', () => {
    const undefinedAtConstant = thrown(() => prepareGraph(logarithm(new Map([['c', tensor([], [-1])]]), 'c'), registry));
    expect(undefinedAtConstant.message).toContain('error[undefined-value]: test › y: has no value');
    const prepared = prepareGraph(logarithm(new Map(), 'x'), registry);
    expect(thrown(() => evaluate(prepared, input([0]))).message).toContain('test › y');
    expect(thrown(() => evaluate(prepared, new Map())).message).toContain('input x has 1 elements, nothing is given');
    expect(thrown(() => evaluate(prepared, input([1, 2]))).message).toContain('2 are given');
    expect(thrown(() => evaluate(prepared, input([NaN]))).message).toContain('is not finite');
    expect(thrown(() => prepareGraph(logarithm(new Map([['c', tensor([], [NaN])]]), 'c'), registry)).message).toContain('NaN');
    expect(thrown(() => prepareGraph(logarithm(new Map(), 'z'), registry)).message).toContain('z is used before it is made');
    const unknown = { ...logarithm(new Map(), 'x'), nodes: [node('Nothing', ['x'], 'y')] };
    expect(thrown(() => prepareGraph(unknown, registry)).message).toContain('no layer is called Nothing');
  });
});
