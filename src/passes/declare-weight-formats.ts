import type { Graph, GraphNode } from '../graph/ir.ts';
import { reals } from '../graph/reals.ts';
import type { RealTensor } from '../graph/tensor.ts';
import { findLayer } from '../layers/index.ts';
import { parseFormat } from '../number/formats/index.ts';

/** A constant in a number format: its codes, and which input of its node is the scale. */
interface Coded {
  readonly format: string;
  /** Integers of the format, in units. */
  readonly integers: RealTensor;
  readonly scale: RealTensor;
}

/**
 * Constants behind a quantizer become stored codes of the number format that the quantizer's parameters describe: `Quant` of 4 signed
 * bits is `int4`. Their integers then follow from the format and not from what the weights have in common, so that other weights of the
 * same format have the same integers.
 */
export function declareWeightFormats(graph: Graph): Graph {
  const known = new Map<string, RealTensor>(graph.constants);
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.map((node): GraphNode => {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : known.get(name)));
    if (node.inputs.length === 0 || node.inputs.some((name, i) => name !== '' && inputs[i] === undefined)) return node;
    const codes: RealTensor[] = [];
    const results = findLayer(node.kind)!.meaning(node, inputs, reals((_, recorded) => { codes.push(recorded); }));
    node.outputs.forEach((name, i) => { if (name !== '') known.set(name, results[i]); });
    const coded = codedBy(node, inputs, codes[0]);
    return coded === undefined ? node : stored(node, coded, constants);
  });
  return { ...graph, constants, nodes };
}

function codedBy(node: GraphNode, inputs: readonly (RealTensor | undefined)[], codes: RealTensor | undefined): Coded | undefined {
  switch (node.kind) {
    case 'Quant': case 'IntQuant': {
      const [, scale, zero, bits] = inputs as RealTensor[];
      const point = uniform(zero);
      if (point === undefined || !Number.isInteger(point)) return undefined;
      const isSigned = node.attributes.signed !== 0;
      const narrow = isSigned && node.attributes.narrow === 1 ? ['rnd_conv', 'sat_sym'] : [];
      const inner = [...narrow, ...(point === 0 ? [] : [`zero=${point}`])];
      const name = `${isSigned ? 'int' : 'uint'}${bits.values[0]}`;
      return coded(inner.length === 0 ? name : `${name}<${inner.join(',')}>`, codes!, point, scale);
    }
    case 'BipolarQuant': return coded('bipolar', codes!, 0, inputs[1]!);
    case 'DequantizeLinear': {
      const [stored, scale, zero] = inputs;
      const point = zero === undefined ? 0 : uniform(zero);
      if (point === undefined) return undefined;
      const bytes = stored!.values.some((code) => code > 127) ? 'uint8' : 'int8';
      const axis = typeof node.attributes.axis === 'number' ? node.attributes.axis : 1;
      return coded(point === 0 ? bytes : `${bytes}<zero=${point}>`, stored!, point, alongAxis(scale!, axis, stored!.shape.length));
    }
    default: return undefined;
  }
}

/** Undefined where the format has no text (more than 32 bits) or a code lies outside of it. */
function coded(text: string, codes: RealTensor, zero: number, scale: RealTensor): Coded | undefined {
  const bits = Number(/\d+/.exec(text)?.[0] ?? 1);
  if (bits > 32) return undefined;
  const { quantizer } = parseFormat(text);
  const integers = codes.values.map((code) => code - zero);
  if (quantizer.kind === 'uniform' && integers.some((value) => value < quantizer.low || value > quantizer.high)) return undefined;
  return { format: text, integers: { shape: codes.shape, values: integers }, scale };
}

/** A scale for each place along an axis, in a shape that broadcasts. */
function alongAxis(scale: RealTensor, axis: number, rank: number): RealTensor {
  if (scale.values.length === 1) return { ...scale, shape: [] };
  const at = axis < 0 ? axis + rank : axis;
  return { ...scale, shape: [scale.values.length, ...new Array<number>(rank - 1 - at).fill(1)] };
}

function uniform({ values }: RealTensor): number | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

/** The node that reads the codes from now on. */
function stored(node: GraphNode, { format, integers, scale }: Coded, constants: Map<string, RealTensor>): GraphNode {
  const { bits, integer } = parseFormat(format);
  const lowest = Number(integer(0));
  // Integers of evenly spaced formats count up from code 0, modulo the number of codes; the two signs are codes 0 and 1.
  const codeOf = (value: number): number => (format === 'bipolar' ? (value > 0 ? 1 : 0) : ((value - lowest) % 2 ** bits + 2 ** bits) % 2 ** bits);
  const [codes, factor] = [`${node.outputs[0]} codes`, `${node.outputs[0]} scale`];
  constants.set(codes, { shape: integers.shape, values: integers.values.map(codeOf) });
  constants.set(factor, scale);
  return { ...node, kind: 'Decode', inputs: [codes, factor], attributes: { format }, version: 1 };
}
