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

export interface ThreadSpeed {
  /** Million cycles a second of all copies together, by the clock on the wall. */
  readonly wall: number;
  /** The same if every thread had a processor for itself all the time: by the processor seconds that they took. */
  readonly processor: number;
}

/** How fast so many threads are at work: as many copies on each as run side by side, or one. */
export async function speedOfThreads(design: Design, stimulus: Stimulus, threads: number): Promise<ThreadSpeed> {
  const { module, layout, job, copies } = engineOf(design, stimulus);
  const workers = new WasmWorkers(new WebAssembly.Module(module), threads, job.bytes);
  const write = ({ address, bytes }: { address: number; bytes: Uint8Array }): Step => ({ write: address, bytes });
  const turn: Step[] = [...job.start.map(write), { call: 'stream', args: [BEATS] }];
  const run = async (turns: number): Promise<{ wall: number; processor: number }> => {
    const steps = Array.from({ length: turns }, () => turn).flat();
    const [before, busy] = [performance.now(), process.cpuUsage()];
    await Promise.all(Array.from({ length: threads }, () => workers.run(job.bytes, steps)));
    const { user, system } = process.cpuUsage(busy);
    return { wall: (performance.now() - before) / 1000, processor: (user + system) / 1e6 / threads };
  };
  try {
    await Promise.all(Array.from({ length: threads }, () => workers.run(job.bytes, [...fromPowerUp(layout, copies > 1), ...job.writes.map(write)])));
    let turns = 1;
    for (let { processor } = await run(turns); processor < WARM_SECONDS; { processor } = await run(turns)) {
      turns = Math.ceil(turns * Math.min(8, (1.2 * WARM_SECONDS) / Math.max(processor, 0.01)));
    }
    turns = Math.ceil(1.1 * turns * (SECONDS / WARM_SECONDS));
    const { wall, processor } = await run(turns);
    const cycles = (threads * copies * turns * BEATS) / 1e6;
    return { wall: cycles / wall, processor: cycles / processor };
  } finally {
    await workers.close();
  }
}
