import { checkFixed } from '../fixed/checker.ts';
import type { FixedGraph } from '../fixed/ir.ts';
import { arrangeInputs } from './arrange-inputs.ts';
import { joinPadding } from './join-padding.ts';
import { narrowRanges } from './narrow-ranges.ts';
import { STREAMING, type FixedPass, type PassContext } from './pass.ts';
import { quantizeBeforePooling } from './quantize-before-pooling.ts';
import { constantNeurons, deadNeurons, duplicateNeurons } from './remove-neurons.ts';
import { removeDead } from './remove-dead.ts';
import { risingThresholds } from './rising-thresholds.ts';
import { amountsOf, type Amounts } from './savings.ts';
import { splitGathers } from './split-gathers.ts';

/** All passes over the fixed-point graph, by name. */
export const PASSES: readonly FixedPass[] = [
  removeDead, arrangeInputs, joinPadding, quantizeBeforePooling, risingThresholds, constantNeurons, duplicateNeurons, deadNeurons, narrowRanges,
  splitGathers,
];

/** What runs after lowering, in order. */
export const DEFAULT_PIPELINE: readonly string[] = [
  'remove-dead', 'arrange-inputs', 'join-padding', 'quantize-before-pooling', 'rising-thresholds', 'constant-neurons', 'duplicate-neurons',
  'dead-neurons', 'narrow-ranges', 'split-gathers',
];

/** Throws an `Error` where no pass has the name. */
export function findPass(name: string): FixedPass {
  const pass = PASSES.find((each) => each.name === name);
  if (pass === undefined) throw new Error(`no pass is called ${name}`);
  return pass;
}

export interface PassRecord {
  readonly pass: string;
  readonly seconds: number;
  readonly before: Amounts;
  readonly after: Amounts;
}

/** Runs the passes in order, checks the graph after each, and calls `after` with what it left. */
export function runPasses(
  graph: FixedGraph, names: readonly string[] = DEFAULT_PIPELINE, after: (pass: string, graph: FixedGraph) => void = () => {},
  context: PassContext = STREAMING,
): { graph: FixedGraph; records: PassRecord[] } {
  const records: PassRecord[] = [];
  let amounts = amountsOf(graph);
  checkFixed(graph, 'lower');
  after('lower', graph);
  for (const name of names) {
    const pass = findPass(name);
    const start = performance.now();
    graph = pass.run(graph, context);
    const seconds = (performance.now() - start) / 1000;
    const left = amountsOf(graph);
    records.push({ pass: name, seconds, before: amounts, after: left });
    amounts = left;
    checkFixed(graph, name);
    after(name, graph);
  }
  return { graph, records };
}
