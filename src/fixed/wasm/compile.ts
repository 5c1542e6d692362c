import { dispatch, type OpTable } from '../../base/table.ts';
import { op } from '../../base/wasm/instructions.ts';
import { hasRelaxedVectors } from '../../base/wasm/relaxed.ts';
import { ModuleBuilder, type FunctionBuilder } from '../../base/wasm/module.ts';
import type { ArgumentNode, ExtremeNode, FixedGraph, FixedNode, GatherNode, ThresholdNode, ValueId } from '../ir.ts';
import { windowsOf } from '../window.ts';
import { emitBinary, emitBinaryStep } from './binary.ts';
import { bytesOfProduct, emitBytes } from './bytes.ts';
import { emitDense } from './dense.ts';
import { emitDepthwise } from './depthwise.ts';
import { emitDot, tableFits } from './dot.ts';
import { emitTable, emitThreshold, type ElementContext } from './elementwise.ts';
import { emitGather } from './gather.ts';
import { divideFits, emitDivide, emitSquareRoot } from './quotients.ts';
import { emitRequantize, requantizeFits } from './requantize.ts';
import { nest, pointer } from './nest.ts';
import { emitSlicedStep, isSliced } from './sliced.ts';
import { forEachElement, loadElement, pushElement, pushOffset } from './scalar.ts';
import { emitPool } from './pool.ts';
import { isBinary, planProducts, type ProductPlan } from './products.ts';
import { blockOf, bytesOf, elementBytes, placesOf, Room, type Place } from './values.ts';
import { copyBytes } from './vectors.ts';

/** A fixed-point graph as WebAssembly code: exports `run(count, from, to)`, which computes samples, some of them together. */
export interface FixedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of memory that the code and its constants use. */
  readonly memory: number;
  /** Elements of a sample as they lie in the buffers of `run`, one value behind the other. */
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  /** Whether samples depend on those before: one memory computes all of them, in order. */
  readonly sequential: boolean;
}

/** A tensor in a sample's record, from `offset` on. */
export interface Field extends Omit<Place, 'address'> {
  readonly value: ValueId;
  readonly offset: number;
}

/** Why a graph has no code, in the words of the operator. */
export class NoFixedProgram extends Error {}

/**
 * Compiles a graph. `shown` are the values that the caller wants beside the graph's outputs; `relaxed` allows relaxed vector instructions.
 * @throws NoFixedProgram where an operator has no code or needs more than 64 bits; the plain evaluator computes these
 */
export function compileFixed(graph: FixedGraph, shown: readonly ValueId[] = [], relaxed = hasRelaxedVectors()): FixedProgram {
  const room = new Room();
  const seen = new Set([...graph.outputs.map((output) => output.value), ...shown]);
  const plan = planProducts(graph, seen);
  const block = blockOf(graph, plan);
  const places = placesOf(graph, room, plan, block);
  const module = new ModuleBuilder();
  const functions: FunctionBuilder[] = [];
  graph.nodes.forEach((node, id) => {
    if (node.op === 'input' || plan.absorbed.has(id)) return;
    const code = module.function();
    emitNode(id, plan, { graph, places, room, code, to: places[id], relaxed });
    functions.push(code);
  });
  const states = graph.nodes.flatMap((node, id): StatePlace[] =>
    (node.op === 'state' ? [{ state: places[id], next: places[node.next], initial: node.initial }] : []));
  const keep = states.length > 0 ? emitStates(module.function(), states, room) : undefined;
  const inputs = fieldsOf(graph, plan, graph.inputs.map((input) => input.value));
  const outputs = fieldsOf(graph, plan, [...graph.outputs.map((output) => output.value), ...shown]);
  const run = module.function(['i32', 'i32', 'i32']);
  run.emit(op.loop, 0x40);
  forEachRecord(run, block, inputs, 1, (record, sample, field) => {
    copyBytes(run, sample, places[field.value].address, record, field.offset, bytesOf(field));
  });
  for (const each of functions) run.call(each);
  forEachRecord(run, block, outputs, 2, (record, sample, field) => {
    copyBytes(run, record, field.offset, sample, places[field.value].address, bytesOf(field));
  });
  // States that are seen are those of this sample.
  if (keep !== undefined) run.call(keep);
  run.get(0);
  run.i32(block);
  run.emit(op.i32Sub);
  run.tee(0);
  run.i32(0);
  run.emit(op.i32GtS, op.brIf, 0, op.end);
  module.export('run', run);
  for (const { address, bytes } of room.initial) module.data(address, bytes);
  return { bytes: module.bytes(), memory: room.bytes, inputs, outputs, sequential: states.length > 0 };
}

