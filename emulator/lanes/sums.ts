import type { SumNode, Term } from '../../codegen/rtl/ir.ts';
import type { LaneEmitter } from './emitter.ts';
import { fitting, formOf, number, type Computed } from './operators.ts';
import { productsOf, pushProducts, startsProducts } from './products.ts';
import { plus, rangeOfBits, termRange, within, type Range } from './range.ts';
import type { UnitBits } from './unit.ts';

const SHORT = rangeOfBits(16, true);

/** Pushes sums in cells of their width; short terms are added in short cells as long as their sum cannot leave them. */
export function sum(node: SumNode, e: LaneEmitter): Computed {
  const bits = fitting(node.width);
  const { code, unit } = e;
  const push = (terms: readonly Term[], constant: bigint, width: number, cells: UnitBits, chunk: number): void => {
    const { products, others } = cells === 16 ? productsOf(terms, e) : { products: [], others: terms };
    const first = others.findIndex(({ negative }) => !negative);
    const ordered = first < 0 ? others : [others[first], ...others.filter((_, i) => i !== first)];
    let started = constant !== 0n || first < 0;
    if (started && (constant !== 0n || others.length > 0 || !startsProducts(products))) unit.constant(constant, cells);
    else started = false;
    for (const { arg, signed, shift, negative } of ordered) {
      if (shift >= cells) {
        if (!started) unit.constant(0n, cells);
        started = true;
        continue;
      }
      number(e, arg, signed, width, cells, chunk);
      unit.shift('shl', shift, cells);
      if (started) code.emit(...(negative ? unit.of(cells).sub : unit.of(cells).add));
      started = true;
    }
    pushProducts(products, started, e);
  };
  if (bits === 16) return { bits, form: formOf(e, node), push: (chunk) => push(node.terms, node.constant, node.width, bits, chunk) };
  // Short terms are added in short cells as long as their sum cannot leave them.
  const { groups, rest } = shortGroups(e, node.terms);
  return {
    bits, form: formOf(e, node),
    push: (chunk) => {
      push(rest, node.constant, node.width, bits, chunk);
      groups.forEach((terms, i) => {
        const key = `short sum ${i} of ${node.name}`;
        const locals = e.hold(key, 16, () => push(terms, 0n, 17, 16, 0));
        unit.widen(16, bits, 'sign', chunk, () => code.get(locals[0]));
        code.emit(...unit.of(bits).add);
      });
    },
  };
}

function shortGroups(e: LaneEmitter, terms: readonly Term[]): { groups: Term[][]; rest: Term[] } {
  const rest: Term[] = [];
  const groups: Term[][] = [];
  let range: Range = [0n, 0n];
  for (const term of terms) {
    const own = termRange(e, term);
    if (e.width(term.arg) > 16 || !within(own, SHORT)) {
      rest.push(term);
      continue;
    }
    const next = plus(range, own);
    if (groups.length === 0 || !within(next, SHORT)) {
      groups.push([term]);
      range = own;
    } else {
      groups[groups.length - 1].push(term);
      range = next;
    }
  }
  return { groups: groups.filter((group) => group.length > 1), rest: [...rest, ...groups.filter((group) => group.length === 1).flat()] };
}
