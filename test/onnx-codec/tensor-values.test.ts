import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { decodeModel, decodeTensorFile } from '../../src/frontend/onnx/codec.ts';
import { ElementType, type ElementTypeName, type OnnxTensor } from '../../src/frontend/onnx/schema.ts';
import { floatTensor, tensorBounds, tensorValues } from '../../src/frontend/onnx/tensor-values.ts';
import { bytesOf, corpusExists, corpusFiles } from './corpus.ts';

function tensor(type: ElementTypeName, dims: number[], fields: Partial<OnnxTensor>): OnnxTensor {
  return { ...floatTensor('t', [0], []), rawData: undefined, dataType: ElementType[type], dims, ...fields };
}

const raw = (...bytes: number[]) => ({ rawData: Uint8Array.from(bytes) });

describe('tensorValues', () => {
  it.each<[ElementTypeName, Partial<OnnxTensor>, number[]]>([
    ['float', raw(0, 0, 0xc0, 0x3f, 0, 0, 0, 0x80), [1.5, -0]],
    ['float', { floatData: [1.5, -2] }, [1.5, -2]],
    ['double', raw(0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 1, 0, 0, 0, 0, 0, 0, 0), [1, Number.MIN_VALUE]],
    ['double', { doubleData: [0.1, 3] }, [0.1, 3]],
    ['float16', raw(0x00, 0x3c, 0x01, 0x80), [1, -(2 ** -24)]],
    ['float16', { int32Data: [0x7bff, 0xfc00] }, [65504, -Infinity]],
    ['bfloat16', raw(0x80, 0x3f, 0x40, 0xc0), [1, -3]],
    ['bfloat16', { int32Data: [0x3f80, 0xc040] }, [1, -3]],
    ['int8', raw(0xff, 0x7f), [-1, 127]],
    ['uint8', raw(0xff, 0x7f), [255, 127]],
    ['uint8', { int32Data: [255, 0] }, [255, 0]],
    ['int16', raw(0xfe, 0xff, 0, 0x80), [-2, -32768]],
    ['uint16', raw(0xfe, 0xff, 0, 0x80), [65534, 32768]],
    ['int32', raw(0, 0, 0, 0x80, 1, 0, 0, 0), [-(2 ** 31), 1]],
    ['uint32', raw(0, 0, 0, 0x80, 1, 0, 0, 0), [2 ** 31, 1]],
    ['uint32', { uint64Data: [4294967295, 0] }, [4294967295, 0]],
    ['int64', raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 5, 0, 0, 0, 1, 0, 0, 0), [-1, 2 ** 32 + 5]],
    ['int64', { int64Data: [-7, 2 ** 53 - 1] }, [-7, 2 ** 53 - 1]],
    ['uint64', { uint64Data: [7, 0] }, [7, 0]],
    ['bool', raw(0, 1), [0, 1]],
    ['int4', raw(0x8f), [-1, -8]],
    ['uint4', raw(0x8f), [15, 8]],
    ['int4', { int32Data: [0x8f] }, [-1, -8]],
  ])('reads %s %o', (type, fields, expected) => {
    const values = tensorValues(tensor(type, [2], fields), 'model.onnx › t');
    expect([...values.data]).toEqual(expected);
    expect(values.elementType).toBe(type);
  });

  it('reads scalars, empty tensors and unaligned views', () => {
    expect(tensorValues(tensor('float', [], { floatData: [3] }), 't').data).toEqual(Float64Array.of(3));
    expect(tensorValues(tensor('float', [4, 0], {}), 't').data.length).toBe(0);
    const unaligned = Uint8Array.of(9, 0, 0, 0x80, 0x3f).subarray(1);
    expect(tensorValues(tensor('float', [1], { rawData: unaligned }), 't').data).toEqual(Float64Array.of(1));
  });

  it.each<[string, OnnxTensor, RegExp]>([
    ['too few raw bytes', tensor('float', [2], raw(0, 0, 0, 0)), /bad-tensor-data.*model › t.*8 bytes.*has 4/],
    ['too many elements', tensor('float', [1], { floatData: [1, 2] }), /bad-tensor-data/],
    ['the wrong typed field', tensor('float', [1], { int32Data: [1] }), /bad-tensor-data/],
    ['negative dims', tensor('float', [-1], { floatData: [1] }), /negative size/],
    ['absurd dims', tensor('float', [2 ** 40, 2 ** 40], {}), /bad-dims/],
    ['strings', tensor('string', [1], {}), /unsupported-element-type.*string/],
    ['unknown types', { ...tensor('float', [1], {}), dataType: 77 }, /type 77/],
    ['external data', tensor('float', [1], { dataLocation: 1 }), /external-data[^]*save_as_external_data/],
    ['integers beyond 2^53', tensor('int64', [1], { int64Data: [2n ** 63n - 1n] }), /inexact-integer.*9223372036854775807/],
  ])('refuses %s', (_, damaged, message) => {
    expect(() => tensorValues(damaged, 'model › t')).toThrow(UserError);
    expect(() => tensorValues(damaged, 'model › t')).toThrow(message);
  });

  it('saturates the bounds of slices', () => {
    const bounds = tensor('int64', [3], { int64Data: [2n ** 63n - 1n, -(2n ** 63n), -1] });
    expect([...tensorBounds(bounds, 't').data]).toEqual([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -1]);
  });
});

describe('floatTensor', () => {
  it('stores float32 values exactly and refuses others', () => {
    expect([...tensorValues(floatTensor('w', [2, 1], [-0, 0.25]), 'w').data]).toEqual([-0, 0.25]);
    expect(() => floatTensor('w', [1], [0.1])).toThrow('0.1 is not a float32');
  });
});

describe.skipIf(!corpusExists)('the corpus', () => {
  it('has readable initializers and tensor files, of the numeric types', () => {
    const unreadable = new Set<string>();
    const read = (constant: OnnxTensor, origin: string) => {
      try {
        const { dims, data } = tensorBounds(constant, origin);
        expect(data.length, origin).toBe(dims.reduce((product, size) => product * size, 1));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        unreadable.add(error.diagnostics[0].code);
      }
    };
    for (const file of corpusFiles('.pb')) read(decodeTensorFile(bytesOf(file), basename(file)), file);
    expect([...unreadable]).toEqual([]);
    for (const file of corpusFiles('.onnx')) {
      for (const constant of decodeModel(bytesOf(file), file).graph.initializer) read(constant, file);
    }
    expect([...unreadable]).toEqual([]);
  });
});
