import type { Arrivals } from './arrivals.ts';
import { buildProduct, rangeOf, type BuiltProduct, type RowSum } from './build.ts';
import type { Delays } from './delays.ts';
import { checkGraph, type SumGraph } from './graph.ts';
import type { Bit, Net, Netlist } from './netlist.ts';
import { improveGraph } from './improve.ts';
import { candidateGraphs, SHARING, type Reuse } from './optimize.ts';
import { arrivalsOf, pipeline, stagesFor, type Pipeline } from './pipeline.ts';

/** A constant matrix times a vector of equal elements: see `LinearNode` of the RTL IR. */
export interface Linear {
  readonly rows: number;
  readonly columns: number;
  readonly elementWidth: number;
  readonly signed: boolean;
  readonly resultWidth: number;
  readonly matrix: Int32Array;
  /** By row: only whether the sum, which is not cut to `resultWidth`, is at least so much, in one bit. */
  readonly levels?: readonly number[];
  /** By row: a constant that is added to the sum, which is not cut to `resultWidth`, and the bits of both together. */
  readonly sums?: readonly RowSum[];
}

/** A product in cells of slices, with the registers for a clock between them. */
export interface ProductPlan {
  readonly netlist: Netlist;
  readonly inputs: readonly (readonly Net[])[];
  readonly outputs: readonly (readonly Bit[])[];
  readonly pipeline: Pipeline;
}

/** How products in cells are searched for. */
export interface ProductChoices {
  /** Ways to share sums that are left out. */
  readonly leaveOut?: readonly Reuse[];
  /** Rounds of search for better shared sums, each about as long as the first attempt; 0 unless told. */
  readonly rounds?: number;
}

/** Sums wider than this are left to the portable form: offsets are computed in doubles. */
const WIDEST = 48;
/** A look-up table has two flip-flops beside it. */
const FLIP_FLOP = 0.5;
/** Part of the cost that is spent on fewer stages. */
const FEWER_STAGES = 0.05;

export function hasProductPlan({ resultWidth }: Pick<Linear, 'resultWidth'>): boolean {
  return resultWidth <= WIDEST;
}

/** A netlist for a product, without registers. */
interface Built extends Omit<ProductPlan, 'pipeline'> {
  readonly bits: readonly Bit[];
  readonly arrivals: Arrivals;
}

const DEPTHS = { trees: [2, 3], pairs: [1] };

/** Products that are remembered: those of a network, while a clock for it is looked for. */
const MOST_REMEMBERED = 32;

const netlists = new Map<string, readonly Built[]>();
const plans = new Map<string, ProductPlan>();

/** What `make` made for the key, now or before; the oldest are forgotten. */
function remembered<T>(table: Map<string, T>, key: string, make: () => T): T {
  const known = table.get(key) ?? make();
  table.delete(key);
  table.set(key, known);
  if (table.size > MOST_REMEMBERED) table.delete(table.keys().next().value!);
  return known;
}

/**
 * The product for a clock period in nanoseconds: the netlist for which tables and flip-flops cost least, in as few stages as it needs; a little more
 * may be spent on fewer. With `stages` in just so many, none for a product without registers.
 */
export function planProduct(linear: Linear, delays: Delays, clock: number, choices: ProductChoices = {}, stages?: number): ProductPlan {
  const { elementWidth, signed, resultWidth, rows, columns, matrix, levels, sums } = linear;
  const key = JSON.stringify([elementWidth, signed, levels ?? sums ?? resultWidth, rows, columns, choices, delays, matrix.join()]);
  const built = (): readonly Built[] => remembered(netlists, key, () => netlistsOf(linear, delays, choices));
  const own = (): ProductPlan => remembered(plans, `${key} ${clock}`, () => cheapest(built(), clock));
  if (stages === undefined) return own();
  if (clock > 0 && own().pipeline.stages === stages) return own();
  return remembered(plans, `${key} ${clock} ${stages}`, () => inStages(built(), clock, stages));
}

function netlistsOf(linear: Linear, delays: Delays, { leaveOut, rounds = 0 }: ProductChoices): readonly Built[] {
  const { rows, columns, elementWidth, signed, resultWidth, matrix: all, levels, sums } = linear;
  const matrix = Array.from({ length: rows }, (_, row) => all.slice(row * columns, (row + 1) * columns));
  const wanted = levels !== undefined ? { levels } : { sums: sums ?? matrix.map(() => ({ constant: 0, width: resultWidth })) };
  const format = { width: elementWidth, signed };
  const formats = Array.from({ length: columns }, () => format);
  const ranges = formats.map(rangeOf);
  const build = (graph: SumGraph): BuiltProduct => buildProduct(graph, formats, { counting: 'combinational', fast: true }, wanted);
  const graphs = candidateGraphs(matrix, ranges, DEPTHS, leaveOut).map(({ graph }) => graph);
  if (rounds > 0 && leaveOut?.includes('pairs') !== true) {
    const sharing = { ...SHARING, depth: Math.max(...DEPTHS.pairs) };
    graphs.push(improveGraph(graphs[0], ranges, sharing, graph => build(graph).netlist.lookups, rounds));
  }
  return graphs.map((graph) => {
    checkGraph(graph, matrix);
    const built = build(graph);
    const bits = built.outputs.flat();
    return { ...built, bits, arrivals: arrivalsOf(built.netlist, bits, delays) };
  });
}

const costOf = ({ netlist, pipeline: { flipFlops } }: ProductPlan): number => netlist.lookups + FLIP_FLOP * flipFlops;

function cheapest(built: readonly Built[], clock: number): ProductPlan {
  const sorted = built.map(each => ({ each, stages: stagesFor(each.arrivals, clock) }))
    .sort((a, b) => a.stages - b.stages || a.each.netlist.lookups - b.each.netlist.lookups);
  const made: ProductPlan[] = [];
  let best: ProductPlan | undefined;
  for (const { each, stages } of sorted) {
    // Flip-flops are many to find; a stage will have as many as one of the best so far has.
    const expected = best === undefined ? 0 : each.netlist.lookups + (FLIP_FLOP * best.pipeline.flipFlops * stages) / best.pipeline.stages;
    if (best !== undefined && expected > costOf(best)) continue;
    const plan = { ...each, pipeline: pipeline(each.arrivals, each.bits, stages, clock) };
    made.push(plan);
    if (best === undefined || costOf(plan) < costOf(best)) best = plan;
  }
  return made.find(plan => costOf(plan) <= (1 + FEWER_STAGES) * costOf(best!))!;
}

/** The cheapest that meets the clock in so many stages, or the fastest. */
function inStages(built: readonly Built[], clock: number, stages: number): ProductPlan {
  const made = built.map(each => ({ ...each, pipeline: pipeline(each.arrivals, each.bits, stages, clock) }));
  const least = made.reduce((most, plan) => Math.min(most, plan.pipeline.period), Infinity);
  const fitting = made.filter(({ pipeline: { period } }) => period <= Math.max(clock, least) + 1e-9);
  return fitting.reduce((best, plan) => (costOf(plan) < costOf(best) ? plan : best));
}
