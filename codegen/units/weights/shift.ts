import { bitsOf, integerType, type IntegerType } from '../../../src/fixed/ir.ts';
import { signedDigits } from '../../arithmetic/digits.ts';
import { bitsFor, type Signal } from '../../rtl/ir.ts';
import { zeroIncluded, type Wire } from '../integer.ts';
import { gated, shifted, signedSum, signedSumLatency, signedSumRange, type SignedElement } from './signed-sum.ts';
import { PRODUCT_ITSELF, type ProductContext, type StoredWeights, type WeightEncoding } from './encoding.ts';

/** Signed powers of two: a sign and an exponent; with a bit that says nonzero where zeros occur. */
export const shift: WeightEncoding = { name: 'shift', of: (weights) => sumOfPowers(weights, 1) };

/** Sums of at most K signed powers of two: K such fields a code, each with its own bit for zero. */
export function khot(terms: number): WeightEncoding {
  return { name: `khot${terms}`, of: (weights) => sumOfPowers(weights, terms) };
}

function sumOfPowers(weights: Int32Array, terms: number): StoredWeights | undefined {
  let largest = 0;
  let anyZero = terms > 1;
  for (const weight of new Set(weights)) {
    const powers = signedDigits(weight);
    if (powers.length > terms) return undefined;
    if (powers.length === 0) anyZero = true;
    for (const { shift: exponent } of powers) largest = Math.max(largest, exponent);
  }
  const exponentBits = largest === 0 ? 0 : bitsFor(largest);
  const fieldBits = 1 + exponentBits + (anyZero ? 1 : 0);
  const fields = { exponentBits, fieldBits, anyZero, terms, largest };
  const element = (input: IntegerType): IntegerType => {
    const { low, high } = input.bipolar ? integerType(1, 1) : input;
    const type = integerType(low < 0 ? low * 2 ** largest : low, high > 0 ? high * 2 ** largest : high);
    return anyZero ? zeroIncluded(type) : type;
  };
  return {
    ...PRODUCT_ITSELF,
    name: terms === 1 ? (anyZero ? 'shift with zero' : 'shift') : `sum of ${terms} shifts`,
    bits: terms * fieldBits,
    encode: (weight) => {
      const powers = signedDigits(weight);
      let code = 0n;
      for (let term = terms - 1; term >= 0; term--) {
        const power: (typeof powers)[number] | undefined = powers[term];
        const field = power === undefined ? 0 : (power.negative ? 1 : 0) + 2 * power.shift + (anyZero ? 2 ** (1 + exponentBits) : 0);
        code = (code << BigInt(fieldBits)) | BigInt(field);
      }
      return code;
    },
    range: (length, input) => signedSumRange(length * terms, element(input)),
    latency: (length, input, timing) => signedSumLatency(length * terms, element(input), timing),
    dot: (xs, codes, context) => {
      const type = element(xs[0].type);
      return signedSum(xs.flatMap((x, i) => Array.from({ length: terms }, (_, term) =>
        elementOf(x, codes, (i * terms + term) * fieldBits, fields, type, context))), context);
    },
  };
}

/** Field: the sign in bit 0, then the exponent, then (if zeros occur) whether there is anything. */
function elementOf(
  x: Wire, codes: Signal, at: number, fields: { exponentBits: number; fieldBits: number; anyZero: boolean }, type: IntegerType,
  { builder }: ProductContext,
): SignedElement {
  const { exponentBits, fieldBits, anyZero } = fields;
  const sign = builder.slice(codes, at, 1);
  // A bipolar element is a sign itself: what is shifted is 1.
  const negative = x.type.bipolar ? builder.xor([sign, builder.not(x.signal)]) : sign;
  const one: Wire = x.type.bipolar ? { signal: builder.constant(1, 1), type: integerType(1, 1) } : x;
  const amount = exponentBits === 0 ? undefined : builder.slice(codes, at + 1, exponentBits);
  const moved = shifted(builder, one, amount, bitsOf(type));
  const signal = anyZero ? gated(builder, moved, builder.slice(codes, at + fieldBits - 1, 1)) : moved;
  return { x: { signal, type }, negative };
}
