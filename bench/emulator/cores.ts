import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { beatJob, compileDesign, laneJob, lanesOf, type StreamJob, type Layout } from '../../emulator/index.ts';
import { WasmWorkers, type Step } from '../../src/base/workers.ts';
import { fromPowerUp } from '../../src/compiler/emulate-batch.ts';
import { BEATS, COPIES, fullSpeedRun } from './lanes.ts';
import type { Stimulus } from './stimulus.ts';

/** Compiling and starting threads must not count. */
const WARM_SECONDS = 1;
const SECONDS = 3;

interface Engine {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
  readonly job: Pick<StreamJob<unknown>, 'bytes' | 'writes' | 'start'>;
  readonly copies: number;
}

function engineOf(design: Design, stimulus: Stimulus): Engine {
  const flat = flatten(design);
  const lanes = lanesOf(flat, COPIES);
  if (lanes !== undefined) return { module: lanes.bytes, layout: lanes.layout, job: laneJob(fullSpeedRun(lanes.streams, stimulus, COPIES), lanes), copies: COPIES };
  const compiled = compileDesign(flat);
  const { inputs, outputs } = fullSpeedRun(compiled.fast.streams, stimulus, 1);
  const job = beatJob({ inputs: inputs.map(({ prefix, words: [words] }) => ({ prefix, words })), outputs }, compiled);
  return { module: compiled.fast.bytes, layout: compiled.layout, job, copies: 1 };
}

/**
 * Million cycles a second of all copies together, by the clock on the wall, with so many threads at work: as many copies on each as run
 * side by side, or one.
 */
export async function speedOfThreads(design: Design, stimulus: Stimulus, threads: number): Promise<number> {
  const { module, layout, job, copies } = engineOf(design, stimulus);
  const workers = new WasmWorkers(new WebAssembly.Module(module), threads, job.bytes);
  const write = ({ address, bytes }: { address: number; bytes: Uint8Array }): Step => ({ write: address, bytes });
  const turn: Step[] = [...job.start.map(write), { call: 'stream', args: [BEATS] }];
  const seconds = async (turns: number): Promise<number> => {
    const steps = Array.from({ length: turns }, () => turn).flat();
    const before = performance.now();
    await Promise.all(Array.from({ length: threads }, () => workers.run(job.bytes, steps)));
    return (performance.now() - before) / 1000;
  };
  try {
    await Promise.all(Array.from({ length: threads }, () => workers.run(job.bytes, [...fromPowerUp(layout, copies > 1), ...job.writes.map(write)])));
    let turns = 1;
    for (let spent = await seconds(turns); spent < WARM_SECONDS; spent = await seconds(turns)) turns = Math.ceil(turns * Math.min(8, 1.2 * WARM_SECONDS / spent));
    turns = Math.ceil(turns * SECONDS * 1.1);
    return (threads * copies * turns * BEATS) / (await seconds(turns)) / 1e6;
  } finally {
    await workers.close();
  }
}
