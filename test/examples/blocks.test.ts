import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/base/npy.ts';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { verify } from '../../src/compiler/verify.ts';
import { loadNetwork } from '../../src/frontend/index.ts';

const FOLDER = resolve(import.meta.dirname, '../../examples/blocks');
const full = process.env.BITLOOM_TEST_FULL !== undefined;

/** The blocks and the names of their inputs' files; a sample of the MatMul-free one is a token, and its state goes from token to token. */
const BLOCKS = [['lmul', 'lmul-inputs', 20], ['fracbnn', 'fracbnn-inputs', 20], ['matmul-free', 'matmul-free-tokens', 32]] as const;

describe('blocks written in .bloom', () => {
  for (const [name, file, count] of BLOCKS) {
    it(`${name} climbs the ladder`, { timeout: 1_800_000 }, async () => {
      const compiled = compileNetwork(await loadNetwork(resolve(FOLDER, `${name}.bloom`)));
      const input = readNpy(readFileSync(resolve(FOLDER, `${file}.npy`)), file);
      const size = input.shape[1];
      const samples = Array.from({ length: input.shape[0] }, (_, i) =>
        new Map([['x', Float64Array.from({ length: size }, (_x, k) => Number(input.data[i * size + k]))]]));
      expect(samples.length).toBe(count);
      const { rungs } = await verify(compiled, samples, { rtlSamples: 2, verilatorSamples: count, netlistSamples: 4, netlist: full });
      for (const rung of rungs) {
        if (rung.name !== 'Verilator = netlist after synthesis' || full) expect(rung, rung.name).toMatchObject({ status: 'passed' });
      }
    });
  }
});
