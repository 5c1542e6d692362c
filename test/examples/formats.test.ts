import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/base/npy.ts';
import { rightAnswers } from '../../src/compiler/accuracy.ts';
import { compileNetwork, lowerNetwork, STYLES } from '../../src/compiler/compile.ts';
import { FixedEngine, samplesOf } from '../../src/compiler/engines.ts';
import { verify } from '../../src/compiler/verify.ts';
import { loadNetwork } from '../../src/frontend/index.ts';

const folder = new URL('../../examples/', import.meta.url).pathname;
const read = (name: string) => readNpy(readFileSync(`${folder}digits/${name}`), name);
const [images, labels] = [read('test-images.npy'), read('test-labels.npy')];

/** Accuracies as the README of an example states them, in percent. */
function stated(name: string): { float: number; tuned: number } {
  const readme = readFileSync(`${folder}${name}/README.md`, 'utf8');
  const [float, tuned] = ['float', 'fine-tuned'].map((row) => Number(new RegExp(`^\\| ${row}.*\\| ([\\d.]+) % \\|$`, 'm').exec(readme)![1]));
  return { float, tuned };
}

describe.each([['digits-shift', 'shift<3>'], ['digits-ternary', 'ternary']])('%s', (name, format) => {
  const path = `${folder}${name}/${name}.onnx`;

  it('has the accuracy that its README states, within 2 points of the float network\'s', async () => {
    const network = lowerNetwork(await loadNetwork(path));
    const engine = new FixedEngine(network.fixed);
    const results = samplesOf(network, images, name).map((sample) => engine.run(sample));
    const { float, tuned } = stated(name);
    expect((100 * rightAnswers(results, labels.data, name)) / results.length).toBeCloseTo(tuned, 1);
    expect(tuned).toBeGreaterThanOrEqual(float - 2);
    expect(network.fixed.nodes.flatMap((node) => (node.op === 'dot' ? [node.format] : []))).toEqual([format, format, format]);
  });

  for (const style of STYLES) {
    it(`climbs the ladder, ${style}`, { timeout: 900_000 }, async () => {
      const compiled = compileNetwork(await loadNetwork(path), { style, target: 'xc7' });
      const samples = samplesOf(compiled, images, name).slice(0, 20);
      // The netlist takes minutes: the long suite has it.
      const netlist = process.env.BITLOOM_TEST_FULL !== undefined && style === 'streaming';
      const { rungs } = await verify(compiled, samples, { rtlSamples: 1, verilatorSamples: 4, netlistSamples: 2, netlist });
      for (const rung of rungs) if (netlist || rung.name !== 'Verilator = netlist after synthesis') expect(rung, rung.name).toMatchObject({ status: 'passed' });
    });
  }
});
