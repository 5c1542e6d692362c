import { readFileSync, writeFileSync } from 'node:fs';
import { emitVerilog } from '../codegen/verilog/emit.ts';
import { synthesize } from '../sim/yosys/synthesize.ts';
import { table } from '../src/cli/tables.ts';
import { floatFieldsOf } from '../src/number/formats/float.ts';
import { EXAMPLE_FORMATS, parseFormat } from '../src/number/formats/index.ts';
import { exampleRows, familyRows, markdownTable } from '../src/number/formats/reference.ts';
import { dotProductDesign, type DotProduct } from './dot-product.ts';

/**
 * Look-up tables of 64-input dot products for every example format (xc7, Yosys, no DSP blocks; memories of weights not counted), beside
 * a multiplier-accumulator tree for integers of the same width. `--docs` writes the tables of docs/formats.md, `--json` prints one object.
 */
const LENGTH = 64;
const BITS_WITH_BIPOLAR = 4;
const DOCS = 'docs/formats.md';

async function luts(product: Omit<DotProduct, 'length'>): Promise<number> {
  const { design } = dotProductDesign('dot', { ...product, length: LENGTH });
  const { total } = await synthesize(emitVerilog(design), 'dot', { target: 'xc7' });
  if (total.dsp !== 0) throw new Error(`${product.format}: ${total.dsp} DSP blocks`);
  return total.lut;
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

const integers = new Map<number, Promise<number>>();

async function costOf(example: string): Promise<Cost> {
  const format = parseFormat(example);
  const width = Math.max(2, format.bits);
  if (!integers.has(width)) integers.set(width, luts({ format: `int${width}`, elements: 'int8', weights: 'stored' }));
  const { stored } = dotProductDesign('dot', { format: example, elements: 'int8', weights: 'stored', length: LENGTH });
  return {
    format: format.text, storedBits: stored.bits,
    stored: await luts({ format: example, elements: 'int8', weights: 'stored' }),
    constant: await luts({ format: example, elements: 'int8', weights: 'constant' }),
    integer: await integers.get(width)!,
    ...(format.bits > BITS_WITH_BIPOLAR ? {} : { storedBipolar: await luts({ format: example, elements: 'bipolar', weights: 'stored' }) }),
    ...(floatFieldsOf(format) === undefined || format.bits > 8 ? {} : { lmul: await luts({ format: example, elements: 'lmul', weights: 'stored' }) }),
  };
}

/** The costs as columns of the examples' table. */
function withCosts(costs: readonly Cost[]): string[][] {
  const [head, ...rows] = exampleRows();
  const columns = ['bits stored', 'LUT, stored', 'LUT, constant', 'LUT, bipolar elements', 'LUT, integers of that width', 'ratio', 'LUT, L-Mul'];
  return [[...head, ...columns], ...rows.map((row, i) => {
    const { storedBits, stored, constant, storedBipolar, integer, lmul } = costs[i];
    return [...row, ...[storedBits, stored, constant, storedBipolar, integer].map(shown), (stored / integer).toFixed(2), shown(lmul)];
  })];
}

function shown(number: number | undefined): string {
  return number === undefined ? '' : `${number}`;
}

const costs: Cost[] = [];
for (const example of EXAMPLE_FORMATS) {
  costs.push(await costOf(example));
  if (process.argv.includes('--progress')) console.error(JSON.stringify(costs[costs.length - 1]));
}
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
