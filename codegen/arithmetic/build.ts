import { compress, type CompressOptions } from './compress.ts';
import { nodeOrder, nodeWeights, rangeOfSum, type InputRange, type SumGraph, type Term } from './graph.ts';
import { bitOf, Netlist, ONE, ZERO, type Bit, type Net } from './netlist.ts';
import { columnsOf, notBelow, reaches } from './reaches.ts';

/** A number as bits: `low` plus the unsigned value of `bits`. */
interface Number {
  readonly bits: readonly Bit[];
  readonly low: number;
}

export interface BuiltProduct {
  readonly netlist: Netlist;
  /** Nets of each element, least significant first. */
  readonly inputs: readonly (readonly Net[])[];
  /** Bits of each row in two's complement (unsigned where nothing is negative), least significant first. */
  readonly outputs: readonly (readonly Bit[])[];
}

/** An element's width and whether its bits are read by sign. */
export interface InputFormat {
  readonly width: number;
  readonly signed: boolean;
}

export function rangeOf({ width, signed }: InputFormat): InputRange {
  return signed ? { low: -(2 ** (width - 1)), high: 2 ** (width - 1) - 1 } : { low: 0, high: 2 ** width - 1 };
}

/** How the heaps of a product are added: `shallow` nodes with a short path, at the price of some tables. */
export interface BuildOptions extends Pick<CompressOptions, 'counting' | 'fast'> {
  readonly shallow?: ReadonlySet<number>;
}

/** A constant that is added to a row, and the bits of both together. */
export interface RowSum {
  readonly constant: number;
  readonly width: number;
}

/** What is wanted of the rows. */
export interface Wanted {
  /** By row; nothing more, in as many bits as its values need, unless told. */
  readonly sums?: readonly RowSum[];
  /** By row: only whether it is at least so much, in one bit. */
  readonly levels?: readonly number[];
}

/**
 * The graph as a netlist. Inner nodes leave their constant out, which is added once, in the rows; a row is computed modulo 2^width. A row that
 * is compared with a level and that no other row reads has no sum: the last carry alone tells.
 */
export function buildProduct(
  graph: SumGraph, formats: readonly InputFormat[], { counting, fast, shallow }: BuildOptions, { sums, levels }: Wanted = {},
): BuiltProduct {
  const netlist = new Netlist();
  const inputs = formats.map(({ width }) => Array.from({ length: width }, () => netlist.net()));
  const numbers: Number[] = formats.map(({ width, signed }, index) => {
    const bits = inputs[index].map(bitOf);
    if (signed) bits[width - 1] ^= 1;
    return { bits, low: signed ? -(2 ** (width - 1)) : 0 };
  });
  const rowsOf = new Map<number, number[]>();
  graph.outputs.forEach((node, row) => {
    if (node !== undefined) rowsOf.set(node, [...(rowsOf.get(node) ?? []), row]);
  });
  const weights = nodeWeights(graph);
  const ranges = formats.map(rangeOf);
  const order = nodeOrder(graph);
  const inner = new Set(order.flatMap(node => graph.nodes[node].map(({ source }) => source - graph.inputs)));
  const outputs: (readonly Bit[])[] = graph.outputs.map((_, row) => (
    sums === undefined ? [ZERO] : constantBits(sums[row].constant, sums[row].width)));
  graph.outputs.forEach((node, row) => { if (node === undefined && levels !== undefined && levels[row] <= 0) outputs[row] = [ONE]; });
  for (const node of order) {
    const rows = rowsOf.get(node);
    const range = rangeOfSum(weights[node]!, ranges);
    const options: CompressOptions = { counting, fast, shallow: shallow?.has(node) === true };
    const { heap, constant } = heapOf(graph.nodes[node], numbers);
    if (rows === undefined) {
      // The least of the heap's own values may be above zero; it goes away where that saves a bit.
      const excess = range.low - constant;
      const width = bitsFor(range.high - range.low);
      const kept = bitsFor(range.high - constant) <= width;
      const bits = compress(netlist, columnsOf(heap, width, kept ? 0 : -excess), options);
      numbers[graph.inputs + node] = { bits, low: kept ? constant : range.low };
      continue;
    }
    if (levels !== undefined && rows.length === 1 && !inner.has(node)) {
      const values = { low: range.low - constant, high: range.high - constant };
      outputs[rows[0]] = [reaches(netlist, heap, values, levels[rows[0]] - constant, options)];
      continue;
    }
    // Rows that are the same but for their constants are made of the first.
    const added = sums?.[rows[0]].constant ?? 0;
    const signed = range.low + added < 0;
    const full = signed ? Math.max(bitsFor(-range.low - added - 1), bitsFor(range.high + added)) + 1 : Math.max(1, bitsFor(range.high + added));
    const width = Math.max(...rows.map(row => Math.min(full, sums?.[row].width ?? full)));
    const bits = compress(netlist, columnsOf(heap, width, constant + added), options).map(bit => netlist.plain(bit));
    const offset = signed ? [...bits.slice(0, -1), bits[width - 1] ^ 1] : bits;
    const low = signed ? -(2 ** (width - 1)) : 0;
    for (const row of rows) {
      if (levels !== undefined) {
        outputs[row] = [netlist.plain(notBelow(netlist, offset, levels[row] - low))];
      } else if (sums === undefined || sums[row].constant === added) {
        outputs[row] = extended(bits, sums?.[row].width ?? width, signed);
      } else {
        const { constant: other, width: bitsOfRow } = sums[row];
        const columns = columnsOf(offset.map(bit => [bit]), bitsOfRow, low + other - added);
        outputs[row] = compress(netlist, columns, options).map(bit => netlist.plain(bit));
      }
    }
    numbers[graph.inputs + node] = { bits: offset, low: low - added };
  }
  return { netlist, inputs, outputs };
}

function bitsFor(value: number): number {
  return value <= 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}

function constantBits(value: number, width: number): Bit[] {
  return Array.from({ length: width }, (_, place) => ((BigInt(value) >> BigInt(place)) & 1n ? ONE : ZERO));
}

function extended(bits: readonly Bit[], width: number, signed: boolean): Bit[] {
  const fill = signed ? bits[bits.length - 1] : ZERO;
  return Array.from({ length: width }, (_, index) => bits[index] ?? fill);
}

/** The terms' bits by weight; the sum of the terms is the heap's and `constant`. */
function heapOf(terms: readonly Term[], numbers: readonly Number[]): { heap: Bit[][]; constant: number } {
  const heap: Bit[][] = [];
  let constant = 0;
  for (const { source, shift, negative } of terms) {
    const number = numbers[source];
    const scale = 2 ** shift;
    number.bits.forEach((bit, index) => { (heap[index + shift] ??= []).push(negative ? bit ^ 1 : bit); });
    // -b = not b - 1 for each bit b.
    constant += negative ? -(number.low + 2 ** number.bits.length - 1) * scale : number.low * scale;
  }
  return { heap, constant };
}
