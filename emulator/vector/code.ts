import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { lanes, op, simd, type LaneBits } from '../../src/base/wasm/instructions.ts';
import { demandsOf } from './demand.ts';
import { entryTable, entryOffset } from './entries.ts';
import { extremeOf, type Extreme } from './extreme.ts';
import { pushFields } from './fields.ts';
import { isWhole } from './exact.ts';
import { cellBytes, type OperatorVec, type StateGroup, type Vec } from './vec.ts';

/** What vector code needs of the function around it. */
export interface VectorHost {
  readonly e: Emitter;
  /** Address of the first cell of a group. */
  readonly groupAt: (group: StateGroup) => number;
  /** Pushes what is added to the result to get the address of a tap. */
  readonly tapAt: (tap: Signal) => number;
}

/**
 * Emits the computation of a vector, 128 bits at a time. A vector is `raw` where only the lowest `width` bits of each lane are
 * right, `clean` where the others are zero, `signed` where they repeat the sign; of bits that nobody needs, none has to be right.
 */
export class VectorCode {
  private readonly places = new Map<Vec, number>();
  private readonly splats = new Map<Vec, number>();
  /** Vectors of the present turn that are used several times. */
  private turn = new Map<Vec, number>();
  /** The same, as signed numbers. */
  private signedTurn = new Map<Vec, number>();
  private readonly uses = new Map<Vec, number>();
  private readonly demands: ReadonlyMap<Vec, number>;
  /** Lanes that hold what is needed of every value. */
  readonly bits: LaneBits;

  constructor(private readonly host: VectorHost, root: Vec) {
    this.demands = demandsOf(root);
    const needed = [...this.demands].map(([vec, demand]) => (vec.kind === 'operator' || vec.kind === 'constant' ? demand : vec.width));
    this.bits = Math.max(...needed) <= 16 ? 16 : 32;
    this.prepare(root);
  }

  /** Lanes of one turn. */
  get count(): number {
    return 128 / this.bits;
  }

  /** Starts the turn of the lanes from `first` on. */
  begin(): void {
    this.turn = new Map();
    this.signedTurn = new Map();
  }

  clean(vec: Vec, first: number): void {
    this.raw(vec, first, false);
    if (isRaw(vec)) this.mask(vec.width);
  }

  signed(vec: Vec, first: number): void {
    const known = this.signedTurn.get(vec);
    if (known !== undefined) {
      this.host.e.code.get(known);
      return;
    }
    this.computeSigned(vec, first);
    if (vec.kind !== 'operator' || this.uses.get(vec)! < 2) return;
    const local = this.host.e.code.local('v128');
    this.host.e.code.tee(local);
    this.signedTurn.set(vec, local);
  }

  private computeSigned(vec: Vec, first: number): void {
    if (vec.kind === 'constant') {
      this.table(vec.values.map((value) => BigInt.asIntN(vec.width, value)), first);
      return;
    }
    if (vec.kind === 'operator') {
      if (isWhole(vec)) {
        this.raw(vec, first, false);
        return;
      }
      const [node] = vec.nodes;
      const [a] = vec.operands;
      const extreme = extremeOf(vec);
      if (extreme !== undefined) return this.extreme(extreme, first);
      if (node.op === 'extend' && node.width > a.width) {
        if (node.signed) this.signed(a, first);
        else this.clean(a, first);
        return;
      }
      if (node.op === 'slice') {
        this.raw(a, first, false);
        this.shift('shl', this.bits - node.low - node.width);
        return this.shift('shrS', this.bits - node.width);
      }
      if (node.op === 'bitwise') return this.fold(vec, node.kind, (operand) => this.signed(operand, first));
    }
    if (vec.kind === 'fields' || vec.kind === 'state' || vec.kind === 'rows' || vec.kind === 'sample' || vec.kind === 'entry') {
      this.raw(vec, first, true);
      if (vec.kind === 'fields' || vec.kind === 'entry' || (vec.kind === 'sample' && vec.signed)) return;
      if (vec.width === 16 && this.bits === 32 && vec.kind !== 'sample') return;
    } else this.raw(vec, first, false);
    this.shift('shl', this.bits - vec.width);
    this.shift('shrS', this.bits - vec.width);
  }

  /** The smaller or the greater of two signed numbers. */
  private extreme({ operands, greater }: Extreme, first: number): void {
    for (const operand of operands) this.signed(operand, first);
    const { minS, maxS } = lanes[this.bits];
    this.host.e.code.emit(...(greater ? maxS : minS));
  }

