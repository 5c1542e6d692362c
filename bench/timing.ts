import { emitVerilog } from '../codegen/verilog/emit.ts';
import { estimateTiming } from '../sim/timing/analyze.ts';
import { findPart, placeAndRoute } from '../sim/nextpnr/index.ts';
import { netlistJson, synthesize } from '../sim/yosys/index.ts';
import { table } from '../src/cli/tables.ts';
import { networks, UNITS } from './timing/designs.ts';

/**
 * Clock periods of designs on an iCE40HX8K: planned from the levels of operations, estimated from the netlist by the same delays, and reached
 * by nextpnr: the median of three seeds, of one for designs of more than 2000 tables. `--only TEXT` takes the designs whose names hold it,
 * `--json` prints one object.
 */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
const part = findPart('hx8k');

interface Row {
  readonly name: string;
  readonly lut: number;
  readonly planned: number;
  readonly estimated: number;
  /** Fastest first. */
  readonly reached: readonly number[];
  readonly measured: number;
}

const rows: Row[] = [];
for (const { name, design, top, inside, clock, planned } of [...UNITS, ...await networks('ice40', part.pins)]) {
  if (!name.includes(only)) continue;
  const report = await synthesize(emitVerilog(design, { timing: { target: 'ice40', clock } }), top, { target: 'ice40' });
  const { delay: estimated } = estimateTiming(report);
  const reached: number[] = [];
  for (const seed of report.total.lut > 2000 ? [1] : [1, 2, 3]) {
    // The placer works for a clock a little too fast, so that it does its best.
    const wanted = Number((estimated * 0.9).toFixed(1));
    reached.push((await placeAndRoute(netlistJson(report), top, { part, clock: wanted, seed, inside })).reached);
  }
  reached.sort((a, b) => a - b);
  const measured = reached[reached.length >> 1];
  rows.push({ name, lut: report.total.lut, planned, estimated, reached, measured });
  console.error(`${name}: ${planned.toFixed(2)} planned, ${estimated.toFixed(2)} estimated, ${measured.toFixed(2)} reached`);
}

const error = (predicted: number, { measured }: Row): number => predicted / measured - 1;
const percent = (value: number): string => (100 * value).toFixed(0);
const worst = (of: 'planned' | 'estimated'): string => percent(Math.max(...rows.map(row => Math.abs(error(row[of], row)))));
const mean = (of: 'planned' | 'estimated'): string => percent(rows.reduce((sum, row) => sum + Math.abs(error(row[of], row)), 0) / rows.length);
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(rows));
} else {
  console.log(table([
    ['design', 'LUT', 'ns planned', 'error, %', 'ns from netlist', 'error, %', 'ns reached', 'of seeds'],
    ...rows.map(row => [
      row.name, `${row.lut}`, row.planned.toFixed(2), percent(error(row.planned, row)), row.estimated.toFixed(2), percent(error(row.estimated, row)),
      row.measured.toFixed(2), row.reached.map(value => value.toFixed(2)).join(' ')]),
  ]));
  console.log(`\n${rows.length} designs; error on average ${mean('planned')} % planned, ${mean('estimated')} % from the netlist; at most ${worst('planned')} and ${worst('estimated')} %`);
}
