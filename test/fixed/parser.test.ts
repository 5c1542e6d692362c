import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { integerType, type FixedGraph } from '../../src/fixed/ir.ts';
import { parseFixed } from '../../src/fixed/parser.ts';
import { printFixed } from '../../src/fixed/printer.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import type { Expression } from '../../src/graph/expression.ts';
import { CONVOLUTIONAL_CASES, DENSE_CASES, describeCorpus, modelPath } from '../corpus.ts';
import { Dice, mutated } from '../language/mutations.ts';
import { IMAGE_LAYERS, imageNetwork } from '../ladder/random-images.ts';
import { buildNetwork, OPERATORS, randomNetwork } from '../ladder/random-network.ts';

const root = resolve(import.meta.dirname, '../..');
const whole = (graph: FixedGraph): string => printFixed(graph, { complete: true });

/** The same with what a function tells instead of the function: the interval of every element, where it is no point at 256 bits. */
function comparable(graph: FixedGraph): unknown {
  const visit = (expression: Expression): unknown => {
    switch (expression.op) {
      case 'variable': return expression;
      case 'constant': {
        const { exact, ...tensor } = expression.tensor;
        const known = exact === undefined ? undefined
          : Array.from(tensor.values, (_, i) => (tensor.errors![i] === 0 ? undefined : exact(i, 256))).map((each) => each && [String(each.low),
            String(each.high)]);
        return { ...expression, tensor, known };
      }
      case 'map': case 'gather': return { ...expression, args: expression.args.map(visit) };
    }
  };
  return {
    ...graph, inputs: graph.inputs.map((input) => ({ ...input, encoder: visit(input.encoder) })),
    outputs: graph.outputs.map((output) => ({ ...output, decoder: visit(output.decoder) })),
  };
}

