import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { speed } from './speed.ts';

interface Tensor { readonly data: Float32Array; readonly dims: readonly number[] }

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** What the bench uses of onnxruntime-node. */
export interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: Float32Array, dims: readonly number[]) => unknown;
}

/** onnxruntime-node of the folder that `ONNXRUNTIME` names, or of the project itself. */
export function runtime(): Runtime | undefined {
  try {
    return createRequire(resolve(process.env.ONNXRUNTIME ?? '.', 'package.json'))('onnxruntime-node') as Runtime;
  } catch {
    console.error('onnxruntime-node is not there, its columns are empty: npm install --prefix FOLDER onnxruntime-node, ONNXRUNTIME=FOLDER');
    return undefined;
  }
}

/** A model and how it is run: `whole` keeps quantizers in float32 rather than to make integer products of them. */
export interface Setup { readonly model: Uint8Array; readonly threads: number; readonly whole?: boolean; readonly clock?: 'wall' }

function open(ort: Runtime, { model, threads, whole = false }: Setup): Promise<Session> {
  const extra = whole ? { session: { disable_quant_qdq: '1' } } : {};
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3, extra };
  return ort.InferenceSession.create(model, options);
}

/** Images a second on batches of the shape, of which `inputs` are the values. */
export async function runtimeSpeed(ort: Runtime, setup: Setup, inputs: Float32Array, shape: readonly number[]): Promise<number> {
  const session = await open(ort, setup);
  const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', inputs, shape) };
  const found = await speed(shape[0], () => session.run(feeds), setup.clock);
  await session.release();
  return found;
}

/** The values of the first output. */
export async function runtimeOutputs(ort: Runtime, setup: Setup, inputs: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const session = await open(ort, setup);
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', inputs, shape) });
  const values = results[session.outputNames[0]].data.slice();
  await session.release();
  return values;
}
