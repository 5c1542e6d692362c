import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import type { Rings } from '../lean/rings.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import { BASE, type LaneEmitter } from './emitter.ts';
import { computed } from './operators.ts';
import type { Put } from './stores.ts';
import { NoLanes } from './unsupported.ts';

/** Emits what a node does in a group of copies at a clock edge at which its enable is high. Resets are applied afterwards. */
export function emitLaneEdge(signal: Signal, e: LaneEmitter, rings: Rings, target: number): void {
  const node = e.nodes[signal];
  const shown: Put = (offset, vector, instruction, lane) => e.put(BASE, target + offset, vector, instruction, lane);
  const put = throughRing(signal, e, rings, shown);
  const pieces = e.layout.pieces(signal);
  switch (node.op) {
    case 'register': return hold(signal, e, put, (at) => e.stores.store(node.next, pieces, at));
    case 'delay': return hold(signal, e, put, (at) => e.stores.store(node.arg, pieces, at));
    case 'ram': return ram(signal, node, e, shown);
    case 'sum':
    case 'multiply':
    case 'popcount':
    case 'rom':
    case 'thresholds': {
      e.values.set(signal, e.paired.get(signal) ?? computed(node, e));
      return hold(signal, e, put, (at) => e.stores.storePieces(pieces, (piece, bits, form, chunk) =>
        e.value(signal, piece.low, piece.width, bits, form, chunk), at));
    }
    default: throw new NoLanes(`${node.op} at the clock edge`);
  }
}

/** Narrow values of several pieces may be computed from the ones that are replaced: all of them come first. */
function hold(signal: Signal, e: LaneEmitter, put: Put, store: (put: Put) => void): void {
  if (e.width(signal) > 64 || e.layout.pieces(signal).length === 1) {
    store(put);
    return;
  }
  // A choice stores the same pieces on each of its ways: into the same locals.
  const later = new Map<number, () => void>();
  const vectors = new Map<number, number>();
  const { code } = e;
  e.stores.pieceByPiece(() => store((offset, vector, instruction, lane) => {
    const local = vectors.get(offset) ?? code.local('v128');
    vectors.set(offset, local);
    code.get(vector);
    code.set(local);
    later.set(offset, () => put(offset, local, instruction, lane));
  }));
  later.forEach((each) => each());
}

/** With a ring: the oldest value is shown, and the newest takes its place. */
function throughRing(signal: Signal, e: LaneEmitter, rings: Rings, shown: Put): Put {
  const slot = rings.slot(signal);
  if (slot === undefined) return shown;
  const { code } = e;
  const at = code.local('i32');
  code.get(BASE);
  if (slot.at !== undefined) {
    code.get(slot.at);
    code.emit(op.i32Add);
  }
  code.set(at);
  const oldest = code.local('v128');
  return (offset, vector, instruction, lane) => {
    code.get(at);
    code.emit(...(lane === undefined ? simd.v128Load : simd.v128Load64Zero), 0);
    code.offset(slot.place + offset);
    code.set(oldest);
    shown(offset, oldest, instruction, lane);
    e.put(at, slot.place + offset, vector, instruction, lane);
  };
}

function ram(signal: Signal, node: Extract<Node, { op: 'ram' }>, e: LaneEmitter, shown: Put): void {
  const { code, layout } = e;
  const pieces = layout.pieces(signal);
  const memory = e.memories.get(signal)!;
  const bytes = layout.bytes(signal);
  if (e.design.own(node.writeEnable) || e.design.own(node.writeAddress) || e.design.own(node.readAddress)) throw new NoLanes('an address of its own');
  if (node.read === 'registered') {
    const read = (): void => {
      const [at, vector] = [code.local('i32'), code.local('v128')];
      e.pushRow(node.readAddress, node.depth, bytes);
      code.set(at);
      let offset = 0;
      for (; offset + 16 <= bytes; offset += 16) copy(e, at, memory + offset, vector, simd.v128Load, (local) => shown(offset, local, simd.v128Store));
      if (offset < bytes) copy(e, at, memory + offset, vector, simd.v128Load64Zero, (local) => shown(offset, local, simd.v128Store64Lane, 0));
    };
    if (node.readEnable === undefined) read();
    else {
      if (e.design.own(node.readEnable)) throw new NoLanes('an enable of its own');
      e.condition(node.readEnable);
      code.if(() => e.branch(read));
    }
  }
  e.condition(node.writeEnable);
  if (2 ** e.width(node.writeAddress) > node.depth) {
    e.scalarOf(node.writeAddress);
    code.i64(BigInt(node.depth));
    code.emit(op.i64LtU, op.i32And);
  }
  code.if(() => e.branch(() => {
    const at = code.local('i32');
    e.pushRow(node.writeAddress, node.depth, bytes);
    code.set(at);
    e.stores.store(node.writeData, pieces, (offset, vector, instruction, lane) => e.put(at, memory + offset, vector, instruction, lane));
  }));
}

function copy(e: LaneEmitter, at: number, offset: number, vector: number, load: readonly number[], store: (local: number) => void): void {
  const { code } = e;
  code.get(at);
  code.emit(...load, 0);
  code.offset(offset);
  code.set(vector);
  store(vector);
}

/** Sets registers of a group to what reset loads. */
export function emitLaneReset(e: LaneEmitter): void {
  const { layout, unit } = e;
  for (const signal of e.design.copies.order) {
    const node = e.nodes[signal];
    if (node.op !== 'register' || node.reset === undefined) continue;
    const { reset } = node;
    e.stores.storePieces(layout.pieces(signal), ({ low, width, signed }, bits) => {
      const value = BigInt.asUintN(width, reset >> BigInt(low));
      unit.constant(signed ? BigInt.asIntN(width, value) : value, bits);
    }, (offset, vector, instruction, lane) => e.put(BASE, layout.of(signal) + offset, vector, instruction, lane));
  }
}
