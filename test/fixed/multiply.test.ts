import { describe, expect, it } from 'vitest';
import { evaluateFixed } from '../../src/fixed/evaluator.ts';
import { integerType, type FixedGraph } from '../../src/fixed/ir.ts';

describe('the product of two values', () => {
  it('has one zero', () => {
    const type = integerType(-3, 3);
    const graph: FixedGraph = {
      name: 'product', inputs: [], outputs: [],
      nodes: [
        { op: 'input', name: 'x', shape: [2], type, origins: [] },
        { op: 'multiply', name: 'y', shape: [2], type: integerType(-9, 9), origins: [], args: [0, 0] },
        { op: 'add', name: 'negated', shape: [2], type, origins: [], args: [0], coefficients: [-1] },
        { op: 'multiply', name: 'z', shape: [2], type: integerType(-9, 9), origins: [], args: [0, 2] },
      ],
    };
    const values = evaluateFixed(graph, new Map([[0, Float64Array.of(0, 2)]]));
    expect([...values[3]]).toEqual([0, -4]);
    expect([...values[2]].every((value) => !Object.is(value, -0))).toBe(true);
  });
});
