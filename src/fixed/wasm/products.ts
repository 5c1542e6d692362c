import type { DotNode, FixedGraph, FixedNode, RequantizeNode, ThresholdNode, ValueId, WindowNode } from '../ir.ts';
import { argumentsOf } from '../ir.ts';
import { findRescale, type Rescale } from './rescale.ts';
import { elementBytes } from './values.ts';

/** Bits by which weights are shifted for finer offsets, at most. */
const MOST_SHIFT = 14;
const SHIFTS_TRIED = 3;

/** A requantization of a row's sums in float32; `shift` is of the row's weights. */
export interface RowRescale extends Rescale { readonly shift: number }

/** A product with what is computed together with it: the windows before it, of which no copy is made, and the rounding of its sums. */
export interface Product {
  readonly dot: DotNode;
  /** The image or the vectors. */
  readonly source: ValueId;
  readonly window?: WindowNode;
  readonly requantize?: RequantizeNode;
  /** One for each row of each group. */
  readonly rescales?: readonly RowRescale[];
}

export interface ProductPlan {
  /** By the value that the product gives. */
  readonly products: ReadonlyMap<ValueId, Product>;
  /** Values that nobody sees. */
  readonly absorbed: ReadonlySet<ValueId>;
  /** Two-valued vectors of which only the signs are kept, with their lengths. */
  readonly signs: ReadonlyMap<ValueId, number>;
  /** Largest and smallest of windows that are read in the image. */
  readonly pools: ReadonlyMap<ValueId, WindowNode>;
  /** Thresholds that are compared together with the bits that they count. */
  readonly steps: ReadonlyMap<ValueId, DotNode>;
}

/** Whether 16-bit factors and 32-bit sums are exact. */
function isShort(node: DotNode, arg: FixedNode): boolean {
  if (node.lmul !== undefined || elementBytes(arg.type) !== 2 || elementBytes(node.type) === 8) return false;
  return node.weights.every((weight) => weight >= -32767 && weight <= 32767);
}

/** Whether elements have two values and weights three: such products count bits. */
export function isBinary(node: DotNode, arg: FixedNode): boolean {
  return arg.type.bipolar && node.columns >= 32 && node.weights.every((weight) => weight >= -1 && weight <= 1);
}

/** Finds the products of 16-bit numbers and what is computed together with them; `seen` are values that the caller wants. */
export function planProducts(graph: FixedGraph, seen: ReadonlySet<ValueId>): ProductPlan {
  const readers = new Map<ValueId, ValueId[]>();
  graph.nodes.forEach((node, id) => {
    for (const arg of argumentsOf(node)) readers.set(arg, [...readers.get(arg) ?? [], id]);
    if (node.op === 'state') readers.set(node.next, [...readers.get(node.next) ?? [], id]);
  });
  const alone = (id: ValueId): boolean => readers.get(id)?.length === 1 && !seen.has(id);
  const products = new Map<ValueId, Product>();
  const absorbed = new Set<ValueId>();
  graph.nodes.forEach((dot, id) => {
    if (dot.op !== 'dot') return;
    const arg = graph.nodes[dot.arg];
    if (!isShort(dot, arg) || isBinary(dot, arg)) return;
    const window = arg.op === 'window' && alone(dot.arg) && slides(arg, dot, graph) ? arg : undefined;
    if (window !== undefined) absorbed.add(dot.arg);
    const product = { dot, source: window?.arg ?? dot.arg, ...(window === undefined ? {} : { window }) };
    const next = alone(id) ? graph.nodes[readers.get(id)![0]] : undefined;
    const rescales = next?.op === 'requantize' ? rescalesOf(dot, next) : undefined;
    if (rescales === undefined) products.set(id, product);
    else {
      absorbed.add(id);
      products.set(readers.get(id)![0], { ...product, requantize: next as RequantizeNode, rescales });
    }
  });
  const pools = new Map<ValueId, WindowNode>();
  graph.nodes.forEach((node, id) => {
    const window = node.op === 'extreme' ? graph.nodes[node.arg] : undefined;
    if (node.op !== 'extreme' || window?.op !== 'window' || !alone(node.arg) || elementBytes(window.type) !== 2) return;
    const ordered = window.order === 'channel' || window.channels === 1;
    if (!ordered || node.length !== window.kernel[0] * window.kernel[1] || elementBytes(node.type) !== 2) return;
    pools.set(id, window);
    absorbed.add(node.arg);
  });
  const { signs, steps } = planSigns(graph, readers, seen);
  for (const step of steps.keys()) absorbed.add((graph.nodes[step] as ThresholdNode).arg);
  return { products, absorbed, signs, pools, steps };
}

