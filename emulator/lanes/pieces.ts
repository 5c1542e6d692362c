import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import type { SplitDesign } from './split.ts';

/** Bits of a cell in memory. */
export type CellBits = 8 | 16 | 32 | 64;

/** A part of a signal that lies in one cell of each copy. */
export interface Piece {
  readonly low: number;
  readonly width: number;
  readonly bits: CellBits;
  /** Cells repeat the sign above the width; else they are zero there. */
  readonly signed: boolean;
  /** Bytes from the start of the value, for a group of copies. */
  readonly at: number;
}

export function cellBitsOf(width: number): CellBits {
  return width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64;
}

/** Concatenations of narrower parts than this are packed. */
const NARROWEST = 3;
const WIDEST = 64;
/** Ones are counted in cells of so many bits. */
const COUNTED = 16;

/** Where signals are cut: at the ends of slices and of concatenated parts, alike in all signals that hold the same bits. */
export function findPieces({ own, copies: { nodes, order } }: SplitDesign): (signal: Signal) => readonly Piece[] {
  const readers = new Map<Signal, Signal[]>();
  for (const signal of order) {
    for (const operand of new Set(operandsOf(nodes[signal]))) if (own(operand)) readers.set(operand, [...readers.get(operand) ?? [], signal]);
  }
  const whole = wholeNumbers(nodes, order, own);
  const cuts = new Map<Signal, Set<number>>();
  const pending: [Signal, number][] = [];
  const cut = (signal: Signal, at: number): void => {
    if (!own(signal) || at <= 0 || at >= nodes[signal].width || whole.has(signal)) return;
    const known = cuts.get(signal) ?? new Set();
    if (known.has(at)) return;
    known.add(at);
    cuts.set(signal, known);
    pending.push([signal, at]);
  };
  const spread = (): void => {
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [signal, at] = next;
      cutSources(nodes[signal], at, nodes, cut);
      for (const reader of readers.get(signal) ?? []) cutReader(reader, signal, at, nodes, cut);
    }
  };
  for (const signal of order) {
    const node = nodes[signal];
    if (!own(signal)) continue;
    if (node.op === 'slice') for (const at of [node.low, node.low + node.width]) cut(node.arg, at);
    if (node.op === 'popcount') for (let at = COUNTED; at < nodes[node.arg].width; at += COUNTED) cut(node.arg, at);
    if (node.op === 'concat' && node.args.every((arg) => nodes[arg].width >= NARROWEST)) {
      let at = 0;
      for (const arg of node.args) cut(signal, at += nodes[arg].width);
    }
  }
  spread();
  for (const signal of order) {
    if (!own(signal)) continue;
    for (let last = 0; last < nodes[signal].width;) {
      const next = Math.min(nodes[signal].width, ...[...cuts.get(signal) ?? []].filter((at) => at > last));
      if (next - last > WIDEST) {
        cut(signal, last + WIDEST);
        spread();
        last += WIDEST;
      } else last = next;
    }
  }
  const signed = signedSignals(nodes, order, own);
  const known = new Map<Signal, Piece[]>();
  return (signal) => {
    let pieces = known.get(signal);
    if (pieces === undefined) {
      const ends = [...cuts.get(signal) ?? [], nodes[signal].width].sort((a, b) => a - b);
      let at = 0;
      pieces = ends.map((end, i) => {
        const low = i === 0 ? 0 : ends[i - 1];
        const piece: Piece = { low, width: end - low, bits: cellBitsOf(end - low), signed: signed(signal, low, end - low), at };
        // COPIES cells of bits / 8 bytes.
        at += piece.bits;
        return piece;
      });
      known.set(signal, pieces);
    }
    return pieces;
  };
}

type Cut = (signal: Signal, at: number) => void;

/** A cut of a signal in what it takes its bits from. */
function cutSources(node: Node, at: number, nodes: readonly Node[], cut: Cut): void {
  switch (node.op) {
    case 'register': return cut(node.next, at);
    case 'delay':
    case 'not':
    case 'extend': return cut(node.arg, at);
    case 'ram': return cut(node.writeData, at);
    case 'mux':
    case 'bitwise': return node.args.forEach((arg) => cut(arg, at));
    case 'slice': return cut(node.arg, node.low + at);
    case 'concat': {
      let low = 0;
      for (const arg of node.args) {
        cut(arg, at - low);
        low += nodes[arg].width;
      }
      return;
    }
    default:
  }
}

