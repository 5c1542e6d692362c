import { unzipSync } from 'fflate';
import { userError } from './diagnostic.ts';
import { halfPattern, halfValue } from './half.ts';

/** An array of a `.npy` file: `data` row-major, as many elements as the product of `shape`; `dtype` without its byte order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly dtype: NpyType;
  readonly data: Float64Array;
}

/** Kind (f float, i signed, u unsigned integer, b bool) and bytes an element, as NumPy writes them. */
export type NpyType = 'f8' | 'f4' | 'f2' | 'i8' | 'i4' | 'i2' | 'i1' | 'u8' | 'u4' | 'u2' | 'u1' | 'b1';

interface Element {
  readonly bytes: number;
  readonly get: (view: DataView, offset: number, little: boolean) => number | bigint;
  /** Stores a value in little-endian order; what comes out again tells whether it fitted. */
  readonly set: (view: DataView, offset: number, value: number) => void;
}

const half: Element = {
  bytes: 2,
  get: (v, at, little) => halfValue(v.getUint16(at, little)),
  set: (v, at, x) => v.setUint16(at, halfPattern(x), true),
};

const ELEMENTS: Readonly<Record<NpyType, Element>> = {
  f8: { bytes: 8, get: (v, at, little) => v.getFloat64(at, little), set: (v, at, x) => v.setFloat64(at, x, true) },
  f4: { bytes: 4, get: (v, at, little) => v.getFloat32(at, little), set: (v, at, x) => v.setFloat32(at, x, true) },
  f2: half,
  i8: { bytes: 8, get: (v, at, little) => v.getBigInt64(at, little), set: (v, at, x) => v.setBigInt64(at, integer(x), true) },
  i4: { bytes: 4, get: (v, at, little) => v.getInt32(at, little), set: (v, at, x) => v.setInt32(at, x, true) },
  i2: { bytes: 2, get: (v, at, little) => v.getInt16(at, little), set: (v, at, x) => v.setInt16(at, x, true) },
  i1: { bytes: 1, get: (v, at) => v.getInt8(at), set: (v, at, x) => v.setInt8(at, x) },
  u8: { bytes: 8, get: (v, at, little) => v.getBigUint64(at, little), set: (v, at, x) => v.setBigUint64(at, integer(x), true) },
  u4: { bytes: 4, get: (v, at, little) => v.getUint32(at, little), set: (v, at, x) => v.setUint32(at, x, true) },
  u2: { bytes: 2, get: (v, at, little) => v.getUint16(at, little), set: (v, at, x) => v.setUint16(at, x, true) },
  u1: { bytes: 1, get: (v, at) => v.getUint8(at), set: (v, at, x) => v.setUint8(at, x) },
  b1: { bytes: 1, get: (v, at) => v.getUint8(at), set: (v, at, x) => v.setUint8(at, x) },
};

const SAVE_AGAIN = 'save it with `numpy.save` as a plain numeric array';

/**
 * Reads a `.npy` file: versions 1 to 3, either byte order, C and Fortran order (which is turned into row-major).
 * Throws UserError: another format, a header cut short, a dtype that is not numeric, data that do not match the shape, and
 * integers beyond 2^53. `origin` names the file in messages.
 */
