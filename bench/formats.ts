import { readFileSync, writeFileSync } from 'node:fs';
import { ModuleBuilder } from '../codegen/rtl/builder.ts';
import type { Module } from '../codegen/rtl/ir.ts';
import { emitVerilog } from '../codegen/verilog/emit.ts';
import { synthesize } from '../sim/yosys/synthesize.ts';
import { table } from '../src/cli/tables.ts';
import { floatFieldsOf } from '../src/number/formats/float.ts';
import { EXAMPLE_FORMATS, parseFormat } from '../src/number/formats/index.ts';
import { exampleRows, familyRows, markdownTable } from '../src/number/formats/reference.ts';
import { dotProductDesign, type DotProduct } from './dot-product.ts';

/**
 * Look-up tables of 64-input dot products for every example format (xc7, Yosys, no DSP blocks; memories of weights not counted), beside
 * a multiplier-accumulator tree for integers of the same width. `--docs` writes the tables of docs/formats.md, `--json` prints one object,
 * `--formats=A;B` takes these alone (for --docs: the others stay empty),
 * `--progress` says what is being synthesized, `--workers=N` runs N processes of Yosys (2). What was synthesized before comes from the cache.
 */
const LENGTH = 64;
const BITS_WITH_BIPOLAR = 4;
const WORKERS = Number(process.argv.find((argument) => argument.startsWith('--workers='))?.slice('--workers='.length) ?? 2);
const CHOSEN = process.argv.find((argument) => argument.startsWith('--formats='))?.slice('--formats='.length).split(';') ?? EXAMPLE_FORMATS;
const DOCS = 'docs/formats.md';

/** Dot products to be synthesized: all under one top, so that each process of Yosys works on many. */
const modules = new Map<string, { readonly name: string; readonly modules: readonly Module[] }>();

/** The module of a dot product; one for all with the same hardware. */
function moduleOf(product: Omit<DotProduct, 'length'>): { name: string; storedBits: number } {
  const { key, storedBits, design } = dotProductDesign(`dot_${modules.size}`, { ...product, length: LENGTH });
  if (!modules.has(key)) modules.set(key, { name: `dot_${modules.size}`, modules: design.modules });
  return { name: modules.get(key)!.name, storedBits };
}

/** Look-up tables of every module. */
async function synthesized(): Promise<ReadonlyMap<string, number>> {
  const top = new ModuleBuilder('formats', ['dot products of every number format']);
  for (const { name, modules: [...parts] } of modules.values()) {
    const module = parts[parts.length - 1];
    const inputs = module.ports.filter(({ direction }) => direction === 'input').map((port) => [port.name, top.input(`${name}_${port.name}`, port.width)]);
    top.output(`${name}_result`, top.instance(name, module, Object.fromEntries(inputs)).result);
  }
  const design = { modules: [...[...modules.values()].flatMap((each) => each.modules), top.finish()] };
  const { children } = await synthesize(emitVerilog(design), 'formats', {
    target: 'xc7', workers: WORKERS, progress: ({ done, total, module }) => { if (process.argv.includes('--progress')) console.error(`${done} of ${total}: ${module}`); },
  });
  return new Map(children.map(({ module, cells }) => {
    if (cells.dsp !== 0) throw new Error(`${module}: ${cells.dsp} DSP blocks`);
    return [module, cells.lut];
  }));
}

interface Cost {
  readonly format: string;
  readonly storedBits: number;
  readonly stored: number;
  readonly constant: number;
  /** With elements -1 and +1; for few bits, where it has a datapath of its own. */
  readonly storedBipolar?: number;
  /** Stored two's complement integers of as many bits as the format's codes, by multipliers. */
  readonly integer: number;
  readonly lmul?: number;
}

/** The modules of which the costs of a format are counted. */
function planOf(example: string): { format: string; storedBits: number; counted: Record<string, string> } {
  const format = parseFormat(example);
  const stored = moduleOf({ format: example, elements: 'int8', weights: 'stored' });
  const counted: Record<string, string> = {
    stored: stored.name,
    constant: moduleOf({ format: example, elements: 'int8', weights: 'constant' }).name,
    integer: moduleOf({ format: `int${Math.max(2, format.bits)}`, elements: 'int8', weights: 'stored' }).name,
  };
  if (format.bits <= BITS_WITH_BIPOLAR) counted.storedBipolar = moduleOf({ format: example, elements: 'bipolar', weights: 'stored' }).name;
  if (floatFieldsOf(format) !== undefined && format.bits <= 8) counted.lmul = moduleOf({ format: example, elements: 'lmul', weights: 'stored' }).name;
  return { format: format.text, storedBits: stored.storedBits, counted };
}

/** The costs as columns of the examples' table. */
function withCosts(costs: readonly Cost[]): string[][] {
  const [head, ...rows] = exampleRows();
  const columns = ['bits stored', 'LUT, stored', 'LUT, constant', 'LUT, bipolar elements', 'LUT, integers of that width', 'ratio', 'LUT, L-Mul'];
  return [[...head, ...columns], ...rows.map((row) => {
    const cost = costs.find(({ format }) => row[0] === `\`${format}\``);
    if (cost === undefined) return [...row, ...columns.map(() => '')];
    const { storedBits, stored, constant, storedBipolar, integer, lmul } = cost;
    return [...row, ...[storedBits, stored, constant, storedBipolar, integer].map(shown), (stored / integer).toFixed(2), shown(lmul)];
  })];
}

function shown(number: number | undefined): string {
  return number === undefined ? '' : `${number}`;
}

const plans = CHOSEN.map(planOf);
const luts = await synthesized();
const costs = plans.map(({ format, storedBits, counted }) => ({
  format, storedBits, ...Object.fromEntries(Object.entries(counted).map(([what, module]) => [what, luts.get(module)!])),
}) as Cost);
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ target: 'xc7', length: LENGTH, costs }));
} else {
  const rows = withCosts(costs);
  console.log(table(rows.map((row) => [row[0].replaceAll('`', ''), row[1], ...row.slice(6)])));
  if (process.argv.includes('--docs')) {
    let text = readFileSync(DOCS, 'utf8');
    for (const [name, content] of [['families', markdownTable(familyRows())], ['examples', markdownTable(rows)]]) {
      text = text.replace(new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`), (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
    }
    writeFileSync(DOCS, text);
    console.log(`\nwrote the tables of ${DOCS}`);
  }
}
