import { UniqueNames } from '../../../src/base/names.ts';
import { bitsOf, type FixedGraph, type WindowNode } from '../../../src/fixed/ir.ts';
import { sequenceOf } from '../../../src/fixed/gathers.ts';
import { sizeOf } from '../../../src/graph/tensor.ts';
import { NOTHING, type Resources } from '../../../src/schedule/devices.ts';
import { mostPasses } from '../../../src/schedule/changes.ts';
import type { Stage } from '../../../src/schedule/performance.ts';
import { groupPlan, groupsOf, planOf, type Fold, type GroupPlan } from '../../../src/schedule/plan.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { MatrixUnit, ReduceUnit, SequenceUnit, Unit } from '../../../src/schedule/units.ts';
import { streamingAccess } from './access.ts';
import { windowOrder } from './arrangement.ts';
import { unitCost } from './cost.ts';
import { streamingDelta } from './delta.ts';
import { streamingElementwise } from './elementwise.ts';
import { streamingLines } from './lines.ts';
import { streamingMatrix, type StreamingUnit } from './matrix.ts';
import { ramStyle } from './memory-cost.ts';
import type { Plumbing, Stream } from './plumbing.ts';
import { streamingReduce } from './reduce.ts';
import { linesOf } from '../../../src/schedule/lines.ts';
import { accessOf, windowAccessOf } from '../../../src/schedule/rings.ts';
import { sparseAccess, sparsePattern } from '../../../src/schedule/sparse.ts';
import { streamingSequence } from './sequence.ts';
import { streamingVector } from './vector.ts';

/** Where units are built. */
export interface Site {
  readonly graph: FixedGraph;
  readonly plumbing: Plumbing;
  /** Names of modules. */
  readonly names: UniqueNames;
  readonly timing: Timing;
  /** Told of each module that is built. */
  readonly built: (unit: StreamingUnit) => void;
}

/** Builds a unit that reads `args`, whose beats are those of its plan; gives its result. */
export function constructUnit(unit: Unit, fold: Fold, args: readonly Stream[], site: Site): Stream {
  const { graph, plumbing, timing } = site;
  const moduleName = site.names.take(`${plumbing.top.name}_${unit.name}`);
  const plan = planOf(unit, fold, graph);
  const result = { elements: plan.output, type: graph.nodes[unit.output].type };
  const estimate = unitCost(unit, fold, { graph, timing });
  const place: Place = (built, inputs, stage) => {
    site.built(built);
    return plumbing.through(built.module, inputs, `${unit.name}_unit`, stage, result, estimate.unit, built.module.comment[0], built.memories);
  };
  switch (unit.kind) {
    case 'matrix': {
      if (fold.delta === true) return changed(moduleName, unit, fold, args[0], timing, place);
      const groups = groupPlan(unit, fold, graph);
      const { stream, order } = fold.sparse === true ? { stream: picked(unit, fold, args[0], estimate.window ?? NOTHING, site) }
        : windowed(unit, groups, args[0], estimate.window ?? NOTHING, site);
      const options = { ...(order === undefined ? {} : { order }), ...(fold.memory === undefined ? {} : { style: fold.memory }) };
      const built = streamingMatrix(moduleName, unit, stream.type, fold, groups, timing, options);
      const rounds = unit.dot.rows / (fold.pe / groups.lanes);
      if (fold.sparse === true) {
        return place(built, [stream], { kind: 'runs', lengths: sparsePattern(unit.dot, fold.pe, fold.simd).lengths, latency: built.latency });
      }
      return place(built, [stream], { kind: 'matrix', groups: rounds, ...stepsInModel(groups), latency: built.latency });
    }
    case 'reduce': {
      const groups = groupPlan(unit, fold, graph);
      const { stream, order } = windowed(unit, groups, args[0], estimate.window ?? NOTHING, site);
      const built = streamingReduce(moduleName, unit, stream.type, groupsOf(unit, graph).groups, fold.simd, groups, timing.target, order);
      return place(built, [stream], { kind: 'matrix', groups: 1, ...stepsInModel(groups), latency: built.latency });
    }
    case 'elementwise': {
      const built = streamingElementwise(moduleName, unit, args[0].type, fold.pe, sizeOf(graph.nodes[unit.output].shape), timing);
      return place(built, args, { kind: 'pipeline', latency: built.latency });
    }
    case 'vector': {
      const built = streamingVector(moduleName, unit, args.map((arg) => ({ count: arg.elements, type: arg.type })), plan, graph, timing);
      return place(built, args, { kind: 'pipeline', latency: built.latency });
    }
    case 'access': {
      const { access, fill } = accessOf(unit, fold, graph);
      const { op, origins } = unit.node;
      const comment = [`${unit.name}: ${op}, ${fold.pe} elements a clock cycle, ${access.depth} words of memory`, ...origins];
      const built = streamingAccess(moduleName, {
        comment, access, lanes: fold.pe, input: args[0].type, output: result.type,
        style: ramStyle(access.depth, fold.pe * bitsOf(args[0].type), timing.target),
        ...(fill === undefined ? {} : { fill }),
      });
      return place(built, args, { kind: 'access', access });
    }
    case 'sequence': {
      const turns = turnsOf(unit, fold, graph);
      const built = streamingSequence(moduleName, unit, args.map((arg) => arg.type), fold.pe, turns);
      return place(built, args, { kind: 'sequence', turns });
    }
  }
}

