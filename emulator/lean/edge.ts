import type { LinearNode, Node, RamNode, Signal } from '../../codegen/rtl/ir.ts';
import { isState } from '../../codegen/rtl/order.ts';
import type { Emitter, Words } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { pushRamWord } from '../operators/index.ts';
import { linearRows } from '../operators/linear.ts';
import { pushEntry, pushInside, tableOf } from '../operators/table.ts';
import type { Vectors } from '../vector/match.ts';
import { emitGroup } from '../vector/stores.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import type { LeanEmitter } from './emitter.ts';
import type { Rings } from './rings.ts';

/** What the code of a clocked node needs to know besides the node. */
export interface EdgeContext {
  readonly e: LeanEmitter;
  readonly rings: Rings;
  readonly vectors: Vectors;
  /** First word of each ram's contents. */
  readonly memories: ReadonlyMap<Signal, number>;
  /** Where the next value goes: the node's own place, or a place to wait. */
  readonly target: (signal: Signal) => number;
}

/** Emits what a node does at a clock edge at which its enable is high. Resets are applied afterwards. */
export function emitEdge(signal: Signal, { e, rings, vectors, memories, target }: EdgeContext): void {
  const node = e.flat.nodes[signal];
  const to = target(signal);
  const place = vectors.groupOf.get(signal);
  if (place !== undefined) {
    emitGroup(place.group, to, rings.slot(signal), e.vectorHost);
    return;
  }
  if (node.op === 'linear' && vectors.rows.has(signal)) {
    linearInCells(signal, node, e, to, rings);
    return;
  }
  const store = (words: Words): void => e.writeWords(to, node.width, words, true);
  const passed = (newest: Words): void => delayed(signal, node.width, newest, e, rings, store);
  switch (node.op) {
    case 'register': return store((k) => e.word(node.next, k));
    case 'delay': return passed((k) => e.word(node.arg, k));
    case 'rom': {
      const table = tableOf(node.contents, node.width, e.width(node.address), e.layout);
      return store((k) => pushEntry(e, node.address, table, k));
    }
    case 'ram': return ram(node, e, memories.get(signal)!, store);
    case 'sum':
    case 'multiply':
    case 'popcount':
    case 'thresholds':
    case 'linear': return pipelined(node, e, to, passed);
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

/** Takes the oldest value on its way and puts a new one in its place. */
function delayed(signal: Signal, width: number, newest: Words, e: Emitter, rings: Rings, store: (words: Words) => void): void {
  const slot = rings.slot(signal);
  if (slot === undefined) {
    store(newest);
    return;
  }
  const { code } = e;
  const { place, at } = slot;
  const address = (): void => {
    if (at === undefined) code.i32(0);
    else code.get(at);
  };
  // The value that arrives may be computed from the one that is shown: it comes first.
  const arriving = e.hold(wordsOf(width), newest);
  store((k) => {
    address();
    code.loadAt(place + 8 * k);
  });
  arriving.forEach((local, k) => {
    address();
    code.get(local);
    code.storeAt(place + 8 * k);
  });
}

/** The rows of a linear node, each in its cell. */
function linearInCells(signal: Signal, node: LinearNode, e: Emitter, target: number, rings: Rings): void {
  const { bytes } = e.layout.cellsOf(signal)!;
  if (node.stages === 1) {
    linearRows(node, e, { address: target, bytes });
    return;
  }
  const room = e.layout.room(signal);
  const address = e.layout.reserveVectors(8 * room);
  linearRows(node, e, { address, bytes });
  const { place, at } = rings.slot(signal)!;
  const { code } = e;
  const push = (): void => {
    if (at === undefined) code.i32(0);
    else code.get(at);
  };
  const move = (from: () => void, source: number, to: () => void, destination: number): void => {
    to();
    from();
    code.emit(...simd.v128Load, 0);
    code.offset(source);
    code.emit(...simd.v128Store, 0);
    code.offset(destination);
  };
  const zero = (): void => code.i32(0);
  for (let offset = 0; offset < 8 * room; offset += 16) {
    move(push, place + offset, zero, target + offset);
    move(zero, address + offset, push, place + offset);
  }
}

/** The operation on the operands as they are now, its result on its way. */
function pipelined(node: Extract<Node, { stages: number }>, e: LeanEmitter, target: number, passed: (newest: Words) => void): void {
  const value = e.valueOfNode(node);
  if ('words' in value) {
    passed(value.clean ? value.words : (k) => {
      value.words(k);
      e.mask(node.width, k);
    });
    return;
  }
  if (node.stages === 1) {
    value.procedure(target);
    return;
  }
  const result = e.layout.reserve(wordsOf(node.width));
  value.procedure(result);
  passed((k) => e.code.load(result + 8 * k));
}

function ram(node: RamNode, e: Emitter, memory: number, store: (words: Words) => void): void {
  const { code } = e;
  if (node.read === 'registered') {
    const read = (): void => store((k) => pushRamWord(node, e, memory, k));
    if (node.readEnable === undefined) read();
    else {
      e.condition(node.readEnable);
      code.if(() => e.branch(read));
    }
  }
  const bytes = 8 * wordsOf(node.width);
  e.condition(node.writeEnable);
  if (e.width(node.writeAddress) > 30 || 2 ** e.width(node.writeAddress) > node.depth) {
    pushInside(e, node.writeAddress, node.depth);
    code.emit(op.i32And);
  }
  code.if(() => e.branch(() => {
    const at = code.local('i32');
    e.scaledIndex(node.writeAddress, bytes);
    code.set(at);
    const data = e.hold(wordsOf(node.width), (k) => e.word(node.writeData, k));
    data.forEach((local, k) => {
      code.get(at);
      code.get(local);
      code.storeAt(memory + 8 * k);
    });
  }));
}
