import type { BeatData, StreamPorts } from '../lean/streams.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder, ModuleBuilder } from '../../src/base/wasm/module.ts';
import { BASE, type LaneEmitter } from './emitter.ts';
import { COPIES, type GroupLayout } from './layout.ts';
import { NoLanes } from './unsupported.ts';

const ADDRESS = 1;

/** Beats of all copies, one copy's words behind the other's: gives how they go to the groups at the given places and back. */
export function laneData(
  module: ModuleBuilder, streams: readonly StreamPorts[], group: GroupLayout, emitter: (code: FunctionBuilder) => LaneEmitter,
): (places: readonly number[]) => BeatData {
  const code = new Map<StreamPorts, { move: FunctionBuilder; clear: FunctionBuilder }>();
  const wordsOf = new Map<StreamPorts, number>();
  for (const stream of streams) {
    const move = module.function(['i32', 'i32']);
    const clear = module.function(['i32']);
    const e = emitter(move);
    const { width } = e.nodes[stream.data];
    if (!e.design.own(stream.data)) throw new NoLanes('data that does not depend on data');
    const words = Math.ceil(width / 64);
    wordsOf.set(stream, words);
    if (stream.input) {
      take(move, stream, group, words);
      for (let at = 0; at < group.bytes(stream.data); at += 8) {
        clear.get(BASE);
        clear.i64(0n);
        clear.storeAt(group.of(stream.data) + at);
      }
    } else give(move, stream, group, e);
    code.set(stream, { move, clear });
  }
  return (places) => {
    const bytes = (stream: StreamPorts): number => 8 * wordsOf.get(stream)! * COPIES;
    const move = (caller: FunctionBuilder, stream: StreamPorts, address: () => void): void => places.forEach((place, g) => {
      caller.i32(place);
      address();
      caller.i32(g * bytes(stream));
      caller.emit(op.i32Add);
      caller.call(code.get(stream)!.move);
    });
    return {
      bytes: (stream) => bytes(stream) * places.length, send: move, receive: move,
      clear: (caller, stream) => places.forEach((place) => {
        caller.i32(place);
        caller.call(code.get(stream)!.clear);
      }),
    };
  };
}

/** From words to the cells of an input port. */
function take(code: FunctionBuilder, { data }: StreamPorts, group: GroupLayout, words: number): void {
  const pieces = group.pieces(data);
  for (let copy = 0; copy < COPIES; copy++) {
    const from = 8 * words * copy;
    pieces.forEach(({ low, width, bits, signed, at }) => {
      code.get(BASE);
      const shift = low % 64;
      const wide = shift + width > 64;
      code.get(ADDRESS);
      // A piece that starts at a byte is loaded from there; memory goes on behind the last word.
      if (low % 8 === 0) {
        code.emit(op.i64Load, 0);
        code.offset(from + low / 8);
      } else {
        code.loadAt(from + 8 * Math.floor(low / 64));
        code.i64(BigInt(shift));
        code.emit(op.i64ShrU);
        if (wide) {
          code.get(ADDRESS);
          code.loadAt(from + 8 * Math.floor(low / 64) + 8);
          code.i64(BigInt(64 - shift));
          code.emit(op.i64Shl, op.i64Or);
        }
      }
      if (width < bits) {
        if (signed) {
          code.i64(BigInt(64 - width));
          code.emit(op.i64Shl);
          code.i64(BigInt(64 - width));
          code.emit(op.i64ShrS);
        } else {
          code.i64((1n << BigInt(width)) - 1n);
          code.emit(op.i64And);
        }
      }
      code.emit(bits === 8 ? op.i64Store8 : bits === 16 ? op.i64Store16 : bits === 32 ? op.i64Store32 : op.i64Store, 0);
      code.offset(group.of(data) + at + (copy * bits) / 8);
    });
  }
}

/** From the pieces of an output port to words. */
function give(code: FunctionBuilder, { data }: StreamPorts, group: GroupLayout, e: LaneEmitter): void {
  if (!e.plan.stored(data)) throw new NoLanes('an output that is not kept');
  const { width } = e.nodes[data];
  const words = Math.ceil(width / 64);
  const pieces = group.pieces(data);
  for (let copy = 0; copy < COPIES; copy++) {
    for (let word = 0; word < words; word++) {
      code.get(ADDRESS);
      let started = false;
      pieces.forEach(({ low, width: own, bits, at }) => {
        const shift = low - 64 * word;
        if (shift >= 64 || shift + own <= 0) return;
        code.get(BASE);
        code.emit(bits === 8 ? op.i64Load8U : bits === 16 ? op.i64Load16U : bits === 32 ? op.i64Load32U : op.i64Load, 0);
        code.offset(group.of(data) + at + (copy * bits) / 8);
        if (own < bits) {
          code.i64((1n << BigInt(own)) - 1n);
          code.emit(op.i64And);
        }
        if (shift !== 0) {
          code.i64(BigInt(Math.abs(shift)));
          code.emit(shift > 0 ? op.i64Shl : op.i64ShrU);
        }
        if (started) code.emit(op.i64Or);
        started = true;
      });
      code.storeAt(8 * (words * copy + word));
    }
  }
}
