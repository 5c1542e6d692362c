import { argumentsOf, type DotNode, type FixedGraph, type FixedNode, type ValueId } from '../../fixed/ir.ts';
import { parseFormat } from '../../number/formats/index.ts';
import type { Style } from '../pass.ts';
import type { Removal } from './removals.ts';

/** Weights stay integers of 32 bits. */
const LARGEST = 2 ** 31 - 1;

/** A dense product whose elements are to become fewer: its weights so far, and what its sums lose. */
export class ProductPlan {
  readonly weights: Int32Array;
  /** By row: what must be added to the new sum to have the old one. */
  readonly shifts: Float64Array;
  /** Whether a weight may take the place of others. */
  private readonly mayStore: (weight: number) => boolean;
  private readonly mayShift: boolean;
  private readonly isSealed: boolean;

  /** `removed` names rows that nobody reads any more. */
  constructor(readonly node: DotNode, graph: FixedGraph, id: ValueId, private readonly removed: (row: number) => boolean, style: Style) {
    this.weights = node.weights.slice();
    this.shifts = new Float64Array(node.rows);
    this.mayStore = style === 'unrolled' ? () => true : storedAlike(node);
    this.mayShift = readsTakeShifts(graph, id, style === 'unrolled' ? undefined : node.rows);
    const encoding = node.format === undefined ? undefined : parseFormat(node.format).encoding;
    this.isSealed = node.lmul !== undefined || (style === 'streaming' && encoding === 'vector-codebook');
  }

  /** Whether the product can do without a lane of its elements, which has so many lanes; without a removal: whether nobody misses it. */
  accepts(lane: number, lanes: number, removal: Removal | undefined): boolean {
    if (this.isSealed) return false;
    return this.every(lane, lanes, (weight, at, row) => {
      if (weight === 0) return true;
      if (removal === undefined || (removal.offset !== 0 && !this.mayShift)) return false;
      if (Math.abs(this.shifts[row] + weight * removal.offset) > Number.MAX_SAFE_INTEGER) return false;
      if (removal.kept === undefined) return true;
      const merged = this.weights[at - lane + removal.kept] + weight * removal.scale;
      return Math.abs(merged) <= LARGEST && this.mayStore(merged);
    });
  }

  apply(lane: number, lanes: number, removal: Removal): void {
    this.every(lane, lanes, (weight, at, row) => {
      this.shifts[row] += weight * removal.offset;
      if (removal.kept !== undefined) this.weights[at - lane + removal.kept] += weight * removal.scale;
      this.weights[at] = 0;
      return true;
    });
  }

  /** Whether something holds for the weights of a lane in every row that is read. */
  private every(lane: number, lanes: number, holds: (weight: number, at: number, row: number) => boolean): boolean {
    const { rows, columns } = this.node;
    for (let row = 0; row < rows; row++) {
      if (this.removed(row)) continue;
      for (let at = row * columns + lane; at < (row + 1) * columns; at += lanes) if (!holds(this.weights[at], at, row)) return false;
    }
    return true;
  }
}

/** Weights that memory holds in the bits of those there are: in plain integers all between them, in other codes the same ones. */
function storedAlike({ weights, format }: DotNode): (weight: number) => boolean {
  const isPlain = format === undefined ? weights.some((weight) => !Number.isInteger(Math.log2(Math.abs(weight || 1))))
    : parseFormat(format).encoding === 'integer';
  const own = new Set(weights);
  const low = weights.reduce((least, weight) => Math.min(least, weight), 0);
  const high = weights.reduce((most, weight) => Math.max(most, weight), 0);
  return (weight) => own.has(weight) || (isPlain && weight >= low && weight <= high);
}

/** Whether quantizers read the sums and nothing else, with parameters for each row where `rows` is given. */
function readsTakeShifts(graph: FixedGraph, id: ValueId, rows: number | undefined): boolean {
  const readers = graph.nodes.filter((node) => argumentsOf(node).includes(id));
  const isEnd = graph.outputs.some(({ value }) => value === id) || graph.nodes.some((node) => node.op === 'state' && node.next === id);
  const takes = (node: FixedNode): boolean => {
    if (node.op !== 'threshold' && node.op !== 'requantize' && node.op !== 'table') return false;
    const { channels } = node;
    const product = graph.nodes[id] as DotNode;
    return product.rows % channels === 0 && (rows === undefined || channels === rows);
  };
  return !isEnd && readers.length > 0 && readers.every(takes);
}