  /** Splats, packed operands and single values are fetched before the first turn. */
  private prepare(vec: Vec): void {
    this.uses.set(vec, (this.uses.get(vec) ?? 0) + 1);
    if (this.uses.get(vec)! > 1) return;
    const { e } = this.host;
    const { code } = e;
    if (vec.kind === 'operator') vec.operands.forEach((operand) => this.prepare(operand));
    if (vec.kind === 'fields') this.places.set(vec, e.place(vec.arg));
    if (vec.kind === 'entry') this.places.set(vec, entryOffset(vec, e, this.bits));
    if (vec.kind === 'splat') {
      const local = code.local('v128');
      e.condition(vec.signal);
      code.emit(...lanes[this.bits].splat);
      code.set(local);
      this.splats.set(vec, local);
    }
    if (vec.kind === 'gather') {
      const place = e.layout.reserveVectors((vec.lanes * this.bits) / 8);
      this.places.set(vec, place);
      vec.signals.forEach((signal, lane) => {
        code.i32(0);
        e.word(signal, 0);
        code.emit(this.bits === 16 ? op.i64Store16 : op.i64Store32, 0);
        code.offset(place + (lane * this.bits) / 8);
      });
    }
  }

  private raw(vec: Vec, first: number, signed: boolean): void {
    const { code } = this.host.e;
    const kept = vec.kind === 'operator' && this.uses.get(vec)! > 1;
    const known = kept ? this.turn.get(vec) : undefined;
    if (known !== undefined) {
      code.get(known);
      return;
    }
    this.compute(vec, first, signed);
    if (!kept) return;
    const local = code.local('v128');
    code.tee(local);
    this.turn.set(vec, local);
  }

  private compute(vec: Vec, first: number, signed: boolean): void {
    const { e, groupAt } = this.host;
    switch (vec.kind) {
      case 'constant': return this.table(vec.values, first);
      case 'splat': return e.code.get(this.splats.get(vec)!);
      case 'state': return this.cells(groupAt(vec.group), vec.first + first, vec.width, signed);
      case 'rows': return this.cells(e.layout.of(vec.linear), vec.first + first, vec.width, signed);
      case 'gather': return this.load(this.places.get(vec)! + (first * this.bits) / 8, simd.v128Load);
      case 'sample': return this.sample(vec, first);
      case 'entry': return this.entry(vec, first, signed);
      case 'fields': return pushFields(vec, this.places.get(vec)!, first, this.bits, signed, e.code, e.layout);
      case 'operator': return this.operator(vec, first);
    }
  }

  private sample({ tap, first: start, signed }: Extract<Vec, { kind: 'sample' }>, first: number): void {
    const { code } = this.host.e;
    const offset = this.host.tapAt(tap);
    code.emit(...(this.bits === 16 ? simd.v128Load : signed ? simd.v128Load16x4S : simd.v128Load16x4U), 0);
    code.offset(offset + 2 * (start + first));
  }

  private entry(vec: Extract<Vec, { kind: 'entry' }>, first: number, signed: boolean): void {
    const { code, layout } = this.host.e;
    code.get(this.places.get(vec)!);
    code.emit(...simd.v128Load, 0);
    code.offset(entryTable(vec, layout, this.bits, signed) + (first * this.bits) / 8);
  }

  private load(address: number, instruction: readonly number[]): void {
    const { code } = this.host.e;
    code.i32(0);
    code.emit(...instruction, 0);
    code.offset(address);
  }

  private cells(address: number, first: number, width: number, signed: boolean): void {
    const bytes = cellBytes(width);
    const widen = bytes === 2 && this.bits === 32;
    this.load(address + bytes * first, widen ? (signed && width === 16 ? simd.v128Load16x4S : simd.v128Load16x4U) : simd.v128Load);
  }

  /** Lanes of constants from lane `first` on. */
  table(values: readonly bigint[], first: number): void {
    const own = values.slice(first, first + this.count);
    if (own.every((value) => value === 0n)) this.zero();
    else this.load(this.host.e.layout.lanes(own, this.bits), simd.v128Load);
  }

  zero(): void {
    this.host.e.code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
  }

  private mask(width: number): void {
    if (width >= this.bits) return;
    this.table(new Array<bigint>(this.count).fill((1n << BigInt(width)) - 1n), 0);
    this.host.e.code.emit(...simd.v128And);
  }

  private fold(vec: OperatorVec, kind: 'and' | 'or' | 'xor', push: (operand: Vec) => void): void {
    const instruction = { and: simd.v128And, or: simd.v128Or, xor: simd.v128Xor }[kind];
    vec.operands.forEach((operand, i) => {
      push(operand);
      if (i > 0) this.host.e.code.emit(...instruction);
    });
  }

