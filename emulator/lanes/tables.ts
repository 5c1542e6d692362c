import type { LookupNode, RomNode } from '../../codegen/rtl/ir.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import type { LaneEmitter } from './emitter.ts';
import { fitting, type Computed } from './operators.ts';
import type { UnitBits } from './unit.ts';
import { NoLanes } from './unsupported.ts';

/** Tables of more bytes stay out of vectors' code. */
const MOST_BYTES = 1 << 20;
/** What one byte shuffle finds: entries of one byte, so many. */
const SHUFFLED = 16;

const LOADS = { 16: simd.v128Load16Lane, 32: simd.v128Load32Lane, 64: simd.v128Load64Lane } as const;

/** What copies find at places of their own: one load for each copy, or one shuffle for all where the table fits a vector. */
export function table(node: LookupNode | RomNode, e: LaneEmitter): Computed {
  const bits = fitting(node.width);
  const index = node.op === 'lookup' ? node.index : node.address;
  const width = e.width(index);
  if (width > 20 || (2 ** width * bits) / 8 > MOST_BYTES) throw new NoLanes('a large table');
  const { code, scalar: { layout } } = e;
  // What lies past the end is zero.
  const entries = Array.from({ length: 2 ** width }, (_, k) => node.contents[k] ?? 0n);
  if (entries.length <= SHUFFLED && node.width <= 8) {
    const bytes = Uint8Array.from({ length: SHUFFLED }, (_, k) => Number(entries[k] ?? 0n));
    return {
      bits, form: 'zero',
      push: () => {
        code.i32(0);
        code.emit(...simd.v128Load, 0);
        code.offset(layout.bytePicks([...new Int8Array(bytes.buffer)]));
        e.push(index, 0, width, 16, 'zero', 0);
        code.emit(...simd.i8x16Swizzle);
        // The upper byte of each cell has found the first entry.
        e.unit.constant(255n, 16);
        code.emit(...simd.v128And);
      },
    };
  }
  const address = layout.once(node.contents, `lane table ${bits} ${width}`, () => layout.placeVectors(cellsOf(entries, bits)));
  const cells: UnitBits = width <= 16 ? 16 : 32;
  const lanes = 128 / bits;
  return {
    bits, form: 'zero',
    push: (chunk) => {
      const places = e.hold(`places ${index}`, cells, (k) => e.push(index, 0, width, cells, 'zero', k));
      const found = code.local('v128');
      for (let lane = 0; lane < lanes; lane++) {
        const copy = lanes * chunk + lane;
        code.get(places[Math.floor((copy * cells) / 128)]);
        code.emit(...(cells === 16 ? simd.i16x8ExtractLaneU : simd.i32x4ExtractLane), copy % (128 / cells));
        code.i32(Math.log2(bits / 8));
        code.emit(op.i32Shl);
        if (lane === 0) e.unit.constant(0n, 16);
        else code.get(found);
        code.emit(...LOADS[bits], 0);
        code.offset(address);
        code.emit(lane);
        code.set(found);
      }
      code.get(found);
    },
  };
}

function cellsOf(entries: readonly bigint[], bits: UnitBits): Uint16Array | Uint32Array | BigUint64Array {
  if (bits === 64) return BigUint64Array.from(entries);
  return bits === 16 ? Uint16Array.from(entries, Number) : Uint32Array.from(entries, Number);
}
