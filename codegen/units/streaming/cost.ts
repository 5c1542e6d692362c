import { localGather } from '../../../src/fixed/gathers.ts';
import { bitsOf, integerType, type DotNode, type FixedGraph, type IntegerType, type WindowNode } from '../../../src/fixed/ir.ts';
import { addResources, NOTHING, timesResources, type Resources } from '../../../src/schedule/devices.ts';
import { groupPlan, planOf, type Fold, type GroupPlan } from '../../../src/schedule/plan.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { ElementwiseNode, MatrixUnit, ReduceUnit, Unit } from '../../../src/schedule/units.ts';
import type { Access } from '../../../src/schedule/access.ts';
import { isRewritable } from '../elementwise/rewritable.ts';
import { productRange } from '../integer.ts';
import type { StoredWeights } from '../weights/encoding.ts';
import { storedWeights } from '../weights/index.ts';
import { differenceType } from './delta-steps.ts';
import { countingOf } from './delta.ts';
import { longDelayCost } from './long-delay.ts';
import { directCost, fifoStyle, loadableCost, ramCost, romCost } from './memory-cost.ts';
import { accessOf, windowAccessOf } from '../../../src/schedule/rings.ts';
import { sparseAccess, sparsePattern } from '../../../src/schedule/sparse.ts';

/** What the cost of units is reckoned for. */
export interface CostContext {
  readonly graph: FixedGraph;
  readonly timing: Timing;
}

/** Look-up tables of counters and handshakes of a unit, and their flip-flops. */
const CONTROL: Resources = { ...NOTHING, lut: 20, ff: 20 };

/** Logic in look-up tables of the target: those of four inputs hold less. */
function logic(luts: number, target: Target): number {
  return luts * (target.lutInputs === 6 ? 1 : 1.7);
}

/** Counting ones among `bits`. */
function popcountLuts(bits: number): number {
  return 1.95 * bits;
}

/** A tree that adds `terms` numbers of `width` bits. */
function treeLuts(terms: number, width: number): number {
  return Math.max(0, terms - 1) * (width + 1.5);
}

/** What a unit is estimated to take, its window unit apart; FIFOs and converters are not in it. */
export function unitCost(unit: Unit, fold: Fold, context: CostContext): { readonly unit: Resources; readonly window?: Resources } {
  const { graph, timing } = context;
  const { target } = timing;
  const plan = planOf(unit, fold, graph);
  const type = graph.nodes[unit.output].type;
  const own = (luts: number, ff: number): Resources => addResources(CONTROL, { ...NOTHING, lut: logic(luts, target), ff });
  switch (unit.kind) {
    case 'matrix': {
      if (fold.delta === true) return { unit: deltaCost(unit, fold, context) };
      const groups = groupPlan(unit, fold, graph);
      const before = fold.sparse === true ? { window: pickedCost(unit, fold, context) } : windowCost(unit, groups, context);
      return { unit: matrixCost(unit, fold, groups, context), ...before };
    }
    case 'reduce': {
      const groups = groupPlan(unit, fold, graph);
      const bits = bitsOf(type);
      const comparisons = fold.simd - fold.pe + (groups.beats > 1 ? fold.pe : 0);
      const unitOwn = own(comparisons * bits * 1.6, (2 * fold.simd + fold.pe) * bits);
      return { unit: addResources(unitOwn, keptCost(groups, fold.pe * bits, target)), ...windowCost(unit, groups, context) };
    }
    case 'elementwise': {
      const input = graph.nodes[unit.inputs[0]].type;
      const turns = Math.max(1, unit.node.channels / fold.pe);
      const each = elementwiseCost(unit.node, input, { turns, lanes: fold.pe }, context);
      return { unit: addResources(own(0, fold.pe * bitsOf(input)), timesResources(fold.pe, each)) };
    }
    case 'vector': {
      const { node } = unit;
      const inputs = unit.inputs.map((arg) => graph.nodes[arg].type);
      const bits = bitsOf(type);
      switch (node.op) {
        case 'gather': return { unit: own(0, localGather(node, graph).index.length * bits) };
        case 'add': return { unit: own(treeLuts(inputs.length, bits) * fold.pe + fold.pe, fold.pe * bits) };
        case 'multiply': {
          const product = bitsOf(inputs[0]) * bitsOf(inputs[1]);
          return { unit: own(fold.pe * product * 1.1, fold.pe * bits * timing.multiply(bitsOf(inputs[0]), bitsOf(inputs[1]))) };
        }
        case 'divide': {
          // A subtraction and a choice for each bit of the quotient, as wide as divisor and remainder.
          const [quotient, divisor] = [bitsOf(type) + 1, (inputs.length > 1 ? bitsOf(inputs[1]) : 1) + node.denominator.toString(2).length - 1];
          const dividend = bitsOf(inputs[0]) + node.numerator.toString(2).length;
          return { unit: own(fold.pe * (quotient * (divisor + quotient / 2) * 1.6 + 3 * dividend), fold.pe * (quotient * divisor + 2 * dividend)) };
        }
        case 'square-root': {
          const root = Math.ceil(bitsOf(inputs[0]) / 2);
          return { unit: own(fold.pe * root * (root + 2) * 1.6, fold.pe * root * (root + 2)) };
        }
        case 'argument': return { unit: own(fold.simd * (bitsOf(inputs[0]) * 1.5 + bits), fold.simd * (bitsOf(inputs[0]) + bits)) };
      }
    }
    // eslint-disable-next-line no-fallthrough -- every case of the switch above returns
    case 'access': return { unit: ringCost(accessOf(unit, fold, graph).access, fold.pe, graph.nodes[unit.inputs[0]].type, type, target) };
    case 'sequence': return { unit: own(plan.output * bitsOf(type) * Math.ceil(unit.inputs.length / 3), plan.output * bitsOf(type)) };
  }
}

