import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import type { Plan } from '../lean/plan.ts';
import { op, simd, valueType } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import type { GroupLayout } from './layout.ts';
import { computed, type Computed } from './operators.ts';
import { LaneStores } from './stores.ts';
import { NoLanes } from './unsupported.ts';
import type { Piece } from './pieces.ts';
import type { Form, Range } from './range.ts';
import { behindSlices, type Bits, type SplitDesign } from './split.ts';
import { VectorUnit, type UnitBits } from './unit.ts';

/** Where the rows of constant memories lie. */
export type RowTables = ReadonlyMap<Signal, number>;

/** The function's parameter: where the group of copies lies that it works on. */
export const BASE = 0;

/**
 * Emits the code of what copies have for themselves, for a group of copies at a time. A value is pushed in cells of 16, 32 or 64
 * bits, one vector of cells after another: the first is number 0.
 */
export class LaneEmitter {
  readonly unit: VectorUnit;
  readonly stores: LaneStores;
  readonly nodes: readonly Node[];
  /** Values in locals: of pieces that were fetched, and of logic that is read more than once. */
  cached = new Map<string, readonly number[]>();
  values = new Map<Signal, Computed>();
  written = new Set<Signal>();
  /** Clocked values of the present block that were computed together with others. */
  readonly paired = new Map<Signal, Computed>();

  constructor(
    readonly code: FunctionBuilder, readonly design: SplitDesign, readonly layout: GroupLayout, readonly plan: Plan, readonly scalar: Emitter,
    readonly memories: ReadonlyMap<Signal, number>, readonly rows: RowTables, readonly readers: Int32Array,
    private readonly numbers: ReadonlyMap<Node, Signal>,
  ) {
    this.nodes = design.copies.nodes;
    this.unit = new VectorUnit(code, scalar.layout);
    this.stores = new LaneStores(this);
  }

  /** Emits code that may not run: what it brings into locals is not at hand after it. */
  branch(body: () => void): void {
    const before = { cached: this.cached, values: this.values, written: this.written };
    this.cached = new Map(before.cached);
    this.values = new Map(before.values);
    this.written = new Set(before.written);
    this.scalar.branch(body);
    ({ cached: this.cached, values: this.values, written: this.written } = before);
  }

  get signedRanges(): ReadonlyMap<Signal, Range> {
    return this.design.signedRanges;
  }

  width(signal: Signal): number {
    return this.nodes[signal].width;
  }

  /** Where a shared bit lies. */
  bitOf(signal: Signal): Bits {
    return behindSlices(this.design.shared.nodes, signal);
  }

  /** Pushes bits of a signal that copies share, zero extended, as i64. */
  shared(signal: Signal, low: number, width: number): void {
    const { scalar, code } = this;
    const from = behindSlices(this.design.shared.nodes, signal);
    const start = from.low + low;
    const shift = start % 64;
    scalar.word(from.signal, Math.floor(start / 64));
    if (shift > 0) scalar.shiftBy(op.i64ShrU, BigInt(shift));
    if (shift + width > 64) {
      scalar.word(from.signal, Math.floor(start / 64) + 1);
      scalar.shiftBy(op.i64Shl, BigInt(64 - shift));
      code.emit(op.i64Or);
    }
    scalar.mask(width, 0);
  }

  /** Pushes as i32 whether a bit that copies share is high. */
  condition(signal: Signal): void {
    this.shared(signal, 0, 1);
    this.code.emit(op.i32WrapI64);
  }

  /** Pushes bits of a signal as vector `chunk` of cells; bits above the width are as `form` says, the width fits a cell or is cut to it. */
  push(signal: Signal, low: number, width: number, bits: UnitBits, form: Form, chunk: number): void {
    const { unit } = this;
    if (width > bits) {
      this.push(signal, low, bits, bits, 'any', chunk);
      return;
    }
    const node = this.nodes[signal];
    if (node.op === 'constant') {
      const value = BigInt.asUintN(width, node.value >> BigInt(low));
      unit.constant(form === 'sign' ? BigInt.asIntN(width, value) : value, bits);
    } else if (!this.design.own(signal)) this.splat(signal, low, width, bits, form);
    else if (this.isAtHand(signal)) this.pieces(signal, low, width, bits, form, chunk);
    else this.logic(signal, node, low, width, bits, form, chunk);
  }

