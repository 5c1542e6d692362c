import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { lintVerilog } from '../../sim/verilator/index.ts';
import { chain } from './chain.ts';
import { withVerilator } from './verilator.ts';

const FOLDER = fileURLToPath(new URL('./golden/', import.meta.url));

/** A small neuron: weights, threshold, activation. */
function neuron(): Design {
  const header = ['Layer dense_1: two neurons with four inputs of 4 bits.', 'One result per clock cycle.'];
  const b = new ModuleBuilder('neuron', header);
  const inputs = b.input('features', 16, 'four features, unsigned');
  const go = b.input('go', 1, 'moves the pipeline on');
  const matrix = Int32Array.of(1, -1, 0, 1, 3, 0, -5, 1);
  const shape = { elementWidth: 4, signed: false, columns: 4, rows: 2, resultWidth: 9, matrix };
  const products = b.linear(inputs, shape, { stages: 2, enable: go }, {
    name: 'accumulators', comment: 'dense_1: weighted sums',
  });
  const first = b.slice(products, 0, 9);
  const level = b.thresholds(first, true, [-8n, 0n, 12n], { stages: 1, enable: go }, {
    name: 'code_0', comment: 'activation of neuron 0',
  });
  const second = term(b.slice(products, 9, 9), { signed: true });
  const biased = b.sum([second], -3, 10, { stages: 1, enable: go }, { name: 'biased_1' });
  b.output('codes', level);
  b.output('scores', b.register(10, { next: biased, enable: go, reset: 0, name: 'score', comment: 'held for the reader' }));
  return { modules: [b.finish()] };
}

/** Memories, and text of a network that must not get out of its comment. */
function memories(): Design {
  const b = new ModuleBuilder('memories', ['Tables of "conv */ 1"\nendmodule', 'verilator lint_off WIDTH']);
  const address = b.input('address', 3, 'synopsys translate_off');
  const write = b.input('write', 1);
  const data = b.input('data', 6, 'line\r\nbreak \\');
  b.output('weight', b.rom(address, [5n, 9n, 33n, 2n, 63n], 6, { name: 'weights', style: 'block' }));
  b.output('kept', b.ram({
    depth: 6, writeEnable: write, writeAddress: address, writeData: data, readAddress: address, read: 'registered', name: 'line',
  }));
  b.output('entry', b.lookup(address, [1n, 0n, 1n, 1n, 0n, 0n, 1n, 0n], 1, { name: 'table' }));
  b.output('late', b.delay(data, 3, undefined, { name: 'late_data' }));
  return { modules: [b.finish()] };
}

describe('golden Verilog', () => {
  const designs = { neuron: neuron(), memories: memories(), chain: chain() };
  const files = new Map(Object.values(designs).flatMap(design => [...emitVerilog(design)]));
  if (process.env.UPDATE_GOLDEN !== undefined) {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    files.forEach((text, name) => writeFileSync(FOLDER + name, text));
  }

  it('has a file for each emitted one, and no other', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...files.keys()].sort());
  });

  it.each([...files.keys()])('%s is unchanged (UPDATE_GOLDEN=1 writes it anew)', name => {
    expect(files.get(name)).toBe(readFileSync(FOLDER + name, 'utf8'));
  });

  for (const [top, design] of Object.entries(designs)) {
    withVerilator(`${top} passes the linter`, async () => {
      expect(await lintVerilog(emitVerilog(design), top)).toEqual([]);
    });
  }
});
