import { compress, type CompressOptions } from './compress.ts';
import { bitOf, Netlist, ZERO, type Bit, type Net } from './netlist.ts';
import { reaches } from './reaches.ts';

export interface BuiltPopcount {
  readonly netlist: Netlist;
  readonly inputs: readonly Net[];
  /** The count, or one bit: whether it reaches the threshold. */
  readonly outputs: readonly Bit[];
}

/** Bits that the count of `size` bits takes. */
const countBits = (size: number): number => Math.floor(Math.log2(size)) + 1;

/** The number of ones among `size` bits. */
export function buildPopcount(size: number, options: CompressOptions): BuiltPopcount {
  const netlist = new Netlist();
  const inputs = Array.from({ length: size }, () => netlist.net());
  const heap = Array.from({ length: countBits(size) }, (_, column) => (column === 0 ? inputs.map(bitOf) : []));
  return { netlist, inputs, outputs: compress(netlist, heap, options).map(bit => netlist.plain(bit)) };
}

/** Whether at least `threshold` of `size` bits are ones: the last adder's carry, and no sum. */
export function buildThreshold(size: number, threshold: number, options: CompressOptions): BuiltPopcount {
  const netlist = new Netlist();
  const inputs = Array.from({ length: size }, () => netlist.net());
  return { netlist, inputs, outputs: [reaches(netlist, [inputs.map(bitOf)], { low: 0, high: size }, threshold, options)] };
}

/** The number of agreements (XNOR) of `size` pairs of bits. Inputs: the first bits of all pairs, then the second. */
export function buildAgreements(size: number, options: CompressOptions): BuiltPopcount {
  const netlist = new Netlist();
  const { inputs, pairs } = pairsOf(netlist, size);
  const counted = countAgreements(netlist, pairs, options);
  const heap = Array.from({ length: countBits(size) }, (_, column) => counted[column] ?? []);
  return { netlist, inputs, outputs: compress(netlist, heap, options).map(bit => netlist.plain(bit)) };
}

/** Whether at least `threshold` of `size` pairs of bits agree; inputs as of {@link buildAgreements}. */
export function buildAgreement(size: number, threshold: number, options: CompressOptions): BuiltPopcount {
  const netlist = new Netlist();
  const { inputs, pairs } = pairsOf(netlist, size);
  return { netlist, inputs, outputs: [reaches(netlist, countAgreements(netlist, pairs, options), { low: 0, high: size }, threshold, options)] };
}

function pairsOf(netlist: Netlist, size: number): { inputs: Net[]; pairs: [Bit, Bit][] } {
  const inputs = Array.from({ length: 2 * size }, () => netlist.net());
  return { inputs, pairs: Array.from({ length: size }, (_, index) => [bitOf(inputs[index]), bitOf(inputs[size + index])]) };
}

/**
 * Agreements as a heap. A table adds two of them (sum and carry). Two places of a chain then take two more agreements with three such sums
 * and a carry: the tables have room for their XNORs.
 */
function countAgreements(netlist: Netlist, pairs: readonly (readonly [Bit, Bit])[], { counting }: CompressOptions): Bit[][] {
  const waiting = [...pairs];
  const heap: Bit[][] = [[], [], []];
  while (waiting.length > 0) {
    // In each round a third of what waits is added two by two, to go with the rest.
    const plain = Math.max(1, Math.ceil((waiting.length - 2 * Math.floor(heap[0].length / 3)) / 3));
    for (let count = 0; count < plain && waiting.length > 0; count++) {
      const [first, second] = [waiting.pop()!, waiting.pop()];
      if (second === undefined) {
        heap[0].push(netlist.lookup(first, 'agreement'));
        break;
      }
      const { o6, o5 } = netlist.pair([...first, ...second], 'agreementParity', 'agreementCarry');
      heap[0].push(o6);
      heap[1].push(o5);
    }
    const made: Bit[] = [];
    while (waiting.length >= 2 && heap[0].length >= 3 && heap[1].length >= 1) {
      const four = [...waiting.pop()!, ...waiting.pop()!];
      const [inside, last, carryIn] = heap[0].splice(0, 3);
      const [above] = heap[1].splice(0, 1);
      const chain = netlist.chain(carryIn);
      const low = netlist.pairBelow([...four, inside, last], 'agreementParity');
      made.push(netlist.place(chain, low.o6, low.o5, true));
      const high = netlist.pairBelow([...four, inside, above], 'agreementMajorityParity');
      heap[1].push(netlist.place(chain, high.o6, high.o5, true));
      heap[2].push(counting === 'registered' ? netlist.carryOf(chain) : netlist.place(chain, ZERO, ZERO, true, true));
    }
    heap[0].push(...made);
  }
  return heap;
}
