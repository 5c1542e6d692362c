import { ecp5Cells, genericCells, ice40Cells, xilinxCells, type CellWeights } from './cells.ts';

export const TARGET_NAMES = ['xc7', 'xcup', 'ice40', 'ecp5', 'lut4', 'lut6'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

export interface ScriptOptions {
  /** Put everything below the top module into it. */
  readonly flatten: boolean;
  /** Multipliers may go into DSP blocks. */
  readonly dsp: boolean;
}

/** A family of chips, as far as synthesis is concerned. */
export interface SynthesisTarget {
  readonly name: TargetName;
  /** Yosys commands from RTL below `top` to cells of the target. */
  script(top: string, options: ScriptOptions): string;
  readonly cells: CellWeights;
  /** Verilog files, in `models/`, that say what the target's cells do; generic cells are written as plain Verilog. */
  readonly models: readonly string[];
  /** Verilog files, in `maps/`, that the script reads. */
  readonly maps: readonly string[];
}

export const SYNTHESIS_TARGETS: Readonly<Record<TargetName, SynthesisTarget>> = {
  xc7: xilinx('xc7', 'xc7'),
  xcup: xilinx('xcup', 'xcup'),
  ice40: {
    name: 'ice40',
    // HX and LP parts have no DSP blocks.
    script: (top, { flatten }) => `synth_ice40${flatten ? '' : ' -noflatten'} -top ${top}`,
    cells: ice40Cells,
    models: ['ice40.v'],
    maps: [],
  },
  ecp5: {
    name: 'ecp5',
    script: (top, { flatten, dsp }) => `synth_ecp5${flatten ? '' : ' -noflatten'}${dsp ? '' : ' -nodsp'} -top ${top}`,
    cells: ecp5Cells,
    models: ['ecp5.v', 'ecp5_memory.v'],
    maps: [],
  },
  lut4: generic('lut4', 4),
  lut6: generic('lut6', 6),
};

/** A selection of Yosys. */
const WIDE_MEMORIES = 't:$mem_v2 r:WIDTH>36 %i r:WR_PORTS>0 %i';

/**
 * Two faults of this version of Yosys are avoided. Of 72 bits written to a block memory it connects some wrongly, so wide
 * memories are split first. And it finds shift registers among cells of the target, where it forgets their clock enable: here
 * it finds them earlier, among plain flip-flops.
 */
function xilinx(name: TargetName, family: string): SynthesisTarget {
  return {
    name,
    script: (top, { flatten, dsp }) => {
      const options = `-noiopad -noclkbuf -nosrl${flatten ? ' -flatten' : ''}${dsp ? '' : ' -nodsp'}`;
      const synth = `synth_xilinx -family ${family} ${options} -top ${top}`;
      return [
        `${synth} -run begin:map_memory`,
        `techmap -D BLOCK -map xilinx_wide_memory.v ${WIDE_MEMORIES} a:ram_style=block %i`,
        `techmap -map xilinx_wide_memory.v ${WIDE_MEMORIES} a:ram_style=distributed %d`,
        `${synth} -run map_memory:map_ffs`,
        'xilinx_srl -fixed -minlen 3',
        `${synth} -run map_ffs:`,
      ].join('; ');
    },
    cells: xilinxCells,
    models: ['xilinx.v', 'xilinx_dsp.v', 'xilinx_memory.v'],
    maps: ['xilinx_wide_memory.v'],
  };
}

/**
 * `synth -lut` with memories kept whole, which it would turn into flip-flops; only constant memories that are read within a
 * cycle, and those of a few words, become logic.
 */
function generic(name: TargetName, inputs: number): SynthesisTarget {
  return {
    name,
    script: (top, { flatten }) => [
      `synth -run begin:fine${flatten ? ' -flatten' : ''} -top ${top}`,
      'memory_map -rom-only t:$mem_v2 r:RD_CLK_ENABLE<1 %i',
      'memory_map t:$mem_v2 r:SIZE<=4 %i',
      'opt -fast -full', 'techmap', 'opt -fast', 'simplemap', `abc -fast -lut ${inputs}`, 'opt -fast', 'opt_clean',
    ].join('; '),
    cells: genericCells(inputs),
    models: [],
    maps: [],
  };
}
