import { compileNetwork, type CompiledNetwork } from '../../src/compiler/compile.ts';
import type { Sample } from '../../src/compiler/host.ts';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { foldsOf, type Fold } from '../../src/schedule/plan.ts';
import { unitsOf } from '../../src/schedule/units.ts';
import { foldOf } from './climb.ts';
import { anyOf, Choices, type RandomNetwork } from './random-network.ts';

/** The network with frames of which each differs from the last in some elements only: each is drawn anew with so many percent. */
export function withFewChanges({ graph }: Pick<RandomNetwork, 'graph'>, frames: number, percent: number, seed: number): RandomNetwork {
  const choices = new Choices(seed);
  const { type, shape } = graph.nodes[0];
  let last = Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => anyOf(type, choices));
  const samples = Array.from({ length: frames }, (): Sample => {
    last = last.map((element) => (choices.whole(1, 100) <= percent ? anyOf(type, choices) : element));
    return new Map([['x', last]]);
  });
  return { graph, samples };
}

/** Every fold in which some product follows its changes; the seed picks those of the other units. */
export function deltaFolds(graph: FixedGraph, seed: number): ReadonlyMap<string, Fold>[] {
  return unitsOf(graph).flatMap((unit) => foldsOf(unit, graph).filter((fold) => fold.delta === true)
    .map((fold) => new Map([...foldOf({ graph, samples: [] }, seed), [unit.name, fold]])));
}

/** A product with random weights, compiled with the given entry of a folding file. */
export function compiledProduct(
  rows: number, columns: number, fold: object, { type = 'int8', weights = [-3, -2, -1, 0, 1, 2, 3], target = 'xc7' } = {},
): CompiledNetwork {
  const choices = new Choices(rows * 31 + columns);
  const values = Float64Array.from({ length: rows * columns }, () => choices.one(weights));
  const network: Graph = {
    name: 'tokens', inputs: [{ name: 'x', shape: [1, columns], type }], outputs: ['y'], constants: new Map([['w', { shape: [columns, rows], values }]]),
    nodes: [{ kind: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'], attributes: {}, version: 13, origin: 'layer' }],
  };
  return compileNetwork(network, { target, folding: { text: JSON.stringify({ layer: fold }), fileName: 'folding.json' } });
}