describe('a printed fixed-point graph', () => {
  it('is read back to an equal one', () => {
    fc.assert(fc.property(randomNetwork, ({ graph }) => {
      expect(parseFixed(whole(graph))).toEqual(graph);
    }), { numRuns: 300 });
  });

  it('over images is too', () => {
    fc.assert(fc.property(fc.nat(1e6), fc.array(fc.constantFrom(...IMAGE_LAYERS), { minLength: 1, maxLength: 3 }), (seed, layers) => {
      const { graph } = imageNetwork(seed + 1, layers, 1);
      expect(parseFixed(whole(graph))).toEqual(graph);
    }), { numRuns: 100 });
  });

  it('of the example is too, with the expressions of the host', async () => {
    const { fixed } = lowerNetwork(await loadNetwork(join(root, 'examples/digits/digits.onnx')));
    const again = parseFixed(whole(fixed));
    expect(comparable(again)).toEqual(comparable(fixed));
    expect(whole(again)).toBe(whole(fixed));
  });

  it('keeps names that are no words, codes and origins', () => {
    const { graph } = buildNetwork(5, ['threshold', 'dot']);
    const odd: FixedGraph = {
      ...graph, name: 'a graph', nodes: graph.nodes.map((node, i) => ({
        ...node, name: `node ${i} "quoted"`, origins: ['a.onnx › B_1', 'c, "d"'],
        codes: [{ tensorName: '/x/y\n', scale: 2 ** -30 / 3, offset: -1e-7 }, { tensorName: 'z', scale: 1, offset: 0, order: Int32Array.of(1, 0) }],
      })),
    };
    expect(parseFixed(whole(odd))).toEqual(odd);
  });

  it('keeps what only some nodes have', () => {
    const common = { origins: [] };
    const lmul = { exponentBits: 4, mantissaBits: 3, bias: 7, specials: 'fn' } as const;
    const graph: FixedGraph = {
      name: 'all', inputs: [], outputs: [], nodes: [
        { ...common, op: 'input', name: 'x', shape: [1, 2, 2, 2], type: integerType(-7, 7) },
        {
          ...common, op: 'window', name: 'w', arg: 0, height: 2, width: 2, channels: 2, kernel: [2, 1], stride: [1, 1], dilation: [1, 1],
          pad: [0, 0, 0, 0], fill: Float64Array.of(0, -3), order: 'channel', shape: [1, 1, 2, 4], type: integerType(-7, 7),
        },
        {
          ...common, op: 'dot', name: 'd', arg: 1, groups: 2, rows: 1, columns: 2, weights: Int32Array.of(1, -2, 3, -4),
            format: 'fixed<4,4,rnd,sat>', lmul,
          shape: [1, 1, 2, 2], type: integerType(-100, 100),
        },
        {
          ...common, op: 'requantize', name: 'r', arg: 2, channels: 1, multipliers: [-3n], offsets: [2n ** 70n], shift: 3, rounding: 'half-even',
            overflow: 'wrap',
          shape: [1, 1, 2, 2], type: integerType(-8, 7),
        },
        {
          ...common, op: 'divide', name: 'q', args: [3, 3], numerator: -(2n ** 60n), offset: 5n, denominator: 3n, rounding: 'half-away',
          shape: [1, 1, 2, 2], type: integerType(-8, 7),
        },
        { ...common, op: 'state', name: 's', initial: Float64Array.of(1, -2, 3, 0), next: 4, shape: [1, 1, 2, 2], type: integerType(-8, 7) },
        { ...common, op: 'input', name: 'p', shape: [3], type: integerType(0, 99) },
        { ...common, op: 'square-root', name: 'root', arg: 6, shape: [3], type: integerType(0, 9) },
        { ...common, op: 'extreme', name: 'e', arg: 3, length: 2, kind: 'minimum', shape: [1, 1, 2], type: integerType(-8, 7) },
      ],
    };
    expect(parseFixed(whole(graph))).toEqual(graph);
  });

  it('keeps the expressions of the host', () => {
    const variable: Expression = { op: 'variable', shape: [2], variable: { kind: 'input', name: 'a b' } };
    const half: Expression = { op: 'constant', shape: [], tensor: { shape: [], values: Float64Array.of(0.1) } };
    const steps = { boundaries: Float64Array.of(-1.5, 0.25), upper: [true, false], values: Float64Array.of(-2, 0, 3) };
    const stairs: Expression = { op: 'map', shape: [2], operator: { op: 'staircase', steps }, args: [variable] };
    const rounded: Expression = { op: 'map', shape: [2], operator: { op: 'round', mode: 'half-away' }, args: [stairs] };
    const sum: Expression = { op: 'map', shape: [2], operator: { op: 'add' }, args: [rounded, half] };
    const encoder: Expression = { op: 'gather', shape: [3], args: [sum, stairs], index: Int32Array.of(3, 0, 1) };
    const graph: FixedGraph = {
      name: 'host', nodes: [{ op: 'input', name: 'x', origins: [], shape: [3], type: integerType(-7, 7) }],
      inputs: [{ value: 0, source: 'a b', encoder }],
      outputs: [{ value: 0, target: 'y', shape: [3], decoder: { op: 'variable', shape: [3], variable: { kind: 'value', value: 0 } } }],
    };
    const again = parseFixed(whole(graph));
    expect(again).toEqual(graph);
    const { args } = again.inputs[0].encoder as Extract<Expression, { op: 'gather' }>;
    expect(((args[0] as typeof sum & { args: Expression[] }).args[0] as typeof sum & { args: Expression[] }).args[0]).toBe(args[1]);
  });

  it('says where a line is wrong', () => {
    const text = whole(buildNetwork(1, [...OPERATORS]).graph).replace(' = input', ' = inputt').replace('weights [', 'weihts [');
    try {
      parseFixed(text, 'x.fixed');
      expect.unreachable();
    } catch (error) {
      const { diagnostics } = error as UserError;
      expect(diagnostics.filter(({ code }) => code === 'syntax').map(({ message }) => message.slice(0, 20))).toEqual(['"inputt" stands wher',
        '"weihts" stands wher']);
      for (const { origin } of diagnostics) expect(origin).toMatch(/^x\.fixed:\d+:\d+$/);
    }
  });

  it('survives mutations', () => {
    const text = whole(buildNetwork(7, [...OPERATORS]).graph);
    let refused = 0;
    for (let seed = 1; seed <= 500; seed++) {
      try {
        parseFixed(mutated(text, new Dice(seed * 7919)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        for (const { origin } of error.diagnostics) expect(origin).toMatch(/^fixed graph:\d+:\d+$/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(250);
  });
});

describeCorpus('printed networks of others', () => {
  const some = /tfc_1w2a|jettagging|bnn_fc|separable.*_32$|qkeras_mnist/;
  // The largest stands in at 32 x 32 pixels.
  const long = process.env.BITLOOM_TEST_FULL !== undefined;
  for (const corpusCase of [...DENSE_CASES, ...CONVOLUTIONAL_CASES].filter(({ id }) => (long && id !== 'branched_model_ch_last') || some.test(id))) {
    it(`${corpusCase.id} is read back to an equal one`, async () => {
      const { fixed } = lowerNetwork(await loadNetwork(modelPath(corpusCase)), { inputType: corpusCase.inputType });
      expect(comparable(parseFixed(whole(fixed)))).toEqual(comparable(fixed));
    });
  }
});
