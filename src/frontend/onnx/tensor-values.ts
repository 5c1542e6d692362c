import { userError } from '../../base/diagnostic.ts';
import { halfValue } from '../../base/half.ts';
import { ElementType, elementTypeName, type ElementTypeName, type Int64, type OnnxTensor } from './schema.ts';

const EXPORT_AGAIN = 'the file is damaged or unusual: export the network again';

/** A decoded constant: `data` in row-major order, as many elements as the product of `dims`, each exact. */
export interface TensorValues {
  readonly dims: readonly number[];
  readonly elementType: ElementTypeName;
  readonly data: Float64Array;
}

/** Elements beyond this many are a damaged file, not a network for hardware. */
const MOST_ELEMENTS = 2 ** 31;

interface Storage {
  readonly bits: number;
  /** The typed field that holds the elements where `rawData` does not. */
  readonly field: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';
  /** The element at index `index` of little-endian raw bytes. */
  readonly raw: (view: DataView, index: number) => Int64;
  /** What an entry of `field` means, where it is not the value itself. */
  readonly typed?: (entry: number) => number;
}

/** 4-bit elements lie two in a byte, the first in the low half. */
const nibble = (view: DataView, index: number): number => (view.getUint8(index >> 1) >> (4 * (index & 1))) & 15;

/** How the numeric element types are stored; a type without a row is no number that bitloom reads. */
const STORAGE: Partial<Record<ElementTypeName, Storage>> = {
  float: { bits: 32, field: 'floatData', raw: (view, index) => view.getFloat32(4 * index, true) },
  double: { bits: 64, field: 'doubleData', raw: (view, index) => view.getFloat64(8 * index, true) },
  float16: { bits: 16, field: 'int32Data', raw: (view, index) => halfValue(view.getUint16(2 * index, true)), typed: halfValue },
  bfloat16: { bits: 16, field: 'int32Data', raw: (view, index) => bfloat16(view.getUint16(2 * index, true)), typed: bfloat16 },
  int8: { bits: 8, field: 'int32Data', raw: (view, index) => view.getInt8(index) },
  int16: { bits: 16, field: 'int32Data', raw: (view, index) => view.getInt16(2 * index, true) },
  int32: { bits: 32, field: 'int32Data', raw: (view, index) => view.getInt32(4 * index, true) },
  int64: { bits: 64, field: 'int64Data', raw: (view, index) => view.getBigInt64(8 * index, true) },
  uint8: { bits: 8, field: 'int32Data', raw: (view, index) => view.getUint8(index) },
  uint16: { bits: 16, field: 'int32Data', raw: (view, index) => view.getUint16(2 * index, true) },
  uint32: { bits: 32, field: 'uint64Data', raw: (view, index) => view.getUint32(4 * index, true) },
  uint64: { bits: 64, field: 'uint64Data', raw: (view, index) => view.getBigUint64(8 * index, true) },
  bool: { bits: 8, field: 'int32Data', raw: (view, index) => view.getUint8(index) },
  uint4: { bits: 4, field: 'int32Data', raw: nibble },
  int4: { bits: 4, field: 'int32Data', raw: (view, index) => (nibble(view, index) << 28) >> 28 },
};

/**
 * The elements of a constant as doubles. `origin` names it in messages. NaN and infinities are values like others here.
 * Throws UserError: external data, not a numeric type, dims that are negative, absurd or disagree with the data, and a 64-bit
 * integer beyond 2^53.
 */
export function tensorValues(tensor: OnnxTensor, origin: string): TensorValues {
  return readTensor(tensor, origin, (value) => {
    throw userError('inexact-integer', `holds ${value}, beyond ±2^53 that bitloom computes with`, { origin, help: EXPORT_AGAIN });
  });
}

/**
 * As `tensorValues`, for axes, shapes and bounds of slices: there an integer beyond 2^53 means "to the end", so it becomes the
 * nearest safe integer.
 */
export function tensorBounds(tensor: OnnxTensor, origin: string): TensorValues {
  return readTensor(tensor, origin, (value) => (value < 0n ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER));
}

