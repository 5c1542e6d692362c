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
 * Images a second of the functional engine on one thread, against the plain evaluator and against onnxruntime-node on one thread: float32
 * networks of the same layers, in the batches in which it is fastest, and int8 networks as their files have them. `--json` prints one
 * object. `ONNXRUNTIME` names the folder with onnxruntime-node in its node_modules where it is not the project's own.
 */
const corpus = '../shared/conformance';
const networks: readonly { id: string; path: string; data?: string; int8?: boolean }[] = [
  { id: 'tfc_1w1a', path: 'models/qonnx/tfc_1w1a.onnx', data: 'data/mnist/first1000_f32.npy' },
  { id: 'kwsmlp_w3a3', path: 'models/qonnx/kwsmlp_w3a3.onnx', data: 'data/kws_clips/mfcc_f32_10x1x10x49.npy' },
  { id: 'mlperftiny_kws_dscnn_int8', path: 'models/converted/mlperftiny_kws_dscnn_int8_qdq.onnx', int8: true },
  { id: 'mlperftiny_vww_mobilenet_int8', path: 'models/converted/mlperftiny_vww_mobilenet_int8_qdq.onnx', int8: true },
];
/** Images of a turn; of networks that compute some milliseconds for each, a few. */
const BATCH = 256;
const FEW = 16;
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
for (const { id, path, data, int8 = false } of networks) {
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
    const images = int8 ? FEW : BATCH;
    const samples = Array.from({ length: images }, (_, i) => read[i % read.length]);
    const program = fixedProgram(network.fixed);
    if (typeof program === 'string') throw new Error(program);
    const batch = new FixedBatch(program);
    const records = writeRecords(program.inputs, samples.map((sample) => encodeSample(network.fixed, sample)));
    const engine = new FixedEngine(network.fixed);
    // Compiling is part of a run: over as many samples as a data set has.
    const many = Array.from({ length: images * 16 }, (_, i) => samples[i % images]);
    const few = samples.slice(0, images / 16);
    const row: Record<string, number | string> = {
      network: id,
      engine: await speed(images, () => batch.run(records, images)),
      withHost: await speed(many.length, () => runFixedBatch(network.fixed, many, { threads: 1 })),
      plain: await speed(few.length, () => few.forEach((sample) => engine.run(sample))),
    };
    if (ort !== undefined) {
      const start = async (model: Uint8Array, dims: readonly number[], batched: number): Promise<number> => {
        const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
        const values = Float32Array.from({ length: batched * size }, (_, i) => samples[Math.floor(i / size) % samples.length].get(name)![i % size]);
        const input = new ort.Tensor('float32', values, dims);
        return speed(batched, () => session.run({ [session.inputNames[0]]: input }));
      };
      const speeds: number[] = [];
      for (const size of int8 ? [1, FEW] : [BATCH]) {
        const model = floatModel(network.fixed, size);
        speeds.push(await start(model.bytes, model.shape, size));
      }
      row.onnxruntime = Math.max(...speeds);
      if (int8) {
        row.onnxruntimeInt8 = await start(readFileSync(file), shape, 1);
        row.overInt8 = (row.engine as number) / row.onnxruntimeInt8;
      }
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
    ['network', 'images/s', 'with host', 'plain evaluator', 'onnxruntime float32', 'int8', 'over float32', 'over int8', 'with host'],
    ...rows.map((row) => [whole(row.network), whole(row.engine ?? row.failed), whole(row.withHost), whole(row.plain), whole(row.onnxruntime),
      whole(row.onnxruntimeInt8), ratio(row.overOnnxruntime), ratio(row.overInt8), ratio(row.withHostOverOnnxruntime)]),
  ]));
}
