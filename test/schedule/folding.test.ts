import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileNetwork, verilogOf } from '../../src/compiler/compile.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { integerType, type FixedGraph } from '../../src/fixed/ir.ts';
import { addResources, NOTHING, type Resources } from '../../src/schedule/devices.ts';
import { chooseFolding, withWeightMemory, type ChosenFolding, type FoldingGoal } from '../../src/schedule/folding.ts';
import { printFolding, readFolding } from '../../src/schedule/folding-file.ts';
import { foldsOf, planOf, type Fold } from '../../src/schedule/plan.ts';
import { unitsOf, type Unit } from '../../src/schedule/units.ts';
import { unitCost } from '../../codegen/units/streaming/cost.ts';
import { timing } from '../ladder/climb.ts';
import { imageNetwork } from '../ladder/random-images.ts';

const DEVICE: Resources = { lut: 20_000, ff: 40_000, bram: 40, dsp: 10 };

function problem(seed: number): { units: Unit[]; graph: ReturnType<typeof imageNetwork>['graph']; costOf: (unit: Unit, fold: Fold) => Resources } {
  const { graph } = imageNetwork(seed, ['convolution', 'depthwise']);
  return { graph, units: unitsOf(graph), costOf: (unit, fold) => ({ ...NOTHING, ...unitCost(unit, fold, { graph, timing: timing(5) }).unit }) };
}

/** The share of the device, as the search weighs it. */
function price(cost: Resources): number {
  return cost.lut / DEVICE.lut + cost.ff / DEVICE.ff + cost.bram / DEVICE.bram + cost.dsp / DEVICE.dsp;
}

function choose(seed: number, goal: FoldingGoal): ChosenFolding {
  const { units, graph, costOf } = problem(seed);
  return chooseFolding(units, graph, goal, DEVICE, costOf);
}

