import { threadCount, WasmWorkers, type Step } from '../base/workers.ts';
import { flatten, type FlatDesign } from '../../codegen/rtl/flatten.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import {
  beatJob, compileDesign, COPIES, Emulator, LaneEmulator, laneJob, lanesOf, RESET_CYCLES, type BeatResult, type BeatRun, type CopiesRun,
  type LaneCode, type Layout, type StreamJob,
} from '../../emulator/index.ts';
import type { Integers } from '../fixed/evaluator.ts';
import type { ValueId } from '../fixed/ir.ts';
import { packBeats, unpackBeats, wordsPerBeat } from './beats.ts';
import { resultOf, type BeatTimes, type SampleResult } from './engines.ts';
import { encodeSample, type Sample } from './host.ts';

/** Below so many samples a thread or a copy does not pay. */
const FEWEST = 8;
/** More copies side by side do not pay: their states leave the caches. */
const MOST_COPIES = 32;
const CYCLES = 2_000_000_000;

export interface EmulatedBatch {
  readonly results: SampleResult[];
  /** Beats of the first copy, whose samples follow each other as they would on one. */
  readonly times: BeatTimes;
  /** Samples of the first copy, those with which it keeps the others company included. */
  readonly timed: number;
  /** Clock cycles of all copies together. */
  readonly cycles: number;
  readonly threads: number;
  /** Copies on each thread. */
  readonly copies: number;
}

/** Runs a data set through copies of the accelerator, side by side on each thread; every sample's results are those that one copy gives. */
export async function emulateBatch(
  accelerator: Accelerator, samples: readonly Sample[], options: { threads?: number; progress?: (done: number) => void } = {},
): Promise<EmulatedBatch> {
  const { progress } = options;
  // What a sample leaves in the states is what the next one finds: such samples follow each other on one thread.
  const stateful = accelerator.graph.nodes.some((node) => node.op === 'state');
  const threads = stateful ? 1 : Math.max(1, Math.min(options.threads ?? threadCount(), Math.floor(samples.length / FEWEST)));
  // On each thread as many copies side by side as get enough samples; all get equally many, the last ones some that nobody asked for.
  const most = stateful ? 1 : Math.min(MOST_COPIES, Math.floor(samples.length / threads / FEWEST));
  const flat = flatten(accelerator.design);
  const lanes = most < COPIES ? undefined : lanesOf(flat, COPIES * Math.floor(most / COPIES));
  const copies = lanes?.copies ?? 1;
  const engine = lanes === undefined ? oneCopy(accelerator, flat) : manyCopies(accelerator, lanes);
  const shares = sharesOf(samples, threads).map((share) => sharesOf(share, copies));
  const perSample = accelerator.outputs.reduce((sum, port) => sum + port.elements / port.elementsPerBeat, 0);
  let runs: BeatResult[][];
  if (threads === 1) {
    runs = [engine.here(shares[0], (missing) => progress?.(samples.length - Math.min(samples.length, Math.ceil((copies * missing) / perSample))))];
  } else {
    const workers = new WasmWorkers(new WebAssembly.Module(engine.module), threads);
    let done = 0;
    try {
      runs = await Promise.all(shares.map(async (share) => {
        const job = engine.job(share);
        const writes = job.writes.map(({ address, bytes }): Step => ({ write: address, bytes }));
        const { reads } = await workers.run(job.bytes, [...fromPowerUp(engine.layout, engine.power), ...writes,
          { call: 'stream', args: [CYCLES] }, ...job.reads.map(({ address, length }): Step => ({ read: address, length }))]);
        done += share.reduce((sum, { length }) => sum + length, 0);
        progress?.(done);
        return job.collect(reads);
      }));
    } finally {
      await workers.close();
    }
  }
  const results = runs.flatMap((run, t) => run.flatMap((each, copy) => interpret(accelerator, shares[t][copy], each)));
  const [first] = runs[0];
  const times = { inputs: first.inputs.map(({ cycles }) => [...cycles]), outputs: first.outputs.map(({ cycles }) => [...cycles]) };
  const cycles = runs.reduce((sum, run) => sum + run.length * run[0].cycles, 0);
  return { results, times, timed: Math.max(...shares[0].map(({ length }) => length)), cycles, threads, copies };
}

/** Samples that follow each other, in so many parts of nearly equal length. */
function sharesOf(samples: readonly Sample[], count: number): (readonly Sample[])[] {
  const start = (t: number): number => Math.floor((t * samples.length) / count);
  return Array.from({ length: count }, (_, t) => samples.slice(start(t), start(t + 1)));
}

/** Copies of an accelerator on one thread, which take one part of the samples each. */
interface Engine {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
  /** Whether `power` must be called at power-up. */
  readonly power: boolean;
  readonly job: (share: readonly (readonly Sample[])[]) => StreamJob<BeatResult[]>;
  readonly here: (share: readonly (readonly Sample[])[], progress: (missing: number) => void) => BeatResult[];
}

function oneCopy(accelerator: Accelerator, flat: FlatDesign): Engine {
  const compiled = compileDesign(flat);
  return {
    module: compiled.fast.bytes, layout: compiled.layout, power: false,
    job: ([samples]) => {
      const job = beatJob(requestOf(accelerator, samples), compiled);
      return { ...job, collect: (reads) => [job.collect(reads)] };
    },
    here: ([samples], progress) => [new Emulator(compiled).runBeats({ ...requestOf(accelerator, samples), progress })],
  };
}

function manyCopies(accelerator: Accelerator, lanes: LaneCode): Engine {
  const request = (share: readonly (readonly Sample[])[]): CopiesRun => {
    const most = Math.max(...share.map(({ length }) => length));
    const requests = share.map((samples) => requestOf(accelerator, [...samples, ...new Array<Sample>(most - samples.length).fill(samples[0])]));
    const inputs = requests[0].inputs.map(({ prefix }, i) => ({ prefix, words: requests.map((each) => each.inputs[i].words) }));
    return { inputs, outputs: requests[0].outputs, cycleLimit: CYCLES };
  };
  return {
    module: lanes.bytes, layout: lanes.layout, power: true,
    job: (share) => laneJob(request(share), lanes),
    here: (share, progress) => new LaneEmulator(lanes).runBeats({ ...request(share), progress }),
  };
}

/** Power-up state and a reset, on memory that is zero. */
export function fromPowerUp({ pieces, reset }: Layout, power: boolean): Step[] {
  const line = (value: number): Step => ({ write: reset, bytes: new Uint8Array(Uint32Array.of(value).buffer) });
  return [
    ...pieces.map(({ address, bytes }): Step => ({ write: address, bytes })), ...(power ? [{ call: 'power', args: [] }] : []),
    line(1), { call: 'run', args: [RESET_CYCLES] }, line(0),
  ];
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
  return { inputs, outputs, cycleLimit: CYCLES };
}

function interpret(accelerator: Accelerator, samples: readonly Sample[], run: BeatResult): SampleResult[] {
  const values = accelerator.outputs.map((port, o) => unpackBeats(port, run.outputs[o].words));
  return samples.map((_, s) => resultOf(accelerator.graph, new Map<ValueId, Integers>(accelerator.outputs.map((port, o) =>
    [port.value, values[o].slice(s * port.elements, (s + 1) * port.elements)]))));
}
