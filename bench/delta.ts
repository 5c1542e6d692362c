import { table } from '../src/cli/tables.ts';
import { compileNetwork, verilogOf, type CompiledNetwork } from '../src/compiler/compile.ts';
import { FixedEngine, simulate, simulatorFor, topOf } from '../src/compiler/engines.ts';
import type { Sample } from '../src/compiler/host.ts';
import { Comparison } from '../src/compiler/ladder.ts';
import { modelFor, predictTimes } from '../src/compiler/latency.ts';
import { resourceRows, type ResourceRow } from '../src/compiler/resources.ts';
import type { Graph } from '../src/graph/ir.ts';
import { synthesize } from '../sim/yosys/synthesize.ts';

/**
 * A layer that follows the changes of its vector beside dense ones: clock cycles a frame against the share of elements that change from frame to
 * frame, as the emulator shows and the model predicts, and what the units take by estimate and by Yosys. `--no-synthesis` leaves Yosys out,
 * `--weights ternary` takes weights -1, 0 and +1, `--json` prints one object.
 */
const [ROWS, COLUMNS, FRAMES] = [64, 256, 34];
const SHARES = [0, 1, 5, 10, 20, 50, 100];
const UNIT = 'layer_unit';
const WEIGHTS = process.argv.includes('ternary') ? 1 : 7;
/** Folding file entries: those that follow changes, and dense ones with equal PE and SIMD or with as many multipliers. */
const FORMS: readonly { readonly form: string; readonly fold: object }[] = [
  { form: 'delta, PE 8, SIMD 8', fold: { PE: 8, SIMD: 8, delta: true } },
  { form: 'delta, PE 32, SIMD 16', fold: { PE: 32, SIMD: 16, delta: true } },
  { form: 'dense, PE 8, SIMD 8', fold: { PE: 8, SIMD: 8, sparse: false } },
  { form: 'dense, PE 8, SIMD 1', fold: { PE: 8, SIMD: 1, sparse: false } },
  { form: 'dense, PE 32, SIMD 1', fold: { PE: 32, SIMD: 1, sparse: false } },
];

/** Random numbers from 0 to `count` - 1, the same in every run. */
let state = 7;
function random(count: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return ((state ^ (state >>> 15)) >>> 0) % count;
}

function layer(fold: object): CompiledNetwork {
  state = 11;
  const values = Float64Array.from({ length: ROWS * COLUMNS }, () => random(2 * WEIGHTS + 1) - WEIGHTS);
  const network: Graph = {
    name: 'tokens', inputs: [{ name: 'x', shape: [1, COLUMNS], type: 'int8' }], outputs: ['y'],
    constants: new Map([['w', { shape: [COLUMNS, ROWS], values }]]),
    nodes: [{ kind: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'], attributes: {}, version: 13, origin: 'layer' }],
  };
  return compileNetwork(network, { target: 'xc7', folding: { text: JSON.stringify({ layer: fold }), fileName: 'folding.json' } });
}

/** Frames of which each has other values than the last in so many percent of its elements, drawn anew for each frame. */
function framesOf(percent: number): Sample[] {
  state = 5 + percent;
  const vector = Array.from({ length: COLUMNS }, () => random(256) - 128);
  return Array.from({ length: FRAMES }, () => {
    const places = [...vector.keys()];
    for (let left = Math.round((percent * COLUMNS) / 100); left > 0; left--) {
      const [place] = places.splice(random(places.length), 1);
      vector[place] = ((vector[place] + 128 + 1 + random(255)) % 256) - 128;
    }
    return new Map([['x', Float64Array.from(vector)]]);
  });
}

/** Cycles a frame, without the first one, before which nothing was, and the second, which begins while all of that changes. */
function cyclesOf({ accelerator, fixed }: CompiledNetwork, samples: readonly Sample[]): number {
  const { times, samples: found } = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples);
  const comparison = new Comparison();
  const engine = new FixedEngine(fixed);
  comparison.samples(samples.map((sample) => engine.run(sample)), found, ['y']);
  comparison.times(predictTimes(modelFor(accelerator, samples), samples.length), times);
  if (comparison.difference !== undefined) throw new Error(`differs: ${JSON.stringify(comparison.difference)}`);
  const beats = times.outputs[0];
  return (beats[beats.length - 1] - beats[(2 * beats.length) / FRAMES - 1]) / (FRAMES - 2);
}

interface Row { readonly form: string; readonly cycles: readonly number[]; readonly resources?: ResourceRow }

const rows: Row[] = [];
for (const { form, fold } of FORMS) {
  const compiled = layer(fold);
  const cycles = SHARES.map((share) => cyclesOf(compiled, framesOf(share)));
  if (process.argv.includes('--no-synthesis')) {
    rows.push({ form, cycles });
    continue;
  }
  const report = await synthesize(verilogOf(compiled), topOf(compiled.accelerator), { target: 'xc7' });
  rows.push({ form, cycles, resources: resourceRows(compiled.accelerator, report.children).find(({ instance }) => instance === UNIT)! });
}
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ layer: `${ROWS} x ${COLUMNS}`, shares: SHARES, delta: rows }));
} else {
  const both = (row: Row, kind: 'lut' | 'ff' | 'bram'): string => (
    row.resources === undefined ? '' : `${Math.round(2 * row.resources.estimate[kind]) / 2} / ${row.resources.measured[kind]}`);
  console.log(table([
    [`${ROWS} x ${COLUMNS}`, ...SHARES.map((share) => `${share} %`), 'LUT est. / Yosys', 'FF est. / Yosys', 'BRAM est. / Yosys'],
    ...rows.map((row) => [row.form, ...row.cycles.map((cycles) => cycles.toFixed(1)), both(row, 'lut'), both(row, 'ff'), both(row, 'bram')]),
  ]));
}
