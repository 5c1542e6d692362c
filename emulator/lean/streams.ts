import type { Signal } from '../../codegen/rtl/ir.ts';
import type { Layout } from '../layout.ts';
import type { LeanDesign } from './graph.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder, ModuleBuilder } from '../../src/base/wasm/module.ts';

/** One stream at the border of the design, `<prefix>_tvalid`, `_tready`, `_tdata`. */
export interface StreamPorts {
  readonly prefix: string;
  readonly input: boolean;
  readonly valid: Signal;
  readonly ready: Signal;
  readonly data: Signal;
  /** Address of this stream's `FIELDS`, 32 bits each. */
  readonly block: number;
}

/** What the code and its caller tell each other about a stream. */
export const FIELDS = {
  /** Address of the next beat to send or to receive; words of 64 bits. */
  beat: 0,
  /** Beats left. */
  left: 4,
  /** Address where the cycle of the next beat is noted. */
  cycle: 8,
  /** Whether an input offers a beat, or an output accepts one. */
  open: 12,
} as const;
const BLOCK_WORDS = 2;

/** Finds the design's streams. Signals of output ports are given as the code keeps them. */
export function findStreams(inputs: ReadonlyMap<string, Signal>, lean: LeanDesign, layout: Layout): StreamPorts[] {
  const outputs = new Map([...lean.outputs].map(([name, signal]) => [name, lean.standIn[signal]]));
  const streams: StreamPorts[] = [];
  const add = (input: boolean, valid: string, data: ReadonlyMap<string, Signal>, others: ReadonlyMap<string, Signal>): void => {
    const prefix = valid.slice(0, -'_tvalid'.length);
    const [v, d, r] = [data.get(valid), data.get(`${prefix}_tdata`), others.get(`${prefix}_tready`)];
    if (!valid.endsWith('_tvalid') || v === undefined || d === undefined || r === undefined) return;
    streams.push({ prefix, input, valid: v, ready: r, data: d, block: layout.reserve(BLOCK_WORDS) });
  };
  for (const name of inputs.keys()) add(true, name, inputs, outputs);
  for (const name of outputs.keys()) add(false, name, outputs, inputs);
  return streams;
}

/** Addresses of the stall pattern's seed, its percentage, and the number of the next cycle: 32 bits each. */
export interface StreamControl { readonly seed: number; readonly percent: number; readonly cycle: number }

export function streamControl(layout: Layout): StreamControl {
  const block = layout.reserve(2);
  return { seed: block, percent: block + 4, cycle: block + 8 };
}

type Push = (code: FunctionBuilder, signal: Signal, k: number) => void;

/** How beats go from memory to a port's data and back; `address` pushes where the beat lies. */
export interface BeatData {
  /** Bytes of a beat in memory. */
  readonly bytes: (stream: StreamPorts) => number;
  readonly send: (code: FunctionBuilder, stream: StreamPorts, address: () => void) => void;
  readonly receive: (code: FunctionBuilder, stream: StreamPorts, address: () => void) => void;
  readonly clear: (code: FunctionBuilder, stream: StreamPorts) => void;
}

/** Beats as words of 64 bits. */
export function wordData(layout: Layout, push: Push): BeatData {
  const each = (data: Signal, body: (k: number) => void): void => { for (let k = 0; k < layout.words(data); k++) body(k); };
  return {
    bytes: ({ data }) => 8 * layout.words(data),
    send: (code, { data }, address) => each(data, (k) => code.store(layout.of(data) + 8 * k, () => {
      address();
      code.loadAt(8 * k);
    })),
    receive: (code, { data }, address) => each(data, (k) => {
      address();
      push(code, data, k);
      code.storeAt(8 * k);
    }),
    clear: (code, { data }) => each(data, (k) => code.store(layout.of(data) + 8 * k, () => code.i64(0n))),
  };
}

/**
 * Exports `offer()`: puts the coming cycle's beats and readiness on the ports and settles; doing it twice changes nothing. Exports
 * `stream(most)`: sends and receives beats as `runStreams` does, until no output waits for one or `most` cycles have passed;
 * gives the number of beats that are still missing.
 */
