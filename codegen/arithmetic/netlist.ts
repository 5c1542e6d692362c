/**
 * A combinational netlist of the cells of a 7-series or UltraScale+ slice: look-up tables of six inputs (two outputs where they share
 * five inputs), and carry chains.
 *
 * A net is a number; net 0 is constant zero. A `Bit` is a net or its complement, `2 * net + complemented`: complements cost nothing
 * where a look-up table reads them. Cells stand in an order in which everything is computed before it is read.
 */
export type Net = number;
export type Bit = number;

export const ZERO: Bit = 0;
export const ONE: Bit = 1;

export const bitOf = (net: Net): Bit => 2 * net;
export const netOf = (bit: Bit): Net => bit >> 1;
export const isComplemented = (bit: Bit): boolean => (bit & 1) === 1;

/**
 * `o6` is entry `I5..I0` of `table`; `o5`, if it is wanted, the entry with I5 = 0. With `dual` the tables are two functions of five
 * inputs: I5 is tied to one, `o5` in the lower half.
 */
export interface LookUp {
  readonly kind: 'lookup';
  readonly inputs: readonly Net[];
  readonly table: bigint;
  readonly o6: Net;
  readonly o5?: Net;
  readonly dual: boolean;
}

/**
 * One place in a carry chain: `sum` = select xor carry in; carry out = select ? carry in : data. `carry` is the carry out as a net, where
 * logic reads it.
 */
export interface Place {
  readonly kind: 'place';
  readonly chain: number;
  readonly index: number;
  /** A net, or a constant. */
  readonly select: Bit;
  /** The same. */
  readonly data: Bit;
  /** `select` is no table's own: the table beside the place passes a net on, or is a constant. */
  readonly through: boolean;
  sum?: Net;
  carry?: Net;
}

export interface Chain {
  /** Carry into the first place: a net, or a constant. */
  readonly carryIn: Bit;
  readonly places: Place[];
}

export type Cell = LookUp | Place;

/** Collects cells; `level` knows for each net how many cells stand before it on the longest way from an input. */
export class Netlist {
  readonly cells: Cell[] = [];
  readonly chains: Chain[] = [];
  readonly level: number[] = [0];

  net(level = 0): Net {
    return this.level.push(level) - 1;
  }

  /** A function of at most six bits, constants among them. */
  lookup(bits: readonly Bit[], name: FunctionName): Bit {
    const nets = bits.filter(bit => netOf(bit) !== 0).map(netOf);
    const table = tableOf(name, bits);
    if (nets.length === 0) return table === 0n ? ZERO : ONE;
    const o6 = this.net(this.above(bits));
    this.cells.push({ kind: 'lookup', inputs: nets, table, o6, dual: false });
    return bitOf(o6);
  }

  /** Two functions of at most five bits beside constants. */
  pair(bits: readonly Bit[], upper: FunctionName, lower: FunctionName): { o6: Bit; o5: Bit } {
    const nets = bits.filter(bit => netOf(bit) !== 0).map(netOf);
    if (nets.length > 5) throw new Error('two functions share five inputs');
    const level = this.above(bits);
    const [o6, o5] = [this.net(level), this.net(level)];
    const table = (spread(tableOf(upper, bits), nets.length) << 32n) | spread(tableOf(lower, bits), nets.length);
    this.cells.push({ kind: 'lookup', inputs: nets, table, o6, o5, dual: true });
    return { o6: bitOf(o6), o5: bitOf(o5) };
  }

  /** A function of six nets, and what it is where the last of them is zero. */
  pairBelow(bits: readonly Bit[], name: FunctionName): { o6: Bit; o5: Bit } {
    const level = this.above(bits);
    const [o6, o5] = [this.net(level), this.net(level)];
    this.cells.push({ kind: 'lookup', inputs: bits.map(netOf), table: tableOf(name, bits), o6, o5, dual: false });
    return { o6: bitOf(o6), o5: bitOf(o5) };
  }

  chain(carryIn: Bit): number {
    return this.chains.push({ carryIn, places: [] }) - 1;
  }

  /** Adds a place to the chain's end; the sum as a bit. */
  place(chain: number, select: Bit, data: Bit, wantsSum: boolean, through = false): Bit {
    if ([select, data].some(bit => isComplemented(bit) && bit !== ONE)) throw new Error('a carry chain reads no complement');
    const { places, carryIn } = this.chains[chain];
    const place: Place = { kind: 'place', chain, index: places.length, select, data, through };
    const before = places.length === 0 ? this.level[netOf(carryIn)] : this.carryLevel.get(places[places.length - 1])!;
    // Four places share a cell; a carry that stays in its cell passes no further one.
    const entering = places.length % 4 === 0 ? before + 1 : before;
    const level = Math.max(entering, this.level[netOf(select)] + 1, this.level[netOf(data)] + 1);
    this.carryLevel.set(place, level);
    places.push(place);
    this.cells.push(place);
    if (!wantsSum) return ZERO;
    if (place.index === 0 && netOf(carryIn) === 0) {
      // A constant carry makes the sum of the first place its select, or the complement of it.
      if (carryIn === ONE && netOf(select) !== 0) this.complements.set(netOf(select), place);
      return select ^ carryIn;
    }
    place.sum = this.net(level);
    return bitOf(place.sum);
  }

