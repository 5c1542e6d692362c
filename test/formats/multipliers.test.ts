import { afterAll, describe, expect, it } from 'vitest';
import { dotProductDesign, type DotProduct } from '../../bench/dot-product.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { YosysPool } from '../../sim/yosys/pool.ts';
import { floatFieldsOf } from '../../src/number/formats/float.ts';
import { EXAMPLE_FORMATS, parseFormat } from '../../src/number/formats/index.ts';

const LENGTH = 6;
const pool = new YosysPool(1, 600);
afterAll(() => pool.close());

/** The Verilog of dot products without its comments, and what Yosys makes of it before technology mapping. */
async function elaborated(products: readonly Omit<DotProduct, 'length'>[]): Promise<{ verilog: string; rtlil: string }> {
  const files: Record<string, string> = {};
  products.forEach((product, i) => {
    for (const [name, text] of emitVerilog(dotProductDesign(`dot_${i}`, { ...product, length: LENGTH }).design)) files[name] = text;
  });
  const verilog = Object.values(files).join('\n').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/@\s*\(?\*\)?/g, '').replace(/\(\*.*?\*\)/g, '');
  const sources = Object.keys(files).filter((name) => name.endsWith('.v'));
  const script = `read_verilog ${sources.join(' ')}; proc; opt; write_rtlil design.il`;
  return { verilog, rtlil: (await pool.run({ subject: 'dot products', script, files, results: ['design.il'] })).files['design.il'] };
}

const WITHOUT_MULTIPLIER = EXAMPLE_FORMATS.filter((format) => /^(bipolar|ternary|shift|khot|multibit|fracbnn)/.test(format));
const FLOATS = EXAMPLE_FORMATS.filter((format) => floatFieldsOf(parseFormat(format)) !== undefined);

describe('arithmetic without multipliers', () => {
  for (const elements of ['int8', 'bipolar'] as const) {
    for (const weights of ['stored', 'constant'] as const) {
      it(`${weights} signs, shifts and sums of shifts, ${elements} elements`, async () => {
        const { verilog, rtlil } = await elaborated(WITHOUT_MULTIPLIER.map((format) => ({ format, elements, weights })));
        expect(verilog.match(/\*/g)).toBeNull();
        expect(rtlil.match(/\$(mul|macc|div)\b/g)).toBeNull();
        expect(rtlil).toContain('cell ');
      });
    }
  }

  it('L-Mul', async () => {
    const { verilog, rtlil } = await elaborated(FLOATS.flatMap((format) =>
      (['stored', 'constant'] as const).map((weights) => ({ format, elements: 'lmul' as const, weights }))));
    expect(verilog.match(/\*/g)).toBeNull();
    expect(rtlil.match(/\$(mul|macc|div)\b/g)).toBeNull();
  });

  it('and what a multiplier looks like to this test', async () => {
    const { verilog, rtlil } = await elaborated([{ format: 'int8', elements: 'int8', weights: 'stored' }]);
    expect(verilog.match(/\*/g)).not.toBeNull();
    expect(rtlil.match(/\$mul\b/g)!.length).toBeGreaterThan(0);
  });
});
