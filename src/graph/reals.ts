import { Rational } from '../base/rational.ts';
import { wrapped } from '../number/rounding.ts';
import { isPoint, refine } from '../number/enclosure.ts';
import type { Algebra, Bounds } from './algebra.ts';
import { enclosureAt } from './elements.ts';
import { mapReals } from './elementwise.ts';
import { gatherReals } from './gather.ts';
import { convolveReals } from './convolution.ts';
import { padReals, poolReals } from './pooling.ts';
import { multiplyReals } from './products.ts';
import { argumentOfReals, reduceReals } from './reductions.ts';
import type { RealTensor } from './tensor.ts';

/** Told of the codes of every quantizer: integers without errors. */
export type RecordCodes = (tensorName: string, codes: RealTensor) => void;

/**
 * The algebra of exact real numbers: doubles with proven error bounds, and exact enclosures of the few elements for which those
 * do not decide a rounding, a comparison or the largest of several.
 * @throws DomainError where a result does not exist, UndecidedError where 4096 bits do not decide
 */
export function reals(record?: RecordCodes): Algebra<RealTensor> {
  return {
    shape: (tensor) => tensor.shape,
    literal: (tensor) => tensor,
    constant: (tensor) => tensor,
    map: mapReals,
    gather: gatherReals,
    matmul: multiplyReals,
    convolve: convolveReals,
    pool: poolReals,
    pad: padReals,
    reduce: reduceReals,
    argument: argumentOfReals,
    integer: (codes, bounds, tensorName, overflow) => {
      const integers = decideIntegers(codes, bounds, tensorName, overflow);
      record?.(tensorName, integers);
      return integers;
    },
    coded: (integers, grid, format) => ({
      ...mapReals({ op: 'multiply' }, [integers, grid]), coded: { format, integers: integers.values, grid },
    }),
  };
}

function decideIntegers(
  codes: RealTensor, { low, high }: Bounds, tensorName: string, overflow?: 'wrap',
): RealTensor {
  const values = new Float64Array(codes.values.length);
  for (let i = 0; i < values.length; i++) {
    let value = codes.errors === undefined || codes.errors[i] === 0 ? codes.values[i] : decidedAt(codes, i);
    if (overflow === 'wrap') value = wrapped(value, low, high);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new Error(`${tensorName}: element ${i} is ${value}, not an integer from ${low} to ${high}`);
    }
    values[i] = value + 0;
  }
  return { shape: codes.shape, values };
}

/** The rational that element i is, as a double. */
function decidedAt(codes: RealTensor, i: number): number {
  return Rational.toDouble(refine((precision) => enclosureAt(codes, i, precision), isPoint).low);
}