describe('the search for a folding', () => {
  it('meets an interval, and no combination of folds that meets it is cheaper', () => {
    for (const seed of [11, 12, 13, 14]) {
      const { units, graph, costOf } = problem(seed);
      const all = units.map((unit) => foldsOf(unit, graph).map((fold) => ({ cycles: planOf(unit, fold, graph).cycles, cost: price(costOf(unit, fold)) })));
      const fastest = Math.max(...all.map((folds) => Math.min(...folds.map((each) => each.cycles))));
      for (const cycles of [fastest, 2 * fastest, 5 * fastest]) {
        const chosen = choose(seed, { kind: 'interval', cycles });
        expect(chosen.interval).toBeLessThanOrEqual(cycles);
        const cost = units.reduce((sum, unit) => sum + price(costOf(unit, chosen.folding.get(unit.name)!)), 0);
        // Every combination: units are few here.
        const combinations = all.reduce<number[]>(
          (sums, folds) => sums.flatMap((sum) => folds.filter((each) => each.cycles <= cycles).map((each) => sum + each.cost)), [0]);
        expect(cost).toBeCloseTo(Math.min(...combinations), 9);
      }
      expect(() => choose(seed, { kind: 'interval', cycles: fastest - 1 })).toThrow(/faster than .* can be/);
    }
  });

  it('keeps to a budget, and the next step up would not', () => {
    for (const seed of [11, 12, 13, 14]) {
      const free = choose(seed, { kind: 'budget', budget: {}, what: 'anything' });
      const least = choose(seed, { kind: 'interval', cycles: 1e9 });
      const budget = { lut: (free.resources.lut + least.resources.lut) / 2 };
      const chosen = choose(seed, { kind: 'budget', budget, what: 'the budget' });
      expect(chosen.resources.lut).toBeLessThanOrEqual(budget.lut);
      expect(chosen.interval).toBeGreaterThanOrEqual(free.interval);
      if (chosen.next !== undefined) expect(chosen.next.resources.lut).toBeGreaterThan(budget.lut);
      expect(() => choose(seed, { kind: 'budget', budget: { lut: 10 }, what: 'ten tables' })).toThrow(/no folding fits ten tables.*lut/);
    }
  });

  it('reckons folds of a million elements a beat', () => {
    const type = integerType(0, 7);
    const shape = [1, 1024, 1024];
    const graph: FixedGraph = {
      name: 'large', inputs: [], outputs: [], nodes: [
        { op: 'input', name: 'x', shape, type, origins: ['test'] },
        {
          op: 'threshold', name: 'levels', origins: ['test'], arg: 0, channels: 1, steps: 1, levels: Float64Array.of(4), falling: [false], shape,
          type: integerType(0, 1),
        },
      ],
    };
    const [unit] = unitsOf(graph);
    const [one, all] = [1, 2 ** 20].map((pe) => unitCost(unit, { pe, simd: 1 }, { graph, timing: timing(5) }).unit.lut);
    expect(all).toBeGreaterThan(2 ** 18 * (one - 20));
  });

  it('is written in the form in which it is read', () => {
    const { units, graph } = problem(12);
    const chosen = choose(12, { kind: 'interval', cycles: 200 });
    const fifos = new Map(units.flatMap(({ name, inputs }) => inputs.map((_, i): [string, number] => [`${name}_in${i || ''}_fifo`, 3 + i])));
    const text = printFolding(chosen.folding, units, fifos);
    const slow = choose(12, { kind: 'interval', cycles: 1e9 }).folding;
    expect(readFolding({ text, fileName: 'folding.json' }, units, graph, slow)).toEqual({ folding: chosen.folding, fifos });
  });

  it('says where weights lie', () => {
    const { units, graph } = problem(12);
    const base = choose(12, { kind: 'interval', cycles: 200 }).folding;
    const product = units.find(({ kind }) => kind === 'matrix')!.name;
    const read = (style: string, before = base) => readFolding({ text: `{"${product}": {"ram_style": "${style}"}}`, fileName: 'folding.json' }, units, graph, before).folding;
    expect(read('block').get(product)).toEqual({ ...base.get(product)!, memory: 'block' });
    expect(read('auto', read('block'))).toEqual(base);
    const everywhere = withWeightMemory(base, units, 'distributed');
    expect(readFolding({ text: printFolding(everywhere, units, new Map(units.flatMap(({ name, inputs }) => inputs.map((_, i) => [`${name}_in${i || ''}_fifo`, 2])))), fileName: 'folding.json' }, units, graph, base).folding).toEqual(everywhere);
    expect(() => read('ultra')).toThrow(/no memory is called "ultra"/);
  });

  it('follows changes where a file says so, and says why where that cannot be', async () => {
    const network = await loadNetwork(resolve(import.meta.dirname, '../../examples/digits/digits.onnx'));
    const { fixed } = compileNetwork(network, { style: 'streaming' });
    const file = { text: '{"dense_1": {"delta": true}}', fileName: 'folding.json' };
    expect(() => compileNetwork(network, { folding: file, runtimeWeights: 'all' })).toThrow(/sums that were made with other weights/);
    const units = unitsOf(fixed);
    const product = units.find((unit) => unit.kind === 'matrix' && foldsOf(unit, fixed).some((fold) => fold.delta))!;
    const dense = chooseFolding(units, fixed, { kind: 'interval', cycles: 2000 }, DEVICE, (unit, fold) => unitCost(unit, fold, { graph: fixed, timing: timing(5) }).unit).folding;
    const read = (name: string, entry: object, before = dense) => (
      readFolding({ text: JSON.stringify({ [name]: entry }), fileName: 'folding.json' }, units, fixed, before).folding);
    const delta = read(product.name, { PE: 2, SIMD: 4, delta: true });
    expect(delta.get(product.name)).toEqual({ pe: 2, simd: 4, delta: true });
    const fifos = new Map(units.flatMap(({ name, inputs }) => inputs.map((_, i): [string, number] => [`${name}_in${i || ''}_fifo`, 2])));
    const text = printFolding(delta, units, fifos);
    expect(text).toContain('"delta": true');
    expect(readFolding({ text, fileName: 'folding.json' }, units, fixed, dense).folding).toEqual(delta);
    expect(read(product.name, { SIMD: 8 }, delta).get(product.name)).toEqual({ pe: 2, simd: 8, delta: true });
    expect(read(product.name, { delta: false }, delta).get(product.name)).toEqual({ pe: 2, simd: 4 });
    expect(() => read(product.name, { sparse: true, delta: true })).toThrow(/sparse and delta at the same time/);
    for (const seed of [11, 12]) {
      const { units: images, graph, costOf } = problem(seed);
      const base = chooseFolding(images, graph, { kind: 'interval', cycles: 1e9 }, DEVICE, costOf).folding;
      for (const { name } of images) {
        expect(() => readFolding({ text: JSON.stringify({ [name]: { delta: true } }), fileName: 'folding.json' }, images, graph, base))
          .toThrow(/cannot follow the changes of its vector: .*(windows of an image|no product)/);
      }
    }
  });

  it('keeps to a budget with all FIFOs and streams', async () => {
    const network = await loadNetwork(resolve(import.meta.dirname, '../../examples/digits/digits.onnx'));
    for (const lut of [1200, 2000, 4000, 8000]) {
      const goal: FoldingGoal = { kind: 'budget', budget: { lut, bram: 10 }, what: 'the budget' };
      const { accelerator } = compileNetwork(network, { style: 'streaming', target: 'xc7', goal });
      const total = addResources(...accelerator.estimates!.values());
      expect(total.lut).toBeLessThanOrEqual(lut);
      expect(total.bram).toBeLessThanOrEqual(10);
    }
  });

  it('memories that were asked for are built, and reckoned with', async () => {
    const network = await loadNetwork(resolve(import.meta.dirname, '../../examples/digits/digits.onnx'));
    const build = (weightMemory?: 'block' | 'distributed') => {
      const compiled = compileNetwork(network, { style: 'streaming', target: 'xc7', goal: { kind: 'interval', cycles: 2000 }, weightMemory });
      const { bram } = addResources(...compiled.accelerator.estimates!.values());
      const text = [...verilogOf(compiled).values()].join('');
      return { bram, block: text.split('rom_style = "block"').length - 1, distributed: text.split('rom_style = "distributed"').length - 1 };
    };
    const products = unitsOf(compileNetwork(network, { style: 'streaming' }).fixed).filter(({ kind }) => kind === 'matrix').length;
    expect(build('block').block).toBe(products);
    expect(build('block').bram).toBeGreaterThan(0);
    expect(build('distributed')).toEqual({ bram: 0, block: 0, distributed: products });
  });
});
