import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { parseFormat } from '../../src/number/formats/index.ts';

/** What each mode makes of -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, and of -1.75, -1.25, 1.25, 1.75: by the documentation of ap_fixed and QONNX. */
const TABLE: Readonly<Record<string, readonly number[]>> = {
  rnd_conv: [-2, -2, 0, 0, 2, 2, -2, -1, 1, 2],
  rnd: [-2, -1, 0, 1, 2, 3, -2, -1, 1, 2],
  rnd_min_inf: [-3, -2, -1, 0, 1, 2, -2, -1, 1, 2],
  rnd_inf: [-3, -2, -1, 1, 2, 3, -2, -1, 1, 2],
  rnd_zero: [-2, -1, 0, 0, 1, 2, -2, -1, 1, 2],
  trn: [-3, -2, -1, 0, 1, 2, -2, -2, 1, 1],
  trn_zero: [-2, -1, 0, 0, 1, 2, -1, -1, 1, 1],
  ceil: [-2, -1, 0, 1, 2, 3, -1, -1, 2, 2],
  away: [-3, -2, -1, 1, 2, 3, -2, -2, 2, 2],
};
const NUMBERS = [-10, -6, -2, 2, 6, 10, -7, -5, 5, 7].map((quarters) => Rational.of(BigInt(quarters), 4n));

/** What each overflow makes of integers beyond 4 signed bits. */
const OVERFLOWS: Readonly<Record<string, readonly [number, number][]>> = {
  sat: [[7, 7], [8, 7], [100, 7], [-8, -8], [-9, -8], [-100, -8]],
  sat_sym: [[7, 7], [8, 7], [100, 7], [-8, -7], [-9, -7], [-100, -7]],
  wrap: [[7, 7], [8, -8], [100, 4], [-8, -8], [-9, 7], [-100, -4]],
};

describe('rounding and overflow', () => {
  for (const [mode, expected] of Object.entries(TABLE)) {
    for (const [overflow, pairs] of Object.entries(OVERFLOWS)) {
      it(`${mode}, ${overflow}`, () => {
        const format = parseFormat(`int4<${mode},${overflow}>`);
        expect(NUMBERS.map((number) => Number(format.integer(format.encode(number))!))).toEqual(expected);
        for (const [from, to] of pairs) expect(Number(format.integer(format.encode(Rational.of(BigInt(from))))!), `${from}`).toBe(to);
      });
    }
  }

  it('understands the names of ap_fixed, QONNX and IEEE 754 for one mode', () => {
    expect(parseFormat('fixed<8,3,half_up>').text).toBe(parseFormat('fixed<8,3,rnd>').text);
    expect(parseFormat('fixed<8,3,floor,wrap>').text).toBe('fixed<8,3,trn,wrap>');
    expect(parseFormat('fixed<8,3>').text).toBe(parseFormat('fixed<8,3,rnd_conv,sat>').text);
  });
});
