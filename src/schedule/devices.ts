/** What hardware takes: look-up tables (as logic and as memory), flip-flops, blocks of memory, multiplier blocks. */
export interface Resources {
  readonly lut: number;
  readonly ff: number;
  readonly bram: number;
  readonly dsp: number;
}

export const NOTHING: Resources = { lut: 0, ff: 0, bram: 0, dsp: 0 };

export function addResources(...all: readonly Resources[]): Resources {
  return all.reduce((sum, { lut, ff, bram, dsp }) => (
    { lut: sum.lut + lut, ff: sum.ff + ff, bram: sum.bram + bram, dsp: sum.dsp + dsp }), NOTHING);
}

/** What `count` of the same take. */
export function timesResources(count: number, { lut, ff, bram, dsp }: Resources): Resources {
  return { lut: count * lut, ff: count * ff, bram: count * bram, dsp: count * dsp };
}

/** A middle-sized part of each target. */
export interface Device extends Resources {
  readonly name: string;
}

/** By target. Counts are those of the vendors' data sheets. */
export const DEVICES: Readonly<Record<string, Device>> = {
  xc7: { name: 'XC7Z020', lut: 53_200, ff: 106_400, bram: 140, dsp: 220 },
  xcup: { name: 'XCZU3EG', lut: 70_560, ff: 141_120, bram: 216, dsp: 360 },
  ice40: { name: 'iCE40HX8K', lut: 7_680, ff: 7_680, bram: 32, dsp: 0 },
  ecp5: { name: 'LFE5U-45F', lut: 43_848, ff: 43_848, bram: 108, dsp: 72 },
  lut4: { name: 'a part with 8,000 look-up tables', lut: 8_000, ff: 8_000, bram: 64, dsp: 0 },
  lut6: { name: 'a part with 50,000 look-up tables', lut: 50_000, ff: 100_000, bram: 140, dsp: 0 },
};
