import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { Dice, mutated } from './mutations.ts';
import { besides, DOCUMENTED, EXAMPLES, noFiles } from './programs.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;
const RUNS = FULL ? 100_000 : 3000;

/** A program that takes longer than this, three times, hangs; the long suite has time to look for one. */
const LONGEST_MS = 1000;

/** What examples name; everything else is missing. */
const readFile = EXAMPLES.length > 0 ? besides(EXAMPLES[0]) : noFiles;

function milliseconds(text: string): number {
  const start = performance.now();
  try {
    importBloom(new TextEncoder().encode(text), 'fuzz.bloom', readFile);
  } catch {
    // What it says is looked at elsewhere.
  }
  return performance.now() - start;
}

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
  const programs = [...DOCUMENTED.values(), ...EXAMPLES.map((path) => readFileSync(path, 'utf8'))];
  let [refused, slowest] = [0, 0];
  for (let seed = 1; seed <= RUNS; seed++) {
    const dice = new Dice(seed * 7919);
    const text = mutated(dice.pick(programs), dice);
    const start = performance.now();
    try {
      importBloom(new TextEncoder().encode(text), 'fuzz.bloom', readFile);
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
    if (FULL && took > LONGEST_MS && Math.min(milliseconds(text), milliseconds(text)) > LONGEST_MS) throw new Error(`seed ${seed} hangs\n${text}`);
  }
  expect(refused).toBeGreaterThan(RUNS / 2);
  console.log(`${RUNS} mutated programs, ${refused} refused, slowest ${Math.round(slowest)} ms`);
});

it('compiles what is not refused, or says where it cannot', { timeout: 1_800_000 }, () => {
  const wanted = FULL ? 2000 : 40;
  const programs = [...DOCUMENTED.values()];
  let [compiled, refused] = [0, 0];
  for (let seed = 1; compiled + refused < wanted; seed++) {
    const dice = new Dice(seed * 104_729);
    const text = mutated(dice.pick(programs), dice);
    let graph;
    try {
      graph = importBloom(new TextEncoder().encode(text), 'fuzz.bloom', readFile);
    } catch {
      continue;
    }
    try {
      compileNetwork(graph);
      compiled++;
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`seed ${seed}: ${(error as Error).stack}\n${text}`);
      for (const { origin } of error.diagnostics) expect(origin, `seed ${seed}: ${error.message}\n${text}`).toMatch(/^fuzz\.bloom:\d+:\d+$/);
      refused++;
    }
  }
  expect(compiled).toBeGreaterThan(wanted / 2);
  console.log(`${compiled} mutated programs compiled, ${refused} refused by the compiler`);
});