/** Bytes of a sample's record. */
export function recordBytes(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + Math.ceil(bytesOf(field) / 16) * 16, 0);
}

function fieldsOf(graph: FixedGraph, { signs }: ProductPlan, values: readonly ValueId[]): Field[] {
  const fields: Field[] = [];
  for (const value of values) {
    const { type, shape } = graph.nodes[value];
    const columns = signs.get(value);
    const size = shape.reduce((a, b) => a * b, 1);
    fields.push({ value, offset: recordBytes(fields), bytes: elementBytes(type), size, ...(columns === undefined ? {} : { signs: columns }) });
  }
  return fields;
}

/**
 * Copies the fields of a block's samples; the parameter `records` points to the first of their records, and in the end behind the last.
 * Where fewer samples are left (parameter 0) than a block has, the last record stands for those that are missing.
 */
function forEachRecord(
  code: FunctionBuilder, block: number, fields: readonly Field[], records: number, copy: (record: number, sample: number, field: Field) => void,
): void {
  const bytes = recordBytes(fields);
  const [record, index] = [code.local('i32'), pointer(code)];
  const samples = fields.map(() => pointer(code));
  const steps = fields.map((field, i) => [samples[i], bytesOf(field)] as const);
  nest(code, [{ count: block, steps: [[index, 1], ...steps] }], () => {
    code.get(index);
    code.get(0);
    code.i32(1);
    code.emit(op.i32Sub);
    code.get(index);
    code.get(0);
    code.emit(op.i32LtS, op.select);
    code.i32(bytes);
    code.emit(op.i32Mul);
    code.get(records);
    code.emit(op.i32Add);
    code.set(record);
    fields.forEach((field, i) => copy(record, samples[i], field));
  });
  code.add(records, block * bytes);
}

interface Context {
  readonly graph: FixedGraph;
  readonly places: readonly Place[];
  readonly room: Room;
  readonly code: FunctionBuilder;
  readonly to: Place;
  readonly relaxed: boolean;
}

function element(context: Context, arg: ValueId): ElementContext {
  return { ...context, from: context.places[arg], type: context.graph.nodes[arg].type };
}

/** A node with what is computed together with it, or alone. */
function emitNode(id: ValueId, plan: ProductPlan, context: Context): void {
  const { graph, places } = context;
  const node = graph.nodes[id];
  const [product, step, pool] = [plan.products.get(id), plan.steps.get(id), plan.pools.get(id)];
  if (step !== undefined) {
    const emit = isSliced(step, places[step.arg], context.to) ? emitSlicedStep : emitBinaryStep;
    const threshold = node as ThresholdNode;
    emit(step, threshold, graph.nodes[threshold.arg].type, { ...context, from: places[step.arg] });
  } else if (pool !== undefined) emitPool(node as ExtremeNode, pool, { ...context, from: places[pool.arg] });
  else if (product === undefined) dispatch(OPERATORS, node, context);
  else {
    const own = { ...context, from: places[product.source], type: node.type, argument: graph.nodes[product.dot.arg].type };
    const { dot, window, rescales } = product;
    const bytes = context.relaxed && window === undefined && rescales === undefined ? bytesOfProduct(dot, own.argument) : undefined;
    if (window !== undefined && dot.groups > 1) emitDepthwise(product, window, own);
    else if (bytes !== undefined) emitBytes(dot, bytes, own);
    else emitDense(product, own);
  }
}

