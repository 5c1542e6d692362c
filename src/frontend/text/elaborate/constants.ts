import { UserError } from '../../../base/diagnostic.ts';
import { readNpy } from '../../../base/npy.ts';
import { sizeOf, type RealTensor } from '../../../graph/tensor.ts';
import type { TensorEntry, TensorLiteral, TextLiteral } from '../ast.ts';
import { LARGEST_TENSOR, type GraphBuilder } from './builder.ts';
import { showShape } from './value.ts';

/** Reads a file that a program names, by its path as written. @throws any error where it cannot be read */
export type ReadFile = (path: string) => Uint8Array;

/** The numbers of an inline tensor. @throws GivenUp where its rows differ */
export function inlineTensor(literal: TensorLiteral, builder: GraphBuilder): RealTensor {
  const shape: number[] = [];
  for (let entry: TensorEntry = literal; entry.op === 'tensor'; entry = entry.entries[0]) {
    shape.push(entry.entries.length);
    if (entry.entries.length === 0) builder.fail(entry.at, 'empty', 'a tensor without numbers', 'write [1, 2] or [[1, 2], [3, 4]]');
  }
  const values: number[] = [];
  const visit = (entry: TensorEntry, depth: number): void => {
    if (entry.op === 'signed') {
      if (depth < shape.length) builder.fail(entry.at, 'ragged',
        `${entry.text} stands where ${showShape(shape.slice(depth))} numbers are expected`, 'all rows have one shape');
      values.push(finite(entry.text, () => builder.fail(entry.at, 'not-finite', `${entry.text} is beyond all doubles`, 'write a smaller number')));
      return;
    }
    if (entry.entries.length !== shape[depth]) {
      builder.fail(entry.at, 'ragged', depth >= shape.length ? 'a row stands where a number is expected'
        : `a row of ${entry.entries.length}, where the first has ${shape[depth]}`, 'all rows have one shape');
    }
    for (const each of entry.entries) visit(each, depth + 1);
  };
  visit(literal, 0);
  return { shape, values: Float64Array.from(values) };
}

export function finite(text: string, otherwise: () => never): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : otherwise();
}

/** The array of a .npy file. @throws GivenUp where it cannot be read or holds what is no number */
export function fileTensor(literal: TextLiteral, readFile: ReadFile, builder: GraphBuilder): RealTensor {
  const { value: path, at } = literal;
  if (!path.endsWith('.npy')) builder.fail(at, 'file-type', `${path} is no .npy file`, 'save constants with numpy.save');
  let bytes: Uint8Array;
  try {
    bytes = readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? (error as Error).message})`;
    builder.fail(at, 'cannot-read', `${path} ${what}`, 'paths are relative to the folder of the network');
  }
  try {
    const { shape, data } = readNpy(bytes, path);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) builder.fail(at, 'not-finite', `${path}: element ${bad} is ${data[bad]}`, 'NaN and infinity have no hardware');
    if (sizeOf(shape) > LARGEST_TENSOR) builder.fail(at, 'too-large', `${path} is ${showShape(shape)}`,
      `a tensor may have ${LARGEST_TENSOR} elements`);
    return { shape, values: data };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [{ code, message, help }] = error.diagnostics;
    return builder.fail(at, code, `${path}: ${message}`, help);
  }
}
