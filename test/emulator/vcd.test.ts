import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Simulator } from '../../codegen/rtl/simulator.ts';
import { emulate, VcdWriter } from '../../emulator/index.ts';
import { designOf, inputsOf, recipes } from '../rtl/random-design.ts';

function counter(): Simulator {
  const inner = new ModuleBuilder('inner');
  const count = inner.register(2, { name: 'count' });
  inner.drive(count, inner.sum([term(count)], 1, 2, { stages: 0 }, { name: 'more' }), inner.input('go', 1));
  inner.output('now', count);
  const module = inner.finish();
  const b = new ModuleBuilder('outer');
  b.output('y', b.instance('unit', module, { go: b.input('go', 1) }).now);
  return emulate({ modules: [module, b.finish()] });
}

/** Values of all variables at each time that is written, as a reader of the format sees them. */
function read(text: string): { readonly time: number; readonly values: Map<string, string> }[] {
  const names = new Map<string, string>();
  const scope: string[] = [];
  const values = new Map<string, string>();
  const moments: { time: number; values: Map<string, string> }[] = [];
  for (const line of text.trim().split('\n')) {
    const words = line.split(' ');
    if (words[0] === '$scope') scope.push(words[2]);
    else if (words[0] === '$upscope') scope.pop();
    else if (words[0] === '$var') names.set(words[3], [...scope.slice(1), words[4]].join('.'));
    else if (line.startsWith('#')) moments.push({ time: Number(line.slice(1)), values: new Map() });
    else if (line.startsWith('b')) values.set(names.get(words[1])!, words[0].slice(1));
    else if (!line.startsWith('$')) values.set(names.get(line.slice(1))!, line[0]);
    if (moments.length > 0) moments[moments.length - 1].values = new Map(values);
  }
  return moments;
}

describe('VcdWriter', () => {
  it('writes scopes, changes and the clock', () => {
    const simulator = counter();
    let text = '';
    const vcd = new VcdWriter(simulator, (part) => { text += part; }, { only: ['go', 'unit.count'], top: 'outer' });
    for (let cycle = 0; cycle < 3; cycle++) {
      simulator.input('go').set(cycle === 1 ? 0n : 1n);
      simulator.settle();
      vcd.sample(cycle);
      simulator.clock();
    }
    vcd.finish();
    expect(text).toBe(`$timescale 1ns $end
$scope module outer $end
$var wire 1 ! ap_clk $end
$var wire 1 " go $end
$scope module unit $end
$var wire 2 # count [1:0] $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
$dumpvars
1!
1"
b0 #
$end
#5
0!
#10
1!
0"
b1 #
#15
0!
#20
1!
1"
#25
0!
#30
`);
  });

  it('takes an instance with all that is in it, and refuses what is not there', () => {
    let text = '';
    new VcdWriter(counter(), (part) => { text += part; }, { only: ['unit'] });
    expect([...text.matchAll(/\$var wire \d+ \S+ (\w+)/g)].map(([, name]) => name)).toEqual(['ap_clk', 'count', 'more', 'go', 'now']);
    expect(() => new VcdWriter(counter(), () => {}, { only: ['uni'] })).toThrow('no signal to trace among uni');
  });

  it('holds every value of random designs', () => {
    fc.assert(fc.property(recipes({ modules: 2, nodes: 12, cycles: 6 }), (recipe) => {
      const design = designOf(recipe);
      const simulator = evaluateDesign(design);
      let text = '';
      const vcd = new VcdWriter(simulator, (part) => { text += part; });
      const signals = [...simulator.signals()].map(({ path }) => ({ path, signal: simulator.signal(path) }));
      const expected = recipe.stimuli.map(({ reset, choices }, cycle) => {
        for (const { port, value } of inputsOf(design, choices)) simulator.input(port).set(value);
        simulator.setReset(reset);
        simulator.settle();
        vcd.sample(cycle);
        const values = new Map(signals.map(({ path, signal }) => [path, signal.get().toString(2)]));
        simulator.clock();
        return { time: 10 * cycle, values: values.set('ap_clk', '1') };
      });
      vcd.finish();
      const found = read(text).filter(({ time }) => time % 10 === 0 && time < 10 * expected.length);
      expect(found).toEqual(expected);
    }), { numRuns: 60, seed: 8 });
  });
});
