import { bitsOf, integerType, isSigned, type IntegerType } from '../../../src/fixed/ir.ts';
import { bitsFor } from '../../rtl/ir.ts';
import { productRange, type Wire } from '../integer.ts';
import { codeAt, PRODUCT_ITSELF, type WeightEncoding } from './encoding.ts';
import { shifted, signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';

/** Mantissas of more bits than this are no floating-point numbers that anybody stores. */
const WIDEST_MANTISSA = 11;

/** Sign, exponent and mantissa: the element times the mantissa, shifted by the exponent. */
export const minifloat: WeightEncoding = {
  name: 'minifloat',
  of: (weights) => {
    const distinct = [...new Set(weights)].map(Math.abs);
    const significant = Math.max(1, ...distinct.map((weight) => bitsFor(odd(weight))));
    if (significant > WIDEST_MANTISSA) return undefined;
    const exponentOf = (magnitude: number): number => Math.max(0, bitsFor(magnitude) - significant);
    const largest = Math.max(0, ...distinct.map(exponentOf));
    const exponentBits = largest === 0 ? 0 : bitsFor(largest);
    const mantissa = integerType(0, 2 ** significant - 1);
    const element = (input: IntegerType): IntegerType => {
      const { low, high } = input.bipolar ? mantissa : productRange(input, mantissa);
      return integerType(low * 2 ** largest, high * 2 ** largest);
    };
    const stages = (input: IntegerType, timing: Parameters<typeof signedSumLatency>[2]): number =>
      (input.bipolar ? 1 : timing.multiply(bitsOf(input), significant));
    const bits = 1 + exponentBits + significant;
    return {
      ...PRODUCT_ITSELF, name: `floating-point (${significant} bits significant, ${exponentBits} of exponent)`, bits,
      encode: (weight) => {
        const exponent = exponentOf(Math.abs(weight));
        return BigInt(((weight < 0 ? 2 ** exponentBits : 0) + exponent) * 2 ** significant + Math.abs(weight) / 2 ** exponent);
      },
      range: (length, input) => signedSumRange(length, element(input)),
      latency: (length, input, timing) => stages(input, timing) + signedSumLatency(length, element(input), timing),
      dot: (xs, codes, context) => {
        const { builder, timing, enable } = context;
        const input = xs[0].type;
        const type = element(input);
        const cycles = stages(input, timing);
        return signedSum(xs.map((x, i) => {
          const code = codeAt(builder, codes, i, bits);
          const m: Wire = { signal: builder.slice(code, 0, significant), type: mantissa };
          const sign = builder.slice(code, significant + exponentBits, 1);
          const amount = exponentBits === 0 ? undefined : builder.delay(builder.slice(code, significant, exponentBits), cycles, enable);
          const negative = builder.delay(input.bipolar ? builder.xor([sign, builder.not(x.signal)]) : sign, cycles, enable);
          const range = input.bipolar ? mantissa : productRange(input, mantissa);
          const product = input.bipolar ? builder.delay(m.signal, cycles, enable)
            : builder.multiply(x.signal, isSigned(input), m.signal, false, bitsOf(range), { stages: cycles, enable });
          return { x: { signal: shifted(builder, { signal: product, type: range }, amount, bitsOf(type)), type }, negative };
        }), context);
      },
    };
  },
};

/** The magnitude without its trailing zeros. */
function odd(magnitude: number): number {
  let rest = magnitude;
  while (rest !== 0 && rest % 2 === 0) rest /= 2;
  return rest;
}
