import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { table } from '../src/cli/tables.ts';
import { compileNetwork, lowerNetwork, verilogOf, type LoweredNetwork } from '../src/compiler/compile.ts';
import { FixedEngine } from '../src/compiler/engines.ts';
import type { Graph, GraphNode } from '../src/graph/ir.ts';
import type { RealTensor } from '../src/graph/tensor.ts';

/**
 * Whether time and memory are linear in the number of weights: generated networks of convolutions with 4-bit weights up to 25 million of
 * them, from trained float32 weights to integers, and to Verilog. Each is made by a process of its own. `--json` prints one object.
 */
const CHANNELS = 512;
const PIXELS = 4;
const LAYERS = [3, 6, 11];

/** A multiplicative congruential generator modulo 2^31 - 1: the weights' quality matters to nobody. */
let state = 1;

function random(): number {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
}

function generated(layers: number): Graph {
  const constants = new Map<string, RealTensor>();
  const nodes: GraphNode[] = [];
  const constant = (name: string, shape: readonly number[], element: () => number): string => {
    const values = new Float64Array(shape.reduce((size, extent) => size * extent, 1));
    for (let i = 0; i < values.length; i++) values[i] = Math.fround(element());
    constants.set(name, { shape, values });
    return name;
  };
  const layer = (kind: string, inputs: readonly string[], attributes: GraphNode['attributes']): string => {
    const name = `${kind}_${nodes.length}`;
    nodes.push({ kind, name, inputs, outputs: [`${name}_out`], attributes, version: 13, origin: `generated › ${name}` });
    return `${name}_out`;
  };
  const quantizer = (x: string, scale: number, perRow: boolean): string => layer('Quant', [
    x, constant(`scale ${nodes.length}`, perRow ? [CHANNELS, 1, 1, 1] : [], () => scale), constant(`zero ${nodes.length}`, [], () => 0),
    constant(`bits ${nodes.length}`, [], () => 4),
  ], { signed: 1, narrow: 1, rounding_mode: 'ROUND' });

  let x = quantizer('image', 0.25, false);
  for (let i = 0; i < layers; i++) {
    const weights = quantizer(constant(`weights ${i}`, [CHANNELS, CHANNELS, 3, 3], () => (random() - 0.5) * 0.2), 0.0123, true);
    x = quantizer(layer('Conv', [x, weights], { pads: [1, 1, 1, 1] }), 2, false);
  }
  return { name: 'generated', inputs: [{ name: 'image', shape: [1, CHANNELS, PIXELS, PIXELS] }], outputs: [x], constants, nodes };
}

interface Row {
  readonly weights: number;
  /** Seconds from float32 weights to integers, of the fixed-point engine for a sample, and from float32 weights to Verilog. */
  readonly toIntegers: number;
  readonly engine: number;
  readonly toVerilog: number;
  readonly verilogMegabytes: number;
  readonly peakMegabytes: number;
}

function measure(layers: number): Row {
  const seconds = (run: () => void): number => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const graph = generated(layers);
  let fixed: LoweredNetwork['fixed'] | undefined;
  const toIntegers = seconds(() => { ({ fixed } = lowerNetwork(graph)); });
  const sample = new Map([['image', Float64Array.from({ length: CHANNELS * PIXELS * PIXELS }, random)]]);
  const engine = seconds(() => { new FixedEngine(fixed!).run(sample); });
  fixed = undefined;
  let bytes = 0;
  const toVerilog = seconds(() => {
    const compiled = compileNetwork(graph, { style: 'streaming', target: 'xc7', goal: { kind: 'interval', cycles: 2 ** 22 } });
    for (const text of verilogOf(compiled).values()) bytes += text.length;
  });
  return {
    weights: layers * CHANNELS * CHANNELS * 9, toIntegers, engine, toVerilog, verilogMegabytes: bytes / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1000,
  };
}

const asked = process.argv.indexOf('--layers');
if (asked >= 0) {
  console.log(JSON.stringify(measure(Number(process.argv[asked + 1]))));
} else {
  const rows: Row[] = [];
  for (const layers of LAYERS) {
    const command = ['--max-old-space-size=8192', fileURLToPath(import.meta.url), '--layers', String(layers)];
    const { stdout } = await execa(process.execPath, command, { stderr: 'inherit' });
    rows.push(JSON.parse(stdout) as Row);
  }
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ large: rows }));
  } else {
    const [first] = rows;
    const ratio = (row: Row, of: (row: Row) => number): string => (of(row) / row.weights / (of(first) / first.weights)).toFixed(2);
    const header = [
      'weights, M', 'to integers, s', 'fixed engine, s a sample', 'to Verilog, s', 'of the first, a weight', 'Verilog, MB', 'peak memory, MB',
      'of the first, a weight',
    ];
    console.log(table([header, ...rows.map((row) => [
      (row.weights / 1e6).toFixed(1), row.toIntegers.toFixed(1), row.engine.toFixed(2), row.toVerilog.toFixed(1), ratio(row, (each) => each.toVerilog),
      row.verilogMegabytes.toFixed(1), row.peakMegabytes.toFixed(0), ratio(row, (each) => each.peakMegabytes),
    ])]));
  }
}