/** Which two-valued vectors are made and read as signs by products that count bits. */
function planSigns(
  graph: FixedGraph, readers: ReadonlyMap<ValueId, readonly ValueId[]>, seen: ReadonlySet<ValueId>,
): Pick<ProductPlan, 'signs' | 'steps'> {
  const signs = new Map<ValueId, number>();
  const steps = new Map<ValueId, DotNode>();
  graph.nodes.forEach((node, id) => {
    const own = (readers.get(id) ?? []).map((reader) => graph.nodes[reader]);
    if (own.length === 0 || seen.has(id)) return;
    const { columns } = own[0] as DotNode;
    const counted = own.every((reader) => reader.op === 'dot' && isBinary(reader, node) && reader.groups === 1 && reader.columns === columns);
    if (!counted) return;
    const step = node.op === 'threshold' ? stepOf(graph, node, readers, seen) : undefined;
    if (node.op !== 'input' && step?.rows !== columns) return;
    signs.set(id, columns);
    if (step !== undefined) steps.set(id, step);
  });
  return { signs, steps };
}

/** The product before a threshold that can be compared while it is counted. */
function stepOf(
  graph: FixedGraph, { arg, channels }: ThresholdNode, readers: ReadonlyMap<ValueId, readonly ValueId[]>, seen: ReadonlySet<ValueId>,
): DotNode | undefined {
  const dot = graph.nodes[arg];
  if (dot.op !== 'dot' || dot.groups !== 1 || dot.rows % channels !== 0 || readers.get(arg)!.length > 1 || seen.has(arg)) return undefined;
  return isBinary(dot, graph.nodes[dot.arg]) ? dot : undefined;
}

/** Whether a window's elements can be read where they are in the image: of all channels, or of each channel for itself. */
function slides(window: WindowNode, dot: DotNode, graph: FixedGraph): boolean {
  const taps = window.kernel[0] * window.kernel[1];
  if (elementBytes(graph.nodes[window.arg].type) !== 2) return false;
  if (dot.groups === 1) return dot.columns === taps * window.channels;
  return dot.groups === window.channels && dot.rows === 1 && window.order === 'channel';
}

function rescalesOf(dot: DotNode, node: RequantizeNode): RowRescale[] | undefined {
  const rows = dot.groups * dot.rows;
  if (elementBytes(node.type) !== 2 || rows % node.channels !== 0) return undefined;
  const largest = Math.max(Math.abs(dot.type.low), Math.abs(dot.type.high), 1);
  const found: RowRescale[] = [];
  for (let row = 0; row < rows; row++) {
    const weights = dot.weights.subarray(row * dot.columns, (row + 1) * dot.columns);
    const heaviest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1);
    const most = Math.min(MOST_SHIFT, Math.floor(Math.log2(32767 / heaviest)), Math.floor(Math.log2(2 ** 30 / largest)));
    let rescale: RowRescale | undefined;
    for (let shift = Math.max(0, most); rescale === undefined && shift >= Math.max(0, most - SHIFTS_TRIED); shift--) {
      const one = findRescale(node, row % node.channels, dot.type, shift);
      if (one !== undefined) rescale = { ...one, shift };
    }
    if (rescale === undefined) return undefined;
    found.push(rescale);
  }
  return found;
}