/** Puts a unit between its inputs and what reads it. */
type Place = (built: StreamingUnit, inputs: readonly Stream[], stage: Stage) => Stream;

/** A product that follows the changes; the model has all elements change until it is told what they do. */
function changed(name: string, unit: MatrixUnit, fold: Fold, stream: Stream, timing: Timing, place: Place): Stream {
  const { dot, inputs: [value] } = unit;
  const { pe, simd, memory } = fold;
  const built = streamingDelta(name, unit, stream.type, fold, timing, memory === undefined ? {} : { style: memory });
  return place(built, [stream], {
    kind: 'delta', value, rounds: dot.rows / pe, simd, beats: dot.columns / simd, passes: mostPasses(simd), latency: built.latency, overlaps: true,
  });
}

/** How the model counts the beats of a vector: blocks that take turns are finished in the last steps. */
function stepsInModel({ blocks, beats, interleaved }: GroupPlan): { beats: number; burst: number } {
  return interleaved === true ? { beats: beats * blocks, burst: blocks } : { beats, burst: 1 };
}

/** The windows that a unit reads, in the order in which its window unit gives them; the stream itself where it has none. */
function windowed(
  unit: MatrixUnit | ReduceUnit, groups: GroupPlan, stream: Stream, estimate: Resources, site: Site,
): { stream: Stream; order?: Int32Array } {
  const { window } = unit;
  const plan = groups.window;
  if (window === undefined) return { stream };
  // The whole image, pixel by pixel, is the window.
  if (plan === undefined) return { stream, order: windowOrder(window, { span: window.channels }) };
  const { plumbing, timing } = site;
  const name = site.names.take(`${plumbing.top.name}_${unit.name}_window`);
  const what = `${unit.name}: ${describeWindow(window)}`;
  const lines = plan.parallel ? linesOf(window, plan.lanes)! : undefined;
  const access = windowAccessOf(window, plan);
  const built = lines === undefined
    ? streamingAccess(name, {
      comment: [`${what}; ${plan.lanes} channels a clock cycle, ${access.depth} words of memory`, ...window.origins],
      access, lanes: plan.lanes, input: stream.type, output: window.type, fill: window.fill,
      style: ramStyle(access.depth, plan.lanes * bitsOf(stream.type), timing.target),
    })
    : streamingLines(
      name, [`${what}; all taps of ${plan.lanes} channels a clock cycle`, ...window.origins], window, plan.lanes, lines, stream.type, timing.target,
    );
  site.built(built);
  const taps = lines === undefined ? 1 : window.kernel[0] * window.kernel[1];
  const windows = plumbing.through(
    built.module, [stream], `${unit.name}_window`, lines === undefined ? { kind: 'access', access } : { kind: 'lines', lines },
    { elements: plan.lanes * taps, type: window.type }, estimate, built.module.comment[0],
  );
  return { stream: windows, order: windowOrder(window, plan) };
}

/** The elements of each word of weights that is left, from a ring that holds the vector. */
function picked(unit: MatrixUnit, { pe, simd }: Fold, stream: Stream, estimate: Resources, site: Site): Stream {
  const { plumbing, timing } = site;
  const access = sparseAccess(unit.dot, pe, simd);
  const left = sparsePattern(unit.dot, pe, simd).beats.length;
  const built = streamingAccess(site.names.take(`${plumbing.top.name}_${unit.name}_elements`), {
    comment: [`${unit.name}: elements of the ${left} words of weights that are not all zero`, ...unit.dot.origins],
    access, lanes: simd, input: stream.type, output: stream.type, style: ramStyle(access.depth, simd * bitsOf(stream.type), timing.target),
  });
  site.built(built);
  return plumbing.through(
    built.module, [stream], `${unit.name}_elements`, { kind: 'access', access }, { elements: simd, type: stream.type }, estimate,
    built.module.comment[0],
  );
}

function describeWindow({ height, width, channels, kernel, stride, pad }: WindowNode): string {
  const padding = pad.some((places) => places > 0) ? `, padding ${pad.join(' ')}` : '';
  return `${kernel.join(' x ')} windows of ${height} x ${width} x ${channels}, stride ${stride.join(' ')}${padding}`;
}

/** By beat of a turn: the input that it comes from. */
export function turnsOf({ node }: SequenceUnit, { pe }: Fold, graph: FixedGraph): number[] {
  return sequenceOf(node, graph)!.flatMap(({ arg, length }) => new Array<number>(length / pe).fill(arg));
}