  /** Whether a value is several pieces, or more than one number can be. */
  isApart(signal: Signal): boolean {
    return this.width(signal) > 64 || this.layout.pieces(signal).length > 1;
  }

  isAtHand(signal: Signal): boolean {
    return this.plan.stored(signal) || this.written.has(signal);
  }

  logic(signal: Signal, node: Node, low: number, width: number, bits: UnitBits, form: Form, chunk: number): void {
    const { unit } = this;
    switch (node.op) {
      case 'slice': return this.push(node.arg, node.low + low, width, bits, form, chunk);
      case 'concat': return this.parts(this.overlapping(node.args, low, width), width, bits, form, chunk);
      case 'extend': {
        const inner = this.width(node.arg);
        if (low + width <= inner) return this.push(node.arg, low, width, bits, form, chunk);
        if (low >= inner) return node.signed ? this.pushSign(node.arg, width, bits, form, chunk) : unit.constant(0n, bits);
        this.push(node.arg, low, inner - low, bits, node.signed ? 'sign' : 'zero', chunk);
        return unit.reform(node.signed ? 'sign' : 'zero', node.signed ? form : 'any', width, bits);
      }
      default:
    }
    const again = this.readers[signal] > 1;
    const apart = isMoving(node) && this.isApart(signal);
    if (apart && again && node.op !== 'ram') {
      this.stores.write(signal);
      this.pieces(signal, low, width, bits, form, chunk);
    } else if (isMoving(node) && (apart || !again)) this.moved(node, low, width, bits, form, chunk);
    else this.value(signal, low, width, bits, form, chunk);
  }

  /** Bits of a value that is computed in whole. */
  value(signal: Signal, low: number, width: number, bits: UnitBits, form: Form, chunk: number): void {
    const { unit, code } = this;
    const value = this.valueOf(signal);
    const found: Form = width < this.width(signal) ? 'any' : value.form;
    if (bits === value.bits && low === 0 && this.readers[signal] <= 1) {
      value.push(chunk);
      unit.reform(found, form, width, bits);
      return;
    }
    const locals = this.hold(`${signal}`, value.bits, value.push);
    const each = (wanted: Form) => (k: number): void => {
      code.get(locals[k]);
      unit.shift('shrU', low, value.bits);
      unit.reform(found, wanted, width, value.bits);
    };
    if (bits === value.bits) each(form)(chunk);
    else if (bits > value.bits) unit.widen(value.bits, bits, form === 'any' ? 'zero' : form, chunk, each(form));
    else {
      unit.narrow(value.bits, bits, chunk, each('zero'));
      unit.reform('zero', form, width, bits);
    }
  }

  /** Vectors that are computed once, in locals. */
  hold(key: string, bits: UnitBits, push: (chunk: number) => void): readonly number[] {
    let locals = this.cached.get(key);
    if (locals === undefined) {
      locals = Array.from({ length: bits / 16 }, (_, k) => {
        push(k);
        const local = this.code.local('v128');
        this.code.set(local);
        return local;
      });
      this.cached.set(key, locals);
    }
    return locals;
  }

  private valueOf(signal: Signal): Computed {
    let value = this.values.get(signal);
    if (value === undefined) {
      const node = this.nodes[signal];
      value = isMoving(node) ? this.movedWhole(node) : computed(node, this);
      this.values.set(signal, value);
    }
    return value;
  }

  private movedWhole(node: Moving): Computed {
    const bits = node.width <= 16 ? 16 : node.width <= 32 ? 32 : 64;
    return { bits, form: 'zero', push: (chunk) => this.moved(node, 0, node.width, bits, 'zero', chunk) };
  }

