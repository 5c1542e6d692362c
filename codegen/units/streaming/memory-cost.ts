import { addResources, DEVICES, NOTHING, type Resources } from '../../../src/schedule/devices.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import type { MemoryStyle } from '../../rtl/ir.ts';
import { LOAD_BITS } from '../loadable.ts';

/** Look-up tables that one memory block is worth: about what the middle-sized devices have of both. */
const LUTS_A_BLOCK = 250;

/** Memory blocks for `depth` words of `width` bits: words as wide as blocks allow, or deeper and narrower ones. */
export function blocksFor(depth: number, width: number, target: Target): number {
  const { blockBits, blockWidth } = DEVICES[target.name];
  const shallowest = blockBits / blockWidth;
  let most = shallowest;
  while (most < depth && most < blockBits) most *= 2;
  const blocks = Math.ceil(width / (blockBits / most)) * Math.ceil(depth / most);
  // Half blocks exist where blocks are of 36 kbit.
  return blockBits === 36_864 && blocks === 1 && depth * width <= 18_432 ? 0.5 : blocks;
}

/** Look-up tables of a constant memory. */
function romLuts(depth: number, width: number, target: Target): number {
  if (depth <= 1) return 0;
  const perTable = 2 ** target.lutInputs;
  const tables = Math.ceil(depth / perTable);
  // Where a word's bits have few inputs, tables take part of the logic behind them, or two share one.
  const share = Math.min(1, 0.12 * Math.log2(depth) + (depth > perTable / 4 ? 0.2 : 0));
  return Math.ceil(width * (tables * share + (tables - 1) * 0.35));
}

/** Where a constant memory should lie: in blocks where those take the place of many look-up tables; small ones stay logic. */
export function romStyle(depth: number, width: number, target: Target): MemoryStyle {
  const luts = romLuts(depth, width, target);
  return luts / blocksFor(depth, width, target) >= LUTS_A_BLOCK ? 'block' : 'auto';
}

export function romCost(depth: number, width: number, target: Target, style: MemoryStyle = romStyle(depth, width, target)): Resources {
  if (style === 'block') return { ...NOTHING, bram: blocksFor(depth, width, target) };
  return { ...NOTHING, lut: romLuts(depth, width, target), ff: depth <= 1 ? 0 : distinctColumns(depth, width) };
}

/** Of `width` random columns of `depth` bits, those that differ: equal ones share a register. */
function distinctColumns(depth: number, width: number): number {
  const all = 2 ** Math.min(depth, 30);
  return all * (1 - Math.exp(-width / all));
}

/** Look-up tables used as memory, written and read at different addresses. */
function ramLuts(depth: number, width: number, target: Target): number {
  if (target.lutInputs === 6) return depth <= 32 ? Math.ceil(width / 6) * 4 : Math.ceil(depth / 64) * Math.ceil(width / 3) * 4;
  return Math.ceil(depth / 16) * Math.ceil(width / 4) * 4;
}

/** Where a memory with a registered output should lie. */
export function ramStyle(depth: number, width: number, target: Target): MemoryStyle {
  return ramLuts(depth, width, target) / blocksFor(depth, width, target) >= LUTS_A_BLOCK ? 'block' : 'auto';
}

/** Where a memory in banks that are written at run time should lie. */
export function loadableStyle(depth: number, width: number, target: Target): MemoryStyle {
  return ramStyle(depth, Math.min(width, LOAD_BITS), target);
}

/** A memory in banks that are written at run time, with the choice of the bank. */
export function loadableCost(depth: number, width: number, target: Target): Resources {
  const style = loadableStyle(depth, width, target);
  const whole = Math.floor(width / LOAD_BITS);
  const banks = [...new Array<number>(whole).fill(LOAD_BITS), ...(width % LOAD_BITS === 0 ? [] : [width % LOAD_BITS])];
  return addResources({ ...NOTHING, lut: banks.length + 4 }, ...banks.map((bits) => ramCost(depth, bits, target, style)));
}

/** Where the words of a FIFO should lie. In block memory each bit takes a register and a choice besides. */
export function fifoStyle(depth: number, width: number, target: Target): MemoryStyle {
  const saved = ramLuts(depth, width, target) - width;
  return saved / blocksFor(depth, width, target) >= LUTS_A_BLOCK ? 'block' : 'auto';
}

export function ramCost(depth: number, width: number, target: Target, style: MemoryStyle): Resources {
  if (depth <= 1) return { ...NOTHING, ff: width * depth };
  if (style === 'block') return { ...NOTHING, bram: blocksFor(depth, width, target) };
  return { ...NOTHING, lut: ramLuts(depth, width, target), ff: width };
}
