import { describe, expect } from 'vitest';
import { FixedEngine } from '../../src/compiler/engines.ts';
import { encodeSample, fromBeats, toBeats } from '../../src/compiler/host.ts';
import type { Style } from '../../src/passes/pass.ts';
import { runPasses } from '../../src/passes/pipeline.ts';
import { splitGathers } from '../../src/passes/split-gathers.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { runStreams, stallPattern, type StreamRequest } from '../../codegen/rtl/stream-runner.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { emulate } from '../../emulator/index.ts';
import { buildVerilator, runVerilator } from '../../sim/verilator/index.ts';
import { asSynthesized } from '../verilog/as-synthesized.ts';
import { withVerilator } from '../verilog/verilator.ts';
import { deltaFolds, withFewChanges } from './changes.ts';
import { buildPlanted, LAYERS, type Layer } from '../passes/planted.ts';
import { foldOf, timing } from './climb.ts';
import { FEW_BITS, fewInputs } from './few-inputs.ts';
import { IMAGE_LAYERS, imageNetwork } from './random-images.ts';
import { buildNetwork, OPERATORS, type RandomNetwork } from './random-network.ts';
import { prefixOf, sideBySide } from './side-by-side.ts';

/** Random networks of each layer; so many more in the long suite. */
const EACH = process.env.BITLOOM_TEST_FULL === undefined ? 2 : 12;
const CLOCKS = [2, 4, 10];

interface Built { readonly network: RandomNetwork; readonly accelerator: Accelerator }

/** The networks that `make` gives for some seeds, each with a name of its own. */
function several(what: string, make: (seed: number) => RandomNetwork, build: (network: RandomNetwork, seed: number) => Accelerator): Built[] {
  return Array.from({ length: EACH }, (_, i) => {
    const seed = (i + 1) * 15_485_863;
    const { graph, samples } = make(seed);
    const network = { graph: { ...graph, name: `${what.replaceAll('-', '_')}_${i}` }, samples };
    return { network, accelerator: build(network, seed) };
  });
}

const streaming = (network: RandomNetwork, seed: number): Accelerator =>
  streamingAccelerator(network.graph, { timing: timing(CLOCKS[seed % 3]), folding: foldOf(network, seed) });

const IN_CELLS = 'products with what follows them, in cells';
const CELL_CLOCK = 4;

const FAMILIES: Readonly<Record<string, () => Built[]>> = {
  'layers over images, streaming': () => IMAGE_LAYERS.flatMap((layer) => several(layer, (seed) => {
    const { graph, samples } = imageNetwork(seed, [layer]);
    return { graph: splitGathers.run(graph), samples };
  }, streaming)),
  'operators, streaming': () => OPERATORS.flatMap((operator) => several(operator, (seed) => buildNetwork(seed, [operator]), streaming)),
  'products that follow changes': () => ([[], ['threshold'], ['table'], ['requantize'], ['dot']] as const).flatMap((after) => several(
    ['changes', ...after].join('_'), (seed) => withFewChanges(buildNetwork(seed, ['dot', ...after]), 32, seed % 30, seed),
    (network, seed) => {
      const folds = deltaFolds(network.graph, seed);
      return streamingAccelerator(network.graph, { timing: timing(CLOCKS[seed % 3]), folding: folds[seed % folds.length] });
    },
  )),
  'operators, unrolled': () => OPERATORS.filter((operator) => operator !== 'state').flatMap((operator) =>
    several(operator, (seed) => buildNetwork(seed, [operator]), (network, seed) => unrolledAccelerator(network.graph, timing(CLOCKS[seed % 3])))),
  [IN_CELLS]: () => (['threshold', 'requantize'] as const).flatMap((after) => several(
    after, (seed) => buildNetwork(seed * 104729, ['dot', after, 'dot']), (network) => unrolledAccelerator(network.graph, timing(CELL_CLOCK, true)))),
};

/** What the passes left of networks with neurons that can go. */
function passed(seed: number, layers: readonly Layer[], style: Style): RandomNetwork {
  const { graph, samples } = buildPlanted(seed, layers);
  return { graph: runPasses(graph, undefined, undefined, { style }).graph, samples };
}

const unrolled = (network: RandomNetwork, seed: number): Accelerator => unrolledAccelerator(network.graph, timing(CLOCKS[seed % 3]));

const LONG: Readonly<Record<string, () => Built[]>> = {
  'what passes left, streaming': () => LAYERS.flatMap((layer) => several(`left_${layer}`, (seed) => passed(seed, [layer, 'dense', layer], 'streaming'), streaming)),
  'what passes left, unrolled': () => ([['dense'], ['dense', 'rearranged', 'dense']] as const).flatMap((layers) =>
    several(`left_${layers.length}`, (seed) => passed(seed, layers, 'unrolled'), unrolled)),
  'tables of few bits, unrolled': () => Object.values(FEW_BITS).flatMap((type, i) =>
    several(`tables_${i}`, (seed) => fewInputs(seed, { type, fanIn: 1 + (seed % 3), size: 6, layers: 2, dense: seed % 3 }), unrolled)),
};
const ALL = process.env.BITLOOM_TEST_FULL === undefined ? FAMILIES : { ...FAMILIES, ...LONG };

describe('random networks in Verilator', () => {
  for (const [what, make] of Object.entries(ALL)) {
    withVerilator(`${what}: the integers of the fixed-point engine, each beat in the emulator's cycle`, async () => {
      const built = make();
      const design = sideBySide(built.map(({ accelerator }) => accelerator));
      const reference = built.map(({ network: { graph, samples } }) => {
        const engine = new FixedEngine(graph);
        return samples.map((sample) => engine.run(sample).outputs.map(({ values }) => [...values]));
      });
      const streams: StreamRequest = {
        inputs: built.flatMap(({ network: { graph, samples }, accelerator }, i) => accelerator.inputs.map((port) => (
          { prefix: prefixOf(i, port.prefix), beats: samples.flatMap((sample) => toBeats(port, encodeSample(graph, sample).get(port.value)!)) }))),
        outputs: built.flatMap(({ network: { samples }, accelerator }, i) => accelerator.outputs.map((port) => (
          { prefix: prefixOf(i, port.prefix), count: (samples.length * port.elements) / port.elementsPerBeat, last: true }))),
      };
      const emulator = emulate(design);
      const model = await buildVerilator(what !== IN_CELLS ? emitVerilog(design)
        : asSynthesized(emitVerilog(design, { target: 'xc7', timing: { target: 'xc7', clock: CELL_CLOCK } })), 'side_by_side');
      for (const stall of [undefined, { seed: 5, percent: 40 }]) {
        const emulated = runStreams(emulator, { ...streams, ...(stall === undefined ? {} : { stall: stallPattern(stall.seed, stall.percent) }) });
        const simulated = await runVerilator(model, { inputs: streams.inputs, outputs: streams.outputs, stall });
        expect(simulated.outputs).toEqual(emulated.outputs);
        expect(simulated.inputs).toEqual(emulated.inputs);
        let stream = 0;
        built.forEach(({ network: { graph }, accelerator }, i) => accelerator.outputs.forEach((port, output) => {
          const integers = fromBeats(port, emulated.outputs[stream++].beats);
          expect([...integers], graph.name).toEqual(reference[i].flatMap((outputs) => outputs[output]));
        }));
      }
    }, 1_800_000);
  }
});
