import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { decodeModel, decodeTensorFile, encodeModel, encodeTensorFile } from '../../src/frontend/onnx/codec.ts';
import type { OnnxAttribute, OnnxModel } from '../../src/frontend/onnx/schema.ts';
import { floatTensor } from '../../src/frontend/onnx/tensor-values.ts';
import { bytesOf, corpusExists, corpusFiles } from './corpus.ts';

/** What the decoder makes of bytes that may be damaged: a value or a UserError; anything else escapes and fails the test. */
function attempt(bytes: Uint8Array): 'decoded' | 'refused' {
  try {
    decodeModel(bytes, 'damaged.onnx');
    return 'decoded';
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

const attribute = (fields: Partial<OnnxAttribute>): OnnxAttribute => ({
  floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [], typeProtos: [], ...fields,
});

function smallModel(attributes: OnnxAttribute[] = []): OnnxModel {
  return {
    opsetImport: [{ domain: '', version: 13 }, { domain: 'qonnx.custom_op.general', version: 1 }],
    metadataProps: [],
    irVersion: 8,
    graph: {
      node: [{ input: ['x', 'w'], output: ['y'], attribute: attributes, metadataProps: [], opType: 'Mul' }],
      initializer: [floatTensor('w', [2], [1.5, -0])], sparseInitializer: [], input: [], output: [], valueInfo: [],
      quantizationAnnotation: [], metadataProps: [],
    },
  };
}

describe.skipIf(!corpusExists)('the corpus', () => {
  it('decodes and encodes to the same bytes, every model of it', () => {
    const files = corpusFiles('.onnx');
    expect(files.length).toBeGreaterThan(500);
    for (const file of files) {
      const bytes = bytesOf(file);
      const model = decodeModel(bytes, basename(file));
      const again = encodeModel(model);
      expect(Buffer.compare(bytes, again), file).toBe(0);
      expect(isDeepStrictEqual(decodeModel(again, file), model), file).toBe(true);
      expect(model.graph.node.length, file).toBeGreaterThan(0);
    }
  });

  it('decodes and encodes every tensor file to an equal tensor', () => {
    for (const file of corpusFiles('.pb')) {
      const tensor = decodeTensorFile(bytesOf(file), file);
      expect(isDeepStrictEqual(decodeTensorFile(encodeTensorFile(tensor), file), tensor), file).toBe(true);
    }
  });

  it('answers a damaged model with a UserError or another model', () => {
    const [file] = corpusFiles('tfc_1w1a.onnx');
    const bytes = bytesOf(file);
    let refused = 0;
    fc.assert(fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
      if (attempt(bytes.subarray(0, length)) === 'refused') refused++;
    }), { numRuns: 200, seed: 1 });
    expect(refused).toBeGreaterThan(150);
    const small = bytesOf(corpusFiles('bnn_fc_1layer.onnx')[0]);
    fc.assert(fc.property(fc.nat(small.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
      const damaged = small.slice();
      damaged[position] ^= change;
      attempt(damaged);
    }), { numRuns: 500, seed: 2 });
  });
});

describe('decodeModel', () => {
  it('keeps 64-bit integers exact, as bigint only where a number cannot hold them', () => {
    const ints = [0, -1, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n)];
    const model = smallModel([attribute({ name: 'ends', type: 7, ints }), attribute({ name: 'axis', type: 2, i: 0 })]);
    const decoded = decodeModel(encodeModel(model), 'small.onnx');
    expect(decoded).toEqual(model);
    expect(decoded.graph.node[0].attribute[1].i).toBe(0);
  });

  it('tells a field that holds zero from an absent one', () => {
    const zeros = attribute({ f: -0, s: new Uint8Array(0) });
    const decoded = decodeModel(encodeModel(smallModel([zeros, attribute({})])), 'small.onnx');
    const [present, absent] = decoded.graph.node[0].attribute;
    expect(present.f).toBe(-0);
    expect(present.s).toEqual(new Uint8Array(0));
    expect('f' in absent || 's' in absent).toBe(false);
  });

  it('reads packed and unpacked repeated fields alike, and skips unknown fields', () => {
    const unpacked = Uint8Array.of(0x08, 2, 0x08, 3, 0x10, 6, 0x28, 7, 0x28, 9, 0xa0, 0x06, 1);
    const packed = Uint8Array.of(0x0a, 2, 2, 3, 0x10, 6, 0x2a, 2, 7, 9, 0xa2, 0x06, 1, 0xff);
    for (const bytes of [unpacked, packed]) {
      const tensor = decodeTensorFile(bytes, 'tensor.pb');
      expect([tensor.dims, tensor.dataType, tensor.int32Data]).toEqual([[2, 3], 6, [7, 9]]);
    }
  });

  it('returns plain arrays and byte views for a Node Buffer too', () => {
    const raw = decodeModel(Buffer.from(encodeModel(smallModel())), 'small.onnx').graph.initializer[0].rawData!;
    expect(raw.constructor).toBe(Uint8Array);
  });

  const text = (characters: string) => new TextEncoder().encode(characters);
  it.each([
    ['an empty file', new Uint8Array(0), /empty-file.*x\.onnx/],
    ['text', text('def forward(self, x):\n    return x\n'), /not-onnx.*cannot be decoded/],
    ['a Git LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), /git lfs pull/],
    ['an HDF5 file', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10, 0, 0, 0, 0), /HDF5/],
    ['a zip archive', text('PK\x03\x04        data.pkl'), /zip/],
    ['a message without a graph', Uint8Array.of(0x08, 7), /no-graph/],
    ['a truncated model', encodeModel(smallModel()).subarray(0, 40), /not-onnx.*cut short/],
    [
      'an absurd version',
      encodeModel({ ...smallModel(), opsetImport: [{ version: 2 ** 60 }] }),
      /absurd-integer.*1152921504606846976/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeModel(bytes, 'x.onnx')).toThrow(UserError);
    expect(() => decodeModel(bytes, 'x.onnx')).toThrow(message);
  });

  it('never throws anything but UserError at random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => { attempt(bytes); }), { numRuns: 2000, seed: 3 });
  });

  it('refuses nesting without bound instead of overflowing the stack', () => {
    let bytes: Uint8Array = new Uint8Array(0);
    for (let depth = 0; depth < 3000; depth++) {
      const length = bytes.length;
      // Graph > Node > Attribute > Graph: each level wraps the last in the fields 1, 5 and 6.
      const tag = [0x32, 0x2a, 0x0a][depth % 3];
      bytes = Uint8Array.from([tag, (length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14, ...bytes]);
    }
    const length = bytes.length;
    const header = [0x3a, (length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14];
    expect(attempt(Uint8Array.from([...header, ...bytes]))).toBe('refused');
  });
});
