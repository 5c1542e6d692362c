import { existsSync } from 'node:fs';
import { table } from '../src/cli/tables.ts';
import { lowerNetwork } from '../src/compiler/compile.ts';
import { loadNetwork } from '../src/frontend/index.ts';
import { optimizeProduct, REUSES, type Reuse } from '../codegen/arithmetic/optimize.ts';
import { countDifferences, formatsOf } from '../codegen/arithmetic/compare.ts';
import { corpusNetworks } from './corpus.ts';

/**
 * What rows save that use each other's sums: look-up tables of the netlists for the bipolar layers of trained networks, and for random ones of the
 * same sizes, with rows by themselves, as others and a difference (a minimum spanning tree), with sums in common, and with both. `--json`
 * prints one object.
 */
const NETWORKS = ['tfc_1w1a', 'tfc_1w2a', 'digits'];

/** Random numbers, the same in every run. */
let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return state ^ (state >>> 15);
};

const WAYS: readonly { readonly way: string; readonly leaveOut: readonly Reuse[] }[] = [
  { way: 'alone', leaveOut: REUSES },
  { way: 'tree', leaveOut: ['pairs'] },
  { way: 'pairs', leaveOut: ['trees'] },
  { way: 'both', leaveOut: [] },
];

interface Row { readonly layer: string; readonly weights: string; readonly lookups: Readonly<Record<string, number>>; readonly seconds: number }

function measure(layer: string, weights: string, matrix: readonly Int32Array[]): Row {
  const formats = formatsOf('u1', matrix[0].length);
  const started = performance.now();
  const lookups = Object.fromEntries(WAYS.map(({ way, leaveOut }) => {
    const product = optimizeProduct({ matrix, formats, counting: 'combinational', leaveOut });
    if (countDifferences(product, matrix, formats, 4, random) > 0) throw new Error(`${layer}: results of the netlist differ from the matrix`);
    return [way, product.lookups];
  }));
  return { layer, weights, lookups, seconds: (performance.now() - started) / 1000 };
}

const rows: Row[] = [];
for (const { id, path } of corpusNetworks) {
  if (!NETWORKS.includes(id) || !existsSync(path)) continue;
  for (const node of lowerNetwork(await loadNetwork(path)).fixed.nodes) {
    if (node.op !== 'dot' || node.weights.some((weight) => Math.abs(weight) !== 1)) continue;
    const matrix = Array.from({ length: node.rows }, (_, row) => node.weights.slice(row * node.columns, (row + 1) * node.columns));
    const layer = `${id}, ${node.name}, ${node.rows} x ${node.columns}`;
    rows.push(measure(layer, 'trained', matrix), measure(layer, 'random', matrix.map((row) => row.map(() => (random() & 1 ? 1 : -1)))));
  }
}
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ reuse: rows }));
} else {
  const saved = ({ lookups }: Row, way: string): string => `${lookups[way]} (${(100 * (1 - lookups[way] / lookups.alone)).toFixed(0)} % less)`;
  console.log(table([
    ['layer', 'weights', 'LUT, rows alone', 'as others and a difference', 'sums in common', 'both', 'seconds'],
    ...rows.map((row) => [row.layer, row.weights, `${row.lookups.alone}`, saved(row, 'tree'), saved(row, 'pairs'), saved(row, 'both'), row.seconds.toFixed(1)]),
  ]));
}
