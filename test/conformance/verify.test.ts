import { join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readNpy } from '../../src/base/npy.ts';
import { compileNetwork, type Style } from '../../src/compiler/compile.ts';
import { samplesOf } from '../../src/compiler/engines.ts';
import { describeRung } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { whyNoVerilator } from '../../sim/verilator/index.ts';
import { DENSE_CASES, describeCorpus, modelPath, type CorpusCase } from '../corpus.ts';

const missing = await whyNoVerilator();
if (missing !== undefined) {
  if (process.env.CI !== undefined) throw new Error(missing);
  console.warn(`SKIPPED: the ladder with Verilator: ${missing}`);
}

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;
const SAMPLES = 20;

/** What is climbed, and whether always or only in the long suite. */
const CLIMBS: readonly { readonly id: string; readonly style: Style; readonly target?: string; readonly netlist?: boolean; readonly long?: boolean }[] = [
  ...DENSE_CASES.map(({ id }) => ({ id, style: 'streaming' as const })),
  { id: 'bnn_fc_1layer', style: 'unrolled' },
  { id: 'qkeras_jettagging', style: 'unrolled' },
  { id: 'bnn_fc_1layer', style: 'streaming', target: 'lut6', netlist: true },
  { id: 'bnn_fc_1layer', style: 'unrolled', target: 'xc7', netlist: true, long: true },
  { id: 'qkeras_jettagging', style: 'streaming', target: 'xc7', netlist: true, long: true },
  ...['tfc_1w1a', 'tfc_1w2a', 'tfc_1w1a_multithreshold'].map((id) => ({ id, style: 'unrolled' as const, long: true })),
];

async function climb(path: string, inputType: string | undefined, input: { shape: readonly number[]; data: ArrayLike<number> },
  { style, target = 'xc7', netlist = false }: (typeof CLIMBS)[number]): Promise<void> {
  const compiled = compileNetwork(await loadNetwork(path), { style, target, inputType });
  const given = samplesOf(compiled, input, path).slice(0, SAMPLES);
  // Where the corpus has too few, made-up samples follow.
  const samples = [...given, ...randomSamples(compiled, SAMPLES - given.length)];
  const { rungs } = await verify(compiled, samples, { rtlSamples: 1, verilatorSamples: SAMPLES, netlistSamples: SAMPLES, netlist });
  for (const rung of rungs) {
    const wanted = netlist || !rung.name.includes('netlist') ? 'passed' : 'skipped';
    expect(`${rung.name}: ${rung.status}`, describeRung(rung)).toBe(`${rung.name}: ${wanted}`);
  }
}

describeCorpus('the ladder on dense networks of the corpus', () => {
  for (const each of CLIMBS) {
    const corpusCase = DENSE_CASES.find(({ id }) => id === each.id) as CorpusCase;
    const what = `${each.id}, ${each.style}${each.netlist === true ? `, netlist for ${each.target}` : ''}`;
    it.skipIf(missing !== undefined || (each.long === true && !FULL))(what, async () => {
      await climb(modelPath(corpusCase), corpusCase.inputType, corpusCase.input(), each);
    }, 600_000);
  }
});

it.skipIf(missing !== undefined || !FULL)('the example, streaming, netlist for xc7', async () => {
  const folder = resolve(import.meta.dirname, '../../examples/digits');
  const images = readNpy(readFileSync(join(folder, 'test-images.npy')), 'test-images.npy');
  await climb(join(folder, 'digits.onnx'), undefined, images, { id: 'digits', style: 'streaming', target: 'xc7', netlist: true });
}, 600_000);