  private shift(kind: 'shl' | 'shrU' | 'shrS', amount: number): void {
    if (amount <= 0) return;
    this.host.e.code.i32(amount);
    this.host.e.code.emit(...lanes[this.bits][kind]);
  }

  /** A vector read as a number by sign or by zero; what is above `width` bits does not matter. */
  private number(vec: Vec, first: number, signed: boolean, width: number): void {
    if (vec.width >= width) this.raw(vec, first, false);
    else if (signed) this.signed(vec, first);
    else this.clean(vec, first);
  }

  private operator(vec: OperatorVec, first: number): void {
    const { code } = this.host.e;
    const unit = lanes[this.bits];
    const [node] = vec.nodes;
    const [a, b, c] = vec.operands;
    switch (node.op) {
      case 'slice': {
        this.raw(a, first, false);
        const end = node.low + node.width;
        if (end === a.width && !isRaw(a)) return this.shift('shrU', node.low);
        this.shift('shl', this.bits - end);
        return this.shift('shrU', this.bits - node.width);
      }
      case 'extend': return node.signed ? this.signed(a, first) : this.clean(a, first);
      case 'not':
        this.raw(a, first, false);
        return code.emit(...simd.v128Not);
      case 'bitwise': return this.fold(vec, node.kind, (operand) => this.clean(operand, first));
      case 'mux': {
        const extreme = extremeOf(vec);
        if (extreme !== undefined) return this.extreme(extreme, first);
        this.clean(b, first);
        this.clean(c, first);
        this.clean(a, first);
        this.zero();
        return code.emit(...unit.eq, ...simd.v128Bitselect);
      }
      case 'compare': {
        const push = (operand: Vec): void => (node.signed && operand.width < this.bits ? this.signed(operand, first) : this.clean(operand, first));
        push(a);
        push(b);
        const ordered = node.kind === 'lt' ? [unit.ltS, unit.ltU] : [unit.leS, unit.leU];
        code.emit(...(node.kind === 'eq' ? unit.eq : node.kind === 'ne' ? unit.ne : ordered[node.signed ? 0 : 1]));
        return this.shift('shrU', this.bits - 1);
      }
      case 'concat': {
        let at = 0;
        vec.operands.forEach((operand, i) => {
          if (at >= this.bits) return;
          this.clean(operand, first);
          this.shift('shl', at);
          if (i > 0) code.emit(...simd.v128Or);
          at += operand.width;
        });
        return;
      }
      case 'sum': {
        const demand = this.demands.get(vec)!;
        const constants = vec.nodes.map((each) => (each as typeof node).constant);
        const bare = constants.every((constant) => constant === 0n) && node.terms.length > 0 && !node.terms[0].negative;
        if (!bare) this.table(constants, first);
        node.terms.forEach(({ signed, shift, negative }, i) => {
          this.number(vec.operands[i], first, signed, demand - shift);
          this.shift('shl', Math.min(shift, this.bits - 1));
          if (shift >= this.bits) this.shift('shl', 1);
          if (i > 0 || !bare) code.emit(...(negative ? unit.sub : unit.add));
        });
        return;
      }
      case 'multiply': {
        const demand = this.demands.get(vec)!;
        this.number(a, first, node.leftSigned, demand);
        this.number(b, first, node.rightSigned, demand);
        return code.emit(...unit.mul);
      }
      case 'thresholds': return this.thresholds(vec, node, a, first);
      default: throw new Error(`${node.op} is not computed in vectors`);
    }
  }

  private thresholds(vec: OperatorVec, node: Extract<Node, { op: 'thresholds' }>, x: Vec, first: number): void {
    const { code } = this.host.e;
    const unit = lanes[this.bits];
    const local = code.local('v128');
    if (node.signed) this.signed(x, first);
    else this.clean(x, first);
    code.set(local);
    const least = node.signed ? -(1n << BigInt(x.width - 1)) : 0n;
    const most = least + (1n << BigInt(x.width));
    const within = (level: bigint): bigint => (level < least ? least : level > most ? most : level);
    this.zero();
    for (let k = 0; k < node.levels.length; k++) {
      code.get(local);
      this.table(vec.nodes.map((each) => within((each as typeof node).levels[k])), first);
      code.emit(...(node.signed ? unit.geS : unit.geU), ...unit.sub);
    }
  }
}

/** Whether bits above a vector's width may be set. */
function isRaw(vec: Vec): boolean {
  if (vec.kind === 'sample') return vec.signed;
  if (vec.kind !== 'operator') return false;
  const [node] = vec.nodes;
  switch (node.op) {
    case 'not':
    case 'sum':
    case 'multiply': return true;
    case 'extend': return node.signed;
    case 'mux': return extremeOf(vec) !== undefined;
    default: return false;
  }
}
