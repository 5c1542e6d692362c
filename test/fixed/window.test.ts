import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFixed } from '../../src/fixed/checker.ts';
import { evaluateFixed } from '../../src/fixed/evaluator.ts';
import { BIPOLAR, integerType, type FixedGraph, type FixedNode, type WindowNode } from '../../src/fixed/ir.ts';
import { printFixed } from '../../src/fixed/printer.ts';
import { windowPositions } from '../../src/graph/windows.ts';

type Settings = Omit<WindowNode, 'op' | 'arg' | 'name' | 'origins' | 'shape' | 'type'>;

function graphOf(settings: Settings, images: number, ...after: FixedNode[]): FixedGraph {
  const { height, width, channels, kernel } = settings;
  const [down, right] = windowPositions(settings, settings);
  return {
    name: 'test', inputs: [], outputs: [],
    nodes: [
      { op: 'input', name: 'x', origins: [], shape: [images, height, width, channels], type: integerType(-1000, 1000) },
      {
        op: 'window', name: 'windows', origins: [], arg: 0, ...settings, shape: [images, down, right, kernel[0] * kernel[1] * channels],
        type: integerType(-1000, 1000),
      },
      ...after,
    ],
  };
}

function run(graph: FixedGraph, x: Float64Array): Float64Array {
  checkFixed(graph, 'test');
  return evaluateFixed(graph, new Map([[0, x]]))[graph.nodes.length - 1];
}

const settings: fc.Arbitrary<Settings> = fc.record({
  height: fc.integer({ min: 1, max: 6 }), width: fc.integer({ min: 1, max: 6 }), channels: fc.integer({ min: 1, max: 3 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  pad: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)), order: fc.constantFrom('pixel', 'channel'),
}).filter((each) => windowPositions(each, each).every((count) => count > 0))
  .map((each) => ({ ...each, fill: Float64Array.from({ length: each.channels }, (_, c) => 100 + c) }));

describe('window', () => {
  it('holds the element, or the filling, that its definition says', () => {
    fc.assert(fc.property(settings, fc.integer({ min: 1, max: 2 }), (given, images) => {
      const { height, width, channels, kernel, stride, dilation, pad, fill, order } = given;
      const x = Float64Array.from({ length: images * height * width * channels }, (_, i) => i);
      const result = run(graphOf(given, images), x);
      const [down, right] = windowPositions(given, given);
      const expected: number[] = [];
      for (let image = 0; image < images; image++) {
        for (let position = 0; position < down * right; position++) {
          const window = new Array<number>(kernel[0] * kernel[1] * channels);
          for (let place = 0; place < window.length; place++) {
            const [ky, kx, c] = order === 'pixel'
              ? [Math.floor(place / channels / kernel[1]), Math.floor(place / channels) % kernel[1], place % channels]
              : [Math.floor(place / kernel[1]) % kernel[0], place % kernel[1], Math.floor(place / kernel[0] / kernel[1])];
            const row = Math.floor(position / right) * stride[0] + ky * dilation[0] - pad[0];
            const column = (position % right) * stride[1] + kx * dilation[1] - pad[1];
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            window[place] = inside ? x[((image * height + row) * width + column) * channels + c] : fill[c];
          }
          expected.push(...window);
        }
      }
      expect([...result]).toEqual(expected);
    }));
  });

  it('is checked: the type holds the filling, and no padded place is silently -1', () => {
    const given: Settings = {
      height: 2, width: 2, channels: 1, kernel: [2, 2], stride: [1, 1], dilation: [1, 1], pad: [1, 1, 0, 0], fill: Float64Array.of(0), order: 'pixel',
    };
    const typed = (type: WindowNode['type'], arg: WindowNode['type']): FixedGraph => {
      const graph = graphOf(given, 1);
      return { ...graph, nodes: [{ ...graph.nodes[0], type: arg }, { ...graph.nodes[1], type }] };
    };
    expect(() => checkFixed(typed(integerType(-1, 1), BIPOLAR), 'test')).not.toThrow();
    expect(() => checkFixed(typed(BIPOLAR, BIPOLAR), 'test')).toThrow('does not hold');
    expect(() => checkFixed(typed(integerType(1, 3), integerType(1, 3)), 'test')).toThrow('does not hold');
  });

  it('prints its geometry', () => {
    const graph = graphOf({
      height: 5, width: 4, channels: 2, kernel: [3, 2], stride: [2, 1], dilation: [1, 2], pad: [1, 0, 1, 0], fill: Float64Array.of(7), order: 'channel',
    }, 1);
    expect(printFixed(graph)).toContain('window %0 image [5,4,2] kernel [3,2] stride [2,1] dilation [1,2] pad [1,0,1,0] fill [7] channel');
  });
});

describe('products in groups and extremes', () => {
  const given: Settings = {
    height: 1, width: 2, channels: 2, kernel: [1, 2], stride: [1, 1], dilation: [1, 1], pad: [0, 0, 0, 0], fill: Float64Array.of(0), order: 'channel',
  };
  const common = { origins: [], arg: 1, type: integerType(-1000, 1000) };

  it('each group of columns meets its own rows', () => {
    const dot: FixedNode = { ...common, op: 'dot', name: 'y', groups: 2, rows: 1, columns: 2, weights: Int32Array.of(1, 10, 100, -1), shape: [1, 1, 1, 2] };
    // Channel 0 is 1, 3 and channel 1 is 2, 4.
    expect([...run(graphOf(given, 1, dot), Float64Array.of(1, 2, 3, 4))]).toEqual([31, 196]);
  });

  it('finds the largest and the smallest of each vector', () => {
    for (const [kind, expected] of [['maximum', [3, 4]], ['minimum', [1, 2]]] as const) {
      const extreme: FixedNode = { ...common, op: 'extreme', name: 'y', kind, length: 2, shape: [1, 1, 1, 2] };
      expect([...run(graphOf(given, 1, extreme), Float64Array.of(1, 2, 3, 4))]).toEqual(expected);
    }
  });
});
