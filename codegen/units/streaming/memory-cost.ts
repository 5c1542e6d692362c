import { addResources, NOTHING, type Resources } from '../../../src/schedule/devices.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import type { MemoryStyle } from '../../rtl/ir.ts';
import { LOAD_BITS } from '../loadable.ts';
import { blocksFor, isBlockRom, memoriesOf } from './blocks.ts';

/** Look-up tables that one memory block is worth: about what the middle-sized devices have of both. */
const LUTS_A_BLOCK = 250;

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
  return depth > 1 && (isBlockRom(depth, width, target) || luts / blocksFor(depth, width, target) >= LUTS_A_BLOCK) ? 'block' : 'auto';
}

export function romCost(depth: number, width: number, target: Target, style: MemoryStyle = romStyle(depth, width, target)): Resources {
  // What a block without a register that can be set shows at power-up is chosen behind it.
  const inBlocks = style === 'block' || (style === 'auto' && isBlockRom(depth, width, target));
  if (inBlocks && depth > 1) return { ...NOTHING, lut: target.name === 'ice40' ? width : 0, bram: blocksFor(depth, width, target) };
  return { ...NOTHING, lut: romLuts(depth, width, target), ff: depth <= 1 ? 0 : distinctColumns(depth, width) };
}

/** Of `width` random columns of `depth` bits, those that differ: equal ones share a register. */
function distinctColumns(depth: number, width: number): number {
  const all = 2 ** Math.min(depth, 30);
  return all * (1 - Math.exp(-width / all));
}

/** Bits up to which a memory that no look-up table can be is made of registers. */
const MOST_REGISTERS = 64;

/** A memory that is read within a cycle: look-up tables, or registers where those cannot be written. */
export function directCost(depth: number, width: number, target: Target): Resources {
  const bits = depth * width;
  if (!memoriesOf(target).distributed) return { ...NOTHING, lut: depth <= 1 ? 0 : 1.05 * bits, ff: bits };
  if (depth <= 1) return { ...NOTHING, ff: bits };
  return { ...NOTHING, lut: ramLuts(depth, width, target) };
}

/** Look-up tables used as memory, written and read at different addresses, with the choice between those that hold some words each. */
function ramLuts(depth: number, width: number, target: Target): number {
  if (target.lutInputs === 6) return depth <= 32 ? Math.ceil(width / 6) * 4 : Math.ceil(depth / 64) * Math.ceil(width / 3) * 4;
  const banks = Math.ceil(depth / 16);
  return banks * Math.ceil(width / 4) * 4 + 1.8 * (banks - 1) * width;
}

/** Up to so many bits Yosys does not think of blocks where nothing is said. */
const SMALL = 2048;

/** Where a memory with a registered output should lie. */
export function ramStyle(depth: number, width: number, target: Target): MemoryStyle {
  const { distributed, shapes } = memoriesOf(target);
  if (!distributed || shapes.length === 0) return depth * width > MOST_REGISTERS ? 'block' : 'auto';
  if (ramLuts(depth, width, target) / blocksFor(depth, width, target) >= LUTS_A_BLOCK) return 'block';
  return depth * width > SMALL ? 'distributed' : 'auto';
}

/** Where the words of a FIFO should lie. In block memory each bit takes a register and a choice besides. */
export function fifoStyle(depth: number, width: number, target: Target): MemoryStyle {
  const { lut, ff } = directCost(depth, width, target);
  const block = ramCost(depth, width, target, 'block');
  // Registers with the tables in front of them take as much room as the more of both.
  const saved = (memoriesOf(target).distributed ? lut : Math.max(lut, ff)) - block.lut - width;
  return saved / block.bram >= LUTS_A_BLOCK ? 'block' : 'auto';
}

/** A memory with a registered output. */
export function ramCost(depth: number, width: number, target: Target, style: MemoryStyle = ramStyle(depth, width, target)): Resources {
  const inBlocks = style === 'block' || (style === 'auto' && !memoriesOf(target).distributed && depth * width > MOST_REGISTERS);
  if (inBlocks) {
    const collisions = memoriesOf(target).emulated
      ? { lut: width + 16, ff: 2 * width + Math.ceil(Math.log2(depth + 1)) + 3 } : { lut: 0, ff: 0 };
    return { ...NOTHING, ...collisions, bram: blocksFor(depth, width, target) };
  }
  const { lut, ff } = directCost(depth, width, target);
  return { ...NOTHING, lut, ff: ff + width };
}

/** Where a memory in banks that are written at run time should lie. */
export function loadableStyle(depth: number, width: number, target: Target): MemoryStyle {
  return ramStyle(depth, Math.min(width, LOAD_BITS), target);
}

/** A memory in banks that are written at run time, with the choice of the bank. */
export function loadableCost(depth: number, width: number, target: Target, style: MemoryStyle = loadableStyle(depth, width, target)): Resources {
  const whole = Math.floor(width / LOAD_BITS);
  const banks = [...new Array<number>(whole).fill(LOAD_BITS), ...(width % LOAD_BITS === 0 ? [] : [width % LOAD_BITS])];
  return addResources({ ...NOTHING, lut: banks.length + 4 }, ...banks.map((bits) => ramCost(depth, bits, target, style)));
}
