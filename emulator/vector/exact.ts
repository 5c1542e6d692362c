import type { OperatorVec, Vec } from './vec.ts';

interface Range { readonly low: bigint; readonly high: bigint }

/** What a vector's lanes may be, read by sign or by zero. */
function rangeOf({ width }: Vec, signed: boolean): Range {
  const half = 1n << BigInt(width - 1);
  return signed ? { low: -half, high: half - 1n } : { low: 0n, high: 2n * half - 1n };
}

/**
 * Whether products or sums never leave their width read by sign, and their operands are extended before: lanes then hold the numbers
 * themselves, and need not be cut and extended.
 */
export function isWhole({ nodes, operands, width }: OperatorVec): boolean {
  const [node] = nodes;
  if (node.op === 'multiply') return operands.every((operand) => operand.width < width) && (node.leftSigned || node.rightSigned) && operands[0].width + operands[1].width <= width;
  if (node.op !== 'sum' || node.terms.some(({ shift }, i) => operands[i].width >= width - shift)) return false;
  const constants = nodes.map((each) => BigInt.asIntN(width, (each as typeof node).constant));
  let low = constants.reduce((least, value) => (value < least ? value : least));
  let high = constants.reduce((most, value) => (value > most ? value : most));
  node.terms.forEach(({ signed, shift, negative }, i) => {
    const range = rangeOf(operands[i], signed);
    const [from, to] = negative ? [-range.high, -range.low] : [range.low, range.high];
    low += from << BigInt(shift);
    high += to << BigInt(shift);
  });
  const half = 1n << BigInt(width - 1);
  return low >= -half && high < half;
}
