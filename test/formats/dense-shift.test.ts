import { describe, expect, it } from 'vitest';
import { parseFormat } from '../../src/number/formats/index.ts';
import { denseShiftOf, denseShiftParameters } from '../../src/number/formats/shift.ts';

describe('DenseShift', () => {
  it('decodes parameters as the recurrence says', () => {
    const step = (t: number): number => (t > 0 ? 1 : 0);
    for (const t of [[1, 1, 1], [-1, 2, 3], [4, -1, 1], [1, 1, -1], [-1, -1, -1], [0.5, 0, 2], [2]]) {
      let exponent = step(t[0]);
      for (const next of t.slice(1)) exponent = (exponent + 1) * step(next);
      expect(denseShiftOf(t, 1)).toBe(2 ** exponent);
      expect(denseShiftOf(t, -0.25)).toBe(-(2 ** exponent));
    }
  });

  for (const bits of [2, 3, 4]) {
    it(`all 2^${bits} codes of ${bits} bits have parameters that decode to their value`, () => {
      const format = parseFormat(`shift<${bits}>`);
      const exponents = 2 ** (bits - 1);
      const seen = new Set<number>();
      for (let code = 0; code < 2 ** bits; code++) {
        const { t, s } = denseShiftParameters(code >= exponents, code % exponents, exponents - 1);
        expect(denseShiftOf(t, s)).toBe(Number(format.integer(code)));
        seen.add(denseShiftOf(t, s));
      }
      expect(seen.size).toBe(2 ** bits);
    });
  }
});
