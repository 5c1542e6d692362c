import { expect, it } from 'vitest';
import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { emulate } from '../../emulator/index.ts';

it('one matrix serves operations of different shapes and kinds', () => {
  const matrix = Int32Array.of(1, -1, 1, 1, 1, -1);
  const b = new ModuleBuilder('shapes');
  const x = b.input('x', 48);
  const rowsOf = (elementWidth: number, columns: number, resultWidth: number): void => {
    const shape = { elementWidth, signed: false, columns, rows: 6 / columns, resultWidth, matrix };
    b.output('y', b.linear(b.slice(x, 0, elementWidth * columns), shape));
  };
  rowsOf(1, 3, 8);
  rowsOf(1, 2, 8);
  rowsOf(8, 3, 16);
  rowsOf(8, 2, 16);
  rowsOf(16, 3, 24);
  rowsOf(16, 2, 66);
  const emulator = emulate({ modules: [b.finish()] });
  emulator.input('x').set(0x000305_020107n);
  emulator.settle();
  const value = (port: string, width: number): number[] => {
    const signal = emulator.signal(port);
    return Array.from({ length: signal.width / width }, (_, i) => Number(BigInt.asIntN(width, signal.get() >> BigInt(i * width))));
  };
  // Bits 1 1 1; bytes 7 1 2; halves 0x107 0x502 3.
  expect(value('y', 8)).toEqual([1, 1]);
  expect(value('y_1', 8)).toEqual([0, 2, 0]);
  expect(value('y_2', 16)).toEqual([8, 6]);
  expect(value('y_3', 16)).toEqual([6, 8, 6]);
  expect(value('y_4', 24)).toEqual([0x107 - 0x502 + 3, 0x107 + 0x502 - 3]);
  expect(value('y_5', 66)).toEqual([0x107 - 0x502, 0x107 + 0x502, 0x107 - 0x502]);
});

it('one list serves tables of different widths and indexes, and levels of operands read differently', () => {
  const list = Array.from({ length: 20 }, (_, i) => BigInt(i));
  const b = new ModuleBuilder('lists');
  const x = b.input('x', 40);
  const index = [3, 5, 40].map((width) => b.slice(x, 0, width));
  for (const at of index) for (const width of [5, 9, 17, 40, 70]) b.output('y', b.lookup(at, list, width));
  for (const signed of [false, true]) for (const arg of index) b.output('count', b.thresholds(arg, signed, list));
  const emulator = emulate({ modules: [b.finish()] });
  emulator.input('x').set(19n);
  emulator.settle();
  const found = (port: string, count: number): number[] =>
    Array.from({ length: count }, (_, i) => emulator.signal(i === 0 ? port : `${port}_${i}`).getNumber());
  expect(found('y', 15)).toEqual([3, 3, 3, 3, 3, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19]);
  // 19 in 3 bits is 3; in 5 bits with sign it is -13.
  expect(found('count', 6)).toEqual([4, 20, 20, 4, 0, 20]);
});
