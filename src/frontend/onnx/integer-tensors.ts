import { ElementType, type Int64, type OnnxGraph, type OnnxNode } from './schema.ts';

const INTEGER_TYPES: ReadonlySet<Int64 | undefined> = new Set([
  ElementType.uint8, ElementType.int8, ElementType.uint16, ElementType.int16, ElementType.int32, ElementType.int64,
  ElementType.uint32, ElementType.uint64, ElementType.uint4, ElementType.int4,
]);

/** Operators that give integers whatever they read. */
const GIVE_INTEGERS = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin']);

/**
 * Names of the tensors whose element type is an integer. The graph computes with real numbers alone; only division means
 * something else for integers, and shapes are computed with it.
 * @param nodes in order of evaluation
 */
export function integerTensors(graph: OnnxGraph, nodes: readonly OnnxNode[]): ReadonlySet<string> {
  const integers = new Set<string>();
  for (const { name, dataType } of graph.initializer) if (INTEGER_TYPES.has(dataType)) integers.add(name ?? '');
  for (const { name, type } of graph.input) if (INTEGER_TYPES.has(type?.tensorType?.elemType)) integers.add(name ?? '');
  for (const node of nodes) {
    node.output.forEach((output, i) => { if (givesIntegers(node, i, integers)) integers.add(output); });
  }
  return integers;
}

function givesIntegers(node: OnnxNode, output: number, integers: ReadonlySet<string>): boolean {
  const attribute = (name: string) => node.attribute.find((each) => each.name === name);
  switch (node.opType) {
    case 'Cast': return INTEGER_TYPES.has(attribute('to')?.i);
    case 'Constant':
      return INTEGER_TYPES.has(attribute('value')?.t?.dataType)
        || attribute('value_int') !== undefined || attribute('value_ints') !== undefined;
    case 'ConstantOfShape': return INTEGER_TYPES.has(attribute('value')?.t?.dataType);
    case 'TopK': return output === 1 || integers.has(node.input[0]);
    case 'Where': return integers.has(node.input[1]);
    default: return GIVE_INTEGERS.has(node.opType ?? '') || integers.has(node.input[0] ?? '');
  }
}
