import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildProduct, rangeOf, type InputFormat } from '../../codegen/arithmetic/build.ts';
import { countDifferences } from '../../codegen/arithmetic/compare.ts';
import { countDigits, signedDigits } from '../../codegen/arithmetic/digits.ts';
import { checkGraph, type Matrix, type SumGraph } from '../../codegen/arithmetic/graph.ts';
import { improveGraph } from '../../codegen/arithmetic/improve.ts';
import { candidateGraphs, optimizeProduct, SHARING } from '../../codegen/arithmetic/optimize.ts';
import { relateRows } from '../../codegen/arithmetic/relate.ts';
import { inlineNodes, sharePairs } from '../../codegen/arithmetic/share.ts';
import { Random } from '../verilog/random.ts';
import { illegalPlaces } from './legal.ts';

const weights = fc.oneof(fc.constantFrom(-1, 1), fc.constantFrom(-1, 0, 1), fc.integer({ min: -8, max: 7 }), fc.integer({ min: -300, max: 300 }));
const matrices: fc.Arbitrary<Matrix> = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })).chain(([rows, columns]) => (
  fc.array(fc.array(weights, { minLength: columns, maxLength: columns }).map(row => Int32Array.from(row)), { minLength: rows, maxLength: rows })
));
const formats: fc.Arbitrary<InputFormat> = fc.record({ width: fc.integer({ min: 1, max: 9 }), signed: fc.boolean() });

describe('matrix-vector products', () => {
  for (const counting of ['registered', 'combinational'] as const) {
    it(`compute the matrix, cell by cell (${counting})`, () => {
      fc.assert(fc.property(matrices, fc.array(formats, { minLength: 7, maxLength: 7 }), fc.integer(), (matrix, some, seed) => {
        const elements = some.slice(0, matrix[0].length);
        const random = new Random(seed);
        const product = optimizeProduct({ matrix, formats: elements, counting, effort: 2 });
        expect(countDifferences(product, matrix, elements, 3, () => random.bits() | 0)).toBe(0);
        expect(illegalPlaces(product.netlist, product.outputs.flat(), counting)).toEqual([]);
      }), { numRuns: 60 });
    });
  }

  it('are cut to a width', () => {
    fc.assert(fc.property(matrices, formats, fc.integer({ min: 1, max: 24 }), fc.integer(), (matrix, format, width, seed) => {
      const elements = matrix[0].length === 0 ? [] : Array.from(matrix[0], () => format);
      const random = new Random(seed);
      const product = optimizeProduct({ matrix, formats: elements, counting: 'combinational', widths: matrix.map(() => width), effort: 0 });
      expect(product.outputs.map(({ length }) => length)).toEqual(matrix.map(() => width));
      expect(countDifferences(product, matrix, elements, 2, () => random.bits() | 0)).toBe(0);
    }), { numRuns: 60 });
  });

  it('are not larger with more effort, and the same every time', () => {
    const random = new Random(7);
    const matrix = Array.from({ length: 12 }, () => Int32Array.from({ length: 10 }, () => random.integer(-20, 20)));
    const elements = Array.from(matrix[0], () => ({ width: 6, signed: true }));
    const lookups = (effort: 0 | 1 | 2): number => optimizeProduct({ matrix, formats: elements, counting: 'registered', effort }).lookups;
    const [low, more, all] = ([0, 1, 2] as const).map(lookups);
    expect(more).toBeLessThanOrEqual(low);
    expect(all).toBeLessThanOrEqual(more);
    expect(lookups(2)).toBe(all);
  });
});

describe('products with rounds of search', () => {
  it('cost no more, compute the matrix, and are the same every time', () => {
    const random = new Random(11);
    const matrix = Array.from({ length: 16 }, () => Int32Array.from({ length: 16 }, () => random.integer(-100, 100)));
    const formats = Array.from(matrix[0], (): InputFormat => ({ width: 8, signed: true }));
    const ranges = formats.map(rangeOf);
    const [{ graph }] = candidateGraphs(matrix, ranges, { trees: [Infinity], pairs: [Infinity] });
    const cost = (each: SumGraph): number => buildProduct(each, formats, { counting: 'combinational' }).netlist.lookups;
    const improve = (rounds: number): SumGraph => improveGraph(graph, ranges, { ...SHARING, depth: Infinity }, cost, rounds);
    const improved = improve(20);
    checkGraph(improved, matrix);
    expect(cost(improved)).toBeLessThan(cost(graph));
    expect(cost(improve(5))).toBeGreaterThanOrEqual(cost(improved));
    expect(improve(20)).toEqual(improved);
  });
});

describe('sum graphs', () => {
  it('keep their matrix when rows are related and pairs shared', () => {
    fc.assert(fc.property(matrices, formats, (matrix, format) => {
      const ranges = Array.from(matrix[0], () => rangeOf(format));
      const related = relateRows(matrix, ranges, [new Int32Array(ranges.length).fill(1)]);
      checkGraph(related, matrix);
      const shared = sharePairs(related, ranges, { bitCost: 0.5, least: -20, depth: Infinity });
      checkGraph(shared, matrix);
      checkGraph(inlineNodes(shared, ranges, 0.5), matrix);
    }));
  });

  it('are told from a wrong matrix', () => {
    const matrix = [Int32Array.of(3, -5), Int32Array.of(1, 0)];
    const graph = relateRows(matrix, [{ low: 0, high: 3 }, { low: 0, high: 3 }]);
    expect(() => checkGraph(graph, [Int32Array.of(3, -5), Int32Array.of(1, 1)])).toThrow('row 1, column 1');
  });

  it('relate rows that differ little', () => {
    const random = new Random(3);
    const row = Int32Array.from({ length: 40 }, () => random.pick([-1, 1]));
    const near = row.map((weight, index) => (index === 5 ? -weight : weight));
    const graph = relateRows([row, near, row.map(weight => -weight)], Array.from(row, () => ({ low: 0, high: 1 })));
    expect(graph.nodes.map(({ length }) => length)).toEqual([40, 2, 1]);
  });

  it('have the fewest signed digits', () => {
    for (let value = -1100; value <= 1100; value++) {
      const digits = signedDigits(value);
      expect(digits.reduce((sum, { shift, negative }) => sum + (negative ? -1 : 1) * 2 ** shift, 0)).toBe(value);
      expect(digits.every(({ shift }, index) => index === 0 || shift - digits[index - 1].shift > 1)).toBe(true);
      expect(countDigits(value)).toBe(digits.length);
    }
  });
});
