/**
 * The messages of the ONNX standard (onnx.proto), as far as inference networks use them: interfaces of the decoded objects.
 *
 * Repeated fields are always arrays; every other field is absent (`undefined`) when the file does not hold it, and means its
 * type's zero then. Byte fields are views into the file. Integers of 64 bits are numbers; only where the standard allows values
 * beyond 2^53 to be meaningful are they `Int64`.
 */

/** A 64-bit integer: a number when it is exact as one, otherwise a bigint. */
export type Int64 = number | bigint;

export interface OnnxModel {
  irVersion?: number;
  opsetImport: OnnxOperatorSet[];
  producerName?: string;
  producerVersion?: string;
  domain?: string;
  modelVersion?: number;
  docString?: string;
  graph: OnnxGraph;
  metadataProps: OnnxEntry[];
}

/** The operators of `domain` ('' or 'ai.onnx' is the standard's own) mean what version `version` of it says. */
export interface OnnxOperatorSet {
  domain?: string;
  version?: number;
}

export interface OnnxEntry {
  key?: string;
  value?: string;
}

export interface OnnxGraph {
  node: OnnxNode[];
  name?: string;
  initializer: OnnxTensor[];
  sparseInitializer: OnnxSparseTensor[];
  docString?: string;
  input: OnnxValueInfo[];
  output: OnnxValueInfo[];
  valueInfo: OnnxValueInfo[];
  quantizationAnnotation: OnnxTensorAnnotation[];
  metadataProps: OnnxEntry[];
}

/** `input` and `output` are names of values; an optional input that is left out is ''. */
export interface OnnxNode {
  input: string[];
  output: string[];
  name?: string;
  opType?: string;
  domain?: string;
  overload?: string;
  attribute: OnnxAttribute[];
  docString?: string;
  metadataProps: OnnxEntry[];
}

/** `type` (an `AttributeType`) says which of the fields holds the value; very old files leave it out. */
export interface OnnxAttribute {
  name?: string;
  refAttrName?: string;
  docString?: string;
  type?: number;
  f?: number;
  i?: Int64;
  s?: Uint8Array;
  t?: OnnxTensor;
  g?: OnnxGraph;
  sparseTensor?: OnnxSparseTensor;
  tp?: OnnxType;
  floats: number[];
  ints: Int64[];
  strings: Uint8Array[];
  tensors: OnnxTensor[];
  graphs: OnnxGraph[];
  sparseTensors: OnnxSparseTensor[];
  typeProtos: OnnxType[];
}

/** A constant. `dataType` is an `ElementType`; the elements are in `rawData` or in one of the typed fields. */
export interface OnnxTensor {
  dims: number[];
  dataType?: number;
  segment?: OnnxSegment;
  floatData: number[];
  int32Data: number[];
  stringData: Uint8Array[];
  int64Data: Int64[];
  name?: string;
  docString?: string;
  rawData?: Uint8Array;
  externalData: OnnxEntry[];
  dataLocation?: number;
  doubleData: number[];
  uint64Data: Int64[];
  metadataProps: OnnxEntry[];
}

/** The part of a tensor that is stored, by flat index; a facility of the standard that no file uses. */
export interface OnnxSegment {
  begin?: number;
  end?: number;
}

export interface OnnxSparseTensor {
  values?: OnnxTensor;
  indices?: OnnxTensor;
  dims: number[];
}

export interface OnnxValueInfo {
  name?: string;
  type?: OnnxType;
  docString?: string;
  metadataProps: OnnxEntry[];
}

/** The type of a value: one of the fields but `denotation` is there. */
export interface OnnxType {
  tensorType?: { elemType?: number; shape?: OnnxShape };
  sequenceType?: { elemType?: OnnxType };
  mapType?: { keyType?: number; valueType?: OnnxType };
  optionalType?: { elemType?: OnnxType };
  sparseTensorType?: { elemType?: number; shape?: OnnxShape };
  denotation?: string;
}

export interface OnnxShape {
  dim: OnnxDimension[];
}

/** A known size, a named unknown one, or (neither field) an anonymous unknown one. */
export interface OnnxDimension {
  dimValue?: number;
  dimParam?: string;
  denotation?: string;
}

/** Names the tensors that quantize `tensorName`: entries such as SCALE_TENSOR and ZERO_POINT_TENSOR; FINN keeps types here. */
export interface OnnxTensorAnnotation {
  tensorName?: string;
  quantParameterTensorNames: OnnxEntry[];
}

/** AttributeProto.AttributeType. */
export const AttributeType = {
  undefined: 0, float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8, tensors: 9, graphs: 10,
  sparseTensor: 11, sparseTensors: 12, typeProto: 13, typeProtos: 14,
} as const;

/** TensorProto.DataType: the element types, by the standard's numbers. */
export const ElementType = {
  undefined: 0, float: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, string: 8, bool: 9, float16: 10,
  double: 11, uint32: 12, uint64: 13, complex64: 14, complex128: 15, bfloat16: 16, float8e4m3fn: 17, float8e4m3fnuz: 18,
  float8e5m2: 19, float8e5m2fnuz: 20, uint4: 21, int4: 22, float4e2m1: 23,
} as const;

export type ElementTypeName = keyof typeof ElementType;

/** The name of an element type's number, `type 99` where the standard as known here has none. */
export function elementTypeName(dataType: number): string {
  const found = Object.entries(ElementType).find(([, number]) => number === dataType);
  return found === undefined ? `type ${dataType}` : found[0];
}