function readTensor(tensor: OnnxTensor, origin: string, beyond: (value: bigint) => number): TensorValues {
  const elementType = elementTypeName(tensor.dataType ?? 0) as ElementTypeName;
  const storage = STORAGE[elementType];
  if (storage === undefined) {
    throw userError('unsupported-element-type', `its elements are of type ${elementType}, which is not supported`, { origin, help: EXPORT_AGAIN });
  }
  if (tensor.dataLocation === 1 || tensor.externalData.length > 0) {
    throw userError('external-data', 'its data are in a file of their own (external data)', {
      origin,
      help: 'save the model as one file: in Python `onnx.save(onnx.load("model.onnx"), "one.onnx", save_as_external_data=False)`',
    });
  }
  if (tensor.segment !== undefined) throw userError('segmented-tensor', 'it is stored in segments: not supported', { origin, help: EXPORT_AGAIN });

  const count = elementCount(tensor.dims, origin);
  const exact = (value: Int64): number => {
    if (typeof value === 'number') return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : beyond(value);
  };
  const data = tensor.rawData === undefined
    ? fromField(tensor, storage, count, exact, origin)
    : fromRaw(tensor.rawData, storage, count, exact, origin);
  return { dims: tensor.dims, elementType, data };
}

function elementCount(dims: readonly number[], origin: string): number {
  let count = 1;
  for (const size of dims) {
    if (size < 0) throw userError('bad-dims', `its dims [${dims.join(', ')}] have a negative size`, { origin, help: EXPORT_AGAIN });
    count *= size;
  }
  if (count > MOST_ELEMENTS) throw userError('bad-dims', `its dims [${dims.join(', ')}] are ${count} elements`, { origin, help: EXPORT_AGAIN });
  return count;
}

function fromRaw(
  bytes: Uint8Array, storage: Storage, count: number, exact: (value: Int64) => number, origin: string,
): Float64Array {
  const expected = Math.ceil((count * storage.bits) / 8);
  if (bytes.length !== expected) {
    throw userError('bad-tensor-data', `its dims ask for ${expected} bytes of data, it has ${bytes.length}`, { origin, help: EXPORT_AGAIN });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float64Array(count);
  for (let index = 0; index < count; index++) data[index] = exact(storage.raw(view, index));
  return data;
}

function fromField(
  tensor: OnnxTensor, storage: Storage, count: number, exact: (value: Int64) => number, origin: string,
): Float64Array {
  const entries: readonly Int64[] = tensor[storage.field];
  if (storage.bits === 4) return fromRaw(Uint8Array.from(entries as number[]), storage, count, exact, origin);
  if (entries.length !== count) {
    throw userError('bad-tensor-data', `its dims ask for ${count} elements, it has ${entries.length}`, { origin, help: EXPORT_AGAIN });
  }
  const { typed } = storage;
  return Float64Array.from(entries, (entry) => (typed === undefined ? exact(entry) : typed(entry as number)));
}

const word = new DataView(new ArrayBuffer(4));

/** The value of a bfloat16 pattern: the upper half of a binary32. */
function bfloat16(pattern: number): number {
  word.setUint32(0, (pattern << 16) >>> 0);
  return word.getFloat32(0);
}

/** A float32 constant with `data` row-major, stored raw. Throws where a value is not exactly a float32. */
export function floatTensor(name: string, dims: readonly number[], data: ArrayLike<number>): OnnxTensor {
  const rawData = new Uint8Array(4 * data.length);
  const view = new DataView(rawData.buffer);
  for (let index = 0; index < data.length; index++) {
    if (!Object.is(Math.fround(data[index]), data[index])) throw new Error(`${name}: ${data[index]} is not a float32`);
    view.setFloat32(4 * index, data[index], true);
  }
  return {
    dims: [...dims], dataType: ElementType.float, name, rawData,
    floatData: [], int32Data: [], stringData: [], int64Data: [], externalData: [], doubleData: [], uint64Data: [],
    metadataProps: [],
  };
}
