import { expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { Dice, mutated } from './mutations.ts';
import { DOCUMENTED, noFiles } from './programs.ts';

const RUNS = process.env.BITLOOM_TEST_FULL === undefined ? 4000 : 100_000;
/** A program that is worse than this hangs. */
const LONGEST_MS = 1000;

function expectLocated(text: string, error: UserError): void {
  const lines = text.split('\n');
  expect(error.diagnostics.length).toBeGreaterThan(0);
  for (const { origin, excerpt, severity } of error.diagnostics) {
    const [, line, column] = /^fuzz\.bloom:(\d+):(\d+)$/.exec(origin ?? '')!.map(Number);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual(lines[line - 1].length + 1);
    if (severity === 'error') expect(excerpt).toMatch(/^ +\d+ \| .*\n +\| *\^+$/s);
  }
}

it(`survives ${RUNS} mutated programs, and says where they are wrong`, { timeout: 1_800_000 }, () => {
  const programs = [...DOCUMENTED.values()];
  let [refused, slowest] = [0, 0];
  for (let seed = 1; seed <= RUNS; seed++) {
    const dice = new Dice(seed * 7919);
    const text = mutated(dice.pick(programs), dice);
    const start = performance.now();
    try {
      importBloom(new TextEncoder().encode(text), 'fuzz.bloom', noFiles);
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`seed ${seed}: ${(error as Error).stack}\n${text}`);
      try {
        // The file as it is read: bytes that are no UTF-8 are replaced.
        expectLocated(new TextDecoder().decode(new TextEncoder().encode(text)), error);
      } catch (wrong) {
        throw new Error(`seed ${seed}: ${(wrong as Error).message}\n${error.message}\n${text}`);
      }
      refused++;
    }
    const took = performance.now() - start;
    slowest = Math.max(slowest, took);
    if (took > LONGEST_MS) throw new Error(`seed ${seed}: ${Math.round(took)} ms\n${text}`);
  }
  expect(refused).toBeGreaterThan(RUNS / 2);
  console.log(`${RUNS} mutated programs, ${refused} refused, slowest ${Math.round(slowest)} ms`);
});
