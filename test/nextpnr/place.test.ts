import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DesignBuilder, ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { criticalPath, findPart, placeAndRoute, placementReport, type Placement } from '../../sim/nextpnr/index.ts';
import { netlistJson, synthesize } from '../../sim/yosys/index.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-placement-'));
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

/** A sum of `width` bits between registers in an instance `adder`. */
async function adder(width: number): Promise<string> {
  const unit = new ModuleBuilder('unit');
  const [left, right] = ['left', 'right'].map((name) => unit.register(width, { next: unit.input(`${name}_in`, width), name }));
  unit.output('result', unit.register(width, { next: unit.sum([term(left), term(right)], 0, width), name: 'total' }));
  const design = new DesignBuilder();
  const inner = design.add(unit.finish());
  const top = new ModuleBuilder('top');
  const { result } = top.instance('adder', inner, { left_in: top.input('a', width), right_in: top.input('b', width) });
  top.output('c', result);
  design.add(top.finish());
  return netlistJson(await synthesize(emitVerilog(design.finish()), 'top', { target: 'ice40', cacheFolder }));
}

describe('placement', () => {
  let netlist: string;
  let placed: Placement;
  const options = { part: findPart('hx1k'), clock: 8, cacheFolder };

  beforeAll(async () => {
    netlist = await adder(12);
    placed = await placeAndRoute(netlist, 'top', options);
  });

  it('gives a bitstream and what it allows', () => {
    // Bitstreams begin with a comment and a preamble.
    expect([...placed.bitstream.subarray(0, 2)]).toEqual([0xff, 0x00]);
    expect(Buffer.from(placed.bitstream).includes(Buffer.from([0x7e, 0xaa, 0x99, 0x7e]))).toBe(true);
    expect(placed.ascii).toMatch(/^\.comment/);
    expect(placed.reached).toBeGreaterThan(2);
    expect(placed.reached).toBeLessThan(8);
    expect(placed.pins).toEqual({ used: 38, available: 95 });
    expect(placed.cells.used).toBeGreaterThanOrEqual(36);
  });

  it('names the path by the design\'s instances and registers', () => {
    const { path } = placed;
    expect(path.through.map(({ instance }) => instance)).toEqual(['adder']);
    expect(path.from).toMatch(/^adder\.(left|right)(\[\d+\])?$/);
    expect(path.carries).toBeGreaterThan(2);
    expect(path.logic + path.routing).toBeCloseTo(path.delay, 9);
    expect(placementReport(placed)).toMatch(/meets the 8 ns asked for/);
  });

  it('comes from the cache the second time, and differs with the seed', async () => {
    const started = performance.now();
    expect(await placeAndRoute(netlist, 'top', options)).toEqual(placed);
    expect(performance.now() - started).toBeLessThan(1000);
    const other = await placeAndRoute(netlist, 'top', { ...options, seed: 2 });
    expect(other.ascii).not.toBe(placed.ascii);
  });

  it('tries seeds until the clock is met, and says where it is not', async () => {
    const steps: number[] = [];
    const missed = await placeAndRoute(netlist, 'top', { ...options, clock: 1.5, attempts: 2, progress: (attempt) => steps.push(attempt) });
    expect(steps).toEqual([0, 1]);
    expect(placementReport(missed)).toMatch(/misses the 1\.5 ns asked for/);
  });

  it('says what does not fit, and the way out', async () => {
    await expect(placeAndRoute(await adder(40), 'top', options)).rejects.toThrow(/needs 122 pins of 95 of iCE40HX1K\n {2}help:/);
  });

  it('knows parts by name', () => {
    expect(() => findPart('hx9k')).toThrow(/no device is called hx9k\n {2}help: there are hx8k/);
    expect(() => findPart('hx1k', 'ct256')).toThrow(/has no package ct256\n {2}help: it has tq144/);
  });
});

describe('a timing report', () => {
  it('has time by instance, without prefixes', () => {
    const step = (type: 'routing' | 'logic' | 'clk-to-q' | 'setup', delay: number, from: string, to: string, port = 'O', net?: string) => (
      { type, delay, from: { cell: from, port: 'O' }, to: { cell: to, port }, ...(net === undefined ? {} : { net }) });
    const path = criticalPath({
      utilization: {},
      critical_paths: [{ from: 'posedge c', to: 'posedge c', path: [
        step('clk-to-q', 0.5, 'core.a.x_SB_DFF_Q_LC', 'core.a.x_SB_DFF_Q_LC'),
        step('routing', 1, 'core.a.x_SB_DFF_Q_LC', 'core.b.y_SB_LUT4_O_LC', 'I0', 'core.a.x[3][3]'),
        step('logic', 0.25, 'core.b.y_SB_LUT4_O_LC', 'core.b.y_SB_LUT4_O_LC'),
        step('routing', 1, 'core.b.y_SB_LUT4_O_LC', '$made_up', 'I0', 'core.b.y'),
        step('setup', 0.25, '$made_up', 'core.b.z_SB_DFF_Q_2_LC'),
      ] }],
    }, ['core.']);
    expect(path).toEqual({
      delay: 3, logic: 1, routing: 2, from: 'a.x[3]', to: 'b.z', tables: 1, carries: 0,
      through: [{ instance: 'a', delay: 0.5 }, { instance: 'b', delay: 2.5 }],
    });
  });
});