const OPERATORS: OpTable<FixedNode, void, [Context]> = {
  input: () => {},
  gather: (node, { code, room, places, to }) => emitGather(code, room, node.args.map((arg) => places[arg]), blockIndex(node, places, to), to),
  window: (node, { code, room, places, to }) => {
    // The windows of the elements' numbers say where each element comes from; the fill's numbers come after them.
    const from = places[node.arg];
    // One number for each channel, so that a pixel comes from neighbours inside and outside of the image alike.
    const filling = Float64Array.from({ length: node.channels }, (_, c) => node.fill[node.fill.length === 1 ? 0 : c]);
    const fill = { address: room.place(integersOf(filling, from.bytes)), bytes: from.bytes, size: node.channels };
    const numbers = { ...node, fill: filling.map((_, c) => from.size + c) };
    const index = Int32Array.from(windowsOf(numbers, Float64Array.from({ length: from.size }, (_, i) => i)));
    emitGather(code, room, [from, fill], index, to);
  },
  dot: (node, context) => {
    const [own, arg] = [{ ...context, from: context.places[node.arg] }, context.graph.nodes[node.arg]];
    if (node.lmul !== undefined && !tableFits(node, arg.type)) {
      throw new NoFixedProgram(`${node.name}: products of floating-point ordinals of many bits`);
    }
    if (isBinary(node, arg)) emitBinary(node, own);
    else emitDot(node, arg.type, own);
  },
  threshold: (node, context) => emitThreshold(node, element(context, node.arg)),
  table: (node, context) => emitTable(node, element(context, node.arg)),
  requantize: (node, context) => {
    const own = element(context, node.arg);
    if (!requantizeFits(node, own.type)) throw new NoFixedProgram(`${node.name}: products of more than 62 bits`);
    emitRequantize(node, own);
  },
  add: (node, { code, places, to }) => forEachElement(code, to, (index) => node.args.forEach((arg, i) => {
    pushElement(code, places[arg], index);
    code.i64(BigInt(node.coefficients[i]));
    code.emit(op.i64Mul);
    if (i > 0) code.emit(op.i64Add);
  })),
  multiply: (node, { code, places, to }) => forEachElement(code, to, (index) => {
    for (const arg of node.args) pushElement(code, places[arg], index);
    code.emit(op.i64Mul);
  }),
  argument: (node, context) => best(node, context, node.tie === 'last'),
  extreme: (node, context) => best(node, context, false),
  divide: (node, { graph, code, places, to }) => {
    const [n, d] = node.args.map((arg) => graph.nodes[arg].type);
    if (!divideFits(node, n, d)) throw new NoFixedProgram(`${node.name}: quotients of more than 62 bits`);
    emitDivide(node, { code, args: node.args.map((arg) => places[arg]), to });
  },
  'square-root': (node, { code, places, to }) => emitSquareRoot(code, places[node.arg], to),
  // What a state holds lies in its place from sample to sample.
  state: () => {},
};

/** The index of a whole block, in which each argument has its samples one behind the other. */
function blockIndex({ args, index }: GatherNode, places: readonly Place[], to: Place): Int32Array {
  const block = to.size / index.length;
  const own: { sample: number; place: number; size: number }[] = [];
  let start = 0;
  for (const arg of args) {
    const size = places[arg].size / block;
    for (let i = 0; i < size; i++) own.push({ sample: start * block, place: i, size });
    start += size;
  }
  return Int32Array.from({ length: to.size }, (_, i) => {
    const { sample, place, size } = own[index[i % index.length]];
    return sample + Math.floor(i / index.length) * size + place;
  });
}

interface StatePlace { readonly state: Place; readonly next: Place; readonly initial: Float64Array }

/** What the states are for the next sample, in whatever order they read each other: all are read before one is written. */
function emitStates(code: FunctionBuilder, states: readonly StatePlace[], room: Room): FunctionBuilder {
  const between = states.map(({ state, initial }) => {
    room.fill(state.address, integersOf(initial, state.bytes));
    return room.reserve(bytesOf(state));
  });
  const copy = (from: number, to: number, state: Place): void => copyBytes(code, pointer(code), to, pointer(code), from, bytesOf(state));
  states.forEach(({ next, state }, i) => copy(next.address, between[i], state));
  states.forEach(({ state }, i) => copy(between[i], state.address, state));
  return code;
}

function integersOf(values: Float64Array, bytes: 2 | 4 | 8): Int16Array | Int32Array | BigInt64Array {
  return bytes === 2 ? Int16Array.from(values) : bytes === 4 ? Int32Array.from(values) : BigInt64Array.from(values, BigInt);
}

/** The largest or smallest of each vector, or its index. */
function best(node: ArgumentNode | ExtremeNode, { code, places, to }: Context, last: boolean): void {
  const from = places[node.arg];
  const [value, most, which, at, start] = [code.local('i64'), code.local('i64'), code.local('i32'), code.local('i32'), code.local('i32')];
  const better = node.kind === 'maximum' ? (last ? op.i64GeS : op.i64GtS) : (last ? op.i64LeS : op.i64LtS);
  forEachElement(code, to, (index) => {
    pushOffset(code, index, from.bytes * node.length);
    code.set(start);
    code.loop(at, 1, node.length, () => {
      code.get(start);
      pushOffset(code, at, from.bytes);
      code.emit(op.i32Add);
      loadElement(code, from.bytes, from.address);
      code.set(value);
      code.get(at);
      code.emit(op.i32Eqz);
      code.get(value);
      code.get(most);
      code.emit(better, op.i32Or);
      code.if(() => {
        code.get(value);
        code.set(most);
        code.get(at);
        code.set(which);
      });
    });
    if (node.op === 'extreme') code.get(most);
    else {
      code.get(which);
      code.emit(op.i64ExtendI32U);
    }
  });
}