  /** Logic whose bits depend on the same bits of its operands alone. */
  moved(node: Moving, low: number, width: number, bits: UnitBits, form: Form, chunk: number): void {
    const { code, unit } = this;
    switch (node.op) {
      case 'not':
        this.push(node.arg, low, width, bits, form === 'sign' ? 'sign' : 'any', chunk);
        code.emit(...simd.v128Not);
        if (form === 'zero') unit.reform('any', 'zero', width, bits);
        return;
      case 'bitwise': {
        const instruction = { and: simd.v128And, or: simd.v128Or, xor: simd.v128Xor }[node.kind];
        node.args.forEach((arg, i) => {
          this.push(arg, low, width, bits, form, chunk);
          if (i > 0) code.emit(...instruction);
        });
        return;
      }
      case 'mux': return this.choose(node.select, node.args, 0, (arg) => this.push(arg, low, width, bits, form, chunk), bits, chunk);
      case 'ram': return this.pieceBits({
        pieces: this.layout.pieces(this.signalOf(node)), low, width, bits, form, chunk,
        load: (offset, instruction) => this.loadRow(node, offset, instruction),
      });
    }
  }

  private signalOf(node: Node): Signal {
    return this.numbers.get(node)!;
  }

  /** Pushes the operand that the select names, from number `first` on. */
  private choose(select: Signal, args: readonly Signal[], first: number, push: (arg: Signal) => void, bits: UnitBits, chunk: number): void {
    const { code, unit } = this;
    // A narrow select cannot name them all.
    if (first === args.length - 1 || first === 2 ** this.width(select) - 1) {
      push(args[first]);
      return;
    }
    if (!this.design.own(select)) {
      this.isFirst(select, first);
      code.emit(op.if, valueType.v128);
      this.branch(() => push(args[first]));
      code.emit(op.else);
      this.branch(() => this.choose(select, args, first + 1, push, bits, chunk));
      code.emit(op.end);
      return;
    }
    push(args[first]);
    this.choose(select, args, first + 1, push, bits, chunk);
    if (this.width(select) === 1) {
      this.push(select, 0, 1, bits, 'sign', chunk);
      code.emit(...simd.v128Not);
    } else {
      if (this.width(select) > 16) throw new NoLanes('a wide select');
      this.push(select, 0, this.width(select), bits, 'zero', chunk);
      unit.constant(BigInt(first), bits);
      code.emit(...unit.of(bits).eq);
    }
    code.emit(...simd.v128Bitselect);
  }

  /** Pushes as i32 whether a shared select names operand `first`, given that it names none before. */
  isFirst(select: Signal, first: number): void {
    const { code } = this;
    const width = this.width(select);
    if (width > 64) throw new NoLanes('a select of more than 64 bits');
    this.scalarOf(select);
    if (first === 0) code.emit(op.i64Eqz);
    else {
      code.i64(BigInt(first));
      code.emit(op.i64Eq);
    }
  }

  overlapping(args: readonly Signal[], low: number, width: number): { signal: Signal; low: number; width: number; at: number }[] {
    const parts: { signal: Signal; low: number; width: number; at: number }[] = [];
    let start = 0;
    for (const signal of args) {
      const end = start + this.width(signal);
      const [from, to] = [Math.max(low, start), Math.min(low + width, end)];
      if (from < to) parts.push({ signal, low: from - start, width: to - from, at: from - low });
      start = end;
    }
    return parts;
  }

  /** Pushes parts side by side. */
  private parts(parts: readonly { signal: Signal; low: number; width: number; at: number }[], width: number, bits: UnitBits, form: Form, chunk: number): void {
    const { unit, code } = this;
    if (parts.length === 1) {
      this.push(parts[0].signal, parts[0].low, width, bits, form, chunk);
      return;
    }
    parts.forEach((part, i) => {
      const last = i === parts.length - 1;
      this.push(part.signal, part.low, part.width, bits, last ? (form === 'any' ? 'any' : form) : 'zero', chunk);
      unit.shift('shl', part.at, bits);
      if (i > 0) code.emit(...simd.v128Or);
    });
  }

  private pushSign(signal: Signal, width: number, bits: UnitBits, form: Form, chunk: number): void {
    this.push(signal, this.width(signal) - 1, 1, bits, 'sign', chunk);
    this.unit.reform('sign', form, width, bits);
  }

