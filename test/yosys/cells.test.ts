import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { DesignBuilder, ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { synthesize } from '../../sim/yosys/index.ts';
import { Random } from '../verilog/random.ts';
import { withVerilator } from '../verilog/verilator.ts';
import { expectSameNetlist } from './same.ts';

/** A matrix-vector product, pipelined, and a wide popcount. */
function design() {
  const random = new Random(9);
  const builder = new DesignBuilder();
  const b = new ModuleBuilder('layer', ['A layer under test.']);
  const [columns, rows] = [12, 8];
  const matrix = Int32Array.from({ length: rows * columns }, () => random.integer(-9, 9));
  const x = b.input('x', columns * 5);
  b.output('sums', b.linear(x, { elementWidth: 5, signed: true, columns, rows, resultWidth: 12, matrix }, { stages: 2 }));
  b.output('ones', b.popcount(x, { stages: 1 }));
  builder.add(b.finish());
  return builder.finish();
}

describe('netlists of modules in cells', () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-cells-'));
  afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

  withVerilator('are equal to the portable form, and smaller', async () => {
    const random = new Random(4);
    const inputs = { x: Array.from({ length: 200 }, () => random.value(60)) };
    const cells = await expectSameNetlist({ files: emitVerilog(design(), { target: 'xc7' }), top: 'layer', target: 'xc7', inputs, cacheFolder });
    const portable = await synthesize(emitVerilog(design()), 'layer', { target: 'xc7', cacheFolder });
    expect(cells.unknown).toEqual({});
    expect(cells.total.lut).toBeLessThan(0.75 * portable.total.lut);
    // Cells are no modules of the design.
    expect(cells.modules.map(({ name }) => name).sort()).toEqual(['layer', 'layer_products', 'popcount_60_s1']);
  }, 600_000);
});
