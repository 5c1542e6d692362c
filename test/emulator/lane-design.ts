import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import type { Design, Signal } from '../../codegen/rtl/ir.ts';
import { Choices } from '../rtl/choices.ts';

const WIDTHS = [1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 48, 63, 64, 70, 100, 130];
const IN = 97;

/**
 * A random design with streams at its border whose control depends on no data, and whose data goes through every operator that copies
 * side by side have; all of it is seen in every beat that leaves.
 */
export function laneDesign(steps: readonly (readonly number[])[]): Design {
  const b = new ModuleBuilder('lanes');
  const data = b.input('s_axis_0_tdata', IN);
  const valid = b.input('s_axis_0_tvalid', 1);
  const ready = b.input('m_axis_0_tready', 1);
  const counter = b.register(5, { reset: 3 });
  b.drive(counter, b.sum([{ arg: counter, signed: false, shift: 0, negative: false }], 1, 5), valid);
  const bits = [valid, ready, b.slice(counter, 0, 1), b.slice(counter, 2, 1), b.and([valid, b.slice(counter, 1, 1)])];
  const own: Signal[] = [data, b.register(12, { next: b.slice(data, 8, 12), reset: 0x805 })];
  const shared: Signal[] = [counter];
  const feedback = [16, 40, 90].map((width) => b.register(width, { reset: 5 }));
  own.push(...feedback);
  for (const step of steps) {
    const made = node(b, new Choices(step), own, shared, bits);
    if (made !== undefined) own.push(made);
  }
  const ends = new Choices(steps[0]);
  for (const register of feedback) b.drive(register, fitted(b, ends.pick(own), b.width(register), ends), ends.pick(bits));
  b.output('s_axis_0_tready', b.constant(1, 1));
  b.output('m_axis_0_tvalid', b.constant(1, 1));
  b.output('m_axis_0_tdata', b.concat(own.slice(1)));
  return { modules: [b.finish()] };
}

/** The signal with another width: cut, extended or repeated. */
function fitted(b: ModuleBuilder, signal: Signal, width: number, choices: Choices): Signal {
  const own = b.width(signal);
  if (own === width) return signal;
  if (own > width) return b.slice(signal, choices.below(own - width + 1), width);
  return b.resize(signal, width, choices.chance(50));
}

function node(b: ModuleBuilder, c: Choices, own: readonly Signal[], shared: Signal[], bits: readonly Signal[]): Signal | undefined {
  const any = (width: number): Signal => fitted(b, c.chance(20) ? c.pick(shared) : c.pick(own), width, c);
  const data = (width: number): Signal => fitted(b, c.pick(own), width, c);
  const pipeline = () => ({ stages: c.below(4), ...(c.chance(60) ? { enable: c.pick(bits) } : {}) });
  const width = c.pick(WIDTHS);
  const narrow = c.pick(WIDTHS.filter((each) => each <= 64));
  const address = (depth: number): Signal => fitted(b, c.pick([...bits, shared[0]]), c.between(1, Math.ceil(Math.log2(depth)) + 1), new Choices([0]));
  switch (c.below(20)) {
    case 0: return data(width);
    case 1: return b.concat(Array.from({ length: c.between(2, 9) }, () => any(c.pick([1, 3, 4, 8, 13]))));
    case 2: return b.not(data(width));
    case 3: return b[c.pick(['and', 'or', 'xor'] as const)]([data(width), any(width), any(width)]);
    case 4: return b.mux(c.pick(bits), [any(width), data(width)]);
    case 5: return b.mux(data(c.between(1, 3)), Array.from({ length: c.between(2, 5) }, () => any(width)));
    case 6: return b.mux(fitted(b, shared[0], 2, c), Array.from({ length: c.between(2, 5) }, () => data(width)));
    case 7: return b.compare(c.pick(['eq', 'ne', 'lt', 'le'] as const), data(narrow), any(narrow), c.chance(50));
    case 8: return b.reduce(c.pick(['and', 'or'] as const), data(narrow));
    case 9: {
      const terms = Array.from({ length: c.between(1, 7) }, () => ({
        arg: any(c.pick([1, 3, 6, 8, 12, 16, 20, 32, 40])), signed: c.chance(50), shift: c.pick([0, 0, 1, 5, 20]), negative: c.chance(30),
      }));
      return b.sum(terms, c.chance(50) ? 0 : BigInt(c.between(-300, 300)), narrow, pipeline());
    }
    case 10: {
      // Products and their sum, as units have them.
      const [left, right, stages] = [c.pick([2, 4, 8, 16, 20]), c.pick([2, 4, 8, 16]), pipeline()];
      const products = Array.from({ length: c.between(1, 6) }, () =>
        b.multiply(data(left), c.chance(50), c.chance(50) ? b.constant(c.below(2 ** right), right) : any(right), c.chance(70),
          c.pick([left + right, left + right, left + 1]), stages));
      return b.sum(products.map((arg) => ({ arg, signed: c.chance(80), shift: 0, negative: false })), 0, c.pick([16, 20, 32, 48]), stages);
    }
    case 11: {
      const compared = (): Signal[] => Array.from({ length: c.between(2, 9) }, () => b.compare('lt', data(6), any(6)));
      return b.popcount(c.chance(50) ? data(width) : b.concat(compared()), pipeline());
    }
    case 12: {
      const levels = Array.from({ length: c.between(1, 9) }, () => BigInt(c.between(-40, 70))).sort((x, y) => Number(x - y));
      return b.thresholds(data(c.pick([4, 7, 8, 16, 20, 32, 40])), c.chance(60), levels, pipeline());
    }
    case 13: return b.register(width, {
      next: data(width), ...(c.chance(60) ? { enable: c.pick(bits) } : {}), ...(c.chance(40) ? { reset: c.value(width) } : {}),
    });
    case 14: return b.delay(data(width), c.between(1, 6), c.chance(60) ? c.pick(bits) : undefined);
    case 15: {
      const depth = c.between(2, 9);
      return b.ram({
        depth, writeEnable: c.pick(bits), writeAddress: address(depth), writeData: data(width), readAddress: address(depth),
        ...(c.chance(50) ? { read: 'direct' as const } : { read: 'registered' as const, ...(c.chance(50) ? { readEnable: c.pick(bits) } : {}) }),
      });
    }
    case 16: return b.shift(c.pick(['left', 'right', 'right-signed'] as const), data(narrow), any(c.between(1, 7)));
    case 17: {
      const [size, depth] = [c.between(1, 9), c.pick([2, 3, 9, 16, 40, 300])];
      const contents = Array.from({ length: depth }, () => c.value(narrow));
      return c.chance(50) ? b.lookup(data(size), contents, narrow) : b.rom(data(size), contents, narrow, { enable: c.pick(bits) });
    }
    case 18: return b.shift(c.pick(['left', 'right', 'right-signed'] as const), data(narrow), fitted(b, c.pick(shared), c.between(1, 7), c));
    default: {
      const rom = b.rom(shared[0], Array.from({ length: c.between(3, 30) }, () => c.value(40)), 40, { enable: c.pick(bits) });
      for (const [low, size] of [[0, 3], [3, 8], [11, 24]]) shared.push(b.slice(rom, low, size));
      return undefined;
    }
  }
}