/** A cut of an operand in a node that takes its bits. */
function cutReader(reader: Signal, operand: Signal, at: number, nodes: readonly Node[], cut: Cut): void {
  const node = nodes[reader];
  switch (node.op) {
    case 'register':
    case 'delay':
    case 'not':
    case 'extend':
    case 'bitwise': return cut(reader, at);
    case 'ram': return node.writeData === operand ? cut(reader, at) : undefined;
    case 'mux': return node.args.includes(operand) ? cut(reader, at) : undefined;
    case 'slice': return cut(reader, at - node.low);
    case 'concat': {
      let low = 0;
      for (const arg of node.args) {
        if (arg === operand) cut(reader, low + at);
        low += nodes[arg].width;
      }
      return;
    }
    default:
  }
}

/** Operations on whole numbers. */
const WHOLE: ReadonlySet<Node['op']> = new Set(['sum', 'multiply', 'compare', 'thresholds', 'lookup', 'rom', 'shift'] satisfies Node['op'][]);

/** Signals that somebody reads as one number, and where that number is kept. */
function wholeNumbers(nodes: readonly Node[], order: readonly Signal[], own: (signal: Signal) => boolean): Set<Signal> {
  const whole = new Set<Signal>();
  const visit = (signal: Signal): void => {
    const node = nodes[signal];
    if (!own(signal) || node.width > WIDEST || whole.has(signal)) return;
    whole.add(signal);
    if (node.op === 'register') visit(node.next);
    if (node.op === 'delay' || node.op === 'extend' || node.op === 'not') visit(node.arg);
    if (node.op === 'ram') visit(node.writeData);
    if (node.op === 'mux' || node.op === 'bitwise') node.args.forEach(visit);
  };
  for (const signal of order) {
    const node = nodes[signal];
    if (!own(signal)) continue;
    if (WHOLE.has(node.op)) {
      visit(signal);
      for (const operand of operandsOf(node)) visit(operand);
    }
    if (node.op === 'popcount') visit(signal);
    if (node.op === 'mux') visit(node.select);
  }
  return whole;
}

/** Whether some reader takes bits of a signal as a signed number. */
function signedSignals(
  nodes: readonly Node[], order: readonly Signal[], own: (signal: Signal) => boolean,
): (signal: Signal, low: number, width: number) => boolean {
  const found = new Set<string>();
  const visit = (signal: Signal, low: number, width: number): void => {
    const key = `${signal} ${low} ${width}`;
    const node = nodes[signal];
    if (!own(signal) || low + width > node.width || low < 0 || found.has(key)) return;
    found.add(key);
    switch (node.op) {
      case 'register': return visit(node.next, low, width);
      case 'delay':
      case 'extend':
      case 'not': return visit(node.arg, low, width);
      case 'ram': return visit(node.writeData, low, width);
      case 'mux':
      case 'bitwise': return node.args.forEach((arg) => visit(arg, low, width));
      case 'slice': return visit(node.arg, node.low + low, width);
      case 'concat': {
        let at = 0;
        for (const arg of node.args) {
          visit(arg, low - at, width);
          at += nodes[arg].width;
        }
        return;
      }
      default:
    }
  };
  const number = (signal: Signal): void => visit(signal, 0, nodes[signal].width);
  for (const signal of order) {
    const node = nodes[signal];
    if (node.op === 'sum') for (const { arg, signed } of node.terms) if (signed) number(arg);
    if (node.op === 'multiply' && node.leftSigned) number(node.left);
    if (node.op === 'multiply' && node.rightSigned) number(node.right);
    if (node.op === 'compare' && node.signed && node.kind !== 'eq' && node.kind !== 'ne') [node.left, node.right].forEach(number);
    if ((node.op === 'thresholds' || node.op === 'extend') && node.signed) number(node.arg);
    if (node.op === 'shift' && node.kind === 'right-signed') number(node.arg);
  }
  return (signal, low, width) => found.has(`${signal} ${low} ${width}`);
}
