export { buildVerilator, type BuildOptions, type VerilatorModel } from './build.ts';
export { runCycles, type CyclesRequest, type CyclesResult } from './cycles.ts';
export { lintVerilog } from './lint.ts';
export { runVerilator, type VerilatorStreams } from './run.ts';
export { verilatorVersion, whyNoVerilator } from './verilator.ts';
