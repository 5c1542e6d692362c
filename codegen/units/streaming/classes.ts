import type { ModuleBuilder } from '../../rtl/builder.ts';
import { bitsFor, type Signal } from '../../rtl/ir.ts';

/**
 * The entry of a matrix at (row, column). Rows that are equal, and columns that are, share their entries: of images most rows
 * and columns are the same, and only the borders differ.
 */
export function matrixLookup(
  builder: ModuleBuilder, row: Signal, column: Signal, entries: Int32Array, columns: number, width: number,
): Signal {
  const rows = entries.length / columns;
  const rowClasses = classes(Array.from({ length: rows }, (_, r) => entries.subarray(r * columns, (r + 1) * columns).join()));
  const columnClasses = classes(Array.from({ length: columns }, (_, c) => {
    const own: number[] = [];
    for (const r of rowClasses.first) own.push(entries[r * columns + c]);
    return own.join();
  }));
  const [rowClass, columnClass] = [classOf(builder, row, rowClasses), classOf(builder, column, columnClasses)];
  const contents: bigint[] = [];
  const side = 2 ** (columnClass === undefined ? 0 : builder.width(columnClass));
  for (const r of rowClasses.first) for (let c = 0; c < side; c++) contents.push(BigInt(entries[r * columns + (columnClasses.first[c] ?? 0)]));
  const index = [columnClass, rowClass].filter((part) => part !== undefined);
  return index.length === 0 ? builder.constant(contents[0], width) : builder.lookup(builder.concat(index), contents, width);
}

interface Classes {
  /** By place: its class. */
  readonly of: readonly number[];
  /** By class: its first place. */
  readonly first: readonly number[];
}

function classes(keys: readonly string[]): Classes {
  const numbers = new Map<string, number>();
  const first: number[] = [];
  const of = keys.map((key, place) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    first.push(place);
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { of, first };
}

function classOf(builder: ModuleBuilder, place: Signal, { of, first }: Classes): Signal | undefined {
  if (first.length === 1) return undefined;
  return builder.lookup(place, of.map(BigInt), bitsFor(first.length - 1));
}
