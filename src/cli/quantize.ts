import { basename, extname } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { userError } from '../base/diagnostic.ts';
import { nearest } from '../base/suggest.ts';
import { rightAnswers } from '../compiler/accuracy.ts';
import { samplesOf } from '../compiler/engines.ts';
import { loadNetwork } from '../frontend/index.ts';
import { exportOnnx } from '../frontend/onnx/export.ts';
import type { Graph } from '../graph/ir.ts';
import { parseFormat, type NumberFormat } from '../number/formats/index.ts';
import { ACTIVATION_SCALES, type ActivationScale } from '../quantize/calibrate.ts';
import { madeUpSamples } from '../quantize/data-free.ts';
import { measure, type Measured } from '../quantize/measure.ts';
import { quantizeNetwork, type Quantized } from '../quantize/quantize.ts';
import type { Inputs } from '../quantize/samples.ts';
import { SCALE_CHOICES, type ScaleChoice } from '../quantize/scale.ts';
import { positiveInteger, readArray } from './options.ts';
import { writeOutput } from './output.ts';
import { Progress } from './progress.ts';
import { table } from './tables.ts';

interface Options {
  readonly output: string;
  readonly weights?: string;
  readonly layer?: readonly string[];
  readonly activations?: string;
  readonly inputFormat?: string;
  readonly calibrate?: string;
  readonly inputRange?: { readonly low: number; readonly high: number };
  readonly input?: string;
  readonly labels?: string;
  readonly samples?: number;
  readonly per: 'tensor' | 'channel';
  readonly group?: number;
  readonly scale: ScaleChoice;
  readonly activationScale: ActivationScale;
}

export function addQuantizeCommand(program: Command): void {
  program.command('quantize').argument('<network>', 'an .onnx or .bloom file, its weights real or quantized')
    .description('put the weights of a trained network (and its activations) into number formats, and say what that costs')
    .requiredOption('-o, --output <file>', '.onnx to write')
    .option('--weights <format>', 'for instance ternary, shift<3>, int4, khot<2,8>, float<4,3>')
    .option('--layer <name=format...>', 'another format for the weights of some layers; NAME=keep leaves them as they are')
    .option('--activations <format>', 'format of what products read; unsigned integers where nothing negative comes (behind ReLU)')
    .option('--input-format <format>', 'format of inputs without a quantizer, with --activations (default: that of the activations)')
    .option('--calibrate <file>', '.npy of samples from which the scales of activations are taken')
    .option('--input-range <low,high>', 'without --calibrate: made-up samples in this range', rangeOption)
    .option('--input <file>', '.npy of samples on which both networks are compared')
    .option('--labels <file>', '.npy of class numbers of those samples, to print the accuracy')
    .option('--samples <count>', 'samples of each file to take (default: all)', positiveInteger)
    .addOption(new Option('--per <what>', 'what shares a scale of weights').choices(['tensor', 'channel']).default('tensor'))
    .option('--group <count>', 'so many consecutive weights of a result share a scale instead', positiveInteger)
    .addOption(new Option('--scale <choice>', 'scales of weights: the published rule of the format, or least squared error').choices(SCALE_CHOICES).default('rule'))
    .addOption(new Option('--activation-scale <choice>', 'largest magnitude seen, its 99.9th percentile, or least squared error')
      .choices(ACTIVATION_SCALES).default('mse'))
    .action(quantize);
}

