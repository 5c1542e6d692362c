import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpy } from '../src/base/npy.ts';
import { enableRelaxedVectors } from '../src/base/relaxed-vectors.ts';
import { table } from '../src/cli/tables.ts';
import { lowerNetwork } from '../src/compiler/compile.ts';
import { FixedEngine } from '../src/compiler/engines.ts';
import { runFixedBatch } from '../src/compiler/fixed-batch.ts';
import { encodeSample } from '../src/compiler/host.ts';
import { FixedBatch, fixedProgram, writeRecords } from '../src/fixed/wasm/engine.ts';
import { loadNetwork } from '../src/frontend/index.ts';
import { sizeOf } from '../src/graph/tensor.ts';
import { compareOutputs } from './functional/agreement.ts';
import { layersModel } from './functional/layers-model.ts';
import { runtime, runtimeOutputs, runtimeSpeed, type Setup } from './functional/onnxruntime.ts';
import { decoded, samplesIn, samplesLike } from './functional/samples.ts';
import { speed } from './functional/speed.ts';
import { QUANTIZER_FORMS, wholeModel } from './functional/whole-model.ts';

/**
 * Images a second of the functional engine on one thread, against the plain evaluator and onnxruntime-node on one thread: the whole
 * network in float32 with its quantizers as the standard's operators, in the form and in the batches in which it is fastest, whose answers
 * are compared with ours; the layers alone, without quantizers, which answer something else; and int8 files as they are. With `--threads`
 * also two threads of both. `--only NAME` takes one network, `--json` prints one object. `ONNXRUNTIME` names the folder with
 * onnxruntime-node in its node_modules where it is not the project's own.
 */
const corpus = '../shared/conformance';
/** `data` holds samples of `elements`, which are real numbers or, less an offset, codes of the input's quantizer. */
const networks: readonly { id: string; path: string; data: string; elements: number; codes?: number }[] = [
  { id: 'tfc_1w1a', path: 'models/qonnx/tfc_1w1a.onnx', data: 'data/mnist/first1000_f32.npy', elements: 784 },
  { id: 'kwsmlp_w3a3', path: 'models/qonnx/kwsmlp_w3a3.onnx', data: 'data/kws_clips/mfcc_f32_10x1x10x49.npy', elements: 490 },
  {
    id: 'mlperftiny_kws_dscnn_int8', path: 'models/converted/mlperftiny_kws_dscnn_int8_qdq.onnx',
    data: 'data/kws01_mfcc/features_int8_1000x490.npy', elements: 490, codes: 0,
  }, {
    id: 'mlperftiny_vww_mobilenet_int8', path: 'models/converted/mlperftiny_vww_mobilenet_int8_qdq.onnx',
    data: 'data/vww_samples/gray_uint8_2x96x96.npy', elements: 96 * 96, codes: 128,
  },
];
/** Images of a turn; of networks that compute some milliseconds for each, a few. */
const BATCH = 256;
const FEW = 16;
const COMPARED = 256;

type Row = Record<string, number | string>;

enableRelaxedVectors();
const ort = runtime();
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
const rows: Row[] = [];
for (const network of networks.filter(({ id }) => id.includes(only))) {
  const file = join(corpus, network.path);
  if (!existsSync(file)) {
    console.error(`${network.id}: skipped, ${file} is not there`);
    continue;
  }
  try {
    rows.push(await measure(network, file));
  } catch (error) {
    rows.push({ network: network.id, failed: (error as Error).message.split('\n')[0] });
  }
}

