/** What the cells of a netlist are made of. The unit is the target's own cell; a 7-series RAMB18 is half a block of memory. */
export const CELL_KINDS = ['lut', 'lutram', 'ff', 'carry', 'bram', 'dsp'] as const;
export type CellKind = (typeof CELL_KINDS)[number];
export type CellCounts = Readonly<Record<CellKind, number>>;

/** Parameters of one cell as a JSON netlist of Yosys writes them: binary digits, or text. */
export type CellParameters = Readonly<Record<string, string>>;

/** What one cell of a type occupies, nothing at all included (a multiplexer of the slice); `undefined` for a type not known. */
export type CellWeights = (type: string, parameters: CellParameters) => Partial<CellCounts> | undefined;

export const NO_CELLS: CellCounts = { lut: 0, lutram: 0, ff: 0, carry: 0, bram: 0, dsp: 0 };

/** `left + times * right`, kind by kind. */
export function addCells(left: CellCounts, right: Partial<CellCounts>, times = 1): CellCounts {
  const sum = { ...NO_CELLS } as Record<CellKind, number>;
  for (const kind of CELL_KINDS) sum[kind] = left[kind] + times * (right[kind] ?? 0);
  return sum;
}

const LUT = { lut: 1 };
const FF = { ff: 1 };
const FREE = {};

/** LUTs that a distributed memory or shift register of AMD occupies. */
const XILINX_LUTRAM: Readonly<Record<string, number>> = {
  SRL16E: 1, SRLC16E: 1, SRLC32E: 1, RAM32X1S: 1, RAM64X1S: 1, RAM128X1S: 2, RAM256X1S: 4, RAM512X1S: 8, RAM32X1D: 2, RAM64X1D: 2,
  RAM128X1D: 4, RAM256X1D: 8, RAM32M: 4, RAM64M: 4, RAM32M16: 8, RAM64M8: 8, RAM32X16DR8: 8, RAM64X8SW: 8,
};

/** AMD 7 series and UltraScale+. Memory blocks hold 36 kbit; MUXF7 to MUXF9 come with the LUTs. */
export const xilinxCells: CellWeights = type => {
  if (/^LUT[1-6](_2)?$/.test(type) || type === 'INV') return LUT;
  if (/^FD[RSCP]E(_1)?$/.test(type)) return FF;
  if (/^CARRY[48]$/.test(type)) return { carry: 1 };
  if (/^RAMB36E[12]$/.test(type)) return { bram: 1 };
  if (/^RAMB18E[12]$/.test(type)) return { bram: 0.5 };
  if (/^DSP48E[12]$/.test(type)) return { dsp: 1 };
  if (/^(MUXF[789]|VCC|GND)$/.test(type)) return FREE;
  return type in XILINX_LUTRAM ? { lutram: XILINX_LUTRAM[type] } : undefined;
};

/** Lattice iCE40. Memory blocks hold 4 kbit. */
export const ice40Cells: CellWeights = type => {
  if (type === 'SB_LUT4') return LUT;
  if (/^SB_DFFN?E?(S?[SR])?$/.test(type)) return FF;
  if (type === 'SB_CARRY') return { carry: 1 };
  if (/^SB_RAM40_4K(N[RW]|NRNW)?$/.test(type)) return { bram: 1 };
  return type === 'SB_MAC16' ? { dsp: 1 } : undefined;
};

/** Lattice ECP5. Memory blocks hold 18 kbit; a CCU2C is two LUTs with a carry, a TRELLIS_DPR16X4 is four LUTs used as memory. */
export const ecp5Cells: CellWeights = type => {
  switch (type) {
    case 'LUT4': case 'INV': return LUT;
    case 'TRELLIS_FF': return FF;
    case 'CCU2C': return { lut: 2, carry: 1 };
    case 'TRELLIS_DPR16X4': return { lutram: 4 };
    case 'DP16KD': return { bram: 1 };
    case 'MULT18X18D': case 'ALU54B': return { dsp: 1 };
    case 'PFUMX': case 'L6MUX21': return FREE;
    default: return undefined;
  }
};

/**
 * Generic LUTs of `inputs` inputs. Memories stay whole: one that is read at a clock edge counts as blocks of 18 kbit, each half
 * of a block of memory; one that is read within a cycle as LUTs used as memory, for each read port.
 */
export function genericCells(inputs: number): CellWeights {
  return (type, parameters) => {
    if (type === '$lut') return LUT;
    if (/^\$_(S?DFFE?|ALDFFE?|DFFSRE?)_/.test(type)) return FF;
    if (type !== '$mem_v2') return undefined;
    const [size, width, ports] = ['SIZE', 'WIDTH', 'RD_PORTS'].map(name => parseInt(parameters[name], 2));
    if (parameters.RD_CLK_ENABLE.includes('1')) return { bram: Math.ceil((size * width) / 18432) / 2 };
    return { lutram: ports * width * Math.ceil(size / 2 ** inputs) };
  };
}
