import type { Attribute, Graph, GraphNode } from '../../graph/ir.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import { findLayer } from '../../layers/index.ts';
import { encodeModel } from './codec.ts';
import { ZERO_POINTS } from './integer-types.ts';
import { isWrittenType, onnxAttribute, tensorValue, typedTensor, type WrittenType } from './messages.ts';
import type { ElementTypeName, OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from './schema.ts';

const CHANNELS_LAST = 'qonnx.custom_op.channels_last';

/** Attributes that the importer makes of a file's types and domains: they are written as those. */
const DERIVED = new Set(['integer', 'element_type', 'channels_last']);

/** Attributes that are floats whatever their value is; all others are integers where they are whole. */
const FLOATS = new Set(['alpha', 'beta', 'gamma', 'epsilon', 'momentum', 'ratio', 'value_float', 'cubic_coeff_a', 'extrapolation_value', 'out_scale', 'out_bias']);
const FLOAT_LISTS = new Set(['value_floats', 'scales']);

/** Inputs that ONNX wants as int64: shapes, axes, places. */
const INT64_INPUTS: Readonly<Record<string, readonly number[]>> = {
  Reshape: [1], Expand: [1], Tile: [1], Squeeze: [1], Unsqueeze: [1], Slice: [1, 2, 3, 4], Split: [1], Gather: [1], TopK: [1],
  ConstantOfShape: [0], Pad: [1, 3], Resize: [3], ReduceSum: [1], ReduceMean: [1], ReduceMax: [1], ReduceMin: [1],
};

/** Version of ONNX's own operators that is stated where no node says one. */
const DEFAULT_VERSION = 13;

/**
 * A network as an ONNX file: bitloom's own layers in the domain `bitloom`, QONNX's in theirs. Reading the file gives the same graph.
 * Shapes of outputs are stated where they are known.
 */
export function exportOnnx(graph: Graph, outputShapes: ReadonlyMap<string, readonly number[]> = new Map()): Uint8Array {
  return encodeModel(onnxModel(graph, outputShapes));
}

export function onnxModel(graph: Graph, outputShapes: ReadonlyMap<string, readonly number[]> = new Map()): OnnxModel {
  const types = requiredTypes(graph);
  return {
    irVersion: 8,
    producerName: 'bitloom',
    opsetImport: operatorSets(graph.nodes),
    metadataProps: [],
    graph: {
      name: graph.name,
      node: graph.nodes.map(onnxNode),
      initializer: [...graph.constants].map(([name, tensor]) => onnxTensor(name, tensor, types.get(name))),
      input: graph.inputs.map(({ name, shape, type }) => tensorValue(name, shape, (type as ElementTypeName | undefined) ?? types.get(name))),
      output: graph.outputs.map((name) => tensorValue(name, outputShapes.get(name))),
      sparseInitializer: [], valueInfo: [], quantizationAnnotation: [], metadataProps: [],
    },
  };
}

function domainOf(node: GraphNode): string {
  return node.attributes.channels_last !== undefined ? CHANNELS_LAST : findLayer(node.kind)!.domains[0];
}

function operatorSets(nodes: readonly GraphNode[]): { domain: string; version: number }[] {
  const versions = new Map<string, number>([['', 0]]);
  for (const node of nodes) versions.set(domainOf(node), Math.max(node.version, versions.get(domainOf(node)) ?? 0));
  if (versions.get('') === 0) versions.set('', DEFAULT_VERSION);
  return [...versions].map(([domain, version]) => ({ domain, version }));
}

function onnxNode(node: GraphNode): OnnxNode {
  return {
    opType: node.kind, name: node.name, domain: domainOf(node), input: [...node.inputs], output: [...node.outputs], metadataProps: [],
    attribute: Object.entries(node.attributes).filter(([name]) => !DERIVED.has(name)).map(([name, value]) => typedAttribute(name, value)),
  };
}

function typedAttribute(name: string, value: Attribute): OnnxAttribute {
  if (typeof value === 'string') return onnxAttribute.text(name, value);
  if (typeof value === 'number') {
    return FLOATS.has(name) || !Number.isSafeInteger(value) ? onnxAttribute.float(name, value) : onnxAttribute.integer(name, value);
  }
  if ('values' in value && 'shape' in value) return onnxAttribute.tensor(name, onnxTensor(name, value));
  if (value.some((each) => typeof each === 'string')) return onnxAttribute.texts(name, value as readonly string[]);
  const numbers = value as readonly number[];
  return FLOAT_LISTS.has(name) || !numbers.every(Number.isSafeInteger) ? onnxAttribute.floats(name, numbers) : onnxAttribute.integers(name, numbers);
}

/** Element types that constants and inputs must have for what reads them. */
function requiredTypes({ nodes }: Graph): ReadonlyMap<string, WrittenType> {
  const types = new Map<string, WrittenType>();
  for (const { kind, inputs, attributes } of nodes) {
    for (const place of INT64_INPUTS[kind] ?? []) if (inputs[place] !== undefined) types.set(inputs[place], 'int64');
    const zero = inputs[ZERO_POINTS[kind]];
    const type = attributes.element_type;
    if (zero !== undefined && typeof type === 'string' && isWrittenType(type)) types.set(zero, type);
    if (attributes.integer !== undefined) types.set(inputs[0], 'int64');
  }
  return types;
}

/** float32 where it holds the numbers exactly, otherwise float64. */
function onnxTensor(name: string, { shape, values, errors }: RealTensor, type?: WrittenType): OnnxTensor {
  if (errors?.some((error) => error !== 0) === true) throw new Error(`${name} is no double: no ONNX file can hold it`);
  return typedTensor(name, shape, values, type ?? (values.every((value) => Object.is(Math.fround(value), value)) ? 'float' : 'double'));
}
