import { ModuleBuilder } from '../codegen/rtl/builder.ts';
import type { Design } from '../codegen/rtl/ir.ts';
import { element, type Bus } from '../codegen/units/integer.ts';
import { storedWeights } from '../codegen/units/weights/index.ts';
import type { StoredWeights } from '../codegen/units/weights/encoding.ts';
import { BIPOLAR, bitsOf, integerType, isSigned, type IntegerType } from '../src/fixed/ir.ts';
import { floatFieldsOf, largestMagnitude, type FloatFields } from '../src/number/formats/float.ts';
import { parseFormat } from '../src/number/formats/index.ts';
import { findTarget } from '../src/schedule/targets.ts';
import { Timing } from '../src/schedule/timing.ts';

/** A dot product alone: `length` elements with weights of one format. */
export interface DotProduct {
  /** Text of the number format; of a float format for `lmul`. */
  readonly format: string;
  readonly length: number;
  /** Elements: integers of 8 bits, -1 and +1, or (with `lmul`) numbers of the same float format. */
  readonly elements: 'int8' | 'bipolar' | 'lmul';
  /** Weights that come from a memory, which is not built, or that are known. */
  readonly weights: 'stored' | 'constant';
}

/** Magnitudes of weights in units of the format: floats have larger ones, which no network needs beside small ones. */
const LARGEST_WEIGHT = 2 ** 24;

/** Weights of the format, evenly over all its integers up to a magnitude; the largest one is among them. */
function spread(format: string, count: number, lmul: FloatFields | undefined): Int32Array {
  let integers: number[];
  if (lmul !== undefined) {
    const largest = largestMagnitude(lmul);
    integers = Array.from({ length: 2 * largest + 1 }, (_, i) => i - largest);
  } else {
    const { bits, integer } = parseFormat(format);
    const all = new Set(Array.from({ length: 2 ** bits }, (_, code) => Number(integer(code) ?? NaN)));
    integers = [...all].filter((value) => Math.abs(value) <= LARGEST_WEIGHT).sort((a, b) => a - b);
  }
  // Steps that are coprime to most counts: neighbours differ, and first and last integer occur.
  return Int32Array.from({ length: count }, (_, i) => integers[Math.round((((i * 29) % count) / (count - 1)) * (integers.length - 1))]);
}

/** Ports `x` and (for stored weights) `codes`, output `sum`, registers as xc7 at 5 ns wants them, always enabled. */
export function dotProductDesign(name: string, { format, length, elements, weights }: DotProduct): { design: Design; stored: StoredWeights } {
  const parsed = parseFormat(format);
  const lmul = elements === 'lmul' ? floatFieldsOf(parsed) : undefined;
  const values = spread(format, length, lmul);
  const stored = storedWeights({ weights: values, format: parsed.text, ...(lmul === undefined ? {} : { lmul }) });
  const type = elementType(elements, lmul);
  const builder = new ModuleBuilder(name, [`dot product of ${length} ${elements} elements with ${weights} ${format} weights`]);
  const enable = builder.constant(1, 1);
  const x: Bus = { signal: builder.input('x', length * bitsOf(type)), count: length, type };
  const timing = new Timing(findTarget('xc7')!, 5);
  if (weights === 'constant' && lmul === undefined) {
    const reach = values.reduce((sum, weight) => sum + Math.abs(weight), 0) * Math.max(-type.low, type.high);
    const resultWidth = bitsOf(integerType(-reach, reach));
    builder.output('sum', builder.linear(x.signal, { elementWidth: bitsOf(type), signed: isSigned(type), columns: length, rows: 1, resultWidth, matrix: values },
      { stages: timing.sum(length, resultWidth), enable }));
  } else {
    const codes = weights === 'stored' ? builder.input('codes', length * stored.bits)
      : builder.concat([...values].map((weight) => builder.constant(stored.encode(weight), stored.bits)));
    const xs = Array.from({ length }, (_, i) => element(builder, x, i));
    builder.output('sum', stored.dot(xs, codes, { builder, timing, enable }).signal);
  }
  return { design: { modules: [builder.finish()] }, stored };
}

function elementType(elements: DotProduct['elements'], lmul: FloatFields | undefined): IntegerType {
  if (elements === 'bipolar') return BIPOLAR;
  if (lmul === undefined) return integerType(-128, 127);
  return integerType(-largestMagnitude(lmul), largestMagnitude(lmul));
}
