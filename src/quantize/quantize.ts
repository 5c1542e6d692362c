import { userError } from '../base/diagnostic.ts';
import { traceGraph } from '../graph/evaluator.ts';
import type { Graph } from '../graph/ir.ts';
import { findLayer } from '../layers/index.ts';
import type { NumberFormat } from '../number/formats/index.ts';
import { activationPlaces, formatAt, quantizeActivations } from './activations.ts';
import { activationScale, type ActivationScale } from './calibrate.ts';
import { GraphEditor } from './editor.ts';
import { productsOf, pruned, type Product } from './products.ts';
import { tensorsOf, type Inputs } from './samples.ts';
import type { ScaleChoice } from './scale.ts';
import { quantizeWeights, type Sharing } from './weights.ts';

export interface QuantizeOptions {
  /** The format of a layer's weights; undefined leaves them as they are. */
  readonly weights: (layer: string) => NumberFormat | undefined;
  readonly sharing: Sharing;
  readonly weightScale: ScaleChoice;
  /** Absent where activations stay as they are. */
  readonly activations?: {
    readonly format: NumberFormat;
    /** Where the network's inputs have no quantizer: theirs. */
    readonly inputFormat: NumberFormat;
    readonly scale: ActivationScale;
    readonly samples: readonly Inputs[];
  };
}

/** A product and what became of it. */
export interface QuantizedLayer {
  readonly name: string;
  /** The product's result, in both graphs. */
  readonly output: string;
  readonly weights?: string;
  /** Number of scales of the weights, and ||quantized - real|| / ||real||. */
  readonly scales?: number;
  readonly weightError?: number;
  /** Format and scale of the activations that it reads, where they were quantized here. */
  readonly activations?: string;
  readonly activationScale?: number;
}

export interface Quantized {
  readonly graph: Graph;
  readonly layers: readonly QuantizedLayer[];
  /** What stays as it was, and why. */
  readonly notes: readonly string[];
}

/**
 * Puts the weights of all products of a network into number formats, and the activations that they read; everything else (bias,
 * normalization) stays real: it becomes part of the next thresholds.
 * @throws UserError where there is nothing to quantize
 */
export function quantizeNetwork(graph: Graph, options: QuantizeOptions): Quantized {
  const products = productsOf(graph, traceGraph(graph, findLayer));
  if (products.length === 0) {
    throw userError('nothing-to-quantize', 'the network has no product with constant weights', {
      origin: graph.name, help: 'MatMul, Gemm, Conv and ConvTranspose are quantized',
    });
  }
  const editor = new GraphEditor(graph);
  const formats = new Map(products.map((product) => [product, options.weights(product.node.name)]));
  const scales = new Map<Product, number>();
  for (const product of products) {
    const format = formats.get(product);
    if (format !== undefined) scales.set(product, quantizeWeights(editor, product, format, options.sharing, options.weightScale));
  }
  const { activations, notes } = quantizedActivations(editor, graph, products, options);
  const result = pruned(editor.finish());
  const weightsAfter = new Map(productsOf(result, traceGraph(result, findLayer)).map(({ node, weights: { values } }) => [node.name, values]));
  const layers = products.map((product): QuantizedLayer => {
    const weights = formats.get(product)?.text;
    const read = activations.get(product);
    return {
      name: product.node.name, output: product.node.outputs[0],
      ...(weights === undefined ? {} : { weights, scales: scales.get(product), weightError: relativeError(product.weights.values, weightsAfter.get(product.node.name)!) }),
      ...(read === undefined ? {} : { activations: read.format, activationScale: read.scale }),
    };
  });
  return { graph: result, layers, notes };
}

function relativeError(real: Float64Array, quantized: Float64Array): number {
  const square = real.reduce((sum, value) => sum + value ** 2, 0);
  const error = real.reduce((sum, value, i) => sum + (value - quantized[i]) ** 2, 0);
  return error === 0 ? 0 : Math.sqrt(error / square);
}

function quantizedActivations(
  editor: GraphEditor, graph: Graph, products: readonly Product[], { activations }: QuantizeOptions,
): { activations: Map<Product, { format: string; scale: number }>; notes: readonly string[] } {
  const done = new Map<Product, { format: string; scale: number }>();
  if (activations === undefined) return { activations: done, notes: [] };
  const { places, kept } = activationPlaces(graph, products);
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const seen = tensorsOf(graph, places.map(({ tensor }) => tensor), activations.samples);
  places.forEach((place, i) => {
    const format = formatAt(inputs.has(place.tensor) ? activations.inputFormat : activations.format, place);
    const scale = activationScale(format, seen.map((tensors) => tensors[i].values), activations.scale);
    quantizeActivations(editor, place, format, scale);
    for (const product of place.products) done.set(product, { format: format.text, scale });
  });
  return { activations: done, notes: kept };
}
