import { userError } from '../../base/diagnostic.ts';
import type { Attribute } from '../../graph/ir.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import { AttributeType, type OnnxAttribute, type OnnxGraph, type OnnxTensor } from './schema.ts';
import { tensorBounds } from './tensor-values.ts';

/** The constants of the file that something reads, by name. @throws UserError: named twice, sparse, not finite, malformed */
export function readConstants(graph: OnnxGraph, used: ReadonlySet<string>, fileName: string): Map<string, RealTensor> {
  const constants = new Map<string, RealTensor>();
  const names = new Set<string>();
  for (const tensor of graph.initializer) {
    const name = tensor.name ?? '';
    if (names.has(name)) {
      throw userError('duplicate-tensor', `two constants are called ${name}`, {
        origin: fileName, help: 'export the network again',
      });
    }
    names.add(name);
    if (used.has(name)) constants.set(name, realTensor(tensor, `${fileName} › ${name}`));
  }
  const sparse = graph.sparseInitializer.find((each) => used.has(each.values?.name ?? ''));
  if (sparse !== undefined) {
    throw userError('sparse-constant', 'it is stored as a sparse tensor', {
      origin: `${fileName} › ${sparse.values?.name}`, help: 'export it as a dense tensor',
    });
  }
  return constants;
}

/** The attribute's value. @throws UserError where it is of a type that no layer here has */
export function readAttribute(attribute: OnnxAttribute, origin: string): Attribute {
  switch (attribute.type ?? guessedType(attribute)) {
    case AttributeType.float: return attribute.f ?? 0;
    case AttributeType.int: return Number(attribute.i ?? 0);
    case AttributeType.string: return text.decode(attribute.s ?? new Uint8Array());
    case AttributeType.floats: return attribute.floats;
    case AttributeType.ints: return attribute.ints.map(Number);
    case AttributeType.strings: return attribute.strings.map((each) => text.decode(each));
    case AttributeType.tensor:
      if (attribute.t !== undefined) return realTensor(attribute.t, `${origin} › ${attribute.name}`);
  }
  throw userError('attribute', `attribute ${attribute.name} is of no supported type`, {
    origin, help: 'export the network again',
  });
}

const text = new TextDecoder();

function realTensor(tensor: OnnxTensor, origin: string): RealTensor {
  const { dims, data } = tensorBounds(tensor, origin);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw userError('not-finite', `element ${bad} is ${data[bad]}`, {
      origin, help: 'train or export the network again: NaN and infinity have no hardware',
    });
  }
  return { shape: dims, values: data };
}

/** Very old files leave the type out; exactly one field is there then. */
function guessedType(attribute: OnnxAttribute): number {
  if (attribute.f !== undefined) return AttributeType.float;
  if (attribute.i !== undefined) return AttributeType.int;
  if (attribute.s !== undefined) return AttributeType.string;
  if (attribute.t !== undefined) return AttributeType.tensor;
  if (attribute.floats.length > 0) return AttributeType.floats;
  return attribute.strings.length > 0 ? AttributeType.strings : AttributeType.ints;
}
