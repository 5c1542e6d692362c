import Long from 'long';
import { userError } from '../../base/diagnostic.ts';
import { ModelMessage, TensorMessage } from './descriptor.ts';
import type { OnnxModel, OnnxTensor } from './schema.ts';

/** Fields where values beyond 2^53 mean something (a Slice's end, a constant); elsewhere they are sizes and versions. */
const WIDE_FIELDS = new Set(['i', 'ints', 'int64Data', 'uint64Data']);

const SAFE = Number.MAX_SAFE_INTEGER;

/**
 * Decodes an `.onnx` file. Fields that are not in the schema are skipped.
 * Throws UserError: the file is empty, cut short, not protobuf, or holds no graph. `fileName` names it in messages.
 */
export function decodeModel(bytes: Uint8Array, fileName: string): OnnxModel {
  const model = decode(ModelMessage, bytes, fileName, 'ONNX model') as unknown as Partial<OnnxModel>;
  if (model.graph === undefined) {
    throw userError('no-graph', 'the file decodes as protobuf but holds no ONNX graph', {
      origin: fileName,
      help: 'export the network again, or check it with `onnx.checker.check_model`',
    });
  }
  return model as OnnxModel;
}

/** Decodes a file with a single TensorProto, as ONNX's own test data has them (`input_0.pb`). Errors as `decodeModel`. */
export function decodeTensorFile(bytes: Uint8Array, fileName: string): OnnxTensor {
  return decode(TensorMessage, bytes, fileName, 'ONNX tensor') as unknown as OnnxTensor;
}

/** The bytes of an `.onnx` file; equal models give equal bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return plainBytes(ModelMessage.encode(withLongs(model) as Record<string, unknown>).finish());
}

/** The bytes of a TensorProto file; equal tensors give equal bytes. */
export function encodeTensorFile(tensor: OnnxTensor): Uint8Array {
  return plainBytes(TensorMessage.encode(withLongs(tensor) as Record<string, unknown>).finish());
}

function decode(type: typeof ModelMessage, bytes: Uint8Array, fileName: string, what: string): Record<string, unknown> {
  if (bytes.length === 0) {
    throw userError('empty-file', 'the file is empty', { origin: fileName, help: 'was its download or export interrupted?' });
  }
  let message: ReturnType<typeof type.decode>;
  try {
    message = type.decode(plainBytes(bytes));
  } catch (error) {
    throw undecodable(bytes, fileName, what, error);
  }
  return withoutLongs(type.toObject(message, { arrays: true }), fileName) as Record<string, unknown>;
}

function undecodable(bytes: Uint8Array, fileName: string, what: string, error: unknown) {
  const other = otherFormat(bytes);
  if (other !== undefined) {
    return userError('not-onnx', `this is ${other.format}, not an ${what}`, { origin: fileName, help: other.help });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return userError('not-onnx', `cannot be decoded as an ${what}: cut short, damaged or of another format (${reason})`, {
    origin: fileName,
    help: `its size is ${bytes.length} bytes; compare it with the original's`,
  });
}

/** What the file may be instead, by its first bytes. */
function otherFormat(bytes: Uint8Array): { format: string; help: string } | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  const exportHelp = 'export the network to QONNX or ONNX first';
  if (start.startsWith('version http')) return { format: 'a Git LFS pointer', help: 'fetch the file with `git lfs pull`' };
  if (start.startsWith('PK')) return { format: 'a zip archive (PyTorch, Keras or NumPy)', help: exportHelp };
  if (start.startsWith('\x89HDF')) return { format: 'an HDF5 file (Keras)', help: exportHelp };
  if (start.slice(4, 8) === 'TFL3') return { format: 'a TensorFlow Lite file', help: exportHelp };
  if (start.startsWith('\x93NUMPY')) return { format: 'a NumPy array', help: 'name the network, not its data' };
  if (start.startsWith('\x1f\x8b')) return { format: 'gzip-compressed', help: 'decompress it with `gunzip`' };
  return undefined;
}

/** A Node Buffer's bytes as a plain Uint8Array, without a copy: its `slice` and equality are those of the language. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Replaces, in place, every Long by a number or (in `WIDE_FIELDS`, beyond 2^53) by a bigint. */
function withoutLongs(value: unknown, fileName: string, fieldName = ''): unknown {
  if (Long.isLong(value)) {
    const exact = value.toNumber();
    if (Math.abs(exact) <= SAFE) return exact;
    if (WIDE_FIELDS.has(fieldName)) return BigInt(value.toString());
    throw userError('absurd-integer', `the field ${fieldName} is ${value.toString()}`, {
      origin: fileName,
      help: 'sizes and versions are small integers: the file is damaged',
    });
  }
  if (Array.isArray(value)) {
    if (typeof value[0] !== 'object') return value;
    for (let index = 0; index < value.length; index++) value[index] = withoutLongs(value[index], fileName, fieldName);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    const message = value as Record<string, unknown>;
    for (const name of Object.keys(message)) message[name] = withoutLongs(message[name], fileName, name);
  }
  return value;
}

/** A copy with every bigint replaced by a Long, as protobufjs takes them. */
function withLongs(value: unknown): unknown {
  if (typeof value === 'bigint') return Long.fromString(value.toString(), value > 0x7fff_ffff_ffff_ffffn);
  if (Array.isArray(value)) return value.map(withLongs);
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withLongs(inner)]));
  }
  return value;
}
