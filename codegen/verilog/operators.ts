import type { Node, Signal } from '../rtl/ir.ts';
import type { OpTable } from '../../src/base/table.ts';
import { multiply, sum } from './arithmetic.ts';
import { combinational } from './combinational.ts';
import { linear } from './linear.ts';
import { lookup, ram, rom } from './memory.ts';
import { popcount } from './popcount.ts';
import { delay, register } from './state.ts';
import { thresholds } from './thresholds.ts';
import type { ModuleWriter } from './writer.ts';

/** Writes a node into its module, after all that it reads within the clock cycle. */
export const operators: OpTable<Node, void, [Signal, ModuleWriter]> = {
  ...combinational,
  sum,
  multiply,
  popcount,
  thresholds,
  linear,
  lookup,
  register,
  delay,
  rom,
  ram,
  'instance-output': () => {},
};