async function measure({ id, data, elements, codes }: (typeof networks)[number], file: string): Promise<Row> {
  const bytes = readFileSync(file);
  const network = lowerNetwork(await loadNetwork(file));
  const [{ name, shape }] = network.graph.inputs;
  const size = sizeOf(shape);
  const read = samplesIn(readNpy(readFileSync(join(corpus, data)), data), size, elements);
  const samples = samplesLike(codes === undefined ? read : decoded(read, bytes, codes), name, COMPARED);
  const images = codes === undefined ? BATCH : FEW;
  const program = fixedProgram(network.fixed);
  if (typeof program === 'string') throw new Error(program);
  const batch = new FixedBatch(program);
  const records = writeRecords(program.inputs, samples.slice(0, images).map((sample) => encodeSample(network.fixed, sample)));
  const engine = new FixedEngine(network.fixed);
  // Compiling is part of a run: over as many samples as a data set has.
  const many = Array.from({ length: images * 16 }, (_, i) => samples[i % samples.length]);
  const few = samples.slice(0, images / 16);
  const withHost = (threads: number): Promise<number> => speed(many.length, () => runFixedBatch(network.fixed, many, { threads }), threads);
  const row: Row = {
    network: id, engine: await speed(images, () => batch.run(records, images)), withHost: await withHost(1),
    plain: await speed(few.length, () => few.forEach((sample) => engine.run(sample))),
  };
  const two = process.argv.includes('--threads');
  if (two) row.withHostOnTwo = await withHost(2);
  if (ort === undefined) return row;
  const inputs = (count: number): Float32Array =>
    Float32Array.from({ length: count * size }, (_, i) => samples[Math.floor(i / size)].get(name)![i % size]);
  const speedOf = (setup: Setup, dims: readonly number[], count: number): Promise<number> => runtimeSpeed(ort, setup, inputs(count), dims);
  const sizes = codes === undefined ? [64, BATCH] : [1, FEW];
  const { results } = await runFixedBatch(network.fixed, samples, { threads: 1 });
  const forms: { whole: Setup; count: number; form: string; speed: number }[] = [];
  for (const form of QUANTIZER_FORMS) {
    const whole = { model: wholeModel(bytes, form), threads: 1, whole: true };
    for (const count of sizes) forms.push({ whole, count, form, speed: await speedOf(whole, [count, ...shape.slice(1)], count) });
  }
  const best = forms.reduce((a, b) => (a.speed >= b.speed ? a : b));
  row.onnxruntime = best.speed;
  row.form = `${best.form}, ${best.count}`;
  Object.assign(row, compareOutputs(results, await runtimeOutputs(ort, best.whole, inputs(COMPARED), [COMPARED, ...shape.slice(1)])));
  if (two) row.onnxruntimeOnTwo = await speedOf({ ...best.whole, threads: 2 }, [best.count, ...shape.slice(1)], best.count);
  const layers: number[] = [];
  for (const count of sizes) {
    const model = layersModel(network.fixed, count);
    layers.push(await speedOf({ model: model.bytes, threads: 1 }, model.shape, count));
  }
  row.layersAlone = Math.max(...layers);
  if (codes !== undefined) row.int8 = await speedOf({ model: bytes, threads: 1 }, shape, 1);
  return row;
}

if (process.argv.includes('--json')) console.log(JSON.stringify({ functional: rows }));
else {
  const whole = (value: number | string | undefined): string => (typeof value === 'number' ? Math.round(value).toString() : value ?? '');
  const over = (row: Row, a: string, b: string): string =>
    (typeof row[a] === 'number' && typeof row[b] === 'number' ? `${(row[a] / row[b]).toFixed(2)} x` : '');
  console.log(table([
    ['network', 'images/s', 'with host', 'plain evaluator', 'onnxruntime: float32', 'its form', 'layers alone', 'int8', 'over float32',
      'over layers alone', 'over int8'],
    ...rows.map((row) => [
      ...['network', row.failed === undefined ? 'engine' : 'failed', 'withHost', 'plain', 'onnxruntime', 'form', 'layersAlone', 'int8']
        .map((key) => whole(row[key])),
      ...['onnxruntime', 'layersAlone', 'int8'].map((other) => over(row, 'engine', other)),
    ]),
  ]));
  for (const { network, compared, otherClass, otherOutput } of rows) {
    if (compared === undefined) continue;
    console.log(`${network}: of ${compared} answers of float32 ${otherClass} have another class, ${otherOutput} other numbers`);
  }
  for (const row of rows.filter(({ withHostOnTwo }) => withHostOnTwo !== undefined)) {
    const other = row.onnxruntimeOnTwo === undefined ? ''
      : `; onnxruntime ${whole(row.onnxruntimeOnTwo)}, ${over(row, 'onnxruntimeOnTwo', 'onnxruntime')} one thread`;
    console.log(`${row.network}: two threads with host ${whole(row.withHostOnTwo)} images/s, ${over(row, 'withHostOnTwo', 'withHost')} one thread${other}`);
  }
}
