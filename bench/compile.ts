import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpy } from '../src/base/npy.ts';
import { table } from '../src/cli/tables.ts';
import { compileNetwork, lowerNetwork, type Style } from '../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf } from '../src/compiler/engines.ts';
import { emitVerilog } from '../codegen/verilog/emit.ts';
import { loadNetwork } from '../src/frontend/index.ts';

/** Times from file to Verilog and of the functional engines; `--json` prints one object. */
const corpus = '../shared/conformance';
const networks: readonly { readonly id: string; readonly path: string; readonly inputType?: string }[] = [
  { id: 'digits', path: 'examples/digits/digits.onnx' },
  { id: 'tfc_1w1a', path: join(corpus, 'models/qonnx/tfc_1w1a.onnx') },
  { id: 'tfc_1w2a', path: join(corpus, 'models/qonnx/tfc_1w2a.onnx') },
  { id: 'kwsmlp_w3a3', path: join(corpus, 'models/qonnx/kwsmlp_w3a3.onnx') },
  { id: 'qkeras_jettagging', path: join(corpus, 'models/qonnx/qkeras_jettagging.onnx'), inputType: 'fixed<16,6>' },
];
const IMAGES = 10_000;
const REPETITIONS = 3;

async function median(run: () => Promise<unknown> | unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPETITIONS; i++) {
    const start = performance.now();
    await run();
    times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[REPETITIONS >> 1];
}

async function compileSeconds(path: string, style: Style, inputType?: string): Promise<{ seconds: number; bytes: number }> {
  let bytes = 0;
  const seconds = await median(async () => {
    const compiled = compileNetwork(await loadNetwork(path), { style, target: 'xc7', inputType });
    bytes = [...emitVerilog(compiled.accelerator.design).values()].reduce((sum, text) => sum + text.length, 0);
  });
  return { seconds, bytes };
}

const results: Record<string, unknown>[] = [];
for (const { id, path, inputType } of networks) {
  if (!existsSync(path)) {
    console.error(`${id}: skipped, ${path} is not there`);
    continue;
  }
  for (const style of ['streaming', 'unrolled'] as const) results.push({ network: id, style, ...(await compileSeconds(path, style, inputType)) });
}

const mnist = join(corpus, 'data/mnist/first1000_f32.npy');
let images: Record<string, number> | undefined;
if (existsSync(mnist)) {
  const network = lowerNetwork(await loadNetwork(networks[1].path));
  const samples = samplesOf(network, readNpy(readFileSync(mnist), mnist), mnist);
  const [graph, fixed] = [new GraphEngine(network), new FixedEngine(network.fixed)];
  const run = (engine: { run(sample: (typeof samples)[number]): unknown }, count: number): void => {
    for (let i = 0; i < count; i++) engine.run(samples[i % samples.length]);
  };
  const fixedSeconds = await median(() => run(fixed, IMAGES));
  const graphSeconds = (await median(() => run(graph, IMAGES / 10))) * 10;
  images = { count: IMAGES, fixedSeconds, graphSeconds, fixedOverGraph: graphSeconds / fixedSeconds };
}

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ compile: results, images }));
} else {
  console.log(table([['network', 'style', 'file to Verilog, s', 'Verilog, bytes'],
    ...results.map(({ network, style, seconds, bytes }) => [`${network}`, `${style}`, (seconds as number).toFixed(2), `${bytes}`])]));
  if (images !== undefined) {
    console.log(`\ntfc_1w1a, ${IMAGES} images: fixed engine ${images.fixedSeconds.toFixed(2)} s, ${images.fixedOverGraph.toFixed(1)} times as fast as the graph engine`);
  }
}
