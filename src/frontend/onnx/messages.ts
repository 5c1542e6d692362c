import { AttributeType, ElementType, type ElementTypeName, type OnnxAttribute, type OnnxTensor, type OnnxValueInfo } from './schema.ts';

const EMPTY_TENSOR = {
  floatData: [], int32Data: [], stringData: [], int64Data: [], externalData: [], doubleData: [], uint64Data: [], metadataProps: [],
};

/** How the elements of the types that bitloom writes lie in `rawData`, little-endian. */
const WRITERS = {
  float: { bytes: 4, write: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true) },
  double: { bytes: 8, write: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true) },
  int64: { bytes: 8, write: (view: DataView, at: number, value: number) => view.setBigInt64(at, BigInt(value), true) },
  int32: { bytes: 4, write: (view: DataView, at: number, value: number) => view.setInt32(at, value, true) },
  int16: { bytes: 2, write: (view: DataView, at: number, value: number) => view.setInt16(at, value, true) },
  uint16: { bytes: 2, write: (view: DataView, at: number, value: number) => view.setUint16(at, value, true) },
  int8: { bytes: 1, write: (view: DataView, at: number, value: number) => view.setInt8(at, value) },
  uint8: { bytes: 1, write: (view: DataView, at: number, value: number) => view.setUint8(at, value) },
} as const;

/** Element types that bitloom writes. */
export type WrittenType = keyof typeof WRITERS;

export function isWrittenType(name: string): name is WrittenType {
  return name in WRITERS;
}

/** A constant with `data` row-major; numbers that are no integers of the type are a fault of the caller. */
export function typedTensor(name: string, dims: readonly number[], data: ArrayLike<number>, type: WrittenType): OnnxTensor {
  const { bytes, write } = WRITERS[type];
  const rawData = new Uint8Array(bytes * data.length);
  const view = new DataView(rawData.buffer);
  for (let i = 0; i < data.length; i++) write(view, i * bytes, data[i]);
  return { dims: [...dims], dataType: ElementType[type], name, rawData, ...EMPTY_TENSOR };
}

function attribute(name: string, type: number, value: Partial<OnnxAttribute>): OnnxAttribute {
  return { name, type, floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [], typeProtos: [], ...value };
}

const utf8 = new TextEncoder();

/** Attributes of the types that layers have. */
export const onnxAttribute = {
  integer: (name: string, i: number): OnnxAttribute => attribute(name, AttributeType.int, { i }),
  float: (name: string, f: number): OnnxAttribute => attribute(name, AttributeType.float, { f }),
  text: (name: string, text: string): OnnxAttribute => attribute(name, AttributeType.string, { s: utf8.encode(text) }),
  integers: (name: string, ints: readonly number[]): OnnxAttribute => attribute(name, AttributeType.ints, { ints: [...ints] }),
  floats: (name: string, floats: readonly number[]): OnnxAttribute => attribute(name, AttributeType.floats, { floats: [...floats] }),
  texts: (name: string, texts: readonly string[]): OnnxAttribute =>
    attribute(name, AttributeType.strings, { strings: texts.map((text) => utf8.encode(text)) }),
  tensor: (name: string, t: OnnxTensor): OnnxAttribute => attribute(name, AttributeType.tensor, { t }),
} as const;

/** An input or output of the network: of this shape, or of unknown shape. */
export function tensorValue(name: string, dims?: readonly number[], type: ElementTypeName = 'float'): OnnxValueInfo {
  const shape = dims === undefined ? {} : { shape: { dim: dims.map((dimValue) => ({ dimValue })) } };
  return { name, type: { tensorType: { elemType: ElementType[type], ...shape } }, metadataProps: [] };
}
