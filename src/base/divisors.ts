/** Greatest common divisor of whole numbers above 0. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

/** All divisors of a whole number above 0, ascending. */
export function divisors(value: number): number[] {
  const low: number[] = [];
  const high: number[] = [];
  for (let divisor = 1; divisor * divisor <= value; divisor++) {
    if (value % divisor !== 0) continue;
    low.push(divisor);
    if (divisor * divisor !== value) high.unshift(value / divisor);
  }
  return [...low, ...high];
}
