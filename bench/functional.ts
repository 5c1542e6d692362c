import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { readNpy } from '../src/base/npy.ts';
import { table } from '../src/cli/tables.ts';
import { lowerNetwork } from '../src/compiler/compile.ts';
import { FixedEngine, samplesOf } from '../src/compiler/engines.ts';
import { runFixedBatch } from '../src/compiler/fixed-batch.ts';
import { encodeSample } from '../src/compiler/host.ts';
import { FixedBatch, fixedProgram, writeRecords } from '../src/fixed/wasm/engine.ts';
import { loadNetwork } from '../src/frontend/index.ts';
import { sizeOf } from '../src/graph/tensor.ts';
import { floatModel } from './functional/float-model.ts';

/**
 * Images a second of the functional engine on one thread, against the plain evaluator and against onnxruntime-node on one thread
 * (float32 networks of the same layers, int8 networks as they are). `--json` prints one object. `ONNXRUNTIME` names the folder with
 * onnxruntime-node in its node_modules where it is not the project's own.
 */
const corpus = '../shared/conformance';
const networks = [
  { id: 'tfc_1w1a', path: 'models/qonnx/tfc_1w1a.onnx', data: 'data/mnist/first1000_f32.npy', float: true },
  { id: 'kwsmlp_w3a3', path: 'models/qonnx/kwsmlp_w3a3.onnx', data: 'data/kws_clips/mfcc_f32_10x1x10x49.npy', float: true },
  { id: 'mlperftiny_kws_dscnn_int8', path: 'models/converted/mlperftiny_kws_dscnn_int8_qdq.onnx', float: false },
  { id: 'mlperftiny_vww_mobilenet_int8', path: 'models/converted/mlperftiny_vww_mobilenet_int8_qdq.onnx', float: false },
];
const BATCH = 256;
const TURNS = 4;

interface Session {
  readonly inputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<unknown>;
}
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: Float32Array, dims: readonly number[]) => unknown;
}

function runtime(): Runtime | undefined {
  try {
    return createRequire(resolve(process.env.ONNXRUNTIME ?? '.', 'package.json'))('onnxruntime-node') as Runtime;
  } catch {
    console.error('onnxruntime-node is not there, its column is empty: npm install --no-save onnxruntime-node');
    return undefined;
  }
}

/** Images a second: the best of several turns, by the processor's time so that other work on the machine does not count. */
async function speed(images: number, run: () => unknown): Promise<number> {
  const repeat = async (): Promise<number> => {
    const before = process.cpuUsage();
    let count = 0;
    const started = performance.now();
    while (performance.now() - started < 250) {
      await run();
      count += images;
    }
    const { user, system } = process.cpuUsage(before);
    return count / ((user + system) / 1e6);
  };
  await repeat();
  const found: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) found.push(await repeat());
  return Math.max(...found);
}

const ort = runtime();
const rows: Record<string, number | string>[] = [];
for (const { id, path, data, float } of networks) {
  const file = join(corpus, path);
  if (!existsSync(file)) {
    console.error(`${id}: skipped, ${file} is not there`);
    continue;
  }
  try {
    const network = lowerNetwork(await loadNetwork(file));
    const [{ name, shape }] = network.graph.inputs;
    const size = sizeOf(shape);
    const tensor = data === undefined
      ? { shape: [4, ...shape.slice(1)], data: Float64Array.from({ length: 4 * size }, (_, i) => ((i * 7919) % 256) - 128) }
      : readNpy(readFileSync(join(corpus, data)), data);
    const read = samplesOf(network, tensor, id);
    const images = float ? BATCH : 4;
    const samples = Array.from({ length: images }, (_, i) => read[i % read.length]);
    const program = fixedProgram(network.fixed);
    if (typeof program === 'string') throw new Error(program);
    const batch = new FixedBatch(program);
    const records = writeRecords(program.inputs, samples.map((sample) => encodeSample(network.fixed, sample)));
    const engine = new FixedEngine(network.fixed);
    // Compiling is part of a run: over as many samples as a data set has.
    const many = Array.from({ length: images * (float ? 16 : 8) }, (_, i) => samples[i % images]);
    const few = samples.slice(0, Math.max(1, images / 16));
    const row: Record<string, number | string> = {
      network: id,
      engine: await speed(images, () => batch.run(records, images)),
      withHost: await speed(many.length, () => runFixedBatch(network.fixed, many, { threads: 1 })),
      plain: await speed(few.length, () => few.forEach((sample) => engine.run(sample))),
    };
    if (ort !== undefined) {
      const start = async (model: Uint8Array, dims: readonly number[], batched: number): Promise<number> => {
        const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
        const values = Float32Array.from({ length: batched * size }, (_, i) => samples[i / size % samples.length | 0].get(name)![i % size]);
        const input = new ort.Tensor('float32', values, dims);
        return speed(batched, () => session.run({ [session.inputNames[0]]: input }));
      };
      const floats = await Promise.all([0]).then(async () => Math.max(...await (async () => { const r = []; for (const b of float ? [BATCH] : [1, 4, 16]) { const m = floatModel(network.fixed, b); r.push(await start(m.bytes, m.shape, b)); } console.error(id, r.map(Math.round)); return r; })()));
      row.onnxruntime = floats;
      if (!float) row.quantized = await start(readFileSync(file), shape, 1);
      row.overOnnxruntime = (row.engine as number) / row.onnxruntime;
      row.withHostOverOnnxruntime = (row.withHost as number) / row.onnxruntime;
    }
    rows.push(row);
  } catch (error) {
    rows.push({ network: id, failed: (error as Error).message.split('\n')[0] });
  }
}

if (process.argv.includes('--json')) console.log(JSON.stringify({ functional: rows }));
else {
  const whole = (value: number | string | undefined): string => (typeof value === 'number' ? Math.round(value).toString() : value ?? '');
  const ratio = (value: number | string | undefined): string => (typeof value === 'number' ? `${value.toFixed(2)} x` : '');
  console.log(table([
    ['network', 'images/s', 'with encoding and decoding', 'plain evaluator', 'onnxruntime', 'over onnxruntime', 'with encoding'],
    ...rows.map((row) => [whole(row.network), whole(row.engine ?? row.failed), whole(row.withHost), whole(row.plain), whole(row.onnxruntime),
      ratio(row.overOnnxruntime), ratio(row.withHostOverOnnxruntime)]),
  ]));
}
