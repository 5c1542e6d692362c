import { flatten } from '../codegen/rtl/flatten.ts';
import type { Design } from '../codegen/rtl/ir.ts';
import type { Simulator } from '../codegen/rtl/simulator.ts';
import { compileDesign, type CompileOptions } from './compile.ts';
import { Emulator, type BeatSession, type Snapshot } from './emulator.ts';

/**
 * Compiles a design to WebAssembly and gives a simulator of it, at power-up. Synchronous; needs nothing but `WebAssembly`, so it runs
 * in Node and in browsers.
 */
export function emulate(design: Design, options: CompileOptions = {}): Emulator {
  return new Emulator(compileDesign(flatten(design), options));
}

export { VcdWriter, type VcdOptions } from './vcd.ts';
export { beatJob, RESET_CYCLES, type BeatResult, type BeatRun, type CopiesRun, type StreamJob } from './stream-run.ts';
export { lanesOf, type LaneCode } from './lanes/compile.ts';
export { LaneEmulator, type LaneSession } from './lanes/emulator.ts';
export { COPIES } from './lanes/layout.ts';
export type { Layout } from './layout.ts';
export { laneJob } from './lanes/job.ts';
export { compileDesign, type CompiledDesign, type CompileOptions } from './compile.ts';
export { Emulator, type BeatSession, type Simulator, type Snapshot };
