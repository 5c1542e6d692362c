import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { broadcastShape, operandIndex } from '../../src/graph/broadcast.ts';
import { reals } from '../../src/graph/reals.ts';
import { expectTruth, known } from './exactly.ts';
import { tensor } from './networks.ts';

const algebra = reals();
const extent = fc.integer({ min: 1, max: 5 });

/** Rows of dot products, summed in rationals. */
function bruteForce(a: readonly Rational[], b: readonly Rational[], rows: number, inner: number, columns: number): Rational[] {
  return Array.from({ length: rows * columns }, (_, i) => {
    let sum = Rational.ZERO;
    for (let k = 0; k < inner; k++) {
      sum = Rational.add(sum, Rational.multiply(a[Math.floor(i / columns) * inner + k], b[k * columns + (i % columns)]));
    }
    return sum;
  });
}

describe('matmul', () => {
  it('is the sum of products in rationals', () => {
    const factors = fc.tuple(extent, extent, extent, fc.boolean(), fc.boolean()).chain(([rows, inner, columns, left, right]) =>
      fc.tuple(known([rows, inner], left), known([inner, columns], right), fc.constant({ rows, inner, columns })));
    fc.assert(fc.property(factors, ([left, right, { rows, inner, columns }]) => {
      const product = algebra.matmul(left.tensor, right.tensor);
      expect(product.shape).toEqual([rows, columns]);
      expectTruth(product, bruteForce(left.truth, right.truth, rows, inner, columns));
    }), { numRuns: 1500 });
  });

  it('has no errors on binary grids, and has them where a sum is rounded', () => {
    const fine = 2 ** -20;
    expect(algebra.matmul(tensor([1, 3], [127, -128, 3]), tensor([3, 1], [fine, 7 * fine, 0.5])).errors).toBeUndefined();
    expect(algebra.matmul(tensor([1, 2], [2 ** 40, 1]), tensor([2, 1], [2 ** 40, 1])).errors![0]).toBeGreaterThan(0);
    const ones = tensor([2, 1], [1, 1]);
    expect(algebra.matmul(tensor([1, 2], [2 ** 52, 3]), ones).errors).toBeDefined();
    expect(algebra.matmul(tensor([1, 2], [2 ** 51, 3]), ones).errors).toBeUndefined();
    expect(algebra.matmul(tensor([1, 2], [0, 0]), tensor([2, 1], [0.1, 1e-300])).errors).toBeUndefined();
  });

  it('takes vectors and broadcasts batches as numpy does', () => {
    const a = tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const vector = tensor([3], [1, 0, -1]);
    expect(algebra.matmul(a, vector)).toEqual({ shape: [2], values: Float64Array.of(-2, -2) });
    expect(algebra.matmul(vector, tensor([3, 2], [1, 2, 3, 4, 5, 6]))).toEqual({ shape: [2], values: Float64Array.of(-4, -4) });
    expect(algebra.matmul(vector, vector)).toEqual({ shape: [], values: Float64Array.of(2) });
    const batches = algebra.matmul(tensor([2, 1, 1, 2], [1, 2, 3, 4]), tensor([3, 2, 1], [1, 1, 10, 10, 1, -1]));
    expect(batches).toEqual({ shape: [2, 3, 1, 1], values: Float64Array.of(3, 30, -1, 7, 70, -1) });
    expect(() => algebra.matmul(a, a)).toThrow(/no product of shapes/);
  });

  it('does not mix up matrices of the same numbers and other shapes', () => {
    const values = Float64Array.of(0.1, 100, 0.3, 0.7, 1e10, 0.9);
    for (const [inner, columns] of [[2, 3], [3, 2], [6, 1]]) {
      const left = tensor([1, inner], Array.from({ length: inner }, () => 0.1));
      const [a, b] = [left.values, values].map((each) => Array.from(each, Rational.fromDouble));
      const truth = bruteForce(a, b, 1, inner, columns);
      expectTruth(algebra.matmul(left, { shape: [inner, columns], values }), truth);
    }
  });

  it('says nothing of what overflows', () => {
    const { values, errors, exact } = algebra.matmul(tensor([1, 2], [1e300, 1e300]), tensor([2, 1], [1e300, -1e300]));
    expect([values[0], errors![0], exact!(0, 64).low.toString()]).toEqual([0, Infinity, '0']);
  });
});

describe('broadcasting', () => {
  it('aligns last dimensions', () => {
    expect(broadcastShape([[3, 1], [1, 4], [2, 1, 1]])).toEqual([2, 3, 4]);
    expect(broadcastShape([[], [5]])).toEqual([5]);
    expect(() => broadcastShape([[2], [3]])).toThrow(/do not broadcast/);
    expect([...operandIndex([3, 1], [2, 3, 2])]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  });

  it('finds the element by coordinates', () => {
    const shapes = fc.array(fc.tuple(extent, fc.boolean()), { maxLength: 4 }).chain((axes) =>
      fc.tuple(fc.constant(axes), fc.nat(axes.length)));
    fc.assert(fc.property(shapes, ([axes, dropped]) => {
      const result = axes.map(([size]) => size);
      const shape = axes.map(([size, one]) => (one ? 1 : size)).slice(dropped);
      const index = operandIndex(shape, result);
      index.forEach((found, i) => {
        let expected = 0;
        let rest = i;
        let stride = 1;
        for (let axis = result.length - 1; axis >= dropped; axis--) {
          const own = shape[axis - dropped];
          if (own > 1) expected += (rest % result[axis]) * stride;
          stride *= own;
          rest = Math.floor(rest / result[axis]);
        }
        expect(found).toBe(expected);
      });
    }));
  });
});
