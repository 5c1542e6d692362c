import { Rational } from '../base/rational.ts';
import { pointEnclosure, type Enclosure } from '../number/enclosure.ts';
import type { RealTensor } from './tensor.ts';

type Exact = (index: number, precision: number) => Enclosure;

/** Element `index` of a tensor, exactly or within an interval. */
export function enclosureAt(tensor: RealTensor, index: number, precision: number): Enclosure {
  return tensor.errors === undefined || tensor.errors[index] === 0
    ? pointEnclosure(Rational.fromDouble(tensor.values[index]))
    : tensor.exact!(index, precision);
}

/** A tensor of results: without errors where all of them are exact. Each exact element is computed once for each precision. */
export function realTensor(
  shape: readonly number[], values: Float64Array, errors: Float64Array | undefined, exact: Exact,
): RealTensor {
  return errors === undefined ? { shape, values } : { shape, values, errors, exact: remembered(exact) };
}

/** A scalar that is this rational exactly, whatever its denominator. */
export function rationalTensor(value: Rational): RealTensor {
  const nearest = Rational.toDouble(value);
  if (Rational.compare(Rational.fromDouble(nearest), value) === 0) return { shape: [], values: Float64Array.of(nearest) };
  return {
    shape: [], values: Float64Array.of(nearest), errors: Float64Array.of(Math.abs(nearest) * 2 ** -52), exact: () => pointEnclosure(value),
  };
}

/** A vector of these rationals, exactly. */
export function rationalsTensor(values: readonly Rational[]): RealTensor {
  const nearest = Float64Array.from(values, Rational.toDouble);
  const exact = values.map((value, i) => Rational.compare(Rational.fromDouble(nearest[i]), value) === 0);
  if (exact.every(Boolean)) return { shape: [values.length], values: nearest };
  return {
    shape: [values.length], values: nearest, errors: nearest.map((value, i) => (exact[i] ? 0 : Math.abs(value) * 2 ** -52)),
    exact: (i) => pointEnclosure(values[i]),
  };
}

function remembered(exact: Exact): Exact {
  const known = new Map<number, { precision: number; enclosure: Enclosure }>();
  return (index, precision) => {
    const before = known.get(index);
    if (before !== undefined && before.precision === precision) return before.enclosure;
    const enclosure = exact(index, precision);
    known.set(index, { precision, enclosure });
    return enclosure;
  };
}
