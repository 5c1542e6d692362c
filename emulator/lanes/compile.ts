import type { FlatDesign } from '../../codegen/rtl/flatten.ts';
import type { Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import { Emitter } from '../emitter.ts';
import { Layout, wordsOf } from '../layout.ts';
import { calling, emitCycle, inputsOf, repeated, whileReset, type CycleCode } from '../lean/compile.ts';
import { plan, type EdgeFunction, type Plan } from '../lean/plan.ts';
import { Rings } from '../lean/rings.ts';
import { simplify } from '../lean/simplify.ts';
import { emitStreams, findStreams, streamControl, type StreamControl, type StreamPorts } from '../lean/streams.ts';
import type { Vectors } from '../vector/match.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import { ModuleBuilder, type FunctionBuilder } from '../../src/base/wasm/module.ts';
import { laneData } from './beats.ts';
import { emitLaneEdge, emitLaneReset } from './edge.ts';
import { BASE, LaneEmitter, type RowTables } from './emitter.ts';
import { COPIES, GroupLayout } from './layout.ts';
import { findPieces } from './pieces.ts';
import { retime } from './retime.ts';
import { rowsOf } from './roms.ts';
import { split, type SplitDesign } from './split.ts';
import { pairOfThresholds, pairsOf } from './thresholds.ts';
import { NoLanes } from './unsupported.ts';

/** A design whose copies run side by side, in groups of `COPIES`. */
export interface LaneCode {
  /** Exports `power()`, to be called once at power-up, `run(n)` and `stream(n)` as the code of one copy does; imports `env.memory`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
  readonly streams: readonly StreamPorts[];
  readonly control: StreamControl;
  readonly copies: number;
  readonly design: SplitDesign;
  /** Where the cells of a signal lie in a group, and where the groups start. */
  readonly group: GroupLayout;
  readonly origin: number;
  readonly stride: number;
  /** What is kept of a design: state, and combinational signals that several functions read. */
  readonly stored: (signal: Signal) => boolean;
  /** What the code computes: what outputs depend on. */
  readonly live: ReadonlySet<Signal>;
  /** First byte of each ram's contents in a group, and in the shared part. */
  readonly memories: { readonly own: ReadonlyMap<Signal, number>; readonly shared: ReadonlyMap<Signal, number> };
}

const NO_VECTORS: Vectors = { groups: [], groupOf: new Map(), packed: new Map(), sums: new Map(), elements: new Map(), rows: new Set() };
/** Code of a node in a group of copies is about so many times that of one. */
const SCALE = 3;

/** Code for many copies of a design; nothing where they cannot run side by side. `copies` is a multiple of `COPIES`. */
export function lanesOf(flat: FlatDesign, copies: number): LaneCode | undefined {
  try {
    return compileLanes(flat, copies);
  } catch (error) {
    if (error instanceof NoLanes) return undefined;
    throw error;
  }
}

/** @throws NoLanes where copies may differ in what they do, or do what vectors cannot */
export function compileLanes(flat: FlatDesign, copies: number): LaneCode {
  const lean = retime(simplify(flat));
  const design = split(lean);
  const { own, shared } = design;
  const live = new Set(lean.order);
  const layout = new Layout(shared);
  const group = new GroupLayout(findPieces(design));
  const memories = { own: new Map<Signal, number>(), shared: new Map<Signal, number>() };
  for (const signal of lean.order) {
    const node = lean.nodes[signal];
    if (node.op !== 'ram') continue;
    // One word more than the memory has is zero: it is read past the end.
    if (own(signal)) memories.own.set(signal, group.reserve((node.depth + 1) * group.bytes(signal)));
    else memories.shared.set(signal, layout.reserve(node.depth * wordsOf(node.width)));
  }
  const rows = new Map([...design.roms].map(([signal, rom]) => [signal, layout.placeVectors(rowsOf(rom))]));
  const module = new ModuleBuilder();
  const control = emitCycle(module, shared, plan(shared), layout, memories.shared);
  const copiesPlan = plan(design.copies, { vectors: NO_VECTORS, scale: SCALE, apart: (signal) => own(signal) && group.pieces(signal).length > 1 });
  const cycle = emitCopies(module, design, copiesPlan, { group, layout, memories: memories.own, rows });
  const streams = findStreams(inputsOf(lean), lean, layout);
  for (const { valid, ready } of streams) if (own(valid) || own(ready)) throw new NoLanes('streams that differ from copy to copy');
  const data = laneData(module, streams, group, (code) => cycle.emitter(code));
  const groups = copies / COPIES;

  // The groups lie behind everything else.
  const beats = streamControl(layout);
  const stride = 16 * Math.ceil(group.size / 16);
  const settle = module.function();
  const edge = module.function();
  const all = (code: FunctionBuilder, functions: readonly FunctionBuilder[]): void => places.forEach((place) => functions.forEach((each) => {
    code.i32(place);
    code.call(each);
  }));
  const origin = layout.reserveVectors(groups * stride);
  const places = Array.from({ length: groups }, (_, g) => origin + g * stride);
  settle.call(control.settle);
  all(settle, [cycle.settle]);
  all(edge, [cycle.edge]);
  edge.call(cycle.rotate);
  whileReset(edge, layout, () => all(edge, [cycle.reset]));
  edge.call(control.edge);
  const scalar = (code: FunctionBuilder, signal: Signal, k: number): void => new Emitter(code, shared, layout).word(signal, k);
  emitStreams(module, streams, beats, layout, scalar, data(places), settle, edge);
  const power = module.function();
  all(power, [cycle.reset]);
  for (const signal of shared.order) {
    const node = shared.nodes[signal];
    if (node.op === 'register' && node.reset !== undefined) layout.start(signal, node.reset);
  }
  module.export('power', power);
  module.export('run', repeated(module, [settle, edge]));
  return {
    bytes: module.bytes(), layout, streams, control: beats, copies, design, group, origin, stride, stored: copiesPlan.stored, live, memories,
  };
}

interface CopiesCode extends CycleCode {
  /** Moves the rings on, once for all groups. */
  readonly rotate: FunctionBuilder;
  readonly reset: FunctionBuilder;
  readonly emitter: (code: FunctionBuilder) => LaneEmitter;
}

interface Places {
  readonly group: GroupLayout;
  readonly layout: Layout;
  readonly memories: ReadonlyMap<Signal, number>;
  readonly rows: RowTables;
}

/** Emits what a group of copies does in a clock cycle; all functions but `rotate` take the group's place. */
function emitCopies(module: ModuleBuilder, design: SplitDesign, planned: Plan, { group, layout, memories, rows }: Places): CopiesCode {
  const readers = countReaders(design);
  const numbers = new Map(design.copies.nodes.map((node, signal) => [node, signal]));
  const emitter = (code: FunctionBuilder): LaneEmitter =>
    new LaneEmitter(code, design, group, planned, new Emitter(code, design.shared, layout), memories, rows, readers, numbers);
  const waiting = new Map([...planned.late].map((signal) => [signal, group.reserve(group.bytes(signal))]));
  const settle = planned.settle.map((signals) => {
    const code = module.function(['i32']);
    const e = emitter(code);
    for (const signal of signals) e.stores.keep(signal);
    return code;
  });
  const rotate = module.function();
  const edges = planned.edges.map((each) => {
    const code = module.function(['i32']);
    emitFunction(each, emitter(code), waiting, layout, rotate);
    return code;
  });
  const commit = module.function(['i32']);
  for (const [signal, from] of waiting) copyValue(commit, group, signal, from, group.of(signal));
  const reset = module.function(['i32']);
  emitLaneReset(emitter(reset));
  return { settle: calling(module, settle, ['i32']), edge: calling(module, [...edges, commit], ['i32']), rotate, reset, emitter };
}

function countReaders({ copies: { nodes, order } }: SplitDesign): Int32Array {
  const readers = new Int32Array(nodes.length);
  for (const signal of order) for (const operand of operandsOf(nodes[signal])) readers[operand]++;
  return readers;
}

function copyValue(code: FunctionBuilder, group: GroupLayout, signal: Signal, from: number, to: number): void {
  for (let offset = 0; offset < 8 * group.room(signal); offset += 16) {
    code.get(BASE);
    code.get(BASE);
    code.emit(...simd.v128Load, 0);
    code.offset(from + offset);
    code.emit(...simd.v128Store, 0);
    code.offset(to + offset);
  }
}

function emitFunction({ blocks, shared, fetched }: EdgeFunction, e: LaneEmitter, waiting: ReadonlyMap<Signal, number>, layout: Layout, rotate: FunctionBuilder): void {
  const { layout: group, code } = e;
  for (const signal of fetched) e.fetch(signal);
  for (const signal of shared) e.compute(signal);
  // What waits is copied back in any case: without a new value, the old one must be there.
  for (const { enable, signals } of blocks) {
    if (enable !== undefined) for (const signal of signals) if (waiting.has(signal)) copyValue(code, group, signal, group.of(signal), waiting.get(signal)!);
  }
  const scalar = new Emitter(rotate, e.design.shared, layout);
  for (const { enable, signals } of blocks) {
    if (enable !== undefined && e.design.own(enable)) throw new NoLanes('enables that differ from copy to copy');
    const places = { reserve: (words: number) => layout.reserve(words), reserveVectors: (bytes: number) => group.reserve(bytes) };
    const rings = new Rings(code, places, e.nodes, signals, (signal) => group.room(signal), rotate);
    const body = (): void => {
      rings.begin();
      const pairs = pairsOf(signals, e.nodes);
      for (const signal of signals) {
        const other = pairs.get(signal);
        if (other !== undefined) pairOfThresholds([signal, other], e).forEach((value, i) => e.paired.set(i === 0 ? signal : other, value));
        emitLaneEdge(signal, e, rings, waiting.get(signal) ?? group.of(signal));
      }
    };
    if (enable === undefined) {
      body();
      rings.end();
      continue;
    }
    e.condition(enable);
    code.if(() => e.branch(body));
    if (!rings.moves) continue;
    const from = e.bitOf(enable);
    scalar.word(from.signal, Math.floor(from.low / 64));
    scalar.shiftBy(op.i64ShrU, BigInt(from.low % 64));
    scalar.mask(1, 0);
    rotate.emit(op.i32WrapI64);
    rotate.if(() => scalar.branch(() => rings.end()));
  }
}
