import { bitsOf, integerType, type IntegerType } from '../../../src/fixed/ir.ts';
import { largestMagnitude, magnitudeValue, type FloatFields } from '../../../src/number/formats/float.ts';
import { lmulConstant } from '../../../src/number/formats/lmul.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import { term, type ModuleBuilder } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import { codeAt, PRODUCT_ITSELF, type ProductContext, type StoredWeights } from './encoding.ts';
import { gated, shifted, signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';

/** Floating-point codes whose products with ordinals of the same format are L-Mul's: one adder each. */
export function lmulWeights(fields: FloatFields): StoredWeights {
  const { exponentBits, mantissaBits } = fields;
  const magnitudeBits = exponentBits + mantissaBits;
  const element = integerType(0, magnitudeValue(largestMagnitude(fields), mantissaBits));
  const adding = (timing: Timing): number => timing.sum(3, magnitudeBits + 2);
  return {
    ...PRODUCT_ITSELF, name: `float<${exponentBits},${mantissaBits}>, L-Mul`, bits: 1 + magnitudeBits,
    encode: (ordinal) => BigInt(Math.abs(ordinal) + (ordinal < 0 ? 2 ** magnitudeBits : 0)),
    range: (length) => signedSumRange(length, element),
    latency: (length, _input, timing) => adding(timing) + 1 + signedSumLatency(length, element, timing),
    dot: (xs, codes, context) => {
      const { builder, enable, timing } = context;
      return signedSum(xs.map((x, i) => {
        const code = codeAt(builder, codes, i, 1 + magnitudeBits);
        const sign = builder.slice(code, magnitudeBits, 1);
        const { magnitude, negative } = signAndMagnitude(builder, x.signal, x.type, magnitudeBits);
        const product = lmulMagnitude(builder, fields, magnitude, builder.slice(code, 0, magnitudeBits), context, adding(timing));
        const differs = builder.delay(builder.xor([negative, sign]), adding(timing) + 1, enable);
        return { x: { signal: builder.register(bitsOf(element), { next: valueOfMagnitude(builder, fields, product, element), enable }), type: element }, negative: differs };
      }), context);
    },
  };
}

function signAndMagnitude(builder: ModuleBuilder, x: Signal, type: IntegerType, bits: number): { magnitude: Signal; negative: Signal } {
  if (type.low >= 0) return { magnitude: builder.resize(x, bits, false), negative: builder.constant(0, 1) };
  const wide = builder.resize(x, bits + 1, true);
  const negative = builder.slice(wide, bits, 1);
  const flipped = builder.sum([term(wide, { negative: true })], 0, bits + 1);
  return { magnitude: builder.slice(builder.mux(negative, [wide, flipped]), 0, bits), negative };
}

/** The magnitude of the L-Mul product of two magnitudes: see `lmulOrdinal`. Takes `stages` clock cycles. */
export function lmulMagnitude(
  builder: ModuleBuilder, fields: FloatFields, x: Signal, y: Signal, { enable }: Pick<ProductContext, 'enable'>, stages: number,
): Signal {
  const { exponentBits, mantissaBits, bias } = fields;
  const bits = exponentBits + mantissaBits;
  // Wide enough for two magnitudes and the constant, whatever the bias is, with a sign on top.
  const width = Math.max(bits, Math.ceil(Math.log2(Math.abs(bias) + 1)) + mantissaBits) + 3;
  const sum = builder.sum([term(x), term(y)], BigInt(lmulConstant(fields)), width, { stages, enable }, { comment: 'L-Mul: the fields are added' });
  const normal = (value: Signal): Signal => builder.reduce('or', builder.slice(value, mantissaBits, exponentBits));
  const factors = builder.delay(builder.and([normal(x), normal(y)]), stages, enable);
  const largest = builder.constant(BigInt(largestMagnitude(fields)), width);
  const over = builder.compare('lt', largest, sum, true);
  const under = builder.compare('lt', sum, builder.constant(2n ** BigInt(mantissaBits), width), true);
  const limited = builder.slice(builder.mux(over, [sum, largest]), 0, bits);
  return gated(builder, limited, builder.and([factors, builder.not(under)]));
}

/** The number behind a magnitude, in units of the format; magnitudes with exponent field 0 are zero here. */
function valueOfMagnitude(builder: ModuleBuilder, { exponentBits, mantissaBits }: FloatFields, magnitude: Signal, type: IntegerType): Signal {
  const exponent = builder.slice(magnitude, mantissaBits, exponentBits);
  const nonzero = builder.reduce('or', exponent);
  const mantissa = mantissaBits === 0 ? nonzero : builder.concat([builder.slice(magnitude, 0, mantissaBits), nonzero]);
  const amount = builder.sum([term(exponent)], -1n, exponentBits);
  const value = shifted(builder, { signal: mantissa, type: integerType(0, 2 ** (mantissaBits + 1) - 1) }, amount, bitsOf(type));
  return gated(builder, value, nonzero);
}