  /** Bits of a signal that all copies share, in all cells. */
  private splat(signal: Signal, low: number, width: number, bits: UnitBits, form: Form): void {
    const { unit, code } = this;
    const from = behindSlices(this.design.shared.nodes, signal);
    const rom = this.design.roms.get(from.signal);
    const signed = form === 'sign';
    const key = `splat ${from.signal} ${from.low + low} ${width} ${bits} ${form === 'any' ? 'zero' : form}`;
    if (rom !== undefined) {
      const field = rom.fields.find((each) => each.low === from.low && each.width === this.width(signal))!;
      if (low % 16 !== 0 || (low > 0 && width > 16)) throw new NoLanes('a part of a field');
      const load = low > 0 || bits === 16 ? 16 : field.bits;
      code.get(this.rowOf(from.signal));
      code.emit(...(load === 16 ? simd.v128Load16Splat : simd.v128Load32Splat), 0);
      code.offset(this.rows.get(from.signal)! + field.at + low / 8);
      if (bits > load) unit.extendAll(load as UnitBits, bits, field.signed);
      unit.reform(width < field.width ? 'any' : field.signed ? 'sign' : 'zero', form, width, bits);
      return;
    }
    const [local] = this.hold(key, 16, () => {
      this.shared(signal, low, width);
      if (signed && width < 64) {
        this.scalar.shiftBy(op.i64Shl, BigInt(64 - width));
        this.scalar.shiftBy(op.i64ShrS, BigInt(64 - width));
      }
      if (bits < 64) code.emit(op.i32WrapI64);
      code.emit(...unit.of(bits).splat);
    });
    code.get(local);
  }

  private readonly rowLocals = new Map<Signal, number>();

  /** A local with the row that a constant memory's output names. */
  private rowOf(signal: Signal): number {
    let local = this.rowLocals.get(signal);
    if (local === undefined) {
      local = this.code.local('i32');
      this.rowLocals.set(signal, local);
    }
    if (!this.cached.has(`row ${signal}`)) {
      this.scalar.word(signal, 0);
      this.code.emit(op.i32WrapI64);
      this.code.set(local);
      this.cached.set(`row ${signal}`, [local]);
    }
    return local;
  }

  /** Bits of a signal from where it lies. */
  private pieces(signal: Signal, low: number, width: number, bits: UnitBits, form: Form, chunk: number): void {
    const { code, layout } = this;
    const pieces = layout.pieces(signal);
    const load = (offset: number, instruction: readonly number[]): void => {
      code.get(BASE);
      code.emit(...instruction, 0);
      code.offset(layout.of(signal) + offset);
    };
    const fetched = this.cached.get(`fetched ${signal}`);
    this.pieceBits({ pieces, low, width, bits, form, chunk, load, ...(fetched === undefined ? {} : { fetched }) });
  }

  private pieceBits({ pieces, low, width, bits, form, chunk, load, fetched }: PieceBits): void {
    const { unit, code } = this;
    let started = false;
    let local = 0;
    pieces.forEach((piece) => {
      const first = local;
      local += Math.max(1, piece.bits / 16);
      const [from, to] = [Math.max(low, piece.low), Math.min(low + width, piece.low + piece.width)];
      if (from >= to) return;
      const last = to === low + width;
      const only = last && !started;
      const exact = to === piece.low + piece.width;
      const cells = Math.max(16, piece.bits) as UnitBits;
      const shift = from - piece.low;
      const held = (k: number): void => {
        if (fetched !== undefined) code.get(fetched[first + k]);
        else unit.cells(piece, k, load);
      };
      // What a part must be above its width, for those above it or for the caller.
      const wanted: Form = last ? form : 'zero';
      const stored: Form = piece.signed ? 'sign' : 'zero';
      if (cells > bits) {
        unit.narrow(cells, bits, chunk, (k) => {
          held(k);
          unit.shift('shrU', shift, cells);
          unit.reform('any', 'zero', Math.min(to - from, bits), cells);
        });
        if (to - from < bits) unit.reform('zero', wanted, to - from, bits);
      } else {
        if (cells === bits) held(chunk);
        else if (fetched === undefined && piece.bits < bits && unit.loadsWidened(piece, bits)) unit.widened(piece, bits, chunk, load);
        else unit.widen(cells, bits, stored, chunk, held);
        if (shift > 0) unit.shift(stored === 'sign' ? 'shrS' : 'shrU', shift, bits);
        unit.reform(exact ? stored : 'any', wanted, to - from, bits);
      }
      if (!only && from > low) unit.shift('shl', from - low, bits);
      if (started) code.emit(...simd.v128Or);
      started = true;
    });
  }

