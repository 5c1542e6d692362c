import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rightAnswers } from '../../src/compiler/accuracy.ts';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { emulateBatch } from '../../src/compiler/emulate-batch.ts';
import { samplesOf } from '../../src/compiler/engines.ts';
import { runFixedBatch } from '../../src/compiler/fixed-batch.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { parseFormat } from '../../src/number/formats/index.ts';
import { quantizeNetwork } from '../../src/quantize/quantize.ts';
import { CORPUS, describeCorpus, npy } from '../corpus.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;

describeCorpus('float networks of the corpus in 8-bit integers', () => {
  it('mnist_conv_float loses less than half a point', async () => {
    const float = await loadNetwork(join(CORPUS, 'models/float/mnist_conv_float.onnx'));
    const { shape, data } = npy('data/mnist/first1000_f32.npy');
    const pixels = { shape, data: Float64Array.from(data as ArrayLike<number>, (x) => Math.round(x * 255)) };
    const samples = samplesOf({ graph: float }, pixels, 'pixels');
    const [{ name }] = float.inputs;
    const calibration = samples.slice(0, 100).map((sample) => new Map([[name, { shape: float.inputs[0].shape, values: sample.get(name)! }]]));
    const { graph } = quantizeNetwork(float, {
      weights: () => parseFormat('int8'), sharing: 'channel', weightScale: 'rule',
      activations: { format: parseFormat('int8'), inputFormat: parseFormat('uint8'), scale: 'mse', samples: calibration },
    });
    const compiled = compileNetwork(graph, { style: 'streaming', target: 'xc7' });
    const { results } = await runFixedBatch(compiled.fixed, samples);
    const labels = Array.from(npy('data/mnist/first1000_labels.npy').data, Number);
    // The float network has 987 right.
    expect(rightAnswers(results, labels, 'labels')).toBeGreaterThan(987 - 5);
    const emulated = samples.slice(0, FULL ? 1000 : 5);
    const hardware = await emulateBatch(compiled.accelerator, emulated);
    hardware.results.forEach((result, sample) => expect([...result.outputs[0].values]).toEqual([...results[sample].outputs[0].values]));
  }, 600_000);
});
