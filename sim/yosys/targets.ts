/** What a cell of a synthesized netlist counts as. */
export type Resource = 'lut' | 'ff' | 'carry' | 'bram' | 'dsp' | 'lutram';

export const RESOURCES: readonly Resource[] = ['lut', 'ff', 'carry', 'bram', 'dsp', 'lutram'];

/** How Yosys synthesizes for a target, and how its cells are counted. */
export interface SynthesisTarget {
  readonly name: string;
  /** Commands after `hierarchy -top`; the hierarchy is kept. */
  readonly script: (top: string, dsp: boolean) => string;
  /** Patterns of cell types; the first match counts, cells without a match are free (buffers, constants, wide multiplexers). */
  readonly cells: readonly (readonly [RegExp, Resource])[];
  /** Yosys's own simulation models of the cells, in its share folder. */
  readonly models: readonly string[];
}

const XILINX_CELLS: SynthesisTarget['cells'] = [
  [/^(LUT[1-6]|LUT6_2|INV)$/, 'lut'],
  [/^(FD[RSCP]E|FD[RSCP]|LD[CP]E)(_1)?$/, 'ff'],
  [/^CARRY[48]$/, 'carry'],
  [/^RAMB(18|36)/, 'bram'],
  [/^URAM/, 'bram'],
  [/^DSP48/, 'dsp'],
  [/^(RAM(16|32|64|128|256|512)|SRL)/, 'lutram'],
];

const GENERIC_CELLS: SynthesisTarget['cells'] = [
  [/^\$lut$/, 'lut'],
  [/^\$_.*(DFF|SDFF|DFFE|ALDFF|DLATCH|SR)/, 'ff'],
  [/^\$(mem|memrd|memwr)/, 'bram'],
];

export const SYNTHESIS_TARGETS: readonly SynthesisTarget[] = [
  {
    name: 'xc7', cells: XILINX_CELLS, models: ['xilinx/cells_sim.v'],
    script: (top, dsp) => `synth_xilinx -family xc7 -noiopad -noclkbuf${dsp ? '' : ' -nodsp'} -top ${top}`,
  },
  {
    name: 'xcup', cells: XILINX_CELLS, models: ['xilinx/cells_sim.v'],
    script: (top, dsp) => `synth_xilinx -family xcup -noiopad -noclkbuf${dsp ? '' : ' -nodsp'} -top ${top}`,
  },
  {
    name: 'ice40', models: ['ice40/cells_sim.v'],
    cells: [[/^SB_LUT4$/, 'lut'], [/^SB_DFF/, 'ff'], [/^SB_CARRY$/, 'carry'], [/^SB_RAM40/, 'bram'], [/^SB_MAC16$/, 'dsp']],
    script: (top, dsp) => `synth_ice40 -noflatten${dsp ? ' -dsp' : ''} -top ${top}`,
  },
  {
    name: 'ecp5', models: ['ecp5/cells_sim.v'],
    cells: [
      [/^LUT4$/, 'lut'], [/^TRELLIS_FF$/, 'ff'], [/^CCU2C$/, 'carry'], [/^(DP16KD|PDPW16KD)$/, 'bram'],
      [/^(MULT18X18D|ALU54B)$/, 'dsp'], [/^TRELLIS_DPR16X4$/, 'lutram'],
    ],
    script: (top, dsp) => `synth_ecp5 -noflatten${dsp ? '' : ' -nodsp'} -top ${top}`,
  },
  { name: 'lut4', cells: GENERIC_CELLS, models: [], script: (top) => `synth -lut 4 -top ${top}` },
  { name: 'lut6', cells: GENERIC_CELLS, models: [], script: (top) => `synth -lut 6 -top ${top}` },
];

export function findSynthesisTarget(name: string): SynthesisTarget {
  const found = SYNTHESIS_TARGETS.find((target) => target.name === name);
  if (found === undefined) throw new Error(`no synthesis target is called ${name}`);
  return found;
}

/** What a cell counts as; undefined where it is free. */
export function resourceOf(target: SynthesisTarget, cellType: string): Resource | undefined {
  return target.cells.find(([pattern]) => pattern.test(cellType))?.[1];
}