export function readNpy(bytes: Uint8Array, origin: string): NpyArray {
  const header = readHeader(bytes, origin);
  const { bytes: size, get } = ELEMENTS[header.dtype];
  const count = header.shape.reduce((product, extent) => product * extent, 1);
  const held = bytes.length - header.start;
  if (held !== count * size) {
    throw malformed(origin, `shape (${header.shape.join(', ')}) asks for ${count * size} bytes of data, the file has ${held}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.start, count * size);
  const stored = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const value = get(view, index * size, header.little);
    stored[index] = typeof value === 'number' ? value : exactInteger(value, origin);
  }
  return { shape: header.shape, dtype: header.dtype, data: header.fortran ? rowMajor(stored, header.shape) : stored };
}

/**
 * The bytes of a `.npy` file (version 1, little-endian, C order) of `data`, row-major.
 * Throws where a value is not exactly of the `dtype`: nothing is rounded in silence.
 */
export function writeNpy(shape: readonly number[], data: ArrayLike<number>, dtype: NpyType): Uint8Array {
  const { bytes: size, get, set } = ELEMENTS[dtype];
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (count !== data.length) {
    throw new Error(`shape (${shape.join(', ')}) is ${count} elements, data has ${data.length}`);
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const descr = size === 1 ? `|${dtype}` : `<${dtype}`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The data start at a multiple of 64 so that they can be mapped into memory; the header ends with a newline.
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + count * size);
  const view = new DataView(bytes.buffer);
  bytes.set(latin1(`\x93NUMPY\x01\x00`));
  view.setUint16(8, start - 10, true);
  bytes.set(latin1(`${header.padEnd(start - 11)}\n`), 10);
  for (let index = 0; index < count; index++) {
    const value = data[index];
    set(view, start + index * size, value);
    const stored = Number(get(view, start + index * size, true));
    const same = stored === value || (Number.isNaN(stored) && Number.isNaN(value));
    if (!same) throw new Error(`${value} is not exactly of dtype ${dtype}`);
  }
  return bytes;
}

/** The arrays of a `.npz` archive by their names (without `.npy`). Errors as `readNpy`, and where the archive is damaged. */
export function readNpz(bytes: Uint8Array, origin: string): Map<string, NpyArray> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (error) {
    throw userError('malformed-npz', `cannot be unpacked as a .npz archive (${(error as Error).message})`, {
      origin,
      help: 'save it with `numpy.savez`',
    });
  }
  const arrays = Object.entries(files).map(([name, content]): [string, NpyArray] => {
    const array = name.replace(/\.npy$/, '');
    return [array, readNpy(content, `${origin} › ${array}`)];
  });
  return new Map(arrays);
}

interface Header {
  readonly shape: readonly number[];
  readonly dtype: NpyType;
  readonly little: boolean;
  readonly fortran: boolean;
  /** Where the data begin. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array, origin: string): Header {
  if (bytes.length < 10 || String.fromCharCode(...bytes.subarray(0, 6)) !== '\x93NUMPY') {
    throw malformed(origin, 'is not a .npy file: it does not begin with \\x93NUMPY and a header');
  }
  const major = bytes[6];
  if (major < 1 || major > 3) throw malformed(origin, `has version ${major}.${bytes[7]} of the .npy format; 1 to 3 are known`);
  const lengthBytes = major === 1 ? 2 : 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 + lengthBytes) throw malformed(origin, 'ends inside its header');
  const start = 8 + lengthBytes + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < start) throw malformed(origin, 'ends inside its header');

  const text = new TextDecoder().decode(bytes.subarray(8 + lengthBytes, start));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    const shown = text.trim().slice(0, 120);
    throw malformed(origin, `has a header that does not say dtype, order and shape of one plain array: ${shown}`);
  }
  const [, byteOrder, dtype] = /^([<>|=]?)(.*)$/s.exec(descr)!;
  if (!Object.hasOwn(ELEMENTS, dtype)) {
    const names = Object.keys(ELEMENTS).join(', ');
    throw userError('unsupported-dtype', `has dtype '${descr}'; known are ${names}`, { origin, help: SAVE_AGAIN });
  }
  const extents = shape.split(',').map((extent) => extent.trim()).filter((extent) => extent !== '').map(Number);
  return { shape: extents, dtype: dtype as NpyType, little: byteOrder !== '>', fortran: order === 'True', start };
}

function malformed(origin: string, message: string) {
  return userError('malformed-npy', message, { origin, help: SAVE_AGAIN });
}

function exactInteger(value: bigint, origin: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw userError('inexact-integer', `holds ${value}, beyond ±2^53 that bitloom computes with`, { origin });
}

/** Column-major elements in row-major order: an odometer over the indices, its last digit the fastest. */
function rowMajor(stored: Float64Array, shape: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, extent) => product * extent, 1));
  const index = shape.map(() => 0);
  const data = new Float64Array(stored.length);
  let source = 0;
  for (let target = 0; target < data.length; target++) {
    data[target] = stored[source];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return data;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** As a bigint where it is an integer; anything else becomes 0, which the writer then finds to differ. */
function integer(value: number): bigint {
  return Number.isInteger(value) ? BigInt(value) : 0n;
}
