/** Bits beyond those asked for: the series below have fewer than 2^20 terms, each off by less than 4 units. */
const GUARD = 24;

/** Sum over odd k of base^-k / k, signs alternating or not, times 2^bits; each term is off by less than 3 units. */
function inverseSeries(base: bigint, bits: number, alternating: boolean): bigint {
  const square = base * base;
  let power = (1n << BigInt(bits)) / base;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power /= square;
    const term = power / k;
    sum += alternating && k % 4n === 3n ? -term : term;
  }
  return sum;
}

function remembered(compute: (bits: number) => bigint): (bits: number) => bigint {
  const known = new Map<number, bigint>();
  return (bits) => {
    const value = known.get(bits) ?? compute(bits + GUARD) >> BigInt(GUARD);
    known.set(bits, value);
    return value;
  };
}

/** ln 2 times 2^bits, off by less than 2; bits < 2^20. ln 2 = 2 artanh(1/3). */
export const ln2 = remembered((bits) => 2n * inverseSeries(3n, bits, false));

/** pi times 2^bits, off by less than 2; bits < 2^17. pi = 16 arctan(1/5) - 4 arctan(1/239) (Machin). */
export const pi = remembered((bits) => 16n * inverseSeries(5n, bits, true) - 4n * inverseSeries(239n, bits, true));
