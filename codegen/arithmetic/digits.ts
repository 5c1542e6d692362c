/** Signed binary digits of a number, no two of them neighbours: the fewest possible. */
export function signedDigits(value: number): { shift: number; negative: boolean }[] {
  const digits: { shift: number; negative: boolean }[] = [];
  for (let rest = value, shift = 0; rest !== 0; shift++) {
    if (rest % 2 !== 0) {
      const negative = ((rest % 4) + 4) % 4 === 3;
      digits.push({ shift, negative });
      rest += negative ? 1 : -1;
    }
    rest /= 2;
  }
  return digits;
}

/** The number of digits that {@link signedDigits} gives. */
export function countDigits(value: number): number {
  // Digits stand where 3n and n differ, one place further up.
  let differing = (3 * value) ^ value;
  if (value < -0x2000_0000 || value > 0x2000_0000) return signedDigits(value).length;
  let count = 0;
  for (; differing !== 0; differing &= differing - 1) count++;
  return count;
}
