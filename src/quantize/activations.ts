import type { Graph, GraphNode } from '../graph/ir.ts';
import { parseFormat, type NumberFormat } from '../number/formats/index.ts';
import type { GraphEditor } from './editor.ts';
import { replaceInput, type Product } from './products.ts';

/** Layers that move or choose elements: a quantizer before them means the same as one behind them. */
const MOVERS = new Set(['MaxPool', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);

/** Quantizers that are replaced, as they are one layer with one input. */
const REPLACED = new Set(['Quant', 'IntQuant', 'BipolarQuant', 'Format']);

/** Quantizers that stay. */
const KEPT = new Set(['MultiThreshold', 'Trunc', 'QuantizeLinear', 'DequantizeLinear', 'QLinearConv', 'QLinearMatMul', 'DynamicQuantizeLinear']);

/** All quantizers of activations. */
export const QUANTIZERS: ReadonlySet<string> = new Set([...REPLACED, ...KEPT]);

/** Layers of which nothing negative comes. */
const NOT_NEGATIVE = new Set(['Relu', 'Sigmoid', 'Abs', 'Softmax']);

/** A tensor that gets a quantizer. */
export interface ActivationPlace {
  /** The real numbers that are quantized. */
  readonly tensor: string;
  /** The quantizer that the network has there, to be replaced. */
  readonly replaces?: GraphNode;
  /** Products that read what comes of it. */
  readonly products: readonly Product[];
  readonly notNegative: boolean;
}

/** The tensors of activations that products read, each once, and what is left as it is. */
export function activationPlaces(graph: Graph, products: readonly Product[]): { places: ActivationPlace[]; kept: string[] } {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const origin = (tensor: string): string => {
    const maker = makers.get(tensor);
    return maker !== undefined && MOVERS.has(maker.kind) ? origin(maker.inputs[0]) : tensor;
  };
  const places = new Map<string, ActivationPlace>();
  const kept: string[] = [];
  for (const product of products) {
    const tensor = origin(product.node.inputs[product.activationInput]);
    const maker = makers.get(tensor);
    if (maker !== undefined && KEPT.has(maker.kind)) {
      kept.push(`${product.node.name} reads what ${maker.name} (${maker.kind}) quantizes: left as it is`);
      continue;
    }
    const replaces = maker !== undefined && REPLACED.has(maker.kind) ? maker : undefined;
    const real = replaces === undefined ? tensor : replaces.inputs[0];
    if (replaces !== undefined && makers.get(origin(real)) === undefined) {
      kept.push(`${product.node.name} reads the network's input as ${replaces.name} (${replaces.kind}) quantizes it: left as it is`);
      continue;
    }
    const before = places.get(real);
    const source = makers.get(origin(real));
    places.set(real, {
      tensor: real, ...(replaces === undefined ? {} : { replaces }), products: [...before?.products ?? [], product],
      notNegative: source !== undefined && NOT_NEGATIVE.has(source.kind),
    });
  }
  return { places: [...places.values()], kept };
}

/** The format for numbers that are never negative: unsigned where signed integers are asked for. */
export function formatAt(format: NumberFormat, { notNegative }: ActivationPlace): NumberFormat {
  return notNegative && /^(int|fixed)/.test(format.text) ? parseFormat(`u${format.text.replace(',sat_sym', '')}`) : format;
}

/** Puts a quantizer at a place: all that read the tensor (or the old quantizer's result) read the new one's. */
export function quantizeActivations(editor: GraphEditor, { tensor, replaces }: ActivationPlace, format: NumberFormat, scale: number): void {
  const quantizer = editor.quantizer(`${replaces?.name ?? tensor}_act`, tensor, format, { shape: [], values: Float64Array.of(scale) });
  const old = replaces?.outputs[0] ?? tensor;
  const readers = editor.nodes.filter((node) => node.inputs.includes(old));
  editor.before(readers[0].name, [quantizer]);
  for (const node of readers) {
    editor.replace(node.inputs.reduce((result, input, i) => (input === old ? replaceInput(result, i, quantizer.outputs[0]) : result), node));
  }
}
