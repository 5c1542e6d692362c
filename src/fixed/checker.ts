import { dispatch, type OpTable } from '../base/table.ts';
import { sizeOf } from '../graph/tensor.ts';
import { windowPositions } from '../graph/windows.ts';
import { argumentsOf, type FixedGraph, type FixedNode } from './ir.ts';

/** Checks what every pass must keep; a violation is a fault of the pass that is named, not of the user's network. */
export function checkFixed(graph: FixedGraph, after: string): void {
  const names = new Set<string>();
  graph.nodes.forEach((node, id) => {
    const fail = (what: string): never => {
      throw new Error(`after ${after}: ${graph.name}: ${node.name} (${node.op}): ${what}`);
    };
    if (names.has(node.name)) fail('another node has this name');
    names.add(node.name);
    const { low, high, bipolar } = node.type;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high) fail(`range ${low}..${high}`);
    if (bipolar && (low !== -1 || high !== 1)) fail('a bipolar range other than -1..1');
    for (const arg of argumentsOf(node)) if (!(arg >= 0 && arg < id)) fail(`reads value ${arg}`);
    dispatch(OPERATORS, node, graph, fail);
  });
  for (const { value } of [...graph.inputs, ...graph.outputs]) {
    if (graph.nodes[value] === undefined) throw new Error(`after ${after}: ${graph.name}: no value ${value}`);
  }
}

type Fail = (what: string) => void;

const OPERATORS: OpTable<FixedNode, void, [FixedGraph, Fail]> = {
  input: () => {},
  gather: (node, graph, fail) => {
    const available = node.args.reduce((sum, arg) => sum + sizeOf(graph.nodes[arg].shape), 0);
    if (node.index.length !== sizeOf(node.shape)) fail('as many indices as elements are needed');
    if (node.index.some((source) => source < 0 || source >= available)) fail('an index is out of range');
  },
  window: (node, graph, fail) => {
    const { height, width, channels, kernel, fill, type, pad } = node;
    const arg = graph.nodes[node.arg];
    const [down, right] = windowPositions(node, node);
    const images = sizeOf(arg.shape) / (height * width * channels);
    if (!Number.isInteger(images)) fail('images do not fill the argument');
    if (!(down > 0) || !(right > 0) || sizeOf(node.shape) !== images * down * right * kernel[0] * kernel[1] * channels) fail('shape does not fit');
    if (fill.length !== 1 && fill.length !== channels) fail('one filling for all channels or for each is needed');
    const held = pad.some((places) => places > 0) ? [...fill, arg.type.low, arg.type.high] : [arg.type.low, arg.type.high];
    if (held.some((value) => value < type.low || value > type.high || (type.bipolar && value === 0))) fail('the type does not hold all elements');
    if (type.bipolar !== arg.type.bipolar && type.bipolar) fail('the elements are not bipolar');
  },
  dot: (node, graph, fail) => {
    const { groups, rows, columns } = node;
    if (node.weights.length !== groups * rows * columns) fail('weights do not fill the matrix');
    const vectors = sizeOf(graph.nodes[node.arg].shape) / (groups * columns);
    if (!Number.isInteger(vectors) || vectors * groups * rows !== sizeOf(node.shape)) fail('shape does not fit');
  },
  threshold: (node, graph, fail) => {
    sameSize(node, graph, fail);
    if (node.levels.length !== node.channels * node.steps || node.falling.length !== node.channels) fail('levels do not fill the table');
    if (node.type.bipolar ? node.steps !== 1 : node.type.high - node.type.low !== node.steps) fail('steps do not span the range');
    for (let i = 1; i < node.levels.length; i++) {
      if (i % node.steps !== 0 && node.levels[i] < node.levels[i - 1]) fail('levels do not ascend');
    }
  },
  table: (node, graph, fail) => {
    sameSize(node, graph, fail);
    const { low, high } = graph.nodes[node.arg].type;
    if (node.contents.length !== node.channels * (high - low + 1)) fail('contents do not fill the table');
    if (node.contents.some((entry) => entry < node.type.low || entry > node.type.high)) fail('an entry is out of range');
  },
  requantize: (node, graph, fail) => {
    sameSize(node, graph, fail);
    if (node.multipliers.length !== node.channels || node.offsets.length !== node.channels) fail('parameters do not fill the channels');
    const span = node.type.high - node.type.low + 1;
    if (node.overflow === 'wrap' && (span !== 2 ** Math.round(Math.log2(span)) || ![0, -span / 2].includes(node.type.low))) {
      fail('a range that does not wrap by dropping bits');
    }
  },
  add: (node, graph, fail) => {
    if (node.coefficients.length !== node.args.length) fail('one coefficient an argument is needed');
    for (const arg of node.args) if (sizeOf(graph.nodes[arg].shape) !== sizeOf(node.shape)) fail('shapes differ');
  },
  multiply: (node, graph, fail) => {
    for (const arg of node.args) if (sizeOf(graph.nodes[arg].shape) !== sizeOf(node.shape)) fail('shapes differ');
  },
  divide: (node, graph, fail) => {
    for (const arg of node.args) if (sizeOf(graph.nodes[arg].shape) !== sizeOf(node.shape)) fail('shapes differ');
    if (node.denominator <= 0n) fail('a denominator that is not above 0');
  },
  'square-root': (node, graph, fail) => {
    if (sizeOf(graph.nodes[node.arg].shape) !== sizeOf(node.shape)) fail('shapes differ');
    if (graph.nodes[node.arg].type.low < 0 || node.type.low < 0) fail('a root of numbers that may be negative');
  },
  state: (node, graph, fail) => {
    const next: FixedNode | undefined = graph.nodes[node.next];
    if (next === undefined || sizeOf(next.shape) !== sizeOf(node.shape)) fail('shapes differ');
    if (next.type.low !== node.type.low || next.type.high !== node.type.high || next.type.bipolar !== node.type.bipolar) fail('types differ');
    if (node.initial.length !== sizeOf(node.shape) || node.initial.some((value) => value < node.type.low || value > node.type.high)) {
      fail('initial values do not fit');
    }
  },
  argument: (node, graph, fail) => {
    if (sizeOf(node.shape) * node.length !== sizeOf(graph.nodes[node.arg].shape)) fail('shape does not fit');
  },
  extreme: (node, graph, fail) => {
    if (sizeOf(node.shape) * node.length !== sizeOf(graph.nodes[node.arg].shape)) fail('shape does not fit');
    if (node.type.bipolar !== graph.nodes[node.arg].type.bipolar) fail('another kind of elements than its argument');
  },
};

function sameSize(node: Extract<FixedNode, { arg: number; channels: number }>, graph: FixedGraph, fail: Fail): void {
  if (sizeOf(graph.nodes[node.arg].shape) !== sizeOf(node.shape)) fail('shapes differ');
  if (sizeOf(node.shape) % node.channels !== 0) fail('channels do not divide the elements');
}