function windowCost(unit: MatrixUnit | ReduceUnit, { window }: GroupPlan, { graph, timing: { target } }: CostContext): { window?: Resources } {
  if (unit.window === undefined || window === undefined) return {};
  if (window.parallel) return { window: linesCost(unit.window, window.lanes, graph.nodes[unit.inputs[0]].type, target) };
  return { window: ringCost(windowAccessOf(unit.window, window), window.lanes, graph.nodes[unit.inputs[0]].type, unit.window.type, target) };
}

/** The ring and the places of a product that leaves words of zeros out. */
function pickedCost({ dot, inputs }: MatrixUnit, { pe, simd }: Fold, { graph, timing: { target } }: CostContext): Resources {
  const access = sparseAccess(dot, pe, simd);
  const { type } = graph.nodes[inputs[0]];
  const places = access.table === undefined ? NOTHING : romCost(access.table.length, Math.ceil(Math.log2(access.depth + 1)) + 1, target);
  return addResources(ringCost(access, simd, type, type, target), places);
}

/** Line buffers: taps in registers, rows in memory, and fillings in front of taps that leave the image. */
function linesCost(window: WindowNode, lanes: number, input: IntegerType, target: Target): Resources {
  const { kernel, dilation, width, height, channels, pad } = window;
  const bits = lanes * bitsOf(input);
  const words = channels / lanes;
  const taps = kernel[0] * kernel[1];
  const rest = (dilation[0] * width - (kernel[1] - 1) * dilation[1]) * words;
  const row = longDelayCost(rest, bits, target);
  const padding = pad.some((places) => places > 0) ? taps * lanes * bitsOf(window.type) * 0.7 : 0;
  const counters = Math.ceil(Math.log2(width * height * words + 1));
  return addResources(CONTROL, timesResources(kernel[0] - 1, row), {
    ...NOTHING, lut: logic(padding + 6 * counters + (words > 1 ? taps * bits : 0), target), ff: taps * bits + 4 * counters,
  });
}

function ringCost(access: Access, lanes: number, input: IntegerType, output: IntegerType, target: Target): Resources {
  const width = lanes * bitsOf(input);
  const memory = ramCost(access.depth, width, target);
  const counters = Math.ceil(Math.log2(access.words + 1));
  const loops = access.outer.length + access.inner.length;
  const control = counters * 7 + loops * 6;
  const padding = access.image === undefined ? 0 : 2 * counters + lanes * bitsOf(output);
  return addResources(CONTROL, memory, { ...NOTHING, lut: logic(control + padding, target), ff: 4 * counters });
}

interface KnownWeights extends StoredWeights {
  /** Whether all weights are equal. */
  readonly constant: boolean;
}

/** Encodings of matrices seen before: a search asks for the same one for each fold. */
const knownWeights = new WeakMap<DotNode, KnownWeights>();

function weightsOf(dot: DotNode): KnownWeights {
  const known = knownWeights.get(dot) ?? { ...storedWeights(dot), constant: dot.rewritable === undefined && dot.weights.every((weight) => weight === dot.weights[0]) };
  knownWeights.set(dot, known);
  return known;
}

