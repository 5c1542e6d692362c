import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { EXAMPLE_FORMATS, parseFormat } from '../../src/number/formats/index.ts';
import { encoderOf, fullScale } from '../../src/quantize/encoder.ts';
import { quantNode } from '../../src/quantize/quant-node.ts';
import { scaleFor } from '../../src/quantize/scale.ts';

const numbers = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 2, maxLength: 30 }).map((list) => Float64Array.from(list));

function squaredError(format: string, values: Float64Array, scale: number): number {
  const parsed = parseFormat(format);
  const grid = scale * Rational.toDouble(parsed.unit);
  const encode = encoderOf(parsed);
  return values.reduce((sum, value) => sum + (value - encode(value / grid) * grid) ** 2, 0);
}

describe('scales', () => {
  it('follow the published rules', () => {
    const values = Float64Array.of(-4, 1, 1, 2);
    const scale = (format: string): number => scaleFor(parseFormat(format), values, 'rule').scale;
    expect(scale('int4')).toBe(Math.fround(4 / 7));
    expect(scale('bipolar')).toBe(2);
    expect(scale('ternary')).toBe(2);
    expect(scale('fixed<4,1>')).toBe(8);
    expect(scale('shift<3>')).toBe(0.5);
    // The threshold is 2/3 of the mean magnitude 2: -4 and 2 stay, their mean magnitude is the scale.
    const twn = scaleFor(parseFormat('ternary<twn>'), values, 'rule');
    expect(twn).toEqual({ scale: 3, values: Float64Array.of(-3, 0, 0, 3) });
    expect(scaleFor(parseFormat('int4'), new Float64Array(3), 'rule').scale).toBe(1);
  });

  it.each(EXAMPLE_FORMATS)('%s: the search never does worse than the rule', (format) => {
    if (parseFormat(format).text.includes('wrap')) return;
    fc.assert(fc.property(numbers, (values) => {
      const rule = scaleFor(parseFormat(format), values, 'rule');
      const best = scaleFor(parseFormat(format), values, 'mse');
      expect(squaredError(format, values, best.scale)).toBeLessThanOrEqual(squaredError(format, values, rule.scale) * (1 + 1e-6));
    }), { numRuns: 20 });
  });

  it.each(EXAMPLE_FORMATS)('%s: largest magnitudes go on integers that exist and that hardware multiplies', (format) => {
    const parsed = parseFormat(format);
    const top = fullScale(parsed);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThanOrEqual(2 ** 31 - 1);
    expect([top, -top]).toContain(encoderOf(parsed)(top) === top ? top : encoderOf(parsed)(-top));
  });

  it.each(EXAMPLE_FORMATS)('%s: the encoder of doubles is that of the format', (format) => {
    const parsed = parseFormat(format);
    if (format.includes('greedy')) return;
    const encode = encoderOf(parsed);
    fc.assert(fc.property(fc.integer({ min: -4000, max: 4000 }), (quarters) => {
      expect(encode(quarters / 4)).toBe(Number(parsed.integer(parsed.encode(Rational.of(BigInt(quarters), 4n)))));
    }), { numRuns: 200 });
  });
});

describe('QONNX forms', () => {
  it('are those of integers, fixed point, bipolar, ternary and binary', () => {
    const known = EXAMPLE_FORMATS.filter((format) => quantNode(parseFormat(format)) !== undefined);
    expect(known).toEqual([
      'int8', 'int4', 'int2', 'uint8', 'uint4', 'fixed<8,3>', 'ufixed<8,0>', 'ufixed<5,6,rnd_inf>', 'bipolar', 'binary', 'ternary', 'ternary<twn>',
      'power<4,0.5,mac>',
    ]);
    expect(quantNode(parseFormat('ternary'))).toEqual({
      kind: 'Quant', bits: 2, unit: 1, attributes: { signed: 1, narrow: 1, rounding_mode: 'ROUND' },
    });
  });
});
