import { encodeModel } from '../../src/frontend/onnx/codec.ts';
import {
  AttributeType, ElementType, type OnnxAttribute, type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxTensor,
  type OnnxValueInfo,
} from '../../src/frontend/onnx/schema.ts';
import { floatTensor } from '../../src/frontend/onnx/tensor-values.ts';

const EMPTY_ATTRIBUTE = { floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [], typeProtos: [] };

/** A node's attributes: numbers become floats, lists of numbers integers, strings text. */
export function attributes(values: Readonly<Record<string, number | string | readonly number[]>>): OnnxAttribute[] {
  return Object.entries(values).map(([name, value]) => {
    if (typeof value === 'number') return { ...EMPTY_ATTRIBUTE, name, type: AttributeType.float, f: value };
    if (typeof value === 'string') {
      return { ...EMPTY_ATTRIBUTE, name, type: AttributeType.string, s: new TextEncoder().encode(value) };
    }
    return { ...EMPTY_ATTRIBUTE, name, type: AttributeType.ints, ints: [...value] };
  });
}

/** An attribute that is a graph, as control flow has them. */
export function graphAttribute(name: string): OnnxAttribute {
  return { ...EMPTY_ATTRIBUTE, name, type: AttributeType.graph, g: emptyGraph() };
}

export function node(opType: string, input: string[], output: string[], more: Partial<OnnxNode> = {}): OnnxNode {
  return { opType, input, output, attribute: [], metadataProps: [], ...more };
}

/** A float value; a dimension that is a string is symbolic, null unknown. */
export function value(name: string, dims: readonly (number | string | null)[]): OnnxValueInfo {
  const dim = dims.map((each) => (typeof each === 'number' ? { dimValue: each } : each === null ? {} : { dimParam: each }));
  return { name, metadataProps: [], type: { tensorType: { elemType: ElementType.float, shape: { dim } } } };
}

/** An int64 constant. */
export function integers(name: string, dims: readonly number[], values: number[]): OnnxTensor {
  const { rawData: _, ...empty } = floatTensor(name, [0], []);
  return { ...empty, dims: [...dims], dataType: ElementType.int64, int64Data: values };
}

function emptyGraph(): OnnxGraph {
  return {
    node: [], initializer: [], sparseInitializer: [], input: [], output: [], valueInfo: [], quantizationAnnotation: [],
    metadataProps: [],
  };
}

/** The bytes of a model: an input `x` of shape [1, 2] and an output `y` unless told otherwise. */
export function model(
  graph: Partial<OnnxGraph>, opsetImport: OnnxModel['opsetImport'] = [{ domain: '', version: 13 }],
): Uint8Array {
  const defaults = { ...emptyGraph(), input: [value('x', [1, 2])], output: [value('y', [1, 2])] };
  return encodeModel({ irVersion: 8, opsetImport, metadataProps: [], graph: { ...defaults, ...graph } });
}
