export { buildVerilator, type BuildOptions, type VerilatorModel } from './build.ts';
export { runCycles, type CyclesRequest, type CyclesResult, type Probe } from './cycles.ts';
export { lintVerilog } from './lint.ts';
export { runVerilator, type StreamRequest, type StreamResult } from './run.ts';
export { verilatorVersion, whyNoVerilator } from './verilator.ts';