async function quantize(file: string, options: Options): Promise<void> {
  if (extname(options.output) !== '.onnx') throw userError('file-type', `${options.output} does not end in .onnx`, { help: 'name an ONNX file to write' });
  if (options.weights === undefined && options.layer === undefined && options.activations === undefined) {
    throw userError('nothing-to-do', 'neither a format for weights nor one for activations is given', { help: 'add --weights FORMAT or --activations FORMAT' });
  }
  const graph = await loadNetwork(file);
  const progress = new Progress(true);
  const given = options.input === undefined ? undefined : samplesFrom(graph, options.input, options.samples);
  const calibration = calibrationSamples(graph, options, given !== undefined);
  const formats = layerFormats(graph, options);
  progress.report('quantizing', 0, 1);
  const quantized = quantizeNetwork(graph, {
    weights: (layer) => formats.get(layer) ?? (formats.has(layer) || options.weights === undefined ? undefined : parseFormat(options.weights)),
    sharing: options.group === undefined ? options.per : { group: options.group },
    weightScale: options.scale,
    ...(options.activations === undefined ? {} : {
      activations: {
        format: parseFormat(options.activations), inputFormat: parseFormat(options.inputFormat ?? options.activations),
        scale: options.activationScale, samples: calibration!.samples,
      },
    }),
  });
  const samples = given ?? calibration?.samples;
  const measured = samples === undefined ? undefined
    : measure(graph, quantized.graph, quantized.layers.map(({ output }) => output), samples, (done, total) => progress.report('comparing', done, total));
  progress.stop();
  const bytes = exportOnnx({ ...quantized.graph, name: basename(options.output, '.onnx') });
  writeOutput(options.output, bytes);
  if (options.activations !== undefined) console.log(`calibrated on ${calibration!.description}`);
  for (const note of quantized.notes) console.log(`note: ${note}`);
  console.log(layersTable(quantized, measured));
  if (measured !== undefined) console.log(`\n${comparison(measured, samples!.length, given === undefined ? calibration!.description : options.input!, options.labels)}`);
  console.log(`wrote ${options.output} (${bytes.length} bytes)`);
}

function samplesFrom(graph: Graph, path: string, most = Infinity): Inputs[] {
  const [{ shape }] = graph.inputs;
  return samplesOf({ graph }, readArray(path), path).slice(0, most).map((sample): Inputs =>
    new Map([...sample].map(([name, values]) => [name, { shape, values }])));
}

/** What activations are calibrated on, and what errors are measured on where no other samples are given. */
function calibrationSamples(graph: Graph, options: Options, measuring: boolean): { samples: Inputs[]; description: string } | undefined {
  if (options.calibrate !== undefined) {
    const samples = samplesFrom(graph, options.calibrate, options.samples);
    return { samples, description: `${samples.length} samples of ${options.calibrate}` };
  }
  if (options.activations === undefined && (measuring || options.inputRange === undefined)) return undefined;
  return madeUpSamples(graph, options.inputRange);
}

/** The formats of `--layer NAME=FORMAT`; undefined for `keep`. */
function layerFormats(graph: Graph, { layer = [] }: Options): Map<string, NumberFormat | undefined> {
  return new Map(layer.map((text) => {
    const at = text.indexOf('=');
    const [name, format] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    const names = graph.nodes.map((node) => node.name);
    if (!names.includes(name)) {
      const near = nearest(name, names);
      throw userError('layer', `no layer is called ${name}`, { help: near === undefined ? 'bitloom inspect --stage graph lists them' : `did you mean ${near}?` });
    }
    return [name, format === 'keep' ? undefined : parseFormat(format)];
  }));
}

function layersTable({ layers }: Quantized, measured: Measured | undefined): string {
  const rows = layers.map(({ name, weights, activations, activationScale, weightError, scales }, i) => [
    name, weights ?? 'kept', scales === undefined ? '' : `${scales}`, weightError === undefined ? '' : percent(weightError), activations ?? 'kept',
    activationScale === undefined ? '' : activationScale.toPrecision(4), ...(measured === undefined ? [] : [percent(measured.layers[i].error)]),
  ]);
  return table([['layer', 'weights', 'scales', 'error', 'activations', 'scale', ...(measured === undefined ? [] : ['error of its sums'])], ...rows]);
}

function comparison({ outputs, before, after }: Measured, count: number, where: string, labels: string | undefined): string {
  const lines = outputs.map(({ tensor, error }) => `error of ${tensor}: ${percent(error)} (${count} samples: ${where})`);
  if (labels !== undefined) {
    const { data } = readArray(labels);
    const right = [before, after].map((results) => rightAnswers(results.map((values) => ({ outputs: [{ shape: [values.length], values }] })), data, labels));
    const [was, is] = right.map((each) => `${((100 * each) / count).toFixed(2)} % (${each} of ${count})`);
    lines.push(`accuracy before: ${was}`, `accuracy after:  ${is}`);
  }
  return lines.join('\n');
}

/** Errors are root mean squares relative to those of the original numbers. */
function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}

function rangeOption(text: string): { low: number; high: number } {
  const [low, high, ...more] = text.split(',').map(Number);
  if (more.length > 0 || !Number.isFinite(low) || !Number.isFinite(high) || !(low < high)) throw new InvalidArgumentError('LOW,HIGH is expected, as in -1,1');
  return { low, high };
}