function matrixCost(unit: MatrixUnit, { pe, simd, memory, sparse }: Fold, plan: GroupPlan, context: CostContext): Resources {
  const { graph, timing: { target } } = context;
  const { dot } = unit;
  const { lanes, blocks, beats } = plan;
  const input = unit.window?.type ?? graph.nodes[unit.inputs[0]].type;
  const stored = weightsOf(dot);
  const each = simd / lanes;
  const rounds = dot.rows / (pe / lanes);
  const [luts, registers] = productLuts(stored.name, each, input, stored.bits);
  const sum = stored.scale(input) === 1 ? dot.type : stored.range(dot.columns, input);
  const width = bitsOf(sum);
  const { constant } = stored;
  const words = sparse === true ? sparsePattern(dot, pe, simd).beats.length : blocks * rounds * beats;
  const wordBits = Math.ceil((pe * each * stored.bits) / (stored.span ?? 1));
  const weights = dot.rewritable !== undefined ? loadableCost(words, wordBits, target, memory)
    : constant ? NOTHING : romCost(words, wordBits, target, memory);
  const vector = rounds === 1 || sparse === true ? NOTHING
    : addResources(directCost(beats, simd * bitsOf(input), target), { ...NOTHING, lut: simd * bitsOf(input) * 0.6 });
  const after = unit.after === undefined ? NOTHING : elementwiseCost(unit.after, sum, { turns: blocks * rounds, lanes: pe }, context);
  const counters = [beats, rounds, blocks, words].reduce((sum, count) => sum + Math.ceil(Math.log2(count)), 0);
  return addResources(
    CONTROL, { ...NOTHING, lut: logic(2.2 * counters, target), ff: counters + stored.latency(each, input, context.timing) }, weights, vector,
    { ...NOTHING, lut: logic(pe * luts * simplified(constant ? 1 : words, stored.name === 'integer'), target), ff: simd * bitsOf(input) + pe * registers },
    beats === 1 ? NOTHING : { ...NOTHING, lut: logic(pe * width * 1.05, target), ff: pe * width },
    keptCost(plan, pe * width, target),
    timesResources(pe, after),
  );
}

/** A product that follows changes: the vector and the sums of all rows in memories, comparisons, and products of one element. */
function deltaCost({ dot, inputs, after }: MatrixUnit, { pe, simd, memory }: Fold, context: CostContext): Resources {
  const { graph, timing } = context;
  const { target } = timing;
  const { type: input } = graph.nodes[inputs[0]];
  const [rounds, beats, bits] = [dot.rows / pe, dot.columns / simd, bitsOf(input)];
  const stored = weightsOf(dot);
  const difference = differenceType(input);
  // A sum of one product is that product.
  const luts = productLuts(stored.name, 1, difference, stored.bits)[0] - (stored.name === 'integer' ? 16 : 0);
  // A product is in registers from stage to stage.
  const registers = stored.latency(1, difference, timing) * bitsOf(stored.range(1, difference));
  const { type: sum } = countingOf(dot, input);
  const width = bitsOf(sum);
  const words = rounds * dot.columns;
  const kept = (depth: number, word: number): Resources => (depth === 1 ? { ...NOTHING, ff: word } : ramCost(depth, word, target));
  // Elements are masked, compared, chosen among a beat's, and subtracted; beats stand in three places, what they were in two.
  const address = Math.ceil(Math.log2(words + 1));
  const scanned = simd * (bits * 1.7 + 4) + 2 * bits * (simd - 1) * 0.4 + 3 * address;
  const scan = { ...NOTHING, lut: logic(scanned, target), ff: (5 * simd + 3) * bits + 2 * simd + 4 * address };
  return addResources(
    CONTROL, scan, kept(beats, simd * bits), stored.constant ? NOTHING : romCost(words, pe * stored.bits, target, memory),
    { ...NOTHING, lut: logic(pe * luts * simplified(stored.constant ? 1 : words, stored.name === 'integer'), target), ff: pe * registers },
    { ...NOTHING, lut: logic(pe * width * 1.1, target), ff: rounds === 1 ? 0 : pe * width }, kept(rounds, pe * width),
    timesResources(pe, after === undefined ? NOTHING : elementwiseCost(after, sum, { turns: rounds, lanes: pe }, context)),
  );
}

/** What is left of products whose weights are one word: synthesis makes logic of them; of multipliers also where they are chosen among a few. */
function simplified(words: number, multiplies: boolean): number {
  return words === 1 ? 0.55 : multiplies && words <= 4 ? 0.65 : 1;
}

/** What results of other blocks take while one after the other goes on. */
function keptCost({ blocks, interleaved }: GroupPlan, bits: number, target: Target): Resources {
  return interleaved === true ? longDelayCost(blocks - 1, bits, target) : NOTHING;
}

