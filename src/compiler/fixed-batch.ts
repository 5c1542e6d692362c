import { enableRelaxedVectors } from '../base/relaxed-vectors.ts';
import { threadCount, WasmWorkers } from '../base/workers.ts';
import type { FixedGraph } from '../fixed/ir.ts';
import { recordBytes, type FixedProgram } from '../fixed/wasm/compile.ts';
import { FixedBatch, fixedProgram, readRecord, writeField } from '../fixed/wasm/engine.ts';
import { encoderOf } from './encoder.ts';
import { FixedEngine, resultOf, type SampleResult } from './engines.ts';
import type { Sample } from './host.ts';

/** Samples that a thread takes at a time. */
const CHUNK = 256;
/** Samples that are computed first, to see whether threads pay: they take some time to start. */
const FIRST = 16;
const WORTH_MILLISECONDS = 150;

export interface BatchOptions {
  /** Threads; unless told, those of the machine where there is enough to do. */
  readonly threads?: number;
  /** Whether results hold the quantizers' codes beside the outputs. */
  readonly codes?: boolean;
  readonly progress?: (done: number) => void;
}

/** What a data set's computation gave, and by what. */
export interface BatchResult {
  readonly results: SampleResult[];
  /** Why the plain evaluator did it, if it did. */
  readonly plain?: string;
  readonly threads: number;
}

/** Computes a data set with the fixed-point graph as WebAssembly on all threads; what has no such code, by the plain evaluator. */
export async function runFixedBatch(graph: FixedGraph, samples: readonly Sample[], options: BatchOptions = {}): Promise<BatchResult> {
  const { codes = false, progress } = options;
  const shown = codes ? graph.nodes.flatMap((node, value) => (node.codes === undefined ? [] : [value])) : [];
  enableRelaxedVectors();
  const program = fixedProgram(graph, shown);
  if (typeof program === 'string') {
    const engine = new FixedEngine(graph);
    return { plain: program, threads: 1, results: samples.map((sample, i) => {
      progress?.(i);
      return engine.run(sample);
    }) };
  }
  const chunks = [samples.slice(0, FIRST)];
  for (let start = FIRST; start < samples.length; start += CHUNK) chunks.push(samples.slice(start, start + CHUNK));
  const results: SampleResult[][] = [];
  let done = 0;
  const take = (index: number, records: Uint8Array): void => {
    results[index] = chunks[index].map((_, s) => resultOf(graph, readRecord(program.outputs, records, s)));
    done += chunks[index].length;
    progress?.(done);
  };
  const encode = (index: number): Uint8Array => encodeRecords(graph, program, chunks[index]);
  const batch = new FixedBatch(program);
  const compute = (index: number): number => {
    const records = encode(index);
    const started = performance.now();
    const found = batch.run(records, chunks[index].length);
    const spent = performance.now() - started;
    take(index, found);
    return spent;
  };
  const expected = (compute(0) / chunks[0].length) * (samples.length - chunks[0].length);
  const wished = options.threads ?? (expected < WORTH_MILLISECONDS ? 1 : threadCount());
  const threads = program.sequential ? 1 : Math.max(1, Math.min(wished, chunks.length - 1));
  if (threads === 1) {
    for (let index = 1; index < chunks.length; index++) {
      compute(index);
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    return { results: results.flat(), threads };
  }
  const workers = new WasmWorkers(new WebAssembly.Module(program.bytes), threads, program.memory);
  try {
    const from = Math.ceil(program.memory / 16) * 16;
    let next = 1;
    // Two chunks a thread are on their way, so that one is encoded while another is computed.
    await Promise.all(Array.from({ length: 2 * threads }, async () => {
      while (next < chunks.length) {
        const index = next++;
        const records = encode(index);
        const to = from + records.length;
        const length = chunks[index].length * recordBytes(program.outputs);
        const { reads } = await workers.run(to + length, [
          { write: from, bytes: records }, { call: 'run', args: [chunks[index].length, from, to] }, { read: to, length },
        ]);
        take(index, reads[0]);
      }
    }));
  } finally {
    await workers.close();
  }
  return { results: results.flat(), threads };
}

/** The records of samples, as the network's own first quantizers round them. */
function encodeRecords(graph: FixedGraph, { inputs }: FixedProgram, samples: readonly Sample[]): Uint8Array {
  const records = new Uint8Array(recordBytes(inputs) * samples.length);
  graph.inputs.forEach(({ value, source, encoder: expression }, which) => {
    const field = inputs[which];
    const room = new Float64Array(field.size);
    samples.forEach((sample, s) => {
      const values = sample.get(source)!;
      const encoder = encoderOf(expression, values.length, graph.nodes[value]);
      if (field.bytes === 2 && field.signs === undefined) {
        encoder.encodeInto(values, new Int16Array(records.buffer, s * recordBytes(inputs) + field.offset, field.size));
      } else {
        encoder.encodeInto(values, room);
        writeField(inputs, field, records, s, room);
      }
    });
  });
  return records;
}
