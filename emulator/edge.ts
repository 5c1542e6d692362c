import type { Node, RamNode, RegisterNode, Signal } from '../codegen/rtl/ir.ts';
import { isState } from '../codegen/rtl/order.ts';
import type { Emitter, Words } from './emitter.ts';
import { pushRamWord, valueOf } from './operators/index.ts';
import { pushEntry, pushInside, tableOf } from './operators/table.ts';
import { op } from './wasm/instructions.ts';

/** Memory of nodes with state, beside their values. */
export interface Held {
  /** First word of a ram's contents. */
  readonly memories: ReadonlyMap<Signal, number>;
}

/**
 * Emits what a node does at the clock edge; `target` is where its next value goes (its own address, or a place to wait).
 * A node whose target waits writes it in any case, so that copying it back is right.
 */
export function emitEdge(signal: Signal, target: number, e: Emitter, held: Held): void {
  const node = e.flat.nodes[signal];
  const own = e.layout.of(signal);
  const store = (words: Words): void => e.writeWords(target, node.width, words, true);
  if (target !== own) store((k) => e.code.load(own + 8 * k));
  switch (node.op) {
    case 'register': return register(node, e, store);
    case 'delay': return whenEnabled(node.enable, e, () => delayed(node.cycles, node.width, (k) => e.word(node.arg, k), e, store));
    case 'rom': {
      const table = tableOf(node.contents, node.width, e.width(node.address), e.layout);
      return whenEnabled(node.enable, e, () => store((k) => pushEntry(e, node.address, table, k)));
    }
    case 'ram': return ram(node, e, held.memories.get(signal)!, store);
    case 'sum':
    case 'multiply':
    case 'popcount':
    case 'thresholds':
    case 'linear': return whenEnabled(node.enable, e, () => pipelined(node, e, target, store));
    case 'input':
    case 'constant':
    case 'slice':
    case 'concat':
    case 'extend':
    case 'not':
    case 'bitwise':
    case 'reduce':
    case 'mux':
    case 'compare':
    case 'shift':
    case 'lookup':
    case 'instance-output': throw new Error(`${node.name}: ${node.op} is ${isState(node) ? '' : 'no '}state`);
  }
}

type Store = (words: Words) => void;

/** Locals that are filled inside the branch are not known outside: operands are read before it. */
function whenEnabled(enable: Signal | undefined, e: Emitter, body: () => void): void {
  if (enable === undefined) {
    body();
    return;
  }
  e.condition(enable);
  e.code.if(() => e.branch(body));
}

function register(node: RegisterNode, e: Emitter, store: Store): void {
  const { reset } = node;
  const load = (): void => whenEnabled(node.enable, e, () => store((k) => e.word(node.next, k)));
  if (reset === undefined) {
    load();
    return;
  }
  e.code.i32(0);
  e.code.emit(op.i32Load, 2, e.layout.reset);
  e.code.if(() => store((k) => e.code.i64(reset >> BigInt(64 * k))), () => e.branch(load));
}

/** Takes the oldest of `cycles` values on their way and puts a new one in its place. */
function delayed(cycles: number, width: number, newest: Words, e: Emitter, store: Store): void {
  if (cycles === 1) {
    store(newest);
    return;
  }
  const { code, layout } = e;
  const words = Math.ceil(width / 64);
  const entries = cycles - 1;
  const ring = layout.reserve(entries * words);
  if (entries === 1) {
    // The value that arrives may be the one that leaves the ring's place: read it first.
    const arriving = e.hold(words, newest);
    store((k) => code.load(ring + 8 * k));
    arriving.forEach((local, k) => code.store(ring + 8 * k, () => code.get(local)));
    return;
  }
  const place = layout.reserve(1);
  const at = code.local('i32');
  code.i32(0);
  code.emit(op.i32Load, 2);
  code.offset(place);
  code.set(at);
  const arriving = e.hold(words, newest);
  store((k) => {
    code.get(at);
    code.loadAt(ring + 8 * k);
  });
  arriving.forEach((local, k) => {
    code.get(at);
    code.get(local);
    code.storeAt(ring + 8 * k);
  });
  code.i32(0);
  code.get(at);
  code.i32(8 * words);
  code.emit(op.i32Add);
  code.tee(at);
  code.i32(0);
  code.get(at);
  code.i32(8 * words * entries);
  code.emit(op.i32LtU, op.select);
  code.emit(op.i32Store, 2);
  code.offset(place);
}

/** The operation on the operands as they are now, its result on its way for `stages` edges. */
function pipelined(node: Extract<Node, { stages: number }>, e: Emitter, target: number, store: Store): void {
  const value = valueOf(node, e, 0);
  if ('words' in value) {
    const words: Words = value.clean ? value.words : (k) => {
      value.words(k);
      e.mask(node.width, k);
    };
    delayed(node.stages, node.width, words, e, store);
    return;
  }
  if (node.stages === 1) {
    value.procedure(target);
    return;
  }
  const result = e.layout.reserve(Math.ceil(node.width / 64));
  value.procedure(result);
  delayed(node.stages, node.width, (k) => e.code.load(result + 8 * k), e, store);
}

function ram(node: RamNode, e: Emitter, memory: number, store: Store): void {
  const { code } = e;
  if (node.read === 'registered') whenEnabled(node.readEnable, e, () => store((k) => pushRamWord(node, e, memory, k)));
  const bytes = 8 * Math.ceil(node.width / 64);
  e.condition(node.writeEnable);
  pushInside(e, node.writeAddress, node.depth);
  code.emit(op.i32And);
  code.if(() => e.branch(() => {
    for (let k = 0; 8 * k < bytes; k++) {
      e.scaledIndex(node.writeAddress, bytes);
      e.word(node.writeData, k);
      code.storeAt(memory + 8 * k);
    }
  }));
}
