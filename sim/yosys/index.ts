export { CELL_KINDS, type CellCounts, type CellKind } from './cells.ts';
export type { ModuleSynthesis } from './modules.ts';
export { netlistForSimulation, type SimulationNetlist } from './netlist.ts';
export { synthesisJson, synthesisTable } from './report.ts';
export {
  netlistJson, netlistVerilog, synthesize, type InstanceSynthesis, type SynthesisReport, type SynthesizeOptions,
} from './synthesize.ts';
export { SYNTHESIS_TARGETS, TARGET_NAMES, type SynthesisTarget, type TargetName } from './targets.ts';
