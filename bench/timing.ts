import { emitVerilog } from '../codegen/verilog/emit.ts';
import { estimateTiming } from '../sim/timing/analyze.ts';
import { findPart, placeAndRoute } from '../sim/nextpnr/index.ts';
import { netlistJson, synthesize } from '../sim/yosys/index.ts';
import { table } from '../src/cli/tables.ts';
import { networks, UNITS } from './timing/designs.ts';

/**
 * The clock period that the delay model predicts from the netlist, beside the one that nextpnr reaches on an iCE40HX8K; the median of three
 * seeds. `--only TEXT` takes the designs whose names hold it, `--json` prints one object.
 */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
const part = findPart('hx8k');
const SEEDS = [1, 2, 3];
const rows: { name: string; cells: number; predicted: number; measured: number; error: number; least: number; most: number; path: string }[] = [];
for (const { name, design, top, inside } of [...UNITS, ...await networks('ice40', part.pins)]) {
  if (!name.includes(only)) continue;
  const report = await synthesize(emitVerilog(design), top, { target: 'ice40' });
  const estimate = estimateTiming(report);
  const netlist = netlistJson(report);
  const reached: number[] = [];
  let path = '';
  for (const seed of SEEDS) {
    const placed = await placeAndRoute(netlist, top, { part, clock: Number((estimate.delay * 0.9).toFixed(2)), seed, inside });
    reached.push(placed.reached);
    path = `${placed.path.tables} + ${placed.path.carries}, ${placed.path.logic.toFixed(1)}`;
  }
  reached.sort((a, b) => a - b);
  const measured = reached[1];
  rows.push({
    name, cells: report.total.lut, predicted: estimate.delay, measured, error: estimate.delay / measured - 1, least: reached[0], most: reached[2],
    path: `${path}; ${estimate.tables} + ${estimate.carries}, ${estimate.logic.toFixed(1)}`,
  });
  console.error(`${name}: ${estimate.delay.toFixed(2)} predicted, ${measured.toFixed(2)} measured (${reached.map(v => v.toFixed(2)).join(' ')}) ${rows[rows.length-1].path} ${estimate.from} -> ${estimate.to}`);
}
console.log(process.argv.includes('--json') ? JSON.stringify(rows) : table([
  ['design', 'LUT', 'ns predicted', 'ns measured', 'error, %', 'of three seeds', 'tables + carries, ns in cells: measured; predicted'],
  ...rows.map(({ name, cells, predicted, measured, error, least, most, path }) => [
    name, `${cells}`, predicted.toFixed(2), measured.toFixed(2), (100 * error).toFixed(0), `${least.toFixed(2)} to ${most.toFixed(2)}`, path])]));
