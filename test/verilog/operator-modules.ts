import { ModuleBuilder, term, type Pipeline } from '../../codegen/rtl/builder.ts';
import type { Module, Node, Signal } from '../../codegen/rtl/ir.ts';
import type { Random } from './random.ts';

/** A source of `width` bits: an input, at times a constant. */
function source(b: ModuleBuilder, random: Random, width: number): Signal {
  return random.chance(12) ? b.constant(random.value(width), width) : b.input('x', width);
}

function pipeline(b: ModuleBuilder, random: Random): Pipeline {
  const stages = random.pick([0, 0, 1, 2, 3, 5]);
  return { stages, ...(random.chance(50) ? { enable: source(b, random, 1) } : {}) };
}

/** A width: mostly small, now and then around the sizes of machine words. */
function width(random: Random): number {
  return random.chance(75) ? random.integer(1, 12) : random.pick([31, 32, 33, 63, 64, 65, 100]);
}

function bitwise(kind: 'and' | 'or' | 'xor', b: ModuleBuilder, random: Random): Signal {
  const bits = width(random);
  const count = random.pick([1, 2, 3, 4, 70]);
  return b[kind](Array.from({ length: count }, () => source(b, random, bits)));
}

const bigints = (random: Random, count: number, bits: number) => Array.from({ length: count }, () => random.value(bits));

