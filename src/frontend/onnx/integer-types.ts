import { ElementType, elementTypeName, type Int64, type OnnxGraph, type OnnxNode, type OnnxValueInfo } from './schema.ts';

const INTEGER_TYPES: ReadonlySet<Int64 | undefined> = new Set([
  ElementType.uint8, ElementType.int8, ElementType.uint16, ElementType.int16, ElementType.int32, ElementType.int64,
  ElementType.uint32, ElementType.uint64, ElementType.uint4, ElementType.int4,
]);

/** Name of an integer element type; undefined for every other type. */
function integerType(dataType: Int64 | undefined): string | undefined {
  return INTEGER_TYPES.has(dataType) ? elementTypeName(Number(dataType)) : undefined;
}

/** Operators whose codes have the type of a zero point: the input that it is. */
export const ZERO_POINTS: Readonly<Record<string, number>> = { QuantizeLinear: 2, QLinearConv: 7, QLinearMatMul: 7 };

/**
 * The tensors whose elements are integers, with their type's name. The graph computes with real numbers alone; only division means
 * something else for integers, and codes are limited to what their type holds.
 * @param nodes in order of evaluation
 */
export function integerTypes(graph: OnnxGraph, nodes: readonly OnnxNode[]): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  const note = (name: string | undefined, type: string | undefined): void => {
    if (type !== undefined) types.set(name ?? '', type);
  };
  for (const { name, dataType } of graph.initializer) note(name, integerType(dataType));
  for (const { name, type } of graph.input) note(name, integerType(type?.tensorType?.elemType));
  for (const node of nodes) node.output.forEach((output, i) => note(output, typeOf(node, i, types)));
  return types;
}

/** Number type of an input of integers of at most 32 bits; wider ones are counts and places, not data. */
export function inputType({ type }: OnnxValueInfo): string | undefined {
  const name = integerType(type?.tensorType?.elemType);
  return name?.endsWith('64') === true ? undefined : name;
}

/** Type of the codes that a node gives, where it is a quantizer. */
export function codeType(node: OnnxNode, types: ReadonlyMap<string, string>): string | undefined {
  const zero = ZERO_POINTS[node.opType ?? ''];
  if (zero === undefined) return undefined;
  const named = node.attribute.find((each) => each.name === 'output_dtype')?.i;
  return types.get(node.input[zero] ?? '') ?? integerType(named) ?? 'uint8';
}

function typeOf(node: OnnxNode, output: number, types: ReadonlyMap<string, string>): string | undefined {
  const attribute = (name: string) => node.attribute.find((each) => each.name === name);
  switch (node.opType) {
    case 'Cast': return integerType(attribute('to')?.i);
    case 'Constant':
      return integerType(attribute('value')?.t?.dataType)
        ?? (attribute('value_int') !== undefined || attribute('value_ints') !== undefined ? 'int64' : undefined);
    case 'ConstantOfShape': return integerType(attribute('value')?.t?.dataType);
    case 'TopK': return output === 1 ? 'int64' : types.get(node.input[0]);
    case 'Where': return types.get(node.input[1]);
    case 'Shape': case 'Size': case 'ArgMax': case 'ArgMin': return 'int64';
    case 'ConvInteger': case 'MatMulInteger': return 'int32';
    case 'DynamicQuantizeLinear': return output === 1 ? undefined : 'uint8';
    case 'DequantizeLinear': return undefined;
    default: return codeType(node, types) ?? types.get(node.input[0] ?? '');
  }
}
