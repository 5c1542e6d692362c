import type { LinearNode, Node, Signal } from '../../codegen/rtl/ir.ts';
import { Emitter } from '../emitter.ts';
import type { Layout } from '../layout.ts';
import { valueOf } from '../operators/index.ts';
import type { Value } from '../operators/value.ts';
import type { VectorHost } from '../vector/code.ts';
import { emitPacked, emitShorts, pushTotal } from '../vector/stores.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import { pushPosition, pushTapWord, type Window } from '../history/windows.ts';
import type { LeanDesign } from './graph.ts';
import type { Plan } from './plan.ts';

/** Emits one function of the fast code: logic that is not stored is computed where it is read, once if it is read often. */
export class LeanEmitter extends Emitter {
  private readonly values = new Map<Signal, Value>();
  /** Wide logic that this function has written to its place. */
  private written = new Set<Signal>();
  /** Locals that hold the positions of histories. */
  private positions = new Map<Window, number>();

  constructor(
    code: FunctionBuilder, lean: LeanDesign, layout: Layout, private readonly plan: Plan, private readonly memories: ReadonlyMap<Signal, number>,
  ) {
    super(code, lean, layout);
  }

  override branch(body: () => void): void {
    const [before, positions] = [this.written, this.positions];
    this.written = new Set(before);
    this.positions = new Map(positions);
    super.branch(body);
    this.written = before;
    this.positions = positions;
  }

  override word(signal: Signal, k: number): void {
    const node = this.flat.nodes[signal];
    const tap = this.plan.windows?.taps.get(signal);
    if (tap !== undefined && k < this.words(signal) && !this.cached.has(signal)) {
      pushTapWord(this.code, tap, k, () => this.position(tap.window));
      if (this.words(signal) > 1) return;
      const local = this.code.local('i64');
      this.code.tee(local);
      this.cached.set(signal, local);
      return;
    }
    if (k >= this.words(signal) || node.op === 'constant' || this.plan.stored(signal) || this.cached.has(signal)) {
      super.word(signal, k);
      return;
    }
    const value = this.logicOf(signal);
    if (!('words' in value)) {
      this.write(signal, value);
      super.word(signal, k);
    } else if (this.words(signal) > 1) {
      if (this.plan.uses[signal] > 1 && !isWiring(node.op)) {
        this.write(signal, value);
        super.word(signal, k);
      } else this.push(signal, value, k);
    } else if (this.plan.uses[signal] > 1) {
      this.code.get(this.compute(signal));
    } else this.push(signal, value, k);
  }

  override place(signal: Signal): number {
    const node = this.flat.nodes[signal];
    if (node.op === 'constant') return this.layout.once(node, 'value', () => this.layout.table([node.value], node.width));
    if (this.words(signal) === 1) {
      // Its own place may hold the next value already.
      const place = this.layout.once(node, 'copy', () => this.layout.reserve(1));
      this.code.store(place, () => this.word(signal, 0));
      return place;
    }
    const tap = this.plan.windows?.taps.get(signal);
    if (tap !== undefined) this.write(signal, { clean: true, words: (k) => pushTapWord(this.code, tap, k, () => this.position(tap.window)) });
    else if (!this.plan.stored(signal)) this.write(signal, this.logicOf(signal));
    return this.layout.of(signal);
  }

  override part(signal: Signal, low: number, width: number): boolean {
    const tap = this.plan.windows?.taps.get(signal);
    if (tap === undefined) return super.part(signal, low, width);
    if (tap.sample.elements?.width !== width || low % width !== 0) return false;
    this.position(tap.window);
    this.code.emit(op.i64Load16U, 0);
    this.code.offset(tap.offset + (2 * low) / width);
    return true;
  }

  /** Pushes where a history stands. */
  position(window: Window): void {
    let local = this.positions.get(window);
    if (local === undefined) {
      local = this.code.local('i32');
      pushPosition(this.code, window.now);
      this.code.set(local);
      this.positions.set(window, local);
    }
    this.code.get(local);
  }

