import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { rationalTensor } from '../../src/graph/elements.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { exportOnnx } from '../../src/frontend/onnx/export.ts';
import { importOnnx } from '../../src/frontend/onnx/import.ts';
import { Rational } from '../../src/base/rational.ts';
import { bytesOf, corpusFiles } from '../onnx-codec/corpus.ts';
import { describeCorpus } from '../corpus.ts';

/** Reads the file, or nothing where bitloom does not support the network. */
function read(bytes: Uint8Array): Graph | undefined {
  try {
    return importOnnx(bytes, 'file.onnx');
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

describeCorpus('ONNX files written by bitloom', () => {
  it('read back to the same graph: every network and layer test of the corpus', () => {
    let compared = 0;
    for (const path of corpusFiles('.onnx')) {
      const graph = read(bytesOf(path));
      if (graph === undefined) continue;
      const again = importOnnx(exportOnnx(graph), 'file.onnx');
      expect({ path, ...again }).toEqual({ path, ...graph });
      compared++;
    }
    expect(compared).toBeGreaterThan(250);
  });
});

describe('ONNX files written by bitloom', () => {
  const node = { name: 'n', version: 1, origin: 'file.onnx › n' };
  const graph: Graph = {
    name: 'file', inputs: [{ name: 'x', shape: [1, 2] }], outputs: ['y'],
    constants: new Map([['scale', { shape: [], values: Float64Array.of(0.5) }], ['exact', rationalTensor(Rational.parse('0.1')!)]]),
    nodes: [
      { ...node, kind: 'Format', inputs: ['x', 'scale'], outputs: ['a'], attributes: { format: 'shift<3>' } },
      { ...node, name: 'm', origin: 'file.onnx › m', version: 13, kind: 'Mul', inputs: ['a', 'exact'], outputs: ['y'], attributes: {} },
    ],
  };

  it('keep bitloom\'s own layers, and numbers that are no float32 as float64', () => {
    const { exact, scale } = Object.fromEntries(graph.constants);
    const plain = { ...graph, constants: new Map([['scale', scale], ['exact', { shape: [], values: exact.values }]]) };
    expect(importOnnx(exportOnnx(plain), 'file.onnx')).toEqual(plain);
  });

  it('hold no numbers that are no doubles', () => {
    expect(() => exportOnnx(graph)).toThrow('exact is no double');
  });
});
