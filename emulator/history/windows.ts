import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import { wordsOf, type Layout } from '../layout.ts';
import type { LeanDesign } from '../lean/graph.ts';
import { fitsFields } from '../vector/match.ts';

/** Fewer elements than these are not worth to be taken apart for vectors. */
const FEWEST = 4;
/** Entries that a window moves on before it starts again. */
const TURN = 48;

/** Elements of a sample as 16-bit numbers, by sign where all who read them do. */
export interface Elements {
  readonly width: number;
  readonly count: number;
  readonly signed: boolean;
}

/** What is noted of a signal at each edge, `offset` bytes into the edge's entry: words of 64 bits, or elements. */
export interface Sample {
  readonly signal: Signal;
  readonly offset: number;
  readonly elements?: Elements;
}

/**
 * Samples of all signals that one enable's taps read, an entry of `entryBytes` for each edge, the newest last. The position moves
 * through room for many entries; at its end the `depth` newest ones are copied to the start, so that every tap lies at a fixed distance
 * from the position. All read at the position `now`; the edge leaves the `next` one.
 */
export interface Window {
  readonly enable: Signal | undefined;
  /** The tap that stands for all of them. */
  readonly lead: Signal;
  readonly taps: readonly Signal[];
  readonly samples: readonly Sample[];
  readonly depth: number;
  readonly entryBytes: number;
  /** Address of the oldest entry at position 0. */
  readonly base: number;
  readonly now: number;
  readonly next: number;
  /** The position at which the window starts again. */
  readonly end: number;
}

export interface Tap {
  readonly window: Window;
  readonly sample: Sample;
  /** What is added to the position to get the tap's address. */
  readonly offset: number;
}

export interface Windows {
  readonly all: readonly Window[];
  readonly taps: ReadonlyMap<Signal, Tap>;
}

/** Lays out the histories that taps read. */
export function findWindows(lean: LeanDesign, taps: ReadonlySet<Signal>, layout: Layout): Windows {
  const { nodes } = lean;
  const elementsOf = elementFinder(lean, taps);
  const groups = new Map<Signal | undefined, Signal[]>();
  for (const tap of taps) {
    const { enable } = delayAt(nodes, tap);
    groups.set(enable, [...groups.get(enable) ?? [], tap]);
  }
  const all: Window[] = [];
  const found = new Map<Signal, Tap>();
  for (const [enable, own] of groups) {
    const readers = new Map<Signal, Signal[]>();
    for (const tap of own) {
      const { arg } = delayAt(nodes, tap);
      readers.set(arg, [...readers.get(arg) ?? [], tap]);
    }
    let end = 0;
    const placed = [...readers].map(([signal, its]) => ({ signal, elements: elementsOf(signal, its) }));
    const samples = [...placed.filter(({ elements }) => elements !== undefined), ...placed.filter(({ elements }) => elements === undefined)]
      .map(({ signal, elements }): Sample => {
        const offset = end;
        end += elements === undefined ? 8 * wordsOf(nodes[signal].width) : 16 * Math.ceil(elements.count / 8);
        return elements === undefined ? { signal, offset } : { signal, offset, elements };
      });
    const entryBytes = 16 * Math.ceil(end / 16);
    const depth = Math.max(...own.map((tap) => delayAt(nodes, tap).cycles));
    const base = layout.reserveVectors(entryBytes * (depth + TURN));
    const positions = layout.reserve(1);
    const window: Window = {
      enable, lead: own[0], taps: own, samples, depth, entryBytes, base, now: positions, next: positions + 4, end: entryBytes * TURN,
    };
    all.push(window);
    for (const tap of own) {
      const { arg, cycles } = delayAt(nodes, tap);
      const sample = samples.find(({ signal }) => signal === arg)!;
      found.set(tap, { window, sample, offset: base + (depth - cycles) * entryBytes + sample.offset });
    }
  }
  return { all, taps: found };
}

function delayAt(nodes: readonly Node[], tap: Signal): Extract<Node, { op: 'delay' }> {
  return nodes[tap] as Extract<Node, { op: 'delay' }>;
}

/** Finds samples of which only equal elements are read. */
function elementFinder({ nodes, order }: LeanDesign, taps: ReadonlySet<Signal>): (signal: Signal, taps: readonly Signal[]) => Elements | undefined {
  const readers = new Map<Signal, Node[]>();
  const bySign = new Set<Signal>();
  const byZero = new Set<Signal>();
  for (const signal of order) {
    const node = nodes[signal];
    for (const operand of operandsOf(node)) if (taps.has(operand)) readers.set(operand, [...readers.get(operand) ?? [], node]);
    if (node.op !== 'multiply') continue;
    (node.leftSigned ? bySign : byZero).add(node.left);
    (node.rightSigned ? bySign : byZero).add(node.right);
  }
  const slices = new Map<Signal, Signal[]>();
  for (const signal of order) {
    const node = nodes[signal];
    if (node.op === 'slice' && taps.has(node.arg)) slices.set(node.arg, [...slices.get(node.arg) ?? [], signal]);
  }
  return (signal, its) => {
    const total = nodes[signal].width;
    const all = its.flatMap((tap) => readers.get(tap) ?? []);
    const [first] = all;
    if (first === undefined) return undefined;
    const { width } = first;
    const count = total / width;
    const alike = all.every((node) => node.op === 'slice' && node.width === width && node.low % width === 0);
    if (!alike || count < FEWEST || !Number.isInteger(count)) return undefined;
    if (!fitsFields({ kind: 'fields', arg: signal, low: 0, stride: width, lanes: count, width })) return undefined;
    const own = its.flatMap((tap) => slices.get(tap) ?? []);
    const signed = own.some((slice) => bySign.has(slice));
    if (signed && own.some((slice) => byZero.has(slice))) return undefined;
    return { width, count, signed };
  };
}

/** Pushes word k of what a tap shows; `position` pushes its window's position. */
export function pushTapWord(code: FunctionBuilder, { sample: { elements }, offset }: Tap, k: number, position: () => void): void {
  if (elements === undefined) {
    position();
    code.loadAt(offset + 8 * k);
    return;
  }
  const { width, count } = elements;
  const first = Math.floor((64 * k) / width);
  for (let element = first; element < count && element * width < 64 * (k + 1); element++) {
    const shift = element * width - 64 * k;
    position();
    code.emit(op.i64Load16U, 0);
    code.offset(offset + 2 * element);
    code.i64((1n << BigInt(width)) - 1n);
    code.emit(op.i64And);
    if (shift !== 0) {
      code.i64(BigInt(Math.abs(shift)));
      code.emit(shift > 0 ? op.i64Shl : op.i64ShrU);
    }
    if (element > first) code.emit(op.i64Or);
  }
}

/** Pushes a position that lies in memory. */
export function pushPosition(code: FunctionBuilder, address: number): void {
  code.i32(0);
  code.emit(op.i32Load, 2);
  code.offset(address);
}
