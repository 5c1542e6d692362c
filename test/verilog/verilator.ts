import { it } from 'vitest';
import { whyNoVerilator } from '../../sim/verilator/index.ts';

const missing = await whyNoVerilator();
if (missing !== undefined) {
  if (process.env.CI !== undefined) throw new Error(`these tests must run here: ${missing}`);
  console.warn(`tests that need Verilator are skipped: ${missing}`);
}

/** `it`, skipped with a word where Verilator is missing; an error in continuous integration. */
export const withVerilator = missing === undefined ? it : it.skip;
