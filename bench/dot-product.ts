import { ModuleBuilder, term } from '../codegen/rtl/builder.ts';
import type { Design, Module } from '../codegen/rtl/ir.ts';
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

/** Inputs of one module: longer dot products of stored weights are sums of several, which are synthesized once. */
const MODULE_LENGTH = 8;

/**
 * The hardware, the bits of a stored code, and a text that is the same for dot products with the same hardware.
 * Ports `x` and (for stored weights) `codes`, output `result`, registers as xc7 at 5 ns wants them, always enabled. Popcounts are in one
 * module, other products with stored weights in modules of 8 and a sum.
 */
export function dotProductDesign(name: string, product: DotProduct): { design: Design; storedBits: number; key: string } {
  const { format, length, elements, weights } = product;
  const parsed = parseFormat(format);
  const lmul = elements === 'lmul' ? floatFieldsOf(parsed) : undefined;
  const values = spread(format, length, lmul);
  const stored = storedWeights({ weights: values, format: parsed.text, ...(lmul === undefined ? {} : { lmul }) });
  const type = elementType(elements, lmul);
  const common = { storedBits: stored.bits / (stored.span ?? 1), key: [elements, weights, stored.name, ...values].join() };
  const what = `dot product of ${length} ${elements} elements with ${weights} ${format} weights`;
  if (weights === 'constant') return { design: { modules: [constantDot(name, what, type, values, lmul === undefined ? undefined : stored)] }, ...common };
  if (elements === 'bipolar' || length <= MODULE_LENGTH) return { design: { modules: [storedDot(name, what, type, stored, length).module] }, ...common };

  const part = storedDot(`${name}_part`, `${MODULE_LENGTH} inputs of a dot product`, type, stored, MODULE_LENGTH);
  const builder = new ModuleBuilder(name, [what]);
  const [x, codes] = [builder.input('x', length * bitsOf(type)), builder.input('codes', codesWidth(stored, length))];
  const partial = Array.from({ length: length / MODULE_LENGTH }, (_, i) => builder.instance(`part_${i}`, part.module, {
    x: builder.slice(x, i * MODULE_LENGTH * bitsOf(type), MODULE_LENGTH * bitsOf(type)),
    codes: builder.slice(codes, i * codesWidth(stored, MODULE_LENGTH), codesWidth(stored, MODULE_LENGTH)),
  }).result);
  const range = stored.range(length, type);
  const stages = timing.sum(partial.length, bitsOf(range));
  builder.output('result', builder.sum(partial.map((sum) => term(sum, { signed: isSigned(part.type) })), 0, bitsOf(range), { stages, enable: builder.constant(1, 1) }));
  return { design: { modules: [part.module, builder.finish()] }, ...common };
}

/** Bits of the codes of so many weights. */
function codesWidth({ bits, span = 1 }: StoredWeights, length: number): number {
  return (length / span) * bits;
}

const timing = new Timing(findTarget('xc7')!, 5);

function storedDot(name: string, what: string, type: IntegerType, stored: StoredWeights, length: number): { module: Module; type: IntegerType } {
  const builder = new ModuleBuilder(name, [what]);
  const x: Bus = { signal: builder.input('x', length * bitsOf(type)), count: length, type };
  const codes = builder.input('codes', codesWidth(stored, length));
  const sum = stored.dot(Array.from({ length }, (_, i) => element(builder, x, i)), codes, { builder, timing, enable: builder.constant(1, 1) });
  builder.output('result', sum.signal);
  return { module: builder.finish(), type: sum.type };
}

function constantDot(name: string, what: string, type: IntegerType, weights: Int32Array, lmul: StoredWeights | undefined): Module {
  const { length } = weights;
  const builder = new ModuleBuilder(name, [what]);
  const enable = builder.constant(1, 1);
  const x: Bus = { signal: builder.input('x', length * bitsOf(type)), count: length, type };
  if (lmul === undefined) {
    const reach = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) * Math.max(-type.low, type.high);
    const resultWidth = bitsOf(integerType(-reach, reach));
    builder.output('result', builder.linear(x.signal, { elementWidth: bitsOf(type), signed: isSigned(type), columns: length, rows: 1, resultWidth, matrix: weights },
      { stages: timing.sum(length, resultWidth), enable }));
  } else {
    const codes = builder.concat([...weights].map((weight) => builder.constant(lmul.encode(weight), lmul.bits)));
    builder.output('result', lmul.dot(Array.from({ length }, (_, i) => element(builder, x, i)), codes, { builder, timing, enable }).signal);
  }
  return builder.finish();
}

function elementType(elements: DotProduct['elements'], lmul: FloatFields | undefined): IntegerType {
  if (elements === 'bipolar') return BIPOLAR;
  if (lmul === undefined) return integerType(-128, 127);
  return integerType(-largestMagnitude(lmul), largestMagnitude(lmul));
}