/** A row for each operator but instances, which hold all the others; tsc asks for one when an operator is added. */
const samples: { readonly [K in Exclude<Node['op'], 'instance-output'>]: (b: ModuleBuilder, random: Random) => Signal } = {
  input: (b, random) => b.input('x', width(random)),
  constant: (b, random) => b.constant(random.value(40), width(random)),
  slice: (b, random) => {
    const bits = width(random);
    const low = random.integer(0, bits - 1);
    const label = random.chance(50) ? { name: 'piece' } : {};
    return b.slice(source(b, random, bits), low, random.integer(1, bits - low), label);
  },
  concat: (b, random) => {
    const args = Array.from({ length: random.pick([1, 2, 3, 150]) }, () => source(b, random, random.integer(1, 9)));
    const x = b.input('neighbours', 9);
    return b.concat([...args, b.slice(x, 0, 2), b.slice(x, 2, 3), b.slice(x, 6, 3)]);
  },
  extend: (b, random) => {
    const bits = width(random);
    return b.resize(source(b, random, bits), bits + random.integer(0, 40), random.chance(50), { name: 'wider' });
  },
  not: (b, random) => b.not(source(b, random, width(random))),
  bitwise: (b, random) => bitwise(random.pick(['and', 'or', 'xor'] as const), b, random),
  reduce: (b, random) => b.reduce(random.pick(['and', 'or', 'xor'] as const), source(b, random, width(random))),
  mux: (b, random) => {
    const bits = width(random);
    const args = Array.from({ length: random.pick([2, 2, 3, 4, 5, 8, 11, 33]) }, () => source(b, random, bits));
    return b.mux(source(b, random, random.pick([1, 2, 3, 4, 5, 6, 40])), args);
  },
  compare: (b, random) => {
    const bits = width(random);
    const [left, right] = [source(b, random, bits), source(b, random, bits)];
    return b.compare(random.pick(['eq', 'ne', 'lt', 'le'] as const), left, right, random.chance(50));
  },
  shift: (b, random) => {
    const amount = source(b, random, random.pick([1, 2, 3, 4, 5, 6, 7, 40]));
    return b.shift(random.pick(['left', 'right', 'right-signed'] as const), source(b, random, width(random)), amount);
  },
  lookup: (b, random) => {
    const bits = width(random);
    const contents = bigints(random, random.pick([1, 2, 3, 8, 20, 32]), bits);
    return b.lookup(source(b, random, random.pick([1, 3, 5, 40])), contents, bits);
  },
  sum: (b, random) => {
    const terms = Array.from({ length: random.pick([0, 1, 2, 3, 4, 7, 16, 40]) }, () => term(source(b, random, width(random)), {
      signed: random.chance(50), negative: random.chance(40), shift: random.chance(70) ? 0 : random.integer(1, 9),
    }));
    const constant = random.chance(40) ? 0n : random.value(12) - random.value(12);
    return b.sum(terms, constant, width(random), pipeline(b, random));
  },
  multiply: (b, random) => {
    const [left, right] = [source(b, random, width(random)), source(b, random, width(random))];
    const bits = b.width(left) + b.width(right);
    return b.multiply(left, random.chance(50), right, random.chance(50), random.integer(1, bits), pipeline(b, random));
  },
  popcount: (b, random) => {
    const bits = random.pick([1, 2, 3, 4, 6, 7, 12, 13, 33, 64, 65, 100, 200]);
    return b.popcount(source(b, random, bits), pipeline(b, random));
  },
  thresholds: (b, random) => {
    const bits = width(random);
    const signed = random.chance(50);
    const level = () => (signed ? BigInt.asIntN(bits, random.value(bits)) : random.value(bits)) + BigInt(random.integer(-2, 2));
    const levels = Array.from({ length: random.pick([0, 1, 2, 3, 7, 10, 15, 16, 70]) }, level);
    if (random.chance(20)) levels.push(-(1n << 120n), 1n << 120n);
    levels.sort((p, q) => (p < q ? -1 : p > q ? 1 : 0));
    return b.thresholds(source(b, random, bits), signed, levels, pipeline(b, random));
  },
  linear: (b, random) => {
    const [elementWidth, columns, rows] = [random.pick([1, 1, 2, 4, 8]), random.pick([1, 2, 5, 13, 40]), random.integer(1, 3)];
    const largest = random.pick([1, 1, 7, 127]);
    const matrix = Int32Array.from({ length: rows * columns }, () => random.integer(-largest, largest));
    if (random.chance(20)) matrix.fill(0, 0, columns);
    const shape = { elementWidth, signed: random.chance(50), columns, rows, resultWidth: random.integer(2, 20), matrix };
    return b.linear(source(b, random, elementWidth * columns), shape, pipeline(b, random));
  },
  register: (b, random) => {
    const bits = width(random);
    return b.register(bits, {
      next: source(b, random, bits),
      ...(random.chance(50) ? { enable: source(b, random, 1) } : {}),
      ...(random.chance(60) ? { reset: random.value(bits) } : {}),
    });
  },
  delay: (b, random) => {
    const enable = random.chance(50) ? source(b, random, 1) : undefined;
    return b.delay(source(b, random, width(random)), random.pick([1, 2, 3, 5, 17, 70]), enable);
  },
  rom: (b, random) => {
    const bits = width(random);
    return b.rom(source(b, random, random.pick([1, 3, 5, 40])), bigints(random, random.pick([1, 2, 3, 8, 20, 32]), bits), bits, {
      style: random.pick(['auto', 'block', 'distributed'] as const),
      ...(random.chance(50) ? { enable: source(b, random, 1) } : {}),
    });
  },
  ram: (b, random) => {
    const address = random.pick([1, 2, 3, 4]);
    return b.ram({
      depth: random.pick([1, 2, 3, 6, 16, 20]), writeEnable: b.input('write', 1), writeAddress: b.input('to', address),
      writeData: source(b, random, width(random)),
      readAddress: b.input('from', random.chance(80) ? address : random.integer(1, 6)),
      read: random.pick(['direct', 'registered'] as const), style: random.pick(['auto', 'block', 'distributed'] as const),
      ...(random.chance(50) ? { readEnable: source(b, random, 1) } : {}),
    });
  },
};

/** A module around one random node of operator `op`. */
export function operatorModule(op: keyof typeof samples, name: string, random: Random): Module {
  const b = new ModuleBuilder(name, [`A sample of ${op}.`]);
  b.output('result', samples[op](b, random));
  return b.finish();
}

export const sampledOperators = Object.keys(samples) as (keyof typeof samples)[];
