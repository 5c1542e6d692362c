import { describe, expect, it } from 'vitest';
import { compileNetwork, STYLES, verilogOf, type CompileOptions } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { OPTIMIZATIONS } from '../../src/compiler/optimizations.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { Choices } from '../ladder/random-network.ts';

const names = OPTIMIZATIONS.map(({ name }) => name);

function climbs(network: Graph, options: CompileOptions): void {
  const compiled = compileNetwork(network, options);
  const samples = randomSamples(compiled, 2);
  const [graph, fixed] = [new GraphEngine(compiled), new FixedEngine(compiled.fixed)];
  const { samples: found } = simulate(compiled.accelerator, simulatorFor(compiled.accelerator, 'emulator'), samples);
  samples.forEach((sample, i) => {
    const expected = [...graph.run(sample).outputs[0].values];
    expect([...fixed.run(sample).outputs[0].values]).toEqual(expected);
    expect([...found[i].outputs[0].values]).toEqual(expected);
  });
}

describe('what makes logic smaller can be left out', () => {
  it.each(names.flatMap((name) => STYLES.map((style) => ({ name, style }))))('$name, $style', async ({ name, style }) => {
    climbs(await loadNetwork('examples/digits/digits.onnx'), { style, without: [name] });
  });

  it('all of it', async () => {
    for (const style of STYLES) climbs(await loadNetwork('examples/digits/digits.onnx'), { style, without: names });
  });

  it.each(['related-rows', 'shared-pairs'])('%s: the Verilog is another', (name) => {
    const choices = new Choices(5);
    const changed = [[-1, 1], [-7, -5, -3, 0, 3, 6]].some((set) => {
      const weights = Float64Array.from({ length: 80 * 24 }, () => choices.one(set));
      const network: Graph = {
        name: 'shared', inputs: [{ name: 'x', shape: [1, 80], type: 'int8' }], outputs: ['y'], constants: new Map([['w', { shape: [80, 24], values: weights }]]),
        nodes: [{ kind: 'MatMul', name: 'sums', inputs: ['x', 'w'], outputs: ['y'], attributes: {}, version: 13, origin: 'sums' }],
      };
      const text = (without: readonly string[]): string => [...verilogOf(compileNetwork(network, { style: 'unrolled', target: 'xc7', clock: 40, without })).values()].join('\n');
      return text([name]) !== text([]);
    });
    expect(changed).toBe(true);
  });

  it('words of zeros are kept where nobody may choose to leave them out', async () => {
    const network = await loadNetwork('examples/digits-ternary/digits-ternary.onnx');
    const sparse = (without: readonly string[]): boolean => (
      [...compileNetwork(network, { style: 'streaming', without }).folding!.values()].some((fold) => fold.sparse === true));
    expect(sparse(['sparse-words'])).toBe(false);
  });
});