  /** The carry out of the chain's last place. */
  carryOf(chain: number): Bit {
    const places = this.chains[chain].places;
    const last = places[places.length - 1];
    last.carry ??= this.net(this.carryLevel.get(last)!);
    return bitOf(last.carry);
  }

  /** A net with the value of `bit`, or a constant: a place of a chain cannot complement, and outputs shall not. */
  plain(bit: Bit): Bit {
    if (!isComplemented(bit) || netOf(bit) === 0) return bit;
    const place = this.complements.get(netOf(bit));
    if (place === undefined) return this.lookup([bit], 'parity');
    place.sum ??= this.net(this.carryLevel.get(place)!);
    return bitOf(place.sum);
  }

  /** First places of chains with a carry of one, by their select: their sum is its complement. */
  private readonly complements = new Map<Net, Place>();

  private readonly carryLevel = new Map<Place, number>();

  private above(bits: readonly Bit[]): number {
    return 1 + bits.reduce((most, bit) => Math.max(most, this.level[netOf(bit)]), 0);
  }

  /** Look-up tables: each is one cell, with one output or two. */
  get lookups(): number {
    return this.cells.reduce((count, cell) => count + (cell.kind === 'lookup' ? 1 : 0), 0);
  }

  /** Tables of the slice that are taken, those included that only pass a net on. */
  get sites(): number {
    return this.lookups + this.cells.reduce((count, cell) => count + (cell.kind === 'place' && cell.through ? 1 : 0), 0);
  }

  get carryCells(): number {
    return this.chains.reduce((count, { places }) => count + Math.ceil(places.length / 4), 0);
  }
}

const ones = (values: readonly number[], from = 0, to = values.length): number => values.slice(from, to).reduce((sum, v) => sum + v, 0);

function compared(values: readonly number[]): number {
  const half = values.length / 2;
  return values.slice(0, half).reduce((sum, bit, place) => sum + (bit - values[half + place]) * 2 ** place, 0);
}

/** What tables compute, of bits in the order in which they are given. */
const FUNCTIONS = {
  parity: values => ones(values) & 1,
  /** At least two of the first three. */
  majority: values => (ones(values, 0, 3) >= 2 ? 1 : 0),
  /** Bit 1 of the count. */
  twos: values => (ones(values) >> 1) & 1,
  /** Bit 2 of the count. */
  fours: values => (ones(values) >> 2) & 1,
  and: values => (values.every(v => v === 1) ? 1 : 0),
  or: values => (values.some(v => v === 1) ? 1 : 0),
  /** The carry of a full adder over the first three, added without carry to what follows. */
  majorityParity: values => ((ones(values, 0, 3) >> 1) ^ ones(values, 3)) & 1,
  /** Bit 1 of the count of the first five, added without carry to what follows. */
  twosParity: values => ((ones(values, 0, 5) >> 1) ^ ones(values, 5)) & 1,
  /** XNOR of two. */
  agreement: values => 1 ^ values[0] ^ values[1],
  /** The agreements of two pairs added without carry, with what follows. */
  agreementParity: values => ones(values) & 1,
  agreementCarry: values => (values[0] === values[1] && values[2] === values[3] ? 1 : 0),
  /** The carry of two agreements and the fifth bit, added without carry to the last. */
  agreementMajorityParity: values => (
    (Number(values[0] === values[1]) + Number(values[2] === values[3]) + values[4] >= 2 ? 1 : 0) ^ values[5]
  ),
  /** At least two of: the majority of the first three, the fourth, the fifth. */
  majorityOfMajority: values => ((ones(values, 0, 3) >> 1) + ones(values, 3) >= 2 ? 1 : 0),
  /** Of two numbers, each half of the bits, least significant first: equal; the first above; the first not below. */
  equal: values => (compared(values) === 0 ? 1 : 0),
  above: values => (compared(values) > 0 ? 1 : 0),
  notBelow: values => (compared(values) >= 0 ? 1 : 0),
  parityButLast: values => ones(values, 0, values.length - 1) & 1,
  last: values => values[values.length - 1],
  zero: () => 0,
} as const satisfies Record<string, (values: readonly number[]) => number>;

export type FunctionName = keyof typeof FUNCTIONS;

const tables = new Map<string, bigint>();

/** The table over those bits that are no constants. */
function tableOf(name: FunctionName, bits: readonly Bit[]): bigint {
  const key = `${name} ${bits.map(bit => (netOf(bit) === 0 ? 'ab' : '01')[bit & 1]).join('')}`;
  let table = tables.get(key);
  if (table === undefined) {
    const places = bits.flatMap((bit, index) => (netOf(bit) === 0 ? [] : [index]));
    table = 0n;
    for (let entry = 0; entry < 1 << places.length; entry++) {
      const values = bits.map(bit => bit & 1);
      places.forEach((place, index) => { values[place] ^= (entry >> index) & 1; });
      if (FUNCTIONS[name](values) === 1) table |= 1n << BigInt(entry);
    }
    tables.set(key, table);
  }
  return table;
}

/** A table of `inputs` inputs as one of five, which does not look at the others. */
function spread(table: bigint, inputs: number): bigint {
  for (let size = inputs; size < 5; size++) table |= table << BigInt(1 << size);
  return table;
}