/** Of one row: look-up tables and flip-flops of `count` products and their sum. */
function productLuts(name: string, count: number, input: IntegerType, bits: number): [luts: number, registers: number] {
  const element = bitsOf(input);
  const sign = name === 'bipolar' || name === 'ternary' || name === 'binary';
  if (sign && input.bipolar) return [popcountLuts(count), 0.4 * count + 8];
  if (sign) return [count * (2 * element + 4), 0.45 * count * (element + 1) + element + 4];
  if (input.bipolar) return [count * (2 * bits + 4), 0.45 * count * (bits + 1) + bits + 4];
  const product = bitsOf(productRange(input, integerType(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)));
  if (name.startsWith('shift')) return [treeLuts(count, product) + count * product * 1.5, 0.8 * count * product];
  return [count * element * bits * 1.7 + treeLuts(count, product) + 25, 0.8 * count * product];
}

/** One of `lanes` elements of an elementwise operator whose parameters change from turn to turn. */
function elementwiseCost(
  node: ElementwiseNode, input: IntegerType, { turns, lanes }: { readonly turns: number; readonly lanes: number }, { timing }: CostContext,
): Resources {
  const { target } = timing;
  const bits = bitsOf(input);
  const result = bitsOf(node.type);
  const rewritable = isRewritable(node);
  const varying = rewritable || (node.channels > 1 && turns > 1);
  // The lanes of what is written at run time share a memory.
  const parameters = (width: number): Resources => {
    if (!rewritable) return varying ? romCost(turns, width, target) : NOTHING;
    return timesResources(1 / lanes, loadableCost(turns, width * lanes, target));
  };
  switch (node.op) {
    case 'threshold': {
      const memory = { ...parameters((bits + 1) * node.steps + (rewritable ? 1 : 0)), ff: 0 };
      const compare = varying ? bits * 0.5 : Math.max(0, bits - 1) / 5;
      return addResources(memory, { ...NOTHING, lut: logic(node.steps * (compare + 0.8), target), ff: node.steps + result });
    }
    case 'table': {
      const entries = 2 ** Math.ceil(Math.log2(input.high - input.low + 1));
      return addResources(romCost(entries * (varying ? turns : 1), result, target), { ...NOTHING, lut: logic(bits * 0.5, target) });
    }
    case 'requantize': {
      const largest = node.multipliers.reduce((most, value) => (value > most ? value : most), 1n);
      const factor = node.rewritable?.multiplierBits ?? largest.toString(2).length;
      const product = bits + factor;
      const same = (node.rewritable?.multiplierBits ?? 0) === 0 && node.multipliers.every((value) => value === node.multipliers[0]);
      const multiply = same ? (largest.toString(2).replace(/0/g, '').length - 1) * product : bits * factor * 2.2;
      const memory = parameters(node.rewritable === undefined ? factor + product : factor + node.rewritable.offsetBits);
      const rounding = (node.rounding === 'half-even' ? 2 : 1) * product;
      return addResources(memory, {
        ...NOTHING, lut: logic(multiply + rounding + 2 * Math.max(0, product - node.shift), target),
        ff: product * timing.multiply(bits, factor) * 0.7 + result,
      });
    }
  }
}

/** The smallest FIFOs in front of a unit, with a converter to beats as wide. */
export function inputCost(unit: Unit, fold: Fold, { graph, timing: { target } }: CostContext): Resources {
  return addResources(...planOf(unit, fold, graph).inputs.map((elements, i) => {
    const width = elements * bitsOf(graph.nodes[unit.inputs[i]].type);
    return addResources(fifoCost(2, width, target), widenCost(width, 1));
  }));
}

/** A FIFO, in block memory where that saves look-up tables; there the word on its way past the memory takes a register. */
export function fifoCost(depth: number, width: number, target: Target): Resources {
  const address = Math.ceil(Math.log2(depth + 1));
  const control = { ...NOTHING, lut: logic(2 + 2.5 * address, target), ff: 3 * address - 2 };
  if (fifoStyle(depth, width, target) !== 'block') return addResources(control, directCost(depth, width, target));
  return addResources(control, { ...NOTHING, lut: address + width, ff: width + 1 }, ramCost(depth, width, target, 'block'));
}

/** A converter between beats of `narrow` bits and beats `ratio` times as wide. */
export function widenCost(narrow: number, ratio: number): Resources {
  return { ...NOTHING, lut: 12, ff: narrow * ratio + 4 };
}

export function narrowCost(narrow: number, ratio: number): Resources {
  return { ...NOTHING, lut: narrow * ratio + 4, ff: narrow * ratio + 4 };
}

export function sliceCost(width: number): Resources {
  return { ...NOTHING, lut: width + 4, ff: 2 * width + 2 };
}
