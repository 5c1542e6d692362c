import { threadCount, WasmWorkers, type Step } from '../base/workers.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { beatJob, compileDesign, Emulator, RESET_CYCLES, type BeatResult, type BeatRun } from '../../emulator/index.ts';
import type { Integers } from '../fixed/evaluator.ts';
import type { ValueId } from '../fixed/ir.ts';
import { packBeats, unpackBeats, wordsPerBeat } from './beats.ts';
import { resultOf, type BeatTimes, type SampleResult } from './engines.ts';
import { encodeSample, type Sample } from './host.ts';

/** Below so many samples a thread does not pay. */
const FEWEST = 8;

export interface EmulatedBatch {
  readonly results: SampleResult[];
  /** Beats of the first thread, whose samples follow each other as they would on one. */
  readonly times: BeatTimes;
  /** Samples of the first thread. */
  readonly timed: number;
  /** Clock cycles of all threads together. */
  readonly cycles: number;
  readonly threads: number;
}

/** Runs a data set through copies of the accelerator, one on each thread; every sample's results are those that one copy gives. */
export async function emulateBatch(
  accelerator: Accelerator, samples: readonly Sample[], options: { threads?: number; progress?: (done: number) => void } = {},
): Promise<EmulatedBatch> {
  const { progress } = options;
  const compiled = compileDesign(flatten(accelerator.design));
  // What a sample leaves in the states is what the next one finds: such samples follow each other on one thread.
  const stateful = accelerator.graph.nodes.some((node) => node.op === 'state');
  const threads = stateful ? 1 : Math.max(1, Math.min(options.threads ?? threadCount(), Math.floor(samples.length / FEWEST)));
  const shares = Array.from({ length: threads }, (_, t) =>
    samples.slice(Math.floor((t * samples.length) / threads), Math.floor(((t + 1) * samples.length) / threads)));
  const perSample = accelerator.outputs.reduce((sum, port) => sum + port.elements / port.elementsPerBeat, 0);
  let runs: BeatResult[];
  if (threads === 1) {
    const run = { ...requestOf(accelerator, samples), progress: (missing: number) => progress?.(samples.length - Math.ceil(missing / perSample)) };
    runs = [new Emulator(compiled).runBeats(run)];
  } else {
    const workers = new WasmWorkers(new WebAssembly.Module(compiled.fast.bytes), threads);
    let done = 0;
    try {
      runs = await Promise.all(shares.map(async (share) => {
        const request = requestOf(accelerator, share);
        const job = beatJob(request, compiled);
        const { reads } = await workers.run(job.bytes, [...fromPowerUp(compiled.layout), ...job.writes.map(({ address, bytes }): Step => ({ write: address, bytes })),
          { call: 'stream', args: [request.cycleLimit!] }, ...job.reads.map(({ address, length }): Step => ({ read: address, length }))]);
        done += share.length;
        progress?.(done);
        return job.collect(reads);
      }));
    } finally {
      await workers.close();
    }
  }
  const results = runs.flatMap((run, t) => interpret(accelerator, shares[t], run));
  const times = { inputs: runs[0].inputs.map(({ cycles }) => [...cycles]), outputs: runs[0].outputs.map(({ cycles }) => [...cycles]) };
  return { results, times, timed: shares[0].length, cycles: runs.reduce((sum, run) => sum + run.cycles, 0), threads };
}

/** Power-up state and a reset, on memory that is zero. */
function fromPowerUp({ pieces, reset }: ReturnType<typeof compileDesign>['layout']): Step[] {
  const line = (value: number): Step => ({ write: reset, bytes: new Uint8Array(Uint32Array.of(value).buffer) });
  return [...pieces.map(({ address, bytes }): Step => ({ write: address, bytes })), line(1), { call: 'run', args: [RESET_CYCLES] }, line(0)];
}

/** The samples as beats for the streams of the accelerator. */
export function requestOf(accelerator: Accelerator, samples: readonly Sample[]): BeatRun {
  const integers = samples.map((sample) => encodeSample(accelerator.graph, sample));
  const inputs = accelerator.inputs.map((port) => {
    const each = (wordsPerBeat(port) * port.elements) / port.elementsPerBeat;
    const words = new BigUint64Array(samples.length * each);
    integers.forEach((values, s) => words.set(packBeats(port, values.get(port.value)!), s * each));
    return { prefix: port.prefix, words };
  });
  const outputs = accelerator.outputs.map((port) => ({ prefix: port.prefix, count: (samples.length * port.elements) / port.elementsPerBeat }));
  return { inputs, outputs, cycleLimit: 2_000_000_000 };
}

function interpret(accelerator: Accelerator, samples: readonly Sample[], run: BeatResult): SampleResult[] {
  const values = accelerator.outputs.map((port, o) => unpackBeats(port, run.outputs[o].words));
  return samples.map((_, s) => resultOf(accelerator.graph, new Map<ValueId, Integers>(accelerator.outputs.map((port, o) =>
    [port.value, values[o].slice(s * port.elements, (s + 1) * port.elements)]))));
}
