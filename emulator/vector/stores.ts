import type { MultiplyNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { op, simd, type LaneBits } from '../../src/base/wasm/instructions.ts';
import type { Slot } from '../lean/rings.ts';
import { VectorCode, type VectorHost } from './code.ts';
import { cellBytes, widest, type OperatorVec, type StateGroup, type Vec } from './vec.ts';

/** Stores the vector on the stack at an address: 16 bytes, or 8 where lanes of 32 bits go into cells of 2 bytes. */
function storeCells(e: Emitter, local: number, address: number, width: number, bits: LaneBits, at?: number): void {
  const { code } = e;
  const base = (): void => {
    if (at === undefined) code.i32(0);
    else code.get(at);
  };
  base();
  code.get(local);
  if (cellBytes(width) === 2 && bits === 32) {
    code.get(local);
    code.emit(...simd.i16x8NarrowI32x4U, ...simd.v128Store64Lane, 0);
    code.offset(address);
    code.emit(0);
    return;
  }
  code.emit(...simd.v128Store, 0);
  code.offset(address);
}

/** Stores a number in a local, zero above its width, in a cell. */
function storeCell({ code }: Emitter, value: number, address: number, width: number): void {
  code.i32(0);
  code.get(value);
  code.emit(cellBytes(width) === 2 ? op.i64Store16 : op.i64Store32, 0);
  code.offset(address);
}

/** Computes a vector into cells at an address. */
export function emitCells(vec: Vec, address: number, host: VectorHost): void {
  const vector = new VectorCode(host, vec);
  const { bits } = vector;
  const local = host.e.code.local('v128');
  for (let first = 0; first < vec.lanes; first += vector.count) {
    vector.begin();
    vector.clean(vec, first);
    host.e.code.set(local);
    storeCells(host.e, local, address + first * cellBytes(vec.width), vec.width, bits);
  }
}

/** What a group does at an enabled clock edge. */
export function emitGroup(group: StateGroup, target: number, slot: Slot | undefined, host: VectorHost): void {
  const next = group.next!;
  if (slot === undefined) {
    // What one lane becomes may be computed from what others were.
    const alone = [...group.alone].map(([lane, signal]) => ({ lane, value: host.e.hold(1, () => host.e.word(signal, 0))[0] }));
    emitCells(next, target, host);
    for (const { lane, value } of alone) storeCell(host.e, value, target + lane * cellBytes(group.width), group.width);
    return;
  }
  const { code } = host.e;
  const vector = new VectorCode(host, next);
  const { bits } = vector;
  const [newest, oldest] = [code.local('v128'), code.local('v128')];
  const bytes = cellBytes(group.width);
  const step = bytes === 2 && bits === 32 ? 8 : 16;
  for (let first = 0; first < next.lanes; first += vector.count) {
    const offset = first * bytes;
    vector.begin();
    vector.clean(next, first);
    code.set(newest);
    if (slot.at === undefined) code.i32(0);
    else code.get(slot.at);
    code.emit(...simd.v128Load, 0);
    code.offset(slot.place + offset);
    code.set(oldest);
    code.i32(0);
    code.get(oldest);
    code.emit(...(step === 8 ? simd.v128Store64Lane : simd.v128Store), 0);
    code.offset(target + offset);
    if (step === 8) code.emit(0);
    storeCells(host.e, newest, slot.place + offset, group.width, bits, slot.at);
  }
}

/** Pushes the sum of all lanes as i64, exact in 32 bits or wanted modulo 2^32 at most. */
export function pushTotal(vec: Vec, signed: boolean, host: VectorHost): void {
  const { code } = host.e;
  const total = code.local('v128');
  if (isDotProduct(vec, signed)) pushDotProduct(vec, host);
  else pushLaneSums(vec, signed, host);
  code.set(total);
  // The upper half is added to the lower one, then the second lane to the first.
  for (const pick of [[2, 3, 2, 3], [1, 1, 1, 1]]) {
    code.get(total);
    code.get(total);
    code.get(total);
    code.emit(...simd.i8x16Shuffle, ...pick.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)), ...simd.i32x4Add);
    code.set(total);
  }
  code.get(total);
  code.emit(...simd.i32x4ExtractLane, 0, op.i64ExtendI32S);
}

/** Pushes four sums of lanes. */
function pushLaneSums(vec: Vec, signed: boolean, host: VectorHost): void {
  const { code } = host.e;
  const vector = new VectorCode(host, vec);
  const { bits } = vector;
  for (let first = 0; first < vec.lanes; first += vector.count) {
    vector.begin();
    if (signed) vector.signed(vec, first);
    else vector.clean(vec, first);
    const left = vec.lanes - first;
    if (left < vector.count) {
      vector.table(Array.from({ length: left }, () => (1n << BigInt(bits)) - 1n), 0);
      code.emit(...simd.v128And);
    }
    if (bits === 16 && !signed && vec.width === 16) code.emit(...simd.i32x4ExtaddPairwiseI16x8U);
    else if (bits === 16) {
      vector.table(new Array<bigint>(8).fill(1n), 0);
      code.emit(...simd.i32x4DotI16x8S);
    }
    if (first > 0) code.emit(...simd.i32x4Add);
  }
}

