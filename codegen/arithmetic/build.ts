import { compress, type CompressOptions } from './compress.ts';
import { nodeOrder, nodeWeights, rangeOfSum, type InputRange, type SumGraph, type Term } from './graph.ts';
import { bitOf, Netlist, ONE, ZERO, type Bit, type Net } from './netlist.ts';

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
export interface BuildOptions extends Pick<CompressOptions, 'counting'> {
  readonly shallow?: ReadonlySet<number>;
}

/**
 * The graph as a netlist. Inner nodes leave their constant out, which is added once, in the rows; a row is computed modulo 2^width, in
 * `width` bits (`widths` by row), as many as its values need unless told.
 */
export function buildProduct(
  graph: SumGraph, formats: readonly InputFormat[], { counting, shallow }: BuildOptions, widths?: readonly number[],
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
  const outputs: (readonly Bit[])[] = graph.outputs.map((_, row) => new Array<Bit>(widths?.[row] ?? 1).fill(ZERO));
  for (const node of nodeOrder(graph)) {
    const rows = rowsOf.get(node);
    const range = rangeOfSum(weights[node]!, ranges);
    const options: CompressOptions = { counting, shallow: shallow?.has(node) === true };
    const { heap, constant } = heapOf(graph.nodes[node], numbers);
    if (rows === undefined) {
      // The least of the heap's own values may be above zero; it goes away where that saves a bit.
      const excess = range.low - constant;
      const width = bitsFor(range.high - range.low);
      const kept = bitsFor(range.high - constant) <= width;
      const bits = compress(netlist, columns(heap, width, kept ? 0 : -excess), options);
      numbers[graph.inputs + node] = { bits, low: kept ? constant : range.low };
      continue;
    }
    const signed = range.low < 0;
    const full = signed ? Math.max(bitsFor(-range.low - 1), bitsFor(range.high)) + 1 : Math.max(1, bitsFor(range.high));
    const width = Math.max(...rows.map(row => Math.min(full, widths?.[row] ?? full)));
    const bits = compress(netlist, columns(heap, width, constant), options).map(bit => netlist.plain(bit));
    for (const row of rows) outputs[row] = extended(bits, widths?.[row] ?? width, signed);
    const offset = signed ? [...bits.slice(0, -1), bits[width - 1] ^ 1] : bits;
    numbers[graph.inputs + node] = { bits: offset, low: signed ? -(2 ** (width - 1)) : 0 };
  }
  return { netlist, inputs, outputs };
}

function bitsFor(value: number): number {
  return value <= 0 ? 0 : Math.floor(Math.log2(value)) + 1;
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

/** The heap's columns up to `width`, with the ones of a constant in two's complement. */
function columns(heap: readonly (readonly Bit[] | undefined)[], width: number, constant: number): Bit[][] {
  const rest = BigInt.asUintN(Math.max(width, 1), BigInt(constant));
  return Array.from({ length: width }, (_, column) => [
    ...(heap[column] ?? []).filter(bit => bit !== ZERO), ...((rest >> BigInt(column)) & 1n ? [ONE] : []),
  ]);
}
