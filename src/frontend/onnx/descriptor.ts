import protobuf from 'protobufjs/light.js';
import Long from 'long';

/** `name: [number, type]`; a type with `[]` is a repeated field. Numbers and types are those of onnx.proto. */
type Fields = Readonly<Record<string, readonly [number, string]>>;

const MESSAGES: Readonly<Record<string, Fields>> = {
  Model: {
    irVersion: [1, 'int64'], opsetImport: [8, 'OperatorSet[]'], producerName: [2, 'string'], producerVersion: [3, 'string'],
    domain: [4, 'string'], modelVersion: [5, 'int64'], docString: [6, 'string'], graph: [7, 'Graph'],
    metadataProps: [14, 'Entry[]'],
  },
  OperatorSet: { domain: [1, 'string'], version: [2, 'int64'] },
  Entry: { key: [1, 'string'], value: [2, 'string'] },
  Graph: {
    node: [1, 'Node[]'], name: [2, 'string'], initializer: [5, 'Tensor[]'], docString: [10, 'string'],
    input: [11, 'ValueInfo[]'], output: [12, 'ValueInfo[]'], valueInfo: [13, 'ValueInfo[]'],
    quantizationAnnotation: [14, 'TensorAnnotation[]'], sparseInitializer: [15, 'SparseTensor[]'], metadataProps: [16, 'Entry[]'],
  },
  Node: {
    input: [1, 'string[]'], output: [2, 'string[]'], name: [3, 'string'], opType: [4, 'string'], attribute: [5, 'Attribute[]'],
    docString: [6, 'string'], domain: [7, 'string'], overload: [8, 'string'], metadataProps: [9, 'Entry[]'],
  },
  Attribute: {
    name: [1, 'string'], f: [2, 'float'], i: [3, 'int64'], s: [4, 'bytes'], t: [5, 'Tensor'], g: [6, 'Graph'],
    floats: [7, 'float[]'], ints: [8, 'int64[]'], strings: [9, 'bytes[]'], tensors: [10, 'Tensor[]'], graphs: [11, 'Graph[]'],
    docString: [13, 'string'], tp: [14, 'Type'], typeProtos: [15, 'Type[]'], type: [20, 'int32'], refAttrName: [21, 'string'],
    sparseTensor: [22, 'SparseTensor'], sparseTensors: [23, 'SparseTensor[]'],
  },
  Tensor: {
    dims: [1, 'int64[]'], dataType: [2, 'int32'], segment: [3, 'Segment'], floatData: [4, 'float[]'], int32Data: [5, 'int32[]'],
    stringData: [6, 'bytes[]'], int64Data: [7, 'int64[]'], name: [8, 'string'], rawData: [9, 'bytes'],
    doubleData: [10, 'double[]'], uint64Data: [11, 'uint64[]'], docString: [12, 'string'], externalData: [13, 'Entry[]'],
    dataLocation: [14, 'int32'], metadataProps: [16, 'Entry[]'],
  },
  Segment: { begin: [1, 'int64'], end: [2, 'int64'] },
  SparseTensor: { values: [1, 'Tensor'], indices: [2, 'Tensor'], dims: [3, 'int64[]'] },
  ValueInfo: { name: [1, 'string'], type: [2, 'Type'], docString: [3, 'string'], metadataProps: [4, 'Entry[]'] },
  Type: {
    tensorType: [1, 'TensorType'], sequenceType: [4, 'ElementOnlyType'], mapType: [5, 'MapType'], denotation: [6, 'string'],
    sparseTensorType: [8, 'TensorType'], optionalType: [9, 'ElementOnlyType'],
  },
  TensorType: { elemType: [1, 'int32'], shape: [2, 'Shape'] },
  ElementOnlyType: { elemType: [1, 'Type'] },
  MapType: { keyType: [1, 'int32'], valueType: [2, 'Type'] },
  Shape: { dim: [1, 'Dimension[]'] },
  Dimension: { dimValue: [1, 'int64'], dimParam: [2, 'string'], denotation: [3, 'string'] },
  TensorAnnotation: { tensorName: [1, 'string'], quantParameterTensorNames: [2, 'Entry[]'] },
};

/** The standard declares these packed; readers must take both forms, so this decides about writing alone. */
const PACKED = new Set(['floatData', 'int32Data', 'int64Data', 'doubleData', 'uint64Data']);

function field(name: string, [id, type]: readonly [number, string]): protobuf.IField {
  const repeated = type.endsWith('[]');
  return {
    id,
    type: repeated ? type.slice(0, -2) : type,
    ...(repeated ? { rule: 'repeated', options: { packed: PACKED.has(name) } } : {}),
  } as protobuf.IField;
}

/** Edition proto2, since only it tells a field that holds zero from a field that is absent. */
function messageType(fields: Fields): protobuf.IType {
  return { edition: 'proto2', fields: Object.fromEntries(Object.entries(fields).map(([name, row]) => [name, field(name, row)])) };
}

/** The protobufjs types of ONNX's messages by their short names: `Model`, `Tensor`, … */
const root = (() => {
  protobuf.util.Long = Long;
  protobuf.configure();
  const nested = Object.fromEntries(Object.entries(MESSAGES).map(([name, fields]) => [name, messageType(fields)]));
  return protobuf.Root.fromJSON({ nested }).resolveAll();
})();

export const ModelMessage = root.lookupType('Model');
export const TensorMessage = root.lookupType('Tensor');