type Products = OperatorVec & { readonly nodes: readonly MultiplyNode[] };

/** Whether lanes are products of signed 16-bit numbers that their width cuts nothing off, with zeros behind the last lane. */
function isDotProduct(vec: Vec, signed: boolean): vec is Products {
  if (vec.kind !== 'operator') return false;
  const [node] = vec.nodes;
  if (node.op !== 'multiply') return false;
  const [left, right] = vec.operands;
  const fits = (operand: Vec, bySign: boolean): boolean => operand.width <= (bySign ? 16 : 15);
  const whole = left.width + right.width <= node.width && signed === (node.leftSigned || node.rightSigned);
  const ends = vec.lanes % 8 === 0 || left.kind === 'entry' || right.kind === 'entry';
  return whole && ends && fits(left, node.leftSigned) && fits(right, node.rightSigned) && widest(left) <= 16 && widest(right) <= 16;
}

/** Pushes four sums of products: `i32x4.dot_i16x8_s` of eight lanes at a time. */
function pushDotProduct({ lanes, nodes: [node], operands: [left, right] }: Products, host: VectorHost): void {
  const { code } = host.e;
  const sides = [{ vec: left, signed: node.leftSigned }, { vec: right, signed: node.rightSigned }]
    .map((side) => ({ ...side, vector: new VectorCode(host, side.vec) }));
  for (let first = 0; first < lanes; first += 8) {
    for (const { vec, signed, vector } of sides) {
      vector.begin();
      if (signed) vector.signed(vec, first);
      else vector.clean(vec, first);
    }
    code.emit(...simd.i32x4DotI16x8S);
    if (first > 0) code.emit(...simd.i32x4Add);
  }
}

/** Signed 16-bit numbers, one behind the other, zero up to a whole vector of 16 bytes. */
export function emitShorts(vec: Vec, signed: boolean, address: number, host: VectorHost): void {
  const { code } = host.e;
  const vector = new VectorCode(host, vec);
  const { bits } = vector;
  const push = (first: number): void => (signed ? vector.signed(vec, first) : vector.clean(vec, first));
  for (let first = 0; first < vec.lanes; first += 8) {
    code.i32(0);
    vector.begin();
    push(first);
    if (bits === 32) {
      vector.begin();
      push(first + 4);
      code.emit(...simd.i16x8NarrowI32x4S);
    }
    code.emit(...simd.v128Store, 0);
    code.offset(address + 2 * first);
  }
}

/** Writes the lanes side by side as bits, the first lowest, zero above the last. */
export function emitPacked(vec: Vec, address: number, host: VectorHost): void {
  if (vec.width === 1) {
    packBits(vec, address, host);
    return;
  }
  const { e } = host;
  const bytes = cellBytes(vec.width);
  const cells = e.layout.reserveVectors(vec.lanes * bytes);
  emitCells(vec, cells, host);
  packCells(e, cells, bytes, vec.width, vec.lanes, address);
}

/** Packs cells, which are zero above `width` bits. */
export function packCells(e: Emitter, cells: number, bytes: number, width: number, count: number, address: number): void {
  const { code } = e;
  const load = (cell: number): void => {
    code.i32(0);
    code.emit(bytes === 2 ? op.i64Load16U : op.i64Load32U, 0);
    code.offset(cells + cell * bytes);
  };
  for (let word = 0; word < wordsOf(width * count); word++) {
    const first = Math.floor((64 * word) / width);
    code.store(address + 8 * word, () => {
      for (let cell = first; cell < count && cell * width < 64 * (word + 1); cell++) {
        const shift = cell * width - 64 * word;
        load(cell);
        if (shift > 0) e.shiftBy(op.i64Shl, BigInt(shift));
        if (shift < 0) e.shiftBy(op.i64ShrU, BigInt(-shift));
        if (cell > first) code.emit(op.i64Or);
      }
    });
  }
}

function packBits(vec: Vec, address: number, host: VectorHost): void {
  const { code } = host.e;
  const vector = new VectorCode(host, vec);
  const { bits } = vector;
  const units = 4 * wordsOf(vec.lanes);
  const eight = (first: number): void => {
    vector.begin();
    if (first < vec.lanes) vector.clean(vec, first);
    else vector.zero();
    if (bits === 16) return;
    vector.begin();
    if (first + 4 < vec.lanes) vector.clean(vec, first + 4);
    else vector.zero();
    code.emit(...simd.i16x8NarrowI32x4U);
  };
  for (let unit = 0; unit < units; unit++) {
    const first = 16 * unit;
    const left = vec.lanes - first;
    code.i32(0);
    if (left > 0) {
      eight(first);
      eight(first + 8);
      code.emit(...simd.i8x16NarrowI16x8U);
      code.i32(7);
      code.emit(...simd.i8x16Shl, ...simd.i8x16Bitmask);
      if (left < 16) {
        code.i32((1 << left) - 1);
        code.emit(op.i32And);
      }
    } else code.i32(0);
    code.emit(op.i32Store16, 0);
    code.offset(address + 2 * unit);
  }
}
