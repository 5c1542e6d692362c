import type { Target } from '../../../src/schedule/targets.ts';

/** What the memories of a target are made of. */
interface Memories {
  /** Words and bits in which a unit of block memory can be used, the widest first; none where blocks are counted by bits alone. */
  readonly shapes: readonly (readonly [depth: number, width: number])[];
  /** The part of a block that is a unit: half a block can be used where blocks are of 36 kbit. */
  readonly unit: number;
  /** Whether look-up tables can be written. */
  readonly distributed: boolean;
  /** A constant memory that takes so many bits of each unit goes into blocks even where nothing is said. */
  readonly romBits: number;
  /** Whether Yosys adds registers for old data on a collision, since the block itself gives none. */
  readonly emulated: boolean;
}

const KBIT_18 = [[512, 36], [1024, 18], [2048, 9], [4096, 4], [8192, 2], [16_384, 1]] as const;
const AMD: Memories = { shapes: KBIT_18, unit: 0.5, distributed: true, romBits: Infinity, emulated: false };
const GENERIC: Memories = { shapes: [], unit: 0.5, distributed: true, romBits: 0, emulated: false };

/** By target; as Yosys 0.55 maps memories (measured shape by shape). */
const MEMORIES: Readonly<Record<string, Memories>> = {
  xc7: AMD,
  xcup: AMD,
  ice40: { shapes: [[256, 16], [512, 8], [1024, 4], [2048, 2]], unit: 1, distributed: false, romBits: 2048, emulated: true },
  ecp5: { shapes: KBIT_18, unit: 1, distributed: true, romBits: 2048, emulated: true },
  lut4: GENERIC,
  lut6: GENERIC,
};

/** Bits of a block where only bits count. */
const GENERIC_BITS = 18_432;
/** There memories of no more words become logic. */
const GENERIC_WORDS = 4;

export function memoriesOf(target: Target): Memories {
  return MEMORIES[target.name];
}

/** Memory blocks for `depth` words of `width` bits: by the shape that takes the fewest. */
export function blocksFor(depth: number, width: number, target: Target): number {
  const { shapes, unit } = memoriesOf(target);
  if (shapes.length === 0) return unit * Math.ceil((depth * width) / GENERIC_BITS);
  return unit * Math.min(...shapes.map(([words, bits]) => Math.ceil(depth / words) * Math.ceil(width / bits)));
}

/** Whether a constant memory goes into blocks without being told to: where it fills enough of the narrowest shape that holds a word. */
export function isBlockRom(depth: number, width: number, target: Target): boolean {
  const { shapes, romBits } = memoriesOf(target);
  if (shapes.length === 0) return depth > GENERIC_WORDS;
  const [, bits] = [...shapes].reverse().find(([words, each]) => each >= width && words >= depth) ?? shapes[0];
  const banks = Math.ceil(depth / Math.max(...shapes.filter(([, each]) => each === bits).map(([words]) => words)));
  return (depth / banks) * bits >= romBits;
}
