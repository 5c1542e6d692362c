import type { SignalHandle } from '../codegen/rtl/simulator.ts';
import type { Cells, Layout } from './layout.ts';

const PAGE = 65536;

/** One more than are used: vectors may reach past the end. */
function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE) + 1;
}

/** The linear memory of a design. Views are made anew when it grows. */
export class Memory {
  readonly wasm: WebAssembly.Memory;
  words: BigUint64Array;
  halves: Uint32Array;

  constructor(private readonly layout: Layout) {
    this.wasm = new WebAssembly.Memory({ initial: pages(layout.bytes) });
    this.words = new BigUint64Array(this.wasm.buffer);
    this.halves = new Uint32Array(this.wasm.buffer);
  }

  /** Room for so many bytes from a multiple of 16 on; gives the address. */
  allocate(bytes: number): number {
    const address = this.layout.reserveVectors(bytes);
    this.reach();
    return address;
  }

  /** Grows to what the layout asks for, or to more. */
  reach(bytes = this.layout.bytes): void {
    const missing = pages(bytes) - this.wasm.buffer.byteLength / PAGE;
    if (missing <= 0) return;
    this.wasm.grow(missing);
    this.words = new BigUint64Array(this.wasm.buffer);
    this.halves = new Uint32Array(this.wasm.buffer);
  }

  /** The value in words from index `first` on. */
  value(first: number, count: number): bigint {
    if (count === 1) return this.words[first];
    let text = '';
    for (let k = 0; k < count; k++) text = this.words[first + k].toString(16).padStart(16, '0') + text;
    return BigInt(`0x${text}`);
  }

  /** Writes a value of `width` bits into words from index `first` on. */
  write(first: number, width: number, value: bigint): void {
    const last = Math.ceil(width / 64) - 1;
    for (let k = 0; k < last; k++) this.words[first + k] = BigInt.asUintN(64, value >> BigInt(64 * k));
    this.words[first + last] = BigInt.asUintN(width - 64 * last, value >> BigInt(64 * last));
  }

  /** Reads a signal that lies in cells; `look` is called before. */
  cells(address: number, { bytes, width: each }: Cells, width: number, look = (): void => {}): SignalHandle {
    const cell = (part: number): number => {
      look();
      const at = address + part * bytes;
      const half = this.halves[at >> 2];
      return bytes === 2 ? (half >>> (8 * (at & 2))) & 0xffff : half;
    };
    if (width <= each) return { width, get: () => BigInt(cell(0)), getNumber: () => cell(0) };
    const get = (): bigint => {
      let text = '';
      for (let part = 0; part * each < width; part++) text = cell(part).toString(2).padStart(each, '0') + text;
      return BigInt(`0b${text}`);
    };
    return { width, get, getNumber: () => Number(get()) };
  }

  writeCells(address: number, { bytes, width: each }: Cells, width: number, value: bigint): void {
    const view = new DataView(this.wasm.buffer);
    for (let part = 0; part * each < width; part++) {
      const bits = Number(BigInt.asUintN(each, value >> BigInt(part * each)));
      if (bytes === 2) view.setUint16(address + 2 * part, bits, true);
      else view.setUint32(address + 4 * part, bits, true);
    }
  }
}
