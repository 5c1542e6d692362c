import { isDeepStrictEqual } from 'node:util';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { halfPattern, halfValue } from '../../src/base/half.ts';
import { readNpy, readNpz, writeNpy, type NpyType } from '../../src/base/npy.ts';
import { bytesOf, corpusExists, corpusFiles } from './corpus.ts';

/** A `.npy` file with this header text and these data, of version `major`. */
function file(header: string, data: number[], major = 1): Uint8Array {
  const length = major === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...Buffer.from('NUMPY'), major, 0, ...length, ...Buffer.from(header), ...data]);
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

/** The values of each dtype that doubles hold. */
const VALUES: Record<NpyType, fc.Arbitrary<number>> = {
  f8: fc.double(), f4: fc.float(), f2: fc.nat(65535).map(halfValue),
  i8: fc.maxSafeInteger(), i4: fc.integer(), i2: fc.integer({ min: -32768, max: 32767 }), i1: fc.integer({ min: -128, max: 127 }),
  u8: fc.maxSafeNat(), u4: fc.nat(4294967295), u2: fc.nat(65535), u1: fc.nat(255), b1: fc.nat(1),
};

describe('npy', () => {
  it.each(Object.keys(VALUES) as NpyType[])('reads back what it writes: %s', (dtype) => {
    const shapes = fc.array(fc.nat(4), { maxLength: 4 });
    fc.assert(fc.property(shapes.chain((shape) => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      return fc.tuple(fc.constant(shape), fc.array(VALUES[dtype], { minLength: count, maxLength: count }));
    }), ([shape, values]) => {
      const bytes = writeNpy(shape, values, dtype);
      const array = readNpy(bytes, 'a.npy');
      expect(array).toEqual({ shape, dtype, data: Float64Array.from(values) });
      expect((bytes.length - values.length * Number(dtype.slice(1))) % 64).toBe(0);
    }), { numRuns: 60, seed: 4 });
  });

  it('reads all versions, byte orders, and Fortran order', () => {
    for (const major of [1, 2, 3]) {
      expect([...readNpy(file(header('<i2', '(2,)'), [1, 0, 0xff, 0xff], major), 'a').data]).toEqual([1, -1]);
    }
    expect([...readNpy(file(header('>i2', '(2,)'), [0, 1, 0xff, 0xfe]), 'a').data]).toEqual([1, -2]);
    expect([...readNpy(file(header('>f4', '()'), [0x3f, 0xc0, 0, 0]), 'a').data]).toEqual([1.5]);
    const columnMajor = readNpy(file(header('|u1', '(2, 3)', 'True'), [0, 3, 1, 4, 2, 5]), 'a');
    expect(columnMajor).toEqual({ shape: [2, 3], dtype: 'u1', data: Float64Array.of(0, 1, 2, 3, 4, 5) });
    const deep = [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23];
    expect([...readNpy(file(header('|u1', '(2, 3, 4)', 'True'), deep), 'a').data]).toEqual([...deep.keys()]);
  });

  it('writes nothing that it would have to round', () => {
    expect(() => writeNpy([1], [0.1], 'f4')).toThrow('0.1 is not exactly of dtype f4');
    expect(() => writeNpy([1], [256], 'u1')).toThrow('not exactly');
    expect(() => writeNpy([1], [0.5], 'i8')).toThrow('not exactly');
    expect(() => writeNpy([1], [2049], 'f2')).toThrow('not exactly');
    expect(() => writeNpy([2], [1], 'f8')).toThrow('2 elements');
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /not a \.npy file/],
    ['another format', new Uint8Array(80), /not a \.npy file/],
    ['an unknown version', file(header('<f8', '(0,)'), [], 9), /version 9\.0/],
    ['a truncated header', file(header('<f8', '(0,)'), []).subarray(0, 30), /ends inside its header/],
    ['missing data', file(header('<f8', '(2,)'), [0, 0, 0, 0]), /asks for 16 bytes of data, the file has 4/],
    ['superfluous data', file(header('|u1', '(2,)'), [1, 2, 3]), /asks for 2 bytes/],
    ['an absurd shape', file(header('|u1', '(99999999999, 99999999999)'), [1, 2, 3]), /malformed-npy/],
    ['Python objects', file(header('|O', '(1,)'), [0]), /unsupported-dtype.*\|O/],
    ['complex numbers', file(header('<c16', '(1,)'), [0]), /unsupported-dtype/],
    ['a name of Object.prototype', file(header('constructor', '(1,)'), [0]), /unsupported-dtype/],
    ['a structured dtype', file("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }\n", []), /plain array/],
    ['a negative extent', file(header('<f8', '(-1,)'), []), /plain array/],
    ['an inexact integer', file(header('<i8', '(1,)'), [255, 255, 255, 255, 255, 255, 255, 127]), /9223372036854775807/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'a.npy')).toThrow(UserError);
    expect(() => readNpy(bytes, 'a.npy')).toThrow(message);
  });

  it('reads archives and refuses what is none', () => {
    const bytes = zipSync({ 'a.npy': writeNpy([2], [1, 2], 'i4'), 'b|c.npy': writeNpy([], [0.5], 'f8') });
    const arrays = readNpz(bytes, 'x.npz');
    expect([...arrays.keys()]).toEqual(['a', 'b|c']);
    expect(arrays.get('b|c')!.data[0]).toBe(0.5);
    expect(() => readNpz(Uint8Array.of(1, 2, 3), 'x.npz')).toThrow(/malformed-npz/);
    expect(() => readNpz(zipSync({ 'a.npy': new Uint8Array(3) }), 'x.npz')).toThrow(/x\.npz › a/);
  });
});

describe('binary16', () => {
  it('gives every pattern back', () => {
    for (let pattern = 0; pattern < 65536; pattern++) {
      const value = halfValue(pattern);
      if (!Number.isNaN(value)) expect(halfPattern(value)).toBe(pattern);
    }
  });
});

describe.skipIf(!corpusExists)('the corpus', () => {
  it('reads every array, and writes those in C order back to the same data', () => {
    let archives = 0;
    for (const path of corpusFiles('.npy')) {
      const bytes = bytesOf(path);
      const array = readNpy(bytes, path);
      const again = writeNpy(array.shape, array.data, array.dtype);
      expect(isDeepStrictEqual(readNpy(again, path), array), path).toBe(true);
      const fortran = Buffer.from(bytes.subarray(0, 128)).includes("'fortran_order': True");
      if (!fortran) expect(Buffer.compare(again, bytes), path).toBe(0);
    }
    for (const path of corpusFiles('.npz')) archives += readNpz(bytesOf(path), path).size;
    expect(archives).toBeGreaterThan(16);
  });
});