  /** Loads from the word of a ram at its read address; past the end all is zero. */
  loadRow(node: Extract<Node, { op: 'ram' }>, offset: number, instruction: readonly number[]): void {
    const signal = this.signalOf(node);
    const key = `address ${signal}`;
    let [local] = this.cached.get(key) ?? [];
    if (local === undefined) {
      local = this.code.local('i32');
      this.pushRow(node.readAddress, node.depth, this.layout.bytes(signal));
      this.code.set(local);
      this.cached.set(key, [local]);
    }
    this.code.get(local);
    this.code.emit(...instruction, 0);
    this.code.offset(this.memories.get(signal)! + offset);
  }

  /** Pushes a shared number or a constant as i64. */
  scalarOf(signal: Signal): void {
    const node = this.nodes[signal];
    if (node.op === 'constant') this.code.i64(node.value);
    else this.shared(signal, 0, node.width);
  }

  /** Pushes where the word at a shared address lies in a memory of `depth` words, before the zero one; past the end, the zero one. */
  pushRow(address: Signal, depth: number, bytes: number): void {
    const { code } = this;
    this.scalarOf(address);
    if (2 ** this.width(address) > depth) {
      code.i64(BigInt(depth));
      this.scalarOf(address);
      code.i64(BigInt(depth));
      code.emit(op.i64LtU, op.select);
    }
    code.emit(op.i32WrapI64);
    code.i32(bytes);
    code.emit(op.i32Mul);
    code.get(BASE);
    code.emit(op.i32Add);
  }

  /** Fetches narrow state that changes before it is read. */
  fetch(signal: Signal): void {
    const { unit, code, layout } = this;
    const pieces = layout.pieces(signal);
    const locals: number[] = [];
    pieces.forEach((piece) => {
      for (let k = 0; k < Math.max(1, piece.bits / 16); k++) {
        unit.cells(piece, k, (offset, instruction) => {
          code.get(BASE);
          code.emit(...instruction, 0);
          code.offset(layout.of(signal) + offset);
        });
        const local = code.local('v128');
        code.set(local);
        locals.push(local);
      }
    });
    this.cached.set(`fetched ${signal}`, locals);
  }

  /** Computes logic that several blocks read. */
  compute(signal: Signal): void {
    const node = this.nodes[signal];
    if (node.op === 'slice' || node.op === 'concat' || node.op === 'extend') return;
    if (this.isApart(signal)) {
      if (node.op !== 'ram') this.stores.write(signal);
      return;
    }
    const value = this.valueOf(signal);
    this.hold(`${signal}`, value.bits, (k) => value.push(k));
  }

  /** Stores a vector (or half of one) at an address in a local plus an offset. */
  put(address: number, offset: number, vector: number, instruction: readonly number[], lane?: number): void {
    this.code.get(address);
    this.code.get(vector);
    this.code.emit(...instruction, 0);
    this.code.offset(offset);
    if (lane !== undefined) this.code.emit(lane);
  }
}

interface PieceBits {
  readonly pieces: readonly Piece[];
  readonly low: number;
  readonly width: number;
  readonly bits: UnitBits;
  readonly form: Form;
  readonly chunk: number;
  readonly load: (offset: number, instruction: readonly number[]) => void;
  /** Locals with all vectors of all pieces. */
  readonly fetched?: readonly number[];
}

export type Moving = Extract<Node, { op: 'not' | 'bitwise' | 'mux' | 'ram' }>;

export function isMoving(node: Node): node is Moving {
  return node.op === 'not' || node.op === 'bitwise' || node.op === 'mux' || node.op === 'ram';
}
