import { table } from '../src/cli/tables.ts';
import { lowerNetwork } from '../src/compiler/compile.ts';
import { FixedEngine } from '../src/compiler/engines.ts';
import type { Graph, GraphNode } from '../src/graph/ir.ts';
import type { RealTensor } from '../src/graph/tensor.ts';

/**
 * Whether time and memory are linear in the number of weights: generated networks of convolutions with 4-bit weights up to 25 million of
 * them, from trained float32 weights to integers. `--json` prints one object.
 */
const CHANNELS = 512;
const PIXELS = 4;
const LAYERS = [3, 6, 11];

/** A multiplicative congruential generator modulo 2^31 - 1: the weights' quality matters to nobody. */
let state = 1;

function random(): number {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
}

function generated(layers: number): Graph {
  const constants = new Map<string, RealTensor>();
  const nodes: GraphNode[] = [];
  const constant = (name: string, shape: readonly number[], element: () => number): string => {
    const values = new Float64Array(shape.reduce((size, extent) => size * extent, 1));
    for (let i = 0; i < values.length; i++) values[i] = Math.fround(element());
    constants.set(name, { shape, values });
    return name;
  };
  const layer = (kind: string, inputs: readonly string[], attributes: GraphNode['attributes']): string => {
    const name = `${kind}_${nodes.length}`;
    nodes.push({ kind, name, inputs, outputs: [`${name}_out`], attributes, version: 13, origin: `generated › ${name}` });
    return `${name}_out`;
  };
  const quantizer = (x: string, scale: number, perRow: boolean): string => layer('Quant', [
    x, constant(`scale ${nodes.length}`, perRow ? [CHANNELS, 1, 1, 1] : [], () => scale), constant(`zero ${nodes.length}`, [], () => 0),
    constant(`bits ${nodes.length}`, [], () => 4),
  ], { signed: 1, narrow: 1, rounding_mode: 'ROUND' });

  let x = quantizer('image', 0.25, false);
  for (let i = 0; i < layers; i++) {
    const weights = quantizer(constant(`weights ${i}`, [CHANNELS, CHANNELS, 3, 3], () => (random() - 0.5) * 0.2), 0.0123, true);
    x = quantizer(layer('Conv', [x, weights], { pads: [1, 1, 1, 1] }), 2, false);
  }
  return { name: 'generated', inputs: [{ name: 'image', shape: [1, CHANNELS, PIXELS, PIXELS] }], outputs: [x], constants, nodes };
}

const rows = LAYERS.map((layers) => {
  const weights = layers * CHANNELS * CHANNELS * 9;
  const graph = generated(layers);
  const start = performance.now();
  const { fixed } = lowerNetwork(graph);
  const seconds = (performance.now() - start) / 1000;
  const sample = new Map([['image', Float64Array.from({ length: CHANNELS * PIXELS * PIXELS }, random)]]);
  const begun = performance.now();
  new FixedEngine(fixed).run(sample);
  return { weights, seconds, engineSeconds: (performance.now() - begun) / 1000, peakMegabytes: process.resourceUsage().maxRSS / 1000 };
});

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ large: rows }));
} else {
  const first = rows[0];
  const header = ['weights, M', 'to integers, s', 's a million', 'ratio to the first', 'fixed engine, s a sample', 'peak memory, MB'];
  console.log(table([header, ...rows.map((row) => [
    (row.weights / 1e6).toFixed(1), row.seconds.toFixed(1), ((row.seconds / row.weights) * 1e6).toFixed(2),
    (row.seconds / row.weights / (first.seconds / first.weights)).toFixed(2), row.engineSeconds.toFixed(2), row.peakMegabytes.toFixed(0),
  ])]));
}
