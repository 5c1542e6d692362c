import { topModule, type Design } from '../../codegen/rtl/ir.ts';
import { Random } from './networks.ts';

/** Values of every input port for `rows` cycles, used again and again. */
export interface Stimulus {
  readonly rows: number;
  readonly ports: readonly { readonly name: string; readonly width: number; readonly values: readonly bigint[] }[];
}

const ROWS = 256;

/** Data ports get random numbers, `valid` and `ready` (and other single bits) are high: a design at full speed. */
export function fullSpeed(design: Design, seed = 7): Stimulus {
  const random = new Random(seed);
  const ports = topModule(design).ports.filter((port) => port.direction === 'input').map(({ name, width }) => ({
    name, width, values: Array.from({ length: ROWS }, () => (width === 1 ? 1n : random.bits(width))),
  }));
  return { rows: ROWS, ports };
}

/** Row by row all ports in order as 32-bit words, the least significant first. */
export function ringWords({ rows, ports }: Stimulus): Uint32Array {
  const words: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (const { width, values } of ports) {
      for (let bit = 0; bit < width; bit += 32) words.push(Number(BigInt.asUintN(32, values[row] >> BigInt(bit))));
    }
  }
  return Uint32Array.from(words);
}
