import { isComplemented, netOf, ONE, ZERO, type Bit, type Netlist } from './netlist.ts';
import type { Step } from './atoms.ts';

/** Writes the steps of one chain into a netlist, from its lowest column upward. */
export class ChainWriter {
  private readonly chain: number;
  /** Bits of a step that has begun one column lower. */
  private pending: readonly Bit[] = [];

  constructor(private readonly netlist: Netlist, carryIn: Bit) {
    this.chain = netlist.chain(netlist.plain(carryIn));
  }

  /**
   * Makes a step over `bits`, as many as it takes, and gives the sum (zero if it is not wanted) and the link. A step `four` over four bits
   * reads the last through the chain itself, which cannot complement.
   */
  step(step: Step, bits: readonly Bit[], wantsSum: boolean): { sum: Bit; link?: Bit } {
    const { netlist, chain } = this;
    const place = (select: Bit, data: Bit, through = false): Bit => netlist.place(chain, select, data, wantsSum, through);
    switch (step.kind) {
      case 'two': {
        if (bits.length === 0) return { sum: place(ZERO, ZERO, true) };
        if (bits.length === 1) return { sum: place(netlist.plain(bits[0]), ZERO, true) };
        const { o6, o5 } = netlist.pair(bits, 'parity', 'parityButLast');
        return { sum: place(o6, o5) };
      }
      case 'four': {
        const { o6, o5 } = netlist.pair(bits, 'parity', 'majority');
        return { sum: place(o6, bits.length === 4 ? netlist.plain(bits[3]) : ZERO), link: o5 };
      }
      case 'six': case 'foot': {
        const counted = step.kind === 'six' ? 5 : 3;
        this.pending = bits.slice(0, counted);
        if (bits.length === counted) return { sum: place(netlist.lookup(bits, 'parity'), ZERO) };
        const whole = bits.length === 6 && bits.every(bit => netOf(bit) !== 0);
        // The table's second output is what the first is with the last net at zero: the parity of the others, if that net stands for itself.
        const { o6, o5 } = whole ? netlist.pairBelow([...bits.slice(0, 5), netlist.plain(bits[5])], 'parity') : netlist.pair(bits, 'parity', 'parityButLast');
        return { sum: place(o6, o5) };
      }
      case 'upperSix': {
        const { o6, o5 } = netlist.pair(this.pending, 'twos', 'fours');
        return { sum: place(o6, o5) };
      }
      case 'upperFoot': {
        const all = [...this.pending, ...bits];
        if (bits.length === 0) return { sum: place(netlist.lookup(all, 'majority'), ZERO) };
        const { o6, o5 } = netlist.pair(all, 'majorityParity', bits.length === 1 ? 'majority' : 'majorityOfMajority');
        return bits.length === 1 ? { sum: place(o6, o5) } : { sum: place(o6, ZERO), link: o5 };
      }
    }
  }

  /** The place in the last column: a parity with the carry, over bits and over what a step has left. */
  last(step: 'six' | 'foot' | undefined, bits: readonly Bit[]): Bit {
    const { netlist, chain } = this;
    if (step === undefined && bits.length <= 1) return netlist.place(chain, bits.length === 0 ? ZERO : netlist.plain(bits[0]), ZERO, true, true);
    const name = step === undefined ? 'parity' : step === 'six' ? 'twosParity' : 'majorityParity';
    return netlist.place(chain, netlist.lookup([...(step === undefined ? [] : this.pending), ...bits], name), ZERO, true);
  }

  /** The carry out of the last place, as a bit of the column above. */
  carry(): Bit {
    return this.netlist.carryOf(this.chain);
  }
}

/**
 * Takes the `count` bits that are there first out of `pool`; where `plainLast`, the last of them is a net or a constant, if there is one.
 * Complements go first, so that nets are left for places that need them.
 */
export function take(netlist: Netlist, pool: Bit[], count: number, plainLast: boolean): Bit[] {
  const level = (bit: Bit): number => netlist.level[netOf(bit)];
  const isPlain = (bit: Bit): boolean => !isComplemented(bit) || bit === ONE;
  pool.sort((a, b) => level(a) - level(b) || Number(isPlain(a)) - Number(isPlain(b)));
  if (!plainLast || count === 0) return pool.splice(0, count);
  const taken = pool.splice(0, count - 1);
  const next = pool.findIndex(isPlain);
  // A net that is there much later is not worth waiting for, if there is one among those taken.
  const early = taken.findLastIndex(isPlain);
  if (early >= 0 && (next < 0 || level(pool[next]) > level(pool[0]))) {
    taken.push(...taken.splice(early, 1, ...pool.splice(0, 1)));
    return taken;
  }
  taken.push(...pool.splice(Math.max(next, 0), 1));
  return taken;
}

/** A bit to enter a chain as its carry: the constant one where there is one, else one that is no complement. */
export function takeCarry(netlist: Netlist, pool: Bit[]): Bit {
  const constant = pool.indexOf(ONE);
  if (constant >= 0) return pool.splice(constant, 1)[0];
  return take(netlist, pool, 1, true)[0];
}
