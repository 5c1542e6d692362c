/** Opcodes of the WebAssembly instructions that bitloom uses (WebAssembly core specification, section 5.4). */
export const op = {
  block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, return: 0x0f, call: 0x10, drop: 0x1a, select: 0x1b,
  localGet: 0x20, localSet: 0x21, localTee: 0x22,
  i32Load: 0x28, i64Load: 0x29, i64Load16S: 0x32, i64Load32S: 0x34, i64Load8U: 0x31, i64Load16U: 0x33, i64Load32U: 0x35,
  i32Store: 0x36, i32Store16: 0x3b, i64Store: 0x37, i64Store8: 0x3c, i64Store16: 0x3d, i64Store32: 0x3e,
  i32Const: 0x41, i64Const: 0x42,
  i32Eqz: 0x45, i32LeU: 0x4d, i32Eq: 0x46, i32Ne: 0x47, i32LtS: 0x48, i32LtU: 0x49, i32GtS: 0x4a, i32GeU: 0x4f,
  i64Eqz: 0x50, i64Eq: 0x51, i64Ne: 0x52, i64LtS: 0x53, i64LtU: 0x54, i64GtS: 0x55, i64GtU: 0x56, i64LeS: 0x57, i64LeU: 0x58,
  i64GeS: 0x59, i64GeU: 0x5a,
  i32Add: 0x6a, i32Sub: 0x6b, i32Mul: 0x6c, i32RemU: 0x70, i32And: 0x71, i32Or: 0x72, i32Xor: 0x73, i32Shl: 0x74, i32ShrU: 0x76,
  i64Popcnt: 0x7b, i64Add: 0x7c, i64Sub: 0x7d, i64Mul: 0x7e, i64DivS: 0x7f, i64RemS: 0x81, i64And: 0x83, i64Or: 0x84, i64Xor: 0x85, i64Shl: 0x86, i64ShrS: 0x87,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7, i64ExtendI32S: 0xac, i64ExtendI32U: 0xad, f64Sqrt: 0x9f, f64ConvertI64S: 0xb9,
} as const;

/** Vector instructions: a prefix and the opcode as LEB128 (section 5.4.8). */
const vector = (opcode: number): readonly number[] => (opcode < 128 ? [0xfd, opcode] : [0xfd, opcode & 127 | 128, opcode >> 7]);

export const simd = {
  v128Load: vector(0x00), v128Load8x8S: vector(0x01), v128Load8x8U: vector(0x02), v128Load16x4S: vector(0x03), v128Load16x4U: vector(0x04),
  v128Load32x2S: vector(0x05), v128Load32x2U: vector(0x06), v128Load8Splat: vector(0x07), v128Load16Splat: vector(0x08),
  v128Load32Splat: vector(0x09), v128Load64Splat: vector(0x0a), v128Load64Zero: vector(0x5d), v128Load64Lane: vector(0x57),
  v128Load16Lane: vector(0x55), v128Load32Lane: vector(0x56), i16x8ExtractLaneU: vector(0x19),
  v128Store: vector(0x0b), v128Const: vector(0x0c), i8x16Shuffle: vector(0x0d), i8x16Swizzle: vector(0x0e), v128Store8Lane: vector(0x58),
  v128Store16Lane: vector(0x59), v128Store32Lane: vector(0x5a), v128Store64Lane: vector(0x5b), i8x16Popcnt: vector(0x62),
  i8x16Add: vector(0x6e), i8x16Sub: vector(0x71), i8x16GtS: vector(0x27), i16x8ExtendLowI8x16S: vector(0x87), i16x8ExtendLowI8x16U: vector(0x89),
  i16x8ExtendHighI8x16U: vector(0x8a), i16x8ExtaddPairwiseI8x16U: vector(0x7d),
  i16x8MinS: vector(0x96), i16x8MaxS: vector(0x98), f32x4Add: vector(0xe4), f32x4Mul: vector(0xe6), f32x4ConvertI32x4S: vector(0xfa),
  i16x8Splat: vector(0x10), i32x4Splat: vector(0x11), i32x4ExtractLane: vector(0x1b),
  v128Not: vector(0x4d), v128And: vector(0x4e), v128AndNot: vector(0x4f), v128Or: vector(0x50), v128Xor: vector(0x51), v128Bitselect: vector(0x52),
  i8x16Bitmask: vector(0x64), i8x16NarrowI16x8S: vector(0x65), i8x16NarrowI16x8U: vector(0x66), i16x8Bitmask: vector(0x84), i16x8NarrowI32x4S: vector(0x85), i16x8NarrowI32x4U: vector(0x86),
  i32x4ExtaddPairwiseI16x8U: vector(0x7f), i32x4DotI16x8S: vector(0xba), i32x4Add: vector(0xae), i8x16Eq: vector(0x23), i32x4MinS: vector(0xb6), i32x4MaxS: vector(0xb8),
  i32x4ExtaddPairwiseI16x8S: vector(0x7e), i16x8RelaxedDotI8x16I7x16S: vector(0x112),
  i64x2Shl: vector(0xcb), i64x2ShrU: vector(0xcd), i64x2Add: vector(0xce), i64x2Eq: vector(0xd6), i64x2ExtmulLowI32x4S: vector(0xdc), i64x2ExtmulHighI32x4S: vector(0xdd), i8x16Shl: vector(0x6b),
} as const;