export function emitStreams(
  module: ModuleBuilder, streams: readonly StreamPorts[], control: StreamControl, layout: Layout,
  push: Push, beats: BeatData, settle: FunctionBuilder, edge: FunctionBuilder,
): void {
  const pause = stallFunction(module, control);
  const offer = module.function();
  const stream = module.function(['i32'], 'i32');
  let run = offer;
  const load = (address: number): void => {
    run.i32(0);
    run.emit(op.i32Load, 2);
    run.offset(address);
  };
  const store = (address: number, value: () => void): void => {
    run.i32(0);
    value();
    run.emit(op.i32Store, 2);
    run.offset(address);
  };
  const advance = (address: number, by: number): void => store(address, () => {
    load(address);
    run.i32(by);
    run.emit(op.i32Add);
  });
  const high = (signal: Signal): void => {
    push(run, signal, 0);
    run.emit(op.i32WrapI64);
  };
  const set = (signal: Signal, value: () => void): void => run.store(layout.of(signal), value);
  const before = (stream: StreamPorts, number: number): void => {
    const { input, valid, ready, block } = stream;
    const passes = (): void => {
      load(block + FIELDS.left);
      run.i32(0);
      run.emit(op.i32Ne);
      run.i32(number);
      load(control.cycle);
      run.call(pause);
      run.emit(op.i32Eqz, op.i32And);
    };
    if (!input) {
      store(block + FIELDS.open, passes);
      set(ready, () => {
        load(block + FIELDS.open);
        run.emit(op.i64ExtendI32U);
      });
      return;
    }
    load(block + FIELDS.open);
    run.emit(op.i32Eqz);
    passes();
    run.emit(op.i32And);
    run.if(() => {
      store(block + FIELDS.open, () => run.i32(1));
      set(valid, () => run.i64(1n));
      beats.send(run, stream, () => load(block + FIELDS.beat));
    });
  };
  const note = (stream: StreamPorts): void => {
    const { block } = stream;
    load(block + FIELDS.cycle);
    load(control.cycle);
    run.emit(op.i32Store, 2, 0);
    advance(block + FIELDS.cycle, 4);
    advance(block + FIELDS.beat, beats.bytes(stream));
    advance(block + FIELDS.left, -1);
  };
  streams.forEach(before);
  offer.call(settle);
  module.export('offer', offer);
  run = stream;
  const taken = streams.map(() => run.local('i32'));
  run.emit(op.loop, 0x40);
  run.call(offer);
  streams.forEach((stream, i) => {
    load(stream.block + FIELDS.open);
    high(stream.input ? stream.ready : stream.valid);
    run.emit(op.i32And);
    run.set(taken[i]);
    if (stream.input) return;
    run.get(taken[i]);
    run.if(() => {
      beats.receive(run, stream, () => load(stream.block + FIELDS.beat));
      note(stream);
    });
  });
  run.call(edge);
  streams.forEach((stream, i) => {
    if (!stream.input) return;
    run.get(taken[i]);
    run.if(() => {
      note(stream);
      store(stream.block + FIELDS.open, () => run.i32(0));
      set(stream.valid, () => run.i64(0n));
      beats.clear(run, stream);
    });
  });
  advance(control.cycle, 1);
  const missing = (): void => {
    run.i32(0);
    for (const { input, block } of streams) {
      if (input) continue;
      load(block + FIELDS.left);
      run.emit(op.i32Add);
    }
  };
  run.get(0);
  run.i32(1);
  run.emit(op.i32Sub);
  run.tee(0);
  run.i32(0);
  run.emit(op.i32Ne);
  missing();
  run.i32(0);
  run.emit(op.i32Ne, op.i32And, op.brIf, 0, op.end);
  missing();
  module.export('stream', stream);
}

/** Whether a stream pauses in a cycle: `stallPattern` of codegen/rtl/stream-runner.ts. */
function stallFunction(module: ModuleBuilder, { seed, percent }: StreamControl): FunctionBuilder {
  const code = module.function(['i32', 'i32'], 'i32');
  const hash = code.local('i32');
  const load = (address: number): void => {
    code.i32(0);
    code.emit(op.i32Load, 2);
    code.offset(address);
  };
  const mix = (shift: number, factor: number): void => {
    code.get(hash);
    code.get(hash);
    code.i32(shift);
    code.emit(op.i32ShrU, op.i32Xor);
    if (factor !== 0) {
      code.i32(factor);
      code.emit(op.i32Mul);
    }
    code.set(hash);
  };
  load(seed);
  code.get(0);
  code.i32(0x9e3779b9);
  code.emit(op.i32Mul, op.i32Xor);
  code.get(1);
  code.i32(0x85ebca6b);
  code.emit(op.i32Mul, op.i32Xor);
  code.set(hash);
  mix(16, 0x7feb352d);
  mix(15, 0x846ca68b);
  mix(16, 0);
  code.get(hash);
  code.i32(100);
  code.emit(op.i32RemU);
  load(percent);
  code.emit(op.i32LtU);
  return code;
}
