import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { encodeValue, EXAMPLE_FORMATS, FORMAT_FAMILIES, parseFormat, valueOf } from '../../src/number/formats/index.ts';

describe('number formats', () => {
  it('every family has an example, and examples are canonical or other names of one', () => {
    for (const family of FORMAT_FAMILIES) {
      expect(family.examples.length, family.name).toBeGreaterThan(0);
      for (const example of family.examples) {
        const { text } = parseFormat(example);
        expect(parseFormat(text).text, example).toBe(text);
      }
    }
  });

  for (const example of EXAMPLE_FORMATS) {
    it(`${example}: every code's value is exact, encodes to its code, prints and parses`, () => {
      const format = parseFormat(example);
      const seen = new Map<string, number>();
      const step = Math.max(1, 2 ** (format.bits - 16));
      for (let code = 0; code < 2 ** format.bits; code += format.bits > 12 ? 17 * step : 1) {
        const value = valueOf(format, code);
        if (value === undefined) continue;
        const text = value.toString();
        const canonical = seen.get(text) ?? code;
        seen.set(text, canonical);
        expect(encodeValue(format, value), `code ${code}`).toBe(canonical);
        expect(Rational.compare(Rational.parse(text)!, value)).toBe(0);
        expect(Rational.compare(Rational.parse(Rational.toDecimal(value))!, value)).toBe(0);
      }
      expect(seen.size).toBeGreaterThan(1);
    });

    it(`${example}: numbers become the code of a nearest value, and the quantizer of activations says the same`, () => {
      const format = parseFormat(example);
      if (format.text.includes('wrap') || format.text.includes('trn')) return;
      const values = [...new Set(Array.from({ length: 2 ** Math.min(12, format.bits) }, (_, code) => format.integer(code)).filter((v) => v !== undefined))];
      const distance = (x: Rational, value: bigint): Rational => Rational.absolute(Rational.subtract(x, Rational.fromBigint(value)));
      if (format.bits > 10) return;
      for (let i = -40; i <= 40; i++) {
        const units = Rational.of(BigInt(i), 4n);
        const encoded = format.integer(format.encode(units))!;
        if (format.text === 'bipolar<zero=zero>' || format.bits > 12) continue;
        for (const value of values) expect(Rational.compare(distance(units, encoded), distance(units, value)), `${i}/4`).toBeLessThanOrEqual(0);
      }
      const { quantizer } = format;
      if (quantizer.kind !== 'staircase') return;
      const { integers, boundaries, upper } = quantizer;
      expect(boundaries.length).toBe(integers.length - 1);
      boundaries.forEach((boundary, k) => {
        const at = format.integer(format.encode(Rational.fromDouble(boundary)))!;
        if (format.text !== 'bipolar<zero=zero>') expect(Number(at)).toBe(upper[k] ? integers[k + 1] : integers[k]);
      });
    });
  }

  it('says what is wrong with a format, and how it is written', () => {
    for (const [text, message] of [
      ['shft<3>', /did you mean "shift"/], ['shift<9>', /whole number from 2 to 6/], ['fixed<8>', /before the point/],
      ['fixed<8,3,rdn>', /did you mean "rnd"/], ['int8<1', /no number format/], ['shift<3,4>', /one argument too many/], ['khot<4,16>', /20 bits/],
    ] as const) expect(() => parseFormat(text), text).toThrow(message);
  });
});
