import { divisors, greatestCommonDivisor } from '../base/divisors.ts';
import { localGather, longestWord, sequenceOf } from '../fixed/gathers.ts';
import type { FixedGraph, ValueId, WindowNode } from '../fixed/ir.ts';
import { sizeOf } from '../graph/tensor.ts';
import { whyNoDelta } from './changes.ts';
import { linesOf } from './lines.ts';
import { accessOf, windowAccessOf } from './rings.ts';
import { isSparse, sparseAccess, sparsePays } from './sparse.ts';
import { vectorOf, type MatrixUnit, type ReduceUnit, type Unit } from './units.ts';

/** How much of a unit's work is done in one clock cycle. */
export interface Fold {
  /** Result elements of a beat (processing elements). */
  readonly pe: number;
  /** Operand elements of a beat. */
  readonly simd: number;
  /** Where the weights of a product lie: in memory blocks or in look-up tables; where they cost less, if nobody says. */
  readonly memory?: WeightMemory;
  /** A product leaves out the words of its weights that are all zero. */
  readonly sparse?: true;
  /** A product keeps its sums from vector to vector, and adds what changed elements make of them. */
  readonly delta?: true;
}

export const WEIGHT_MEMORIES = ['block', 'distributed'] as const;
export type WeightMemory = (typeof WEIGHT_MEMORIES)[number];

/** What a fold means for a unit. */
export interface Plan {
  /** Elements in a beat of each input and of the output. */
  readonly inputs: readonly number[];
  readonly output: number;
  /** Clock cycles for a frame, if the unit never waits for another. */
  readonly cycles: number;
}

/** How a window unit hands its windows out. */
export interface WindowPlan {
  /** Channels in a word. */
  readonly lanes: number;
  /** Channels whose taps stand together: all taps of a span come before the next span. */
  readonly span: number;
  /** All taps of a word's channels in one beat, not one tap after the other. */
  readonly parallel: boolean;
}

/** How a product or a reduction is divided: `blocks` of groups one after the other, the groups of a block at the same time. */
export interface GroupPlan {
  /** Groups that are worked on at the same time. */
  readonly lanes: number;
  /** Blocks of lanes in a vector. */
  readonly blocks: number;
  /** Beats that bring the elements of a block. */
  readonly beats: number;
  /** A beat of each block in turn, then the next of each; not all beats of a block one after the other. */
  readonly interleaved?: true;
  readonly window?: WindowPlan;
}

/** Which beat of which block comes in each step of a vector. */
export function stepsOf({ blocks, beats, interleaved }: GroupPlan): { readonly block: number; readonly beat: number }[] {
  return Array.from({ length: blocks * beats }, (_, step) => (interleaved === true
    ? { block: step % blocks, beat: Math.floor(step / blocks) } : { block: Math.floor(step / beats), beat: step % beats }));
}

/** Groups of `columns` elements in the vectors that a unit reads, and the results of each. */
interface Groups { readonly groups: number; readonly columns: number; readonly rows: number; readonly window?: WindowNode }

export function groupsOf(unit: MatrixUnit | ReduceUnit, graph: FixedGraph): Groups {
  const window = unit.window === undefined ? {} : { window: unit.window };
  if (unit.kind === 'matrix') return { groups: unit.dot.groups, columns: unit.dot.columns, rows: unit.dot.rows, ...window };
  const { length } = unit.node;
  const vector = unit.window === undefined ? sizeOf(graph.nodes[unit.inputs[0]].shape) : vectorOf(unit.window);
  return { groups: vector / length, columns: length, rows: 1, ...window };
}

/** Plans that were worked out before: a search asks for those of a unit once for each fold. */
const knownPlans = new WeakMap<Unit, Map<number, GroupPlan>>();

function plansOf(unit: MatrixUnit | ReduceUnit, graph: FixedGraph): Map<number, GroupPlan> {
  const plans = knownPlans.get(unit) ?? groupPlans(groupsOf(unit, graph));
  knownPlans.set(unit, plans);
  return plans;
}

/** All ways to take a vector in, by the elements of a beat. */
function groupPlans({ groups, columns, rows, window }: Groups): Map<number, GroupPlan> {
  const plans = new Map<number, GroupPlan>();
  if (window === undefined) {
    for (const simd of divisors(columns)) plans.set(simd, { lanes: 1, blocks: groups, beats: columns / simd });
    for (const lanes of divisors(groups)) plans.set(lanes * columns, { lanes, blocks: groups / lanes, beats: 1 });
    return plans;
  }
  const taps = window.kernel[0] * window.kernel[1];
  const own = window.channels / groups;
  const wholeImage = own === 1 && rows === 1 && isWholeImage(window);
  for (const parallel of taps === 1 ? [false] : [true, false]) {
    for (const word of divisors(window.channels)) {
      if (own % word !== 0 && word % own !== 0) continue;
      if (parallel && linesOf(window, word) === undefined) continue;
      const lanes = Math.max(1, word / own);
      if (wholeImage && !parallel && columns === taps) {
        plans.set(word, { lanes, blocks: groups / lanes, beats: taps, interleaved: true });
        continue;
      }
      const simd = parallel ? taps * word : word;
      const span = parallel ? word : Math.max(own, word);
      plans.set(simd, { lanes, blocks: groups / lanes, beats: (columns * lanes) / simd, window: { lanes: word, span, parallel } });
    }
  }
  return plans;
}

