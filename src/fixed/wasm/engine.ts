import { hasRelaxedVectors } from '../../base/wasm/relaxed.ts';
import type { FixedGraph, ValueId } from '../ir.ts';
import type { Integers } from '../evaluator.ts';
import { compileFixed, NoFixedProgram, recordBytes, type Field, type FixedProgram } from './compile.ts';

import { bytesOf, wordsOf } from './values.ts';

const PAGE = 65536;

/** Integers of samples: each a map from values to their elements. */
export type SampleIntegers = ReadonlyMap<ValueId, Integers>;

/**
 * A fixed-point graph compiled to WebAssembly, for data sets; computes what `evaluateFixed` says. Needs nothing but `WebAssembly`, so it
 * runs in Node and in browsers.
 */
export class FixedBatch {
  private readonly memory: WebAssembly.Memory;
  private readonly compute: (count: number, from: number, to: number) => void;

  constructor(readonly program: FixedProgram) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(program.memory / PAGE) + 1 });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(program.bytes), { env: { memory: this.memory } });
    this.compute = instance.exports.run as FixedBatch['compute'];
  }

  /** Computes the samples whose records lie one behind the other; gives the records of the results. */
  run(records: Uint8Array, count: number): Uint8Array {
    const from = Math.ceil(this.program.memory / 16) * 16;
    const to = from + records.length;
    const size = count * recordBytes(this.program.outputs);
    const missing = Math.ceil((to + size) / PAGE) + 1 - this.memory.buffer.byteLength / PAGE;
    if (missing > 0) this.memory.grow(missing);
    new Uint8Array(this.memory.buffer).set(records, from);
    if (count > 0) this.compute(count, from, to);
    return new Uint8Array(this.memory.buffer).slice(to, to + size);
  }
}

/** The program of a graph, or the reason why only the plain evaluator computes it. */
export function fixedProgram(graph: FixedGraph, shown: readonly ValueId[] = [], relaxed = hasRelaxedVectors()): FixedProgram | string {
  try {
    return compileFixed(graph, shown, relaxed);
  } catch (error) {
    if (error instanceof NoFixedProgram) return error.message;
    throw error;
  }
}

function view(buffer: ArrayBufferLike, { bytes, size }: Field, at: number): Int16Array | Int32Array | BigInt64Array {
  if (bytes === 2) return new Int16Array(buffer, at, size);
  return bytes === 4 ? new Int32Array(buffer, at, size) : new BigInt64Array(buffer, at, size);
}

/** Writes a bit for each element, 1 where it is negative; each vector of so many begins a 64-bit word. */
function writeSigns(integers: Integers, columns: number, to: Uint8Array): void {
  const vectorBytes = 8 * wordsOf(columns);
  for (let i = 0, start = 0; i < integers.length; start += vectorBytes) {
    for (let c = 0; c < columns; c += 8) {
      let byte = 0;
      // The sign bit of a 32-bit integer, without a branch that goes now one way and now the other.
      for (let bit = 0; bit < 8 && c + bit < columns; bit++, i++) byte |= ((integers[i] | 0) >>> 31) << bit;
      to[start + (c >> 3)] = byte;
    }
  }
}

/** Lays samples one behind the other. */
export function writeRecords(fields: readonly Field[], samples: readonly SampleIntegers[]): Uint8Array {
  const records = new Uint8Array(recordBytes(fields) * samples.length);
  samples.forEach((sample, s) => { for (const field of fields) writeField(fields, field, records, s, sample.get(field.value)!); });
  return records;
}

/** Writes a field of sample number `sample`. */
export function writeField(fields: readonly Field[], field: Field, records: Uint8Array, sample: number, integers: Integers): void {
  const start = records.byteOffset + sample * recordBytes(fields) + field.offset;
  if (field.signs !== undefined) {
    writeSigns(integers, field.signs, new Uint8Array(records.buffer, start, bytesOf(field)));
    return;
  }
  const to = view(records.buffer, field, start);
  if (to instanceof BigInt64Array) integers.forEach((value, i) => { to[i] = BigInt(value); });
  else to.set(integers);
}

/** Reads sample number `sample` of results. */
export function readRecord(fields: readonly Field[], records: Uint8Array, sample: number): Map<ValueId, Integers> {
  const start = records.byteOffset + sample * recordBytes(fields);
  return new Map(fields.map((field) => {
    const from = view(records.buffer, field, start + field.offset);
    return [field.value, from instanceof BigInt64Array ? Float64Array.from(from, Number) : Float64Array.from(from)];
  }));
}
