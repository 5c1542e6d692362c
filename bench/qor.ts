import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpy } from '../src/base/npy.ts';
import { table } from '../src/cli/tables.ts';
import type { Counting } from '../codegen/arithmetic/atoms.ts';
import { countDifferences, formatsOf } from '../codegen/arithmetic/compare.ts';
import type { Matrix } from '../codegen/arithmetic/graph.ts';
import { optimizeProduct, type Product } from '../codegen/arithmetic/optimize.ts';
import { buildAgreement, buildThreshold } from '../codegen/arithmetic/popcount.ts';
import { countsOfFour } from './qor/four-inputs.ts';
import { Measurer, moduleOf, type Flow, type Measured } from './qor/measure.ts';

/**
 * Look-up tables of constant matrix-vector products and popcounts against the best of other tools, under the same Yosys command. `--json`
 * prints one object, `--only TEXT` takes the matrices whose names hold it, `--largest N` those for which the others need N look-up tables at
 * most (Yosys takes minutes for the largest), `--four` measures only popcounts on iCE40 and ECP5 against 6:3 compressors, `--flows` measures hierarchical and abc9 runs too, `--fast` also products with paths as short
 * as the shallowest other tool's. Results of Yosys are cached. Every netlist is simulated against its matrix first.
 *
 * "registered" netlists are possible where sums go into flip-flops, "combinational" ones everywhere. `sites` counts the tables of a slice
 * that are taken only to pass a net or a constant into a carry chain too; Yosys counts none of those, for the other tools neither.
 */
const folder = '../shared/qor';
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1] ?? '';
};
const json = process.argv.includes('--json');
const withFast = process.argv.includes('--fast');
const flows: readonly Flow[] = process.argv.includes('--flows') ? ['flattened', 'hierarchical', 'abc9'] : ['flattened'];
const only = argument('--only') ?? '';
const largest = Number(argument('--largest') ?? Infinity);

interface Other {
  readonly matrix: string;
  readonly input: string;
  readonly best_other?: { readonly lut: number; readonly path: number; readonly tool: string };
  readonly shallowest_other?: { readonly lut: number; readonly path: number };
  readonly lowest_own_estimate_of_others: number;
}

interface Row extends Measured {
  readonly work: string;
  readonly input: string;
  readonly counting: Counting | 'fast';
  readonly other: number;
  readonly ratio: number;
  readonly pathLimit?: number;
  readonly sites: number;
  readonly method: string;
  readonly seconds: number;
  readonly byFlow: Readonly<Record<string, number>>;
}

interface Count extends Measured {
  readonly kind: string;
  readonly size: number;
  readonly counting: Counting;
  readonly sites: number;
  readonly perBit: number;
}

/** Random words for the simulations, the same in every run. */
let state = 1;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return state ^ (state >>> 15);
};

/** The best other tool's look-up tables; where none could be measured, its own estimate. */
const referenceOf = (other: Other): number => other.best_other?.lut ?? other.lowest_own_estimate_of_others;

const log = (text: string): void => console.error(text);
const measurer = new Measurer(2, 3600);

function rowsOf(name: string): Matrix {
  const path = join(folder, 'matrices', name);
  const { shape: [inputs, outputs], data } = readNpy(readFileSync(path), path);
  return Array.from({ length: outputs }, (_, row) => Int32Array.from({ length: inputs }, (_, column) => data[column * outputs + row]));
}

async function product(other: Other, counting: Counting | 'fast'): Promise<Row> {
  const matrix = rowsOf(other.matrix);
  const formats = formatsOf(other.input, matrix[0].length);
  const pathLimit = counting === 'fast' ? other.shallowest_other!.path : undefined;
  const start = performance.now();
  const made: Product = optimizeProduct({
    matrix, formats, counting: counting === 'fast' ? 'registered' : counting, ...(pathLimit === undefined ? {} : { path: pathLimit }),
  });
  const seconds = (performance.now() - start) / 1000;
  const differences = countDifferences(made, matrix, formats, 4, random);
  if (differences > 0) throw new Error(`${other.matrix}: ${differences} results of the netlist differ from the matrix`);
  const text = moduleOf('product', made.netlist, made.inputs.flat(), made.outputs.flat());
  const measured = await Promise.all(flows.map(flow => measurer.measure(text, 'product', flow)));
  const reference = referenceOf(other);
  log(`${other.matrix} ${other.input} ${counting}: ${measured[0].lut} LUT`);
  return {
    work: other.matrix.replace('.npy', ''), input: other.input, counting, other: reference, ratio: measured[0].lut / reference,
    ...measured[0], ...(pathLimit === undefined ? {} : { pathLimit }), sites: made.netlist.sites, method: made.method, seconds,
    byFlow: Object.fromEntries(flows.map((flow, index) => [flow, measured[index].lut])),
  };
}

