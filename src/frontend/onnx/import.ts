import { userError, UserError, type Diagnostic } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';
import type { Attribute, Graph, GraphInput, GraphNode } from '../../graph/ir.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import { LAYERS } from '../../layers/index.ts';
import type { LayerKind } from '../../layers/kind.ts';
import { decodeModel } from './codec.ts';
import { AttributeType, type OnnxAttribute, type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from './schema.ts';
import { tensorBounds } from './tensor-values.ts';
import { sortedNodes } from './sort.ts';

/** Most elements of one tensor. */
const LARGEST_TENSOR = 2 ** 31;

/** Version taken for a domain that the file uses without importing it. */
const UNSTATED_VERSION = 1;

/**
 * Reads an ONNX or QONNX file.
 * @throws UserError; all unsupported operators of the file at once, before anything else
 */
export function importOnnx(bytes: Uint8Array, fileName: string): Graph {
  const model = decodeModel(bytes, fileName);
  const { graph } = model;
  const names = uniqueNodeNames(graph.node);
  const origins = new Map(graph.node.map((node, i) => [node, `${fileName} › ${names[i]}`]));
  checkOperators(graph.node, origins, model);

  const used = new Set([...graph.node.flatMap((node) => node.input), ...graph.output.map((output) => output.name ?? '')]);
  const constants = readConstants(graph, used, fileName);
  const inputs = graph.input.filter(({ name }) => name !== undefined && !constants.has(name) && used.has(name))
    .map((input) => readInput(input, fileName));
  if (inputs.length === 0) throw userError('no-input', 'the network has no input', { origin: fileName, help: 'export the network with its input' });
  if (graph.output.length === 0) throw userError('no-output', 'the network has no output', { origin: fileName, help: 'export the network with its output' });

  const known = new Set([...constants.keys(), ...inputs.map((input) => input.name)]);
  const order = sortedNodes(graph.node, known, origins, fileName);
  const nodes = order.map((node) => toGraphNode(node, names[graph.node.indexOf(node)], origins.get(node)!, model, used));
  const outputs = graph.output.map((output) => output.name ?? '');
  for (const output of outputs) {
    if (!known.has(output) && !nodes.some((node) => node.outputs.includes(output))) {
      throw userError('missing-tensor', `output ${output} is computed by no node`, { origin: fileName, help: 'export the network again' });
    }
  }
  return { name: fileName.replace(/\.onnx$/i, ''), inputs, outputs, constants, nodes };
}

/** The file's names, or operator and number; a name that is taken gets a number too. */
function uniqueNodeNames(nodes: readonly OnnxNode[]): string[] {
  const taken = new Set<string>();
  return nodes.map((node, index) => {
    let name = node.name !== undefined && node.name !== '' ? node.name : `${node.opType ?? 'node'}_${index}`;
    if (taken.has(name)) name = `${name}_${index}`;
    taken.add(name);
    return name;
  });
}

/** Domain as written: 'ai.onnx' is another name for ''. */
function domainOf(node: OnnxNode): string {
  return node.domain === undefined || node.domain === 'ai.onnx' ? '' : node.domain;
}

function versionOf(node: OnnxNode, model: OnnxModel): number {
  const domain = domainOf(node);
  const found = model.opsetImport.find((set) => (set.domain === 'ai.onnx' ? '' : set.domain ?? '') === domain);
  return found?.version ?? UNSTATED_VERSION;
}

function checkOperators(nodes: readonly OnnxNode[], origins: ReadonlyMap<OnnxNode, string>, model: OnnxModel): void {
  const problems = nodes.flatMap((node): Diagnostic[] => {
    const problem = operatorProblem(node, model);
    return problem === undefined ? [] : [{ severity: 'error', code: 'unsupported-operator', origin: origins.get(node), ...problem }];
  });
  if (problems.length > 0) throw new UserError(problems);
}

/** What bitloom plans to read but does not yet; said so that nobody looks for a mistake in the file. */
const PLANNED = /^(Q?Linear)?Conv|Pool$|^(De)?QuantizeLinear|^DynamicQuantizeLinear|^QLinear|Integer$|^Resize|^Upsample|SpaceToDepth|DepthToSpace|^Pad$/;

function operatorProblem(node: OnnxNode, model: OnnxModel): { message: string; help: string } | undefined {
  const operator = node.opType ?? '';
  const domain = domainOf(node);
  const kind: LayerKind | undefined = LAYERS.find((each) => each.operator === operator && each.domains.includes(domain));
  const full = domain === '' ? operator : `${domain}.${operator}`;
  if (kind === undefined) {
    if (PLANNED.test(operator)) return { message: `${full} is not supported yet`, help: 'only dense networks can be compiled so far' };
    const near = nearest(operator, LAYERS.map((each) => each.operator));
    const elsewhere = LAYERS.find((each) => each.operator === operator);
    const hint = elsewhere !== undefined ? `${operator} is known in domain ${elsewhere.domains.map((each) => each || 'ai.onnx').join(', ')}`
      : near === undefined ? 'replace it by supported layers, or cut the network before it' : `did you mean ${near}?`;
    return { message: `${full} is not supported`, help: hint };
  }
  const version = versionOf(node, model);
  if (kind.versions !== undefined && (version < kind.versions[0] || version > kind.versions[1])) {
    return { message: `${full} of version ${version} is not supported`, help: `versions ${kind.versions.join(' to ')} are; export with such an operator set` };
  }
  if (node.attribute.some((attribute) => attribute.g !== undefined || attribute.graphs.length > 0)) {
    return { message: `${full} contains a graph`, help: 'control flow cannot be compiled; export the network unrolled' };
  }
  return undefined;
}

function readConstants(graph: OnnxGraph, used: ReadonlySet<string>, fileName: string): Map<string, RealTensor> {
  const constants = new Map<string, RealTensor>();
  for (const tensor of graph.initializer) {
    const name = tensor.name ?? '';
    const origin = `${fileName} › ${name}`;
    if (constants.has(name)) throw userError('duplicate-tensor', `two constants are called ${name}`, { origin: fileName, help: 'export the network again' });
    if (used.has(name)) constants.set(name, toRealTensor(tensor, origin));
  }
  const sparse = graph.sparseInitializer.find((each) => used.has(each.values?.name ?? ''));
  if (sparse !== undefined) {
    throw userError('sparse-constant', 'a constant is stored as a sparse tensor', { origin: `${fileName} › ${sparse.values?.name}`, help: 'export it dense' });
  }
  return constants;
}

function toRealTensor(tensor: OnnxTensor, origin: string): RealTensor {
  const { dims, data } = tensorBounds(tensor, origin);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw userError('not-finite', `element ${bad} is ${data[bad]}`, { origin, help: 'train or export the network again: NaN and infinity have no hardware' });
  return { shape: dims, values: data };
}

function readInput(input: OnnxValueInfo, fileName: string): GraphInput {
  const name = input.name!;
  const origin = `${fileName} › ${name}`;
  const dims = input.type?.tensorType?.shape?.dim;
  if (dims === undefined) throw userError('unknown-shape', 'the input has no shape', { origin, help: 'export the network with a fixed input shape' });
  const shape = dims.map(({ dimValue, dimParam }, axis) => {
    if (dimValue !== undefined && dimValue > 0) return dimValue;
    if (axis === 0) return 1;
    throw userError('unknown-shape', `dimension ${axis} of the input is ${dimValue ?? dimParam ?? 'unknown'}`, {
      origin, help: 'only the batch may be open: export the network with a fixed input shape',
    });
  });
  if (sizeOf(shape) > LARGEST_TENSOR) throw userError('too-large', `an input of [${shape.join(', ')}]`, { origin, help: 'inputs may have up to 2^31 elements' });
  return { name, shape };
}

function toGraphNode(node: OnnxNode, name: string, origin: string, model: OnnxModel, used: ReadonlySet<string>): GraphNode {
  // An output that nothing reads is left out where a node has several, so that no hardware is made for it.
  const outputs = node.output.length === 1 ? node.output : node.output.map((output) => (used.has(output) ? output : ''));
  return {
    kind: node.opType!, name, inputs: node.input, outputs, origin, version: versionOf(node, model),
    attributes: Object.fromEntries(node.attribute.map((attribute) => [attribute.name ?? '', toAttribute(attribute, origin)])),
  };
}

const text = new TextDecoder();

function toAttribute(attribute: OnnxAttribute, origin: string): Attribute {
  const type = attribute.type ?? guessedType(attribute);
  switch (type) {
    case AttributeType.float: return attribute.f ?? 0;
    case AttributeType.int: return Number(attribute.i ?? 0);
    case AttributeType.string: return text.decode(attribute.s ?? new Uint8Array());
    case AttributeType.tensor: return toRealTensor(attribute.t!, origin);
    case AttributeType.floats: return attribute.floats;
    case AttributeType.ints: return attribute.ints.map(Number);
    case AttributeType.strings: return attribute.strings.map((each) => text.decode(each));
    default: throw userError('attribute', `attribute ${attribute.name} is of no supported type`, { origin, help: 'export the network again' });
  }
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