/** Whether there is one window, the image as it comes: then nothing need be kept of it. */
function isWholeImage({ height, width, kernel, dilation, pad }: WindowNode): boolean {
  return kernel[0] === height && kernel[1] === width && dilation[0] * dilation[1] === 1 && pad.every((places) => places === 0);
}

/** The plan of a unit with groups. Throws an `Error` if the fold is none of {@link foldsOf}. */
export function groupPlan(unit: MatrixUnit | ReduceUnit, { simd }: Fold, graph: FixedGraph): GroupPlan {
  const plan = plansOf(unit, graph).get(simd);
  if (plan === undefined) throw new Error(`${unit.name}: no beats of ${simd} elements`);
  return plan;
}

/** Every legal fold of a unit. */
export function foldsOf(unit: Unit, graph: FixedGraph): Fold[] {
  const size = (value: ValueId): number => sizeOf(graph.nodes[value].shape);
  const same = (lanes: number): Fold => ({ pe: lanes, simd: lanes });
  switch (unit.kind) {
    case 'matrix': {
      const { rows, columns } = unit.dot;
      const dense = [...plansOf(unit, graph)].flatMap(([simd, { lanes }]): Fold[] =>
        (lanes > 1 ? [{ pe: lanes * rows, simd }] : divisors(rows).map((pe) => ({ pe, simd }))));
      const delta = whyNoDelta(unit) === undefined ? dense.map((fold): Fold => ({ ...fold, delta: true })) : [];
      if (unit.window !== undefined || !isSparse(unit.dot)) return [...dense, ...delta];
      const sparse = divisors(columns).flatMap((simd) => divisors(rows).filter((pe) => sparsePays(unit.dot, pe, simd)).map((pe): Fold => ({ pe, simd, sparse: true })));
      return [...dense, ...sparse, ...delta];
    }
    case 'reduce': return [...plansOf(unit, graph)].map(([simd, { lanes }]) => ({ pe: lanes, simd }));
    case 'elementwise': return divisors(size(unit.output)).map(same);
    case 'vector': {
      const { node } = unit;
      if (node.op === 'gather') {
        const { lengths, index } = localGather(node, graph);
        return divisors(size(unit.output) / index.length).map((pieces) => ({ pe: pieces * index.length, simd: pieces * lengths[0] }));
      }
      if (node.op === 'argument') return divisors(size(unit.output)).map((pe) => ({ pe, simd: pe * node.length }));
      return divisors(size(unit.output)).map(same);
    }
    case 'access': {
      const { node } = unit;
      if (node.op === 'gather') return divisors(longestWord(node, graph)).map(same);
      return (node.order === 'pixel' ? divisors(node.channels) : [1]).map(same);
    }
    case 'sequence': return divisors(sequenceOf(unit.node, graph)!.map((run) => run.length).reduce(greatestCommonDivisor)).map(same);
  }
}

/** What the fold means. Throws an `Error` if it is none of {@link foldsOf}. */
export function planOf(unit: Unit, fold: Fold, graph: FixedGraph): Plan {
  const size = (value: ValueId): number => sizeOf(graph.nodes[value].shape);
  const { pe, simd } = fold;
  const results = size(unit.output) / pe;
  switch (unit.kind) {
    case 'matrix': case 'reduce': {
      // In the worst case all elements change.
      if (fold.delta === true && unit.kind === 'matrix') return { inputs: [simd], output: pe, cycles: unit.dot.columns * results };
      if (fold.sparse === true && unit.kind === 'matrix') {
        const { interval, words } = sparseAccess(unit.dot, pe, simd);
        return { inputs: [simd], output: pe, cycles: (interval * size(unit.inputs[0])) / simd / words };
      }
      const { beats, window } = groupPlan(unit, fold, graph);
      const reading = unit.window === undefined || window === undefined ? 0 : windowCycles(unit.window, window, size(unit.inputs[0]));
      return { inputs: [window?.lanes ?? simd], output: pe, cycles: Math.max(results * beats, reading) };
    }
    case 'elementwise': return { inputs: [pe], output: pe, cycles: results };
    case 'vector': {
      const { node } = unit;
      if (node.op === 'gather') {
        const { lengths, index } = localGather(node, graph);
        return { inputs: lengths.map((length) => (length * pe) / index.length), output: pe, cycles: results };
      }
      return { inputs: unit.inputs.map(() => (node.op === 'argument' ? pe * node.length : pe)), output: pe, cycles: results };
    }
    case 'access': {
      const { interval, words } = accessOf(unit, fold, graph).access;
      return { inputs: [pe], output: pe, cycles: (interval * size(unit.inputs[0])) / pe / words };
    }
    case 'sequence': return { inputs: unit.inputs.map(() => pe), output: pe, cycles: results };
  }
}

/** Cycles of a window unit for the images of a frame. */
function windowCycles(window: WindowNode, plan: WindowPlan, elements: number): number {
  if (plan.parallel) {
    const { steps, pixels } = linesOf(window, plan.lanes)!;
    return ((elements / plan.lanes) * steps) / pixels;
  }
  const { interval, words } = windowAccessOf(window, plan);
  return (interval * elements) / plan.lanes / words;
}
