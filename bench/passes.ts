import { existsSync } from 'node:fs';
import { estimateTiming } from '../sim/timing/analyze.ts';
import { synthesize } from '../sim/yosys/synthesize.ts';
import { emitVerilog } from '../codegen/verilog/emit.ts';
import { table } from '../src/cli/tables.ts';
import { compileNetwork, STYLES, type CompiledNetwork, type Style } from '../src/compiler/compile.ts';
import { topOf } from '../src/compiler/engines.ts';
import { predictSpeed } from '../src/compiler/latency.ts';
import { OPTIMIZATIONS, CHOICES } from '../src/compiler/optimizations.ts';
import { loadNetwork } from '../src/frontend/index.ts';
import { corpusNetworks } from './corpus.ts';

/**
 * What each optimization saves on xc7: look-up tables, flip-flops, the longest path and the latency of whole networks, first with everything
 * left out, then with one more in each row, in the order in which they run. Streaming networks take a frame as often in all rows. Rows in
 * which nothing changes are left out. `--only TEXT` takes the networks whose names hold it, `--style STYLE` one style, `--json` prints one
 * object. Results of Yosys are cached; plain unrolled Verilog takes it half an hour.
 */
const NETWORKS = ['digits', 'qkeras_jettagging', 'tfc_1w1a'];
const TARGET = 'xc7';
const option = (name: string): string | undefined => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const only = option('--only') ?? '';
const styles = STYLES.filter((style) => style === (option('--style') ?? style));

/** Everything left out but what stands in `taken`; plain Verilog or cells of slices. */
interface Step { readonly name: string; readonly taken: readonly string[]; readonly cells: boolean }

interface Row {
  readonly network: string;
  readonly style: Style;
  readonly step: string;
  readonly lut: number;
  readonly ff: number;
  /** Cells on the longest path, and what it is estimated to take from the netlist, in nanoseconds. */
  readonly path: number;
  readonly nanoseconds: number;
  /** Clock cycles. */
  readonly latency: number;
}

const names = OPTIMIZATIONS.map(({ name }) => name);
const choices = CHOICES.map(({ name }) => name as string);
const passes = names.filter((name) => !choices.includes(name));
const steps: Step[] = [
  { name: 'all left out', taken: [], cells: false },
  ...passes.map((name, i) => ({ name, taken: passes.slice(0, i + 1), cells: false })),
  { name: 'cells of slices', taken: passes, cells: true },
  ...choices.map((name, i) => ({ name, taken: [...passes, ...choices.slice(0, i + 1)], cells: true })),
];

async function measure(compiled: CompiledNetwork, cells: boolean): Promise<Omit<Row, 'network' | 'style' | 'step'>> {
  const { accelerator, emission } = compiled;
  const verilog = emitVerilog(accelerator.design, { ...emission, target: cells ? TARGET : undefined });
  const report = await synthesize(verilog, topOf(accelerator), { target: TARGET, timeoutSeconds: 7200 });
  const { lut, lutram, ff } = report.total;
  return { lut: lut + lutram, ff, path: report.depth, nanoseconds: estimateTiming(report).delay, latency: predictSpeed(accelerator.network).latency };
}

const rows: Row[] = [];
for (const { id, path, inputType } of corpusNetworks) {
  if (!NETWORKS.includes(id) || !id.includes(only)) continue;
  if (!existsSync(path)) {
    console.error(`${id}: skipped, ${path} is not there`);
    continue;
  }
  const network = await loadNetwork(path);
  for (const style of styles) {
    const options = { style, target: TARGET, inputType };
    const whole = compileNetwork(network, options);
    const goal = style === 'streaming' ? { kind: 'interval', cycles: predictSpeed(whole.accelerator.network).interval } as const : undefined;
    for (const { name, taken, cells } of steps) {
      const compiled = compileNetwork(network, { ...options, ...(goal && { goal }), without: names.filter((each) => !taken.includes(each)) });
      const measured = await measure(compiled, cells);
      const before = rows.findLast((row) => row.network === id && row.style === style);
      const isSame = before !== undefined && (['lut', 'ff', 'path', 'nanoseconds', 'latency'] as const).every((key) => before[key] === measured[key]);
      if (!isSame) rows.push({ network: id, style, step: name, ...measured });
      console.error(`${id}, ${style}, ${name}: ${isSame ? 'the same' : `${measured.lut} LUT, ${measured.ff} FF`}`);
    }
  }
}

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ passes: rows }));
} else {
  console.log(table([
    ['network', 'style', 'with', 'LUT', 'FF', 'cells on the longest path', 'ns', 'latency'],
    ...rows.map((row) => [row.network, row.style, row.step, `${row.lut}`, `${row.ff}`, `${row.path}`, row.nanoseconds.toFixed(1), `${row.latency}`]),
  ]));
}
