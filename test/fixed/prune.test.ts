import { describe, expect, it } from 'vitest';
import { evaluateFixed } from '../../src/fixed/evaluator.ts';
import { integerType, type FixedGraph, type FixedNode, type WindowNode } from '../../src/fixed/ir.ts';
import { pruneChannels } from '../../src/fixed/prune.ts';
import { dotRange } from '../../src/fixed/ranges.ts';
import { FixedBatch, fixedProgram, readRecord, writeRecords } from '../../src/fixed/wasm/engine.ts';
import { windowPositions } from '../../src/graph/windows.ts';
import { Random } from '../verilog/random.ts';

/** Pointwise products, many of whose weights and columns are zero, with steps, tables, roundings and depthwise windows between them. */
function networkOf(random: Random): FixedGraph {
  const [height, width] = [random.integer(3, 6), random.integer(3, 6)];
  let [at, channels] = [[1, height, width], random.integer(1, 12)];
  const nodes: FixedNode[] = [{ op: 'input', name: 'x', shape: [...at, channels], type: integerType(-9, 9), origins: [] }];
  const push = (node: object): void => {
    nodes.push({ name: `n${nodes.length}`, origins: [], arg: nodes.length - 1, shape: [...at, channels], ...node } as unknown as FixedNode);
  };
  const product = (rows: number): void => {
    const [columns, dead] = [channels, Array.from({ length: channels }, () => random.chance(50))];
    const weights = Int32Array.from({ length: rows * columns }, (_, i) => (dead[i % columns] || random.chance(20) ? 0 : random.integer(-5, 5)));
    const type = dotRange(weights, rows, columns, nodes[nodes.length - 1].type);
    channels = rows;
    push({ op: 'dot', shape: [...at, rows], type, groups: 1, rows, columns, weights });
  };
  for (let layer = 0; layer < random.integer(1, 4); layer++) {
    product(random.integer(1, 20));
    const { type: { low, high } } = nodes[nodes.length - 1];
    const own = random.pick([1, channels]);
    const some = <T>(value: () => T, count = own): T[] => Array.from({ length: count }, value);
    const inside = (): number => random.integer(low, high);
    const kind = random.integer(0, 2);
    if (kind === 0) {
      const levels = Float64Array.from(some(() => some(inside, 3).sort((a, b) => a - b)).flat());
      push({ op: 'threshold', type: integerType(0, 3), channels: own, steps: 3, levels, falling: some(() => random.chance(30)) });
    } else if (kind === 1) {
      const contents = Float64Array.from(some(() => random.integer(-9, 9), own * (high - low + 1)));
      push({ op: 'table', type: integerType(-9, 9), channels: own, contents });
    } else {
      push({
        op: 'requantize', type: integerType(-9, 9), channels: own, multipliers: some(() => BigInt(random.integer(-40, 40))),
        offsets: some(() => BigInt(random.integer(-200, 200))), shift: 6, rounding: 'floor',
      });
    }
    if (!random.chance(60)) continue;
    const geometry = { kernel: [2, 2], stride: [1, 1], dilation: [1, 1], pad: [1, 0, 0, 1] } as const;
    const image = { height: at[1], width: at[2] };
    const [down, right] = windowPositions(image, geometry);
    const fill = Float64Array.from(some(() => random.integer(0, 3)));
    const taps: Partial<WindowNode> = { op: 'window', ...image, channels, fill, order: 'channel', ...geometry };
    at = [1, down, right];
    push({ ...taps, shape: [...at, 4 * channels], type: integerType(-9, 9) });
    const weights = Int32Array.from({ length: 4 * channels }, () => random.integer(-5, 5));
    push({ op: 'dot', type: dotRange(weights, channels, 4, integerType(-9, 9)), groups: channels, rows: 1, columns: 4, weights });
  }
  if (random.chance(50)) {
    const columns = at[1] * at[2] * channels;
    const weights = Int32Array.from({ length: 2 * columns }, (_, i) => (i % channels < channels / 2 ? 0 : random.integer(-5, 5)));
    push({ op: 'dot', shape: [1, 2], type: dotRange(weights, 2, columns, nodes[nodes.length - 1].type), groups: 1, rows: 2, columns, weights });
  } else product(random.integer(1, 3));
  return { name: 'pruned', nodes, inputs: [{ value: 0, source: 'x', encoder: undefined as never }], outputs: [] };
}

describe('channels that matter for nothing', () => {
  it('are left out, and all results are the same', () => {
    const random = new Random(41);
    let fewer = 0;
    for (let turn = 0; turn < 150; turn++) {
      const graph = networkOf(random);
      const last = graph.nodes.length - 1;
      const size = graph.nodes[0].shape.reduce((a, b) => a * b, 1);
      const inputs = new Map([[0, Float64Array.from({ length: size }, () => random.integer(-9, 9))]]);
      const expected = evaluateFixed(graph, inputs);
      // Another value that is seen keeps all of its channels.
      const shown = random.chance(30) ? [last, random.integer(1, last)] : [last];
      const pruned = pruneChannels(graph, new Set(shown));
      const elements = (nodes: readonly FixedNode[]): number => nodes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
      if (elements(pruned.nodes) < elements(graph.nodes)) fewer++;
      const found = evaluateFixed(pruned, inputs);
      for (const value of shown) expect([...found[value]]).toEqual([...expected[value]]);
      const program = fixedProgram(graph, shown);
      if (typeof program === 'string') throw new Error(program);
      const record = readRecord(program.outputs, new FixedBatch(program).run(writeRecords(program.inputs, [inputs]), 1), 0);
      for (const value of shown) expect([...record.get(value)!]).toEqual([...expected[value]]);
    }
    expect(fewer).toBeGreaterThan(80);
  });
});