  /** Computes narrow logic into a local. */
  compute(signal: Signal): number {
    const known = this.cached.get(signal);
    if (known !== undefined) return known;
    const value = this.logicOf(signal);
    if (!('words' in value)) {
      this.write(signal, value);
      return this.cachedLocal(signal);
    }
    const local = this.code.local('i64');
    this.push(signal, value, 0);
    this.code.set(local);
    this.cached.set(signal, local);
    return local;
  }

  /** Fetches narrow state that changes before it is read. */
  fetch(signal: Signal): void {
    this.cachedLocal(signal);
  }

  /** Stores logic that other functions read. */
  store(signal: Signal): void {
    const value = this.logicOf(signal);
    if ('words' in value) this.define(signal, value.words, value.clean);
    else value.procedure(this.layout.of(signal));
  }

  private push(signal: Signal, value: Extract<Value, { clean: boolean }>, k: number): void {
    value.words(k);
    if (!value.clean) this.mask(this.width(signal), k);
  }

  private write(signal: Signal, value: Value): void {
    if (this.written.has(signal)) return;
    if ('words' in value) this.writeWords(this.layout.of(signal), this.width(signal), value.words, value.clean);
    else value.procedure(this.layout.of(signal));
    this.written.add(signal);
  }

  private logicOf(signal: Signal): Value {
    let value = this.values.get(signal);
    if (value === undefined) {
      const node = this.flat.nodes[signal];
      value = this.valueOfNode(node, this.memories.get(signal) ?? 0);
      if ('words' in value && readsMuch(node, this)) value = this.apart(value);
      this.values.set(signal, value);
    }
    return value;
  }

  /**
   * A value that is stored too, for nobody: engines put the loads of straight code before its arithmetic, but no load before a store
   * in front of it. Without it, the operands of many such values would fill more registers than there are.
   */
  private apart({ words, clean }: Extract<Value, { clean: boolean }>): Value {
    return {
      clean,
      words: (k) => {
        const local = this.code.local('i64');
        words(k);
        this.code.set(local);
        this.code.store(this.layout.once(this.plan, 'apart', () => this.layout.reserve(1)), () => this.code.get(local));
        this.code.get(local);
      },
    };
  }

  /** As vectors where that is possible. */
  valueOfNode(node: Node, memory = 0): Value {
    const { packed, sums } = this.plan.vectors;
    const vec = packed.get(node);
    if (vec !== undefined) return { procedure: (address) => emitPacked(vec, address, this.vectorHost) };
    const total = sums.get(node);
    if (total === undefined || node.op !== 'sum') return valueOf(node, this, memory);
    const rest: Value = valueOf({ ...node, terms: node.terms.filter((_, i) => !total.terms.has(i)) }, this, memory);
    const { signed, negative, shift } = node.terms[[...total.terms][0]];
    return {
      clean: false,
      words: (k) => {
        if ('words' in rest) rest.words(k);
        pushTotal(total.vec, signed, this.vectorHost);
        if (shift > 0) this.shiftBy(op.i64Shl, BigInt(Math.min(shift, 63)));
        this.code.emit(negative ? op.i64Sub : op.i64Add);
      },
    };
  }

  override shorts(node: LinearNode, address: number): boolean {
    const vec = this.plan.vectors.elements.get(node);
    if (vec !== undefined) emitShorts(vec, node.signed, address, this.vectorHost);
    return vec !== undefined;
  }

  private tapAt(signal: Signal): number {
    const { window, offset } = this.plan.windows!.taps.get(signal)!;
    this.position(window);
    return offset;
  }

  get vectorHost(): VectorHost {
    return { e: this, groupAt: (group) => this.layout.of(group.members[0]), tapAt: (signal) => this.tapAt(signal) };
  }
}

/** Whether logic makes one number of many words. */
function readsMuch(node: Node, e: Emitter): boolean {
  return (node.op === 'popcount' && e.words(node.arg) > 1) || (node.op === 'sum' && node.terms.length > 8);
}

/** Operators that only move bits, or read them where they lie. */
function isWiring(op: string): boolean {
  return op === 'lookup' || op === 'slice' || op === 'concat' || op === 'extend' || op === 'not';
}
