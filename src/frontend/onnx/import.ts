import { userError } from '../../base/diagnostic.ts';
import type { Graph, GraphInput } from '../../graph/ir.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { decodeModel } from './codec.ts';
import { readAttribute, readConstants } from './constants.ts';
import { codeType, inputType, integerTypes } from './integer-types.ts';
import { checkOperators, versionOf } from './operators.ts';
import type { OnnxGraph, OnnxNode, OnnxValueInfo } from './schema.ts';
import { sortedNodes } from './sort.ts';

/** Most elements of one tensor. */
const LARGEST_TENSOR = 2 ** 31;

/** QONNX's domain of the layers that have their channels innermost. */
const CHANNELS_LAST = 'qonnx.custom_op.channels_last';

const EXPORT_AGAIN = 'export the network again';

/**
 * Reads an ONNX or QONNX file.
 * @throws UserError; all unsupported operators of the file at once, before anything else
 */
export function importOnnx(bytes: Uint8Array, fileName: string): Graph {
  const model = decodeModel(bytes, fileName);
  const { graph } = model;
  const names = uniqueNodeNames(graph.node);
  const origins = new Map(graph.node.map((node) => [node, `${fileName} › ${names.get(node)}`]));
  checkOperators(graph.node, origins, model);

  const outputs = graph.output.map((output) => output.name ?? '');
  const used = new Set([...graph.node.flatMap((node) => node.input), ...outputs]);
  const constants = readConstants(graph, used, fileName);
  const inputs = readInputs(graph, constants, used, fileName);
  if (outputs.length === 0) throw userError('no-output', 'the network has no output', { origin: fileName, help: EXPORT_AGAIN });

  const known = new Set([...constants.keys(), ...inputs.map((input) => input.name)]);
  const sorted = sortedNodes(graph.node, known, origins, fileName);
  const computed = new Set([...known, ...sorted.flatMap((node) => node.output)]);
  const missing = outputs.find((output) => !computed.has(output));
  if (missing !== undefined) {
    throw userError('missing-tensor', `output ${missing} is computed by no node`, { origin: fileName, help: EXPORT_AGAIN });
  }
  const types = integerTypes(graph, sorted);
  const nodes = sorted.map((node) => {
    const origin = origins.get(node)!;
    const attributes = Object.fromEntries(node.attribute.map((each) => [each.name ?? '', readAttribute(each, origin)]));
    if (node.opType === 'Div' && types.has(node.input[0])) attributes.integer = 1;
    const type = codeType(node, types);
    if (type !== undefined) attributes.element_type = type;
    if (node.domain === CHANNELS_LAST) attributes.channels_last = 1;
    return {
      kind: node.opType!, name: names.get(node)!, inputs: node.input, outputs: readOutputs(node, used), attributes,
      version: versionOf(node, model), origin,
    };
  });
  return { name: fileName.replace(/\.onnx$/i, ''), inputs, outputs, constants, nodes };
}

/** The file's names, or operator and number; a name that is taken gets a number too. */
function uniqueNodeNames(nodes: readonly OnnxNode[]): Map<OnnxNode, string> {
  const taken = new Set<string>();
  return new Map(nodes.map((node, index) => {
    let name = node.name || `${node.opType ?? 'node'}_${index}`;
    while (taken.has(name)) name = `${name}_${index}`;
    taken.add(name);
    return [node, name];
  }));
}

/** An output that nothing reads is left out where a node has several, so that no hardware is made for it. */
function readOutputs(node: OnnxNode, used: ReadonlySet<string>): readonly string[] {
  return node.output.length === 1 ? node.output : node.output.map((output) => (used.has(output) ? output : ''));
}

/** The inputs that are read and no constants: old files list those among the inputs. */
function readInputs(
  graph: OnnxGraph, constants: ReadonlyMap<string, unknown>, used: ReadonlySet<string>, fileName: string,
): GraphInput[] {
  const inputs = graph.input.filter(({ name }) => name !== undefined && !constants.has(name) && used.has(name))
    .map((input) => readInput(input, fileName));
  const twice = inputs.find(({ name }, i) => inputs.findIndex((each) => each.name === name) !== i);
  if (twice !== undefined) {
    throw userError('duplicate-tensor', `two inputs are called ${twice.name}`, { origin: fileName, help: EXPORT_AGAIN });
  }
  if (inputs.length === 0) {
    throw userError('no-input', 'the network has no input', { origin: fileName, help: 'export the network with its input' });
  }
  return inputs;
}

function readInput(input: OnnxValueInfo, fileName: string): GraphInput {
  const name = input.name!;
  const origin = `${fileName} › ${name}`;
  const help = 'only the batch may be open: export the network with a fixed input shape';
  const dims = input.type?.tensorType?.shape?.dim;
  if (dims === undefined) throw userError('unknown-shape', 'the input has no shape', { origin, help });
  const shape = dims.map(({ dimValue, dimParam }, axis) => {
    if (dimValue !== undefined && dimValue > 0) return dimValue;
    if (axis === 0) return 1;
    throw userError('unknown-shape', `dimension ${axis} of the input is ${dimParam || dimValue || 'unknown'}`, { origin, help });
  });
  if (sizeOf(shape) > LARGEST_TENSOR) {
    throw userError('too-large', `an input of [${shape.join(', ')}]`, { origin, help: 'inputs may have up to 2^31 elements' });
  }
  const type = inputType(input);
  return { name, shape, ...(type === undefined ? {} : { type }) };
}