async function popcount(size: number, counting: Counting, kind: 'popcount' | 'XNOR popcount'): Promise<Count> {
  const build = kind === 'popcount' ? buildThreshold : buildAgreement;
  const threshold = Math.floor(size / 2) + 1;
  const { netlist, inputs, outputs } = build(size, threshold, { counting });
  const measured = await measurer.measure(moduleOf('count', netlist, inputs, outputs), 'count');
  return { kind, size, counting, ...measured, sites: netlist.sites, perBit: measured.lut / size };
}

const geometricMean = (values: readonly number[]): number => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

const ofFour = only !== '' ? [] : await countsOfFour([64, 128, 256, 784]);
const fourTable = (): string => table([
  ['count', 'target', 'LUT', '6:3 compressors', 'ratio', 'path', 'of 6:3'],
  ...ofFour.map(row => [
    `popcount of ${row.size}, threshold`, row.target, `${row.lut}`, `${row.sixThree}`, row.ratio.toFixed(3), `${row.path}`, `${row.sixThreePath}`]),
]);
if (process.argv.includes('--four')) {
  console.log(json ? JSON.stringify({ fourInputs: ofFour }) : fourTable());
  process.exit(0);
}
if (!existsSync(join(folder, 'other-tools.json'))) {
  console.error(`skipped: ${folder} is not there`);
  process.exit(0);
}
const others = (JSON.parse(readFileSync(join(folder, 'other-tools.json'), 'utf8')) as Other[])
  .filter(other => other.matrix.includes(only) && referenceOf(other) <= largest).sort((a, b) => referenceOf(a) - referenceOf(b));
const results: Row[] = [];
for (const other of others) {
  for (const counting of ['registered', 'combinational'] as const) results.push(await product(other, counting));
  if (withFast && other.shallowest_other !== undefined) results.push(await product(other, 'fast'));
}
const counts = only !== '' ? [] : await Promise.all([64, 128, 256, 784].flatMap(size => (['popcount', 'XNOR popcount'] as const).flatMap(kind => (
  (['registered', 'combinational'] as const).map(counting => popcount(size, counting, kind))
))));
measurer.close();

const measuredOthers = results.filter(({ work }) => others.some(({ matrix, best_other }) => best_other !== undefined && matrix === `${work}.npy`));
const groups: readonly (readonly [string, (row: Row) => boolean])[] = [
  ['all', () => true],
  ['integer weights', ({ work }) => /^(i\d|sp|sh|zoo_jet|zoo_kws)/.test(work)],
  ['bipolar and ternary, 1-bit inputs', ({ work, input }) => /^[bt]/.test(work) && input === 'u1'],
];
const means = groups.flatMap(([name, belongs]) => (['registered', 'combinational', 'fast'] as const).flatMap(counting => {
  const ratios = measuredOthers.filter(row => row.counting === counting && belongs(row)).map(({ ratio }) => ratio);
  return ratios.length === 0 ? [] : [{ group: name, counting, count: ratios.length, mean: geometricMean(ratios), most: Math.max(...ratios) }];
}));

if (json) {
  console.log(JSON.stringify({ products: results, means, popcounts: counts, fourInputs: ofFour }));
} else {
  console.log(table([['product', 'input', 'counting', 'LUT', 'others', 'ratio', 'sites', 'path', 'CARRY4', 'optimizer, s', ...flows.slice(1)],
    ...results.map(row => [
      row.work, row.input, row.counting, `${row.lut}`, `${row.other}`, row.ratio.toFixed(3), `${row.sites}`,
      row.pathLimit === undefined ? `${row.path}` : `${row.path} of ${row.pathLimit}`, `${row.carry4}`, row.seconds.toFixed(2),
      ...flows.slice(1).map(flow => `${row.byFlow[flow]}`),
    ])]));
  console.log();
  console.log(table([['geometric mean of LUT(ours)/LUT(best other)', 'counting', 'products', 'mean', 'most'],
    ...means.map(({ group, counting, count, mean, most }) => [group, counting, `${count}`, mean.toFixed(3), most.toFixed(3)])]));
  if (counts.length > 0) {
    console.log();
    const head = ['count', 'counting', 'LUT', 'LUT a bit', 'sites', 'path'];
    console.log(table([head, ...counts.map(({ kind, size, counting, lut, perBit, sites, path }) => (
      [`${kind} of ${size}, threshold`, counting, `${lut}`, perBit.toFixed(3), `${sites}`, `${path}`]
    ))]));
  }
  if (ofFour.length > 0) console.log(`\n${fourTable()}`);
}
