import { bitsOf, isSigned, type IntegerType } from '../fixed/ir.ts';
import type { Integers } from '../fixed/evaluator.ts';

interface Port {
  readonly type: IntegerType;
  readonly elementsPerBeat: number;
  readonly dataWidth: number;
}

/** Words of 64 bits that a beat takes. */
export function wordsPerBeat({ dataWidth }: Port): number {
  return Math.ceil(dataWidth / 64);
}

/** Integers as beats, each in whole words: element 0 in the least significant bits, zero above the last. */
export function packBeats(port: Port, integers: Integers): BigUint64Array {
  const bits = bitsOf(port.type);
  const halves = new Uint32Array(2 * wordsPerBeat(port) * (integers.length / port.elementsPerBeat));
  const { bipolar } = port.type;
  let at = 0;
  for (let i = 0; i < integers.length; i++) {
    const place = i % port.elementsPerBeat;
    if (place === 0) at = 64 * wordsPerBeat(port) * (i / port.elementsPerBeat);
    let value = bipolar ? (integers[i] > 0 ? 1 : 0) : integers[i] < 0 ? integers[i] + 2 ** bits : integers[i];
    // Up to three halves hold an element.
    for (let left = bits, bit = at; left > 0;) {
      const free = 32 - (bit & 31);
      const take = Math.min(free, left);
      const part = value % 2 ** take;
      halves[bit >>> 5] |= part << (bit & 31);
      value = (value - part) / 2 ** take;
      left -= take;
      bit += take;
    }
    at += bits;
  }
  return new BigUint64Array(halves.buffer);
}

/** The integers that beats carry, in the same order. */
export function unpackBeats(port: Port, words: BigUint64Array): Integers {
  const bits = bitsOf(port.type);
  const halves = new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
  const integers = new Float64Array((words.length / wordsPerBeat(port)) * port.elementsPerBeat);
  const signed = isSigned(port.type);
  for (let i = 0; i < integers.length; i++) {
    const first = 64 * wordsPerBeat(port) * Math.floor(i / port.elementsPerBeat) + bits * (i % port.elementsPerBeat);
    let value = 0;
    for (let done = 0; done < bits;) {
      const bit = first + done;
      const take = Math.min(32 - (bit & 31), bits - done);
      const part = (halves[bit >>> 5] >>> (bit & 31)) % 2 ** take;
      value += part * 2 ** done;
      done += take;
    }
    integers[i] = port.type.bipolar ? 2 * value - 1 : signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }
  return integers;
}