/** The instructions of lanes of 16 and of 32 bits. */
export const lanes = {
  16: {
    splat: simd.i16x8Splat, shl: vector(0x8b), shrS: vector(0x8c), shrU: vector(0x8d), add: vector(0x8e), sub: vector(0x91), mul: vector(0x95),
    eq: vector(0x2d), ne: vector(0x2e), ltS: vector(0x2f), ltU: vector(0x30), gtS: vector(0x31), leS: vector(0x33), leU: vector(0x34), geS: vector(0x35), geU: vector(0x36),
    minS: simd.i16x8MinS, maxS: simd.i16x8MaxS,
  },
  32: {
    splat: simd.i32x4Splat, shl: vector(0xab), shrS: vector(0xac), shrU: vector(0xad), add: vector(0xae), sub: vector(0xb1), mul: vector(0xb5),
    eq: vector(0x37), ne: vector(0x38), ltS: vector(0x39), ltU: vector(0x3a), gtS: vector(0x3b), leS: vector(0x3d), leU: vector(0x3e), geS: vector(0x3f), geU: vector(0x40),
    minS: simd.i32x4MinS, maxS: simd.i32x4MaxS,
  },
} as const;
export type LaneBits = keyof typeof lanes;

/** The instructions of lanes of 64 bits; comparisons are by sign. */
export const lanes64 = {
  splat: vector(0x12), shl: vector(0xcb), shrS: vector(0xcc), shrU: vector(0xcd), add: vector(0xce), sub: vector(0xd1), mul: vector(0xd5),
  eq: vector(0xd6), ne: vector(0xd7), ltS: vector(0xd8), gtS: vector(0xd9), leS: vector(0xda), geS: vector(0xdb),
} as const;

/** Instructions that double the bits of the lower or the upper lanes: named by the bits of the result. */
export const widen = {
  32: { lowS: vector(0xa7), highS: vector(0xa8), lowU: vector(0xa9), highU: vector(0xaa), mulLowS: vector(0xbc), mulHighS: vector(0xbd), mulLowU: vector(0xbe), mulHighU: vector(0xbf) },
  64: { lowS: vector(0xc7), highS: vector(0xc8), lowU: vector(0xc9), highU: vector(0xca), mulLowS: vector(0xdc), mulHighS: vector(0xdd), mulLowU: vector(0xde), mulHighU: vector(0xdf) },
} as const;

export const valueType = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
export type ValueType = keyof typeof valueType;

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const byte = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value === 0 ? byte : byte | 0x80);
  } while (value !== 0);
  return bytes;
}

/** Signed LEB128. */
export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = Number(value & 127n);
    value >>= 7n;
    const done = (value === 0n && (byte & 0x40) === 0) || (value === -1n && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}
