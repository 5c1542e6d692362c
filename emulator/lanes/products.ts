import type { Signal, Term } from '../../codegen/rtl/ir.ts';
import type { LaneEmitter } from './emitter.ts';
import { exactRange, rangeOf, rangeOfBits, within } from './range.ts';

/** Short numbers that are multiplied by factors of one size, each added or subtracted. */
interface Products {
  readonly factor: bigint;
  readonly numbers: { readonly signal: Signal; readonly signed: boolean; readonly negative: boolean }[];
}

const SHORT = rangeOfBits(16, true);

/** Terms that are constants times short numbers, by the size of the constant: what has one factor is added first, then multiplied. */
export function productsOf(terms: readonly Term[], e: LaneEmitter): { products: Products[]; others: Term[] } {
  const bySize = new Map<bigint, Products>();
  const others: Term[] = [];
  for (const term of terms) {
    const node = e.nodes[term.arg];
    const exact = node.op === 'multiply' && e.design.own(term.arg) && !e.plan.stored(term.arg) && e.readers[term.arg] === 1
      ? exactRange(e, node) : undefined;
    if (node.op !== 'multiply' || exact === undefined || !within(exact, rangeOfBits(node.width, term.signed))) {
      others.push(term);
      continue;
    }
    const sides = [{ signal: node.left, signed: node.leftSigned }, { signal: node.right, signed: node.rightSigned }];
    const constant = sides.find(({ signal }) => e.nodes[signal].op === 'constant');
    const number = sides.find(({ signal }) => e.design.own(signal));
    if (constant === undefined || number === undefined || !within(rangeOf(e, number.signal, number.signed), SHORT)) {
      others.push(term);
      continue;
    }
    const [value] = rangeOf(e, constant.signal, constant.signed);
    const factor = value << BigInt(term.shift);
    if (factor === 0n) continue;
    const size = factor < 0n ? -factor : factor;
    const group = bySize.get(size) ?? { factor: size, numbers: [] };
    bySize.set(size, group);
    group.numbers.push({ ...number, negative: (factor < 0n) !== term.negative });
  }
  return { products: [...bySize.values()], others };
}

/** Whether products can be the first of a sum. */
export function startsProducts(products: readonly Products[]): boolean {
  return products.some(isPositive);
}

function isPositive({ numbers }: Products): boolean {
  return numbers.some(({ negative }) => !negative);
}

/** Adds products to what is on the stack; without that, one of them has a number that is added. */
export function pushProducts(products: readonly Products[], started: boolean, e: LaneEmitter): void {
  const { code, unit } = e;
  const { add, sub } = unit.of(16);
  const ordered = [...products].sort((a, b) => Number(isPositive(b)) - Number(isPositive(a)));
  for (const group of ordered) {
    // Where all are subtracted, their sum is.
    const whole = isPositive(group);
    const numbers = [...group.numbers].sort((a, b) => Number(a.negative) - Number(b.negative));
    numbers.forEach(({ signal, signed, negative }, i) => {
      pushShort(signal, signed, e);
      if (i > 0) code.emit(...(whole && negative ? sub : add));
    });
    const { factor } = group;
    const power = factor.toString(2).length - 1;
    if (factor === 1n << BigInt(power)) {
      if (power >= 16) unit.shift('shl', 8, 16);
      unit.shift('shl', power >= 16 ? 8 : power, 16);
    } else {
      unit.constant(factor, 16);
      code.emit(...unit.of(16).mul);
    }
    if (started) code.emit(...(whole ? add : sub));
    started = true;
  }
}

/** Numbers that are read often are there once. */
function pushShort(signal: Signal, signed: boolean, e: LaneEmitter): void {
  const push = (): void => e.push(signal, 0, e.width(signal), 16, signed ? 'sign' : 'zero', 0);
  if (e.readers[signal] > 1) e.code.get(e.hold(`short ${signal} ${signed}`, 16, push)[0]);
  else push();
}
