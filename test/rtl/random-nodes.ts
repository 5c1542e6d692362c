import { term, type ModuleBuilder, type Pipeline } from '../../codegen/rtl/builder.ts';
import type { MemoryStyle, Module, Node, Signal } from '../../codegen/rtl/ir.ts';
import type { Choices } from './choices.ts';

const STYLES: readonly MemoryStyle[] = ['auto', 'block', 'distributed'];

const WIDTHS = [1, 4, 8, 16, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200];

/** Signals of a module under construction, for one node to draw its operands from; earlier modules to instantiate. */
export class Pool {
  constructor(
    readonly b: ModuleBuilder, private readonly signals: readonly Signal[], readonly earlier: readonly Module[],
    readonly choices: Choices,
  ) {}

  /** Simple widths first; around the sizes of machine words; wide. */
  width(): number {
    return this.choices.chance(70) ? this.choices.between(1, 100) : this.choices.pick(WIDTHS);
  }

  any(): Signal {
    return this.choices.pick(this.signals);
  }

  /** Some signal, cut or extended where the width differs. */
  of(width: number): Signal {
    return this.b.resize(this.any(), width, this.choices.chance(50));
  }

  /** An index that may lie past the end of `entries`, at times very wide. */
  index(): Signal {
    return this.of(this.choices.pick([3, 1, 2, 4, 6, 40, 70]));
  }

  enable(): { enable?: Signal } {
    return this.choices.chance(50) ? { enable: this.of(1) } : {};
  }

  pipeline(): Pipeline {
    return { stages: this.choices.pick([0, 1, 2, 3, 6]), ...this.enable() };
  }

  values(count: number, width: number): bigint[] {
    return Array.from({ length: count }, () => this.choices.value(width));
  }
}

/** One random node for each operator; gives the signals that it made. tsc asks for a row when an operator is added. */
export const RANDOM_NODES: { readonly [K in Node['op']]: (pool: Pool) => readonly Signal[] } = {
  input: (pool) => [pool.b.input('in', pool.width())],
  constant: (pool) => {
    const width = pool.width();
    return [pool.b.constant(pool.choices.value(width), width)];
  },
  slice: (pool) => {
    const arg = pool.any();
    const low = pool.choices.below(pool.b.width(arg));
    return [pool.b.slice(arg, low, pool.choices.between(1, pool.b.width(arg) - low), { name: 'slice' })];
  },
  concat: (pool) => {
    const args = Array.from({ length: pool.choices.between(1, 6) }, () => pool.of(pool.choices.between(1, 40)));
    return [pool.b.concat(args, { name: 'concat' })];
  },
  extend: (pool) => {
    const arg = pool.any();
    return [pool.b.resize(arg, pool.b.width(arg) + pool.choices.below(80), pool.choices.chance(50), { name: 'extend' })];
  },
  not: (pool) => [pool.b.not(pool.any())],
  bitwise: (pool) => {
    const width = pool.width();
    const args = Array.from({ length: pool.choices.between(1, 4) }, () => pool.of(width));
    return [pool.b[pool.choices.pick(['and', 'or', 'xor'] as const)](args, { name: 'bitwise' })];
  },
  reduce: (pool) => [pool.b.reduce(pool.choices.pick(['and', 'or', 'xor'] as const), pool.any())],
  mux: (pool) => {
    const width = pool.width();
    const args = Array.from({ length: pool.choices.pick([2, 3, 4, 5, 9]) }, () => pool.of(width));
    return [pool.b.mux(pool.index(), args)];
  },
  compare: (pool) => {
    const left = pool.any();
    const kind = pool.choices.pick(['eq', 'ne', 'lt', 'le'] as const);
    return [pool.b.compare(kind, left, pool.of(pool.b.width(left)), pool.choices.chance(50))];
  },
  shift: (pool) => {
    const kind = pool.choices.pick(['left', 'right', 'right-signed'] as const);
    return [pool.b.shift(kind, pool.any(), pool.of(pool.choices.pick([3, 1, 6, 8, 40, 70])))];
  },
  lookup: (pool) => {
    const width = pool.width();
    return [pool.b.lookup(pool.index(), pool.values(pool.choices.between(1, 20), width), width)];
  },
  sum: (pool) => {
    const { choices } = pool;
    const terms = Array.from({ length: choices.between(0, 6) }, () => term(pool.any(), {
      signed: choices.chance(50), negative: choices.chance(40), shift: choices.pick([0, 1, 7, 40, 64, 90]),
    }));
    return [pool.b.sum(terms, choices.value(70) - choices.value(40), pool.width(), pool.pipeline())];
  },
  multiply: (pool) => [
    pool.b.multiply(pool.any(), pool.choices.chance(50), pool.any(), pool.choices.chance(50), pool.width(), pool.pipeline()),
  ],
  popcount: (pool) => [pool.b.popcount(pool.any(), pool.pipeline())],
  thresholds: (pool) => {
    const { choices } = pool;
    const arg = pool.any();
    const width = pool.b.width(arg);
    const signed = choices.chance(50);
    const level = (): bigint => {
      const pattern = choices.value(width);
      return (signed ? BigInt.asIntN(width, pattern) : pattern) + BigInt(choices.between(0, 2) - 1);
    };
    const levels = Array.from({ length: choices.pick([1, 0, 3, 8, 17, 40]) }, level);
    return [pool.b.thresholds(arg, signed, levels.sort((p, q) => (p < q ? -1 : p > q ? 1 : 0)), pool.pipeline())];
  },
  linear: (pool) => {
    const { choices } = pool;
    const elementWidth = choices.pick([1, 1, 2, 3, 7, 8, 13, 15, 16, 17, 33, 64, 65]);
    const columns = choices.pick([1, 2, 3, 9, 35, 70]);
    const rows = choices.between(1, 4);
    const largest = choices.pick([1, 7, 127, 32768, 2147483647]);
    const dense = choices.chance(50);
    const matrix = Int32Array.from({ length: rows * columns }, () => {
      const weight = Number(choices.value(32)) % (largest + 1);
      return dense && weight === 0 ? -largest : choices.chance(50) ? -weight : weight;
    });
    const resultWidth = choices.pick([9, 1, 12, 20, 32, 33, 64, 65, 100]);
    const shape = { elementWidth, signed: choices.chance(50), columns, rows, resultWidth, matrix };
    return [pool.b.linear(pool.of(elementWidth * columns), shape, pool.pipeline())];
  },
  register: (pool) => {
    const width = pool.width();
    const reset = pool.choices.chance(50) ? { reset: pool.choices.value(width) } : {};
    return [pool.b.register(width, { next: pool.of(width), ...pool.enable(), ...reset })];
  },
  delay: (pool) => [pool.b.delay(pool.any(), pool.choices.pick([1, 2, 3, 7, 20]), pool.enable().enable)],
  rom: (pool) => {
    const width = pool.width();
    const contents = pool.values(pool.choices.between(1, 20), width);
    return [pool.b.rom(pool.index(), contents, width, { style: pool.choices.pick(STYLES), ...pool.enable() })];
  },
  ram: (pool) => {
    const { choices } = pool;
    const [depth, width] = [choices.pick([4, 1, 2, 3, 7, 16]), pool.width()];
    return [pool.b.ram({
      depth, writeEnable: pool.of(1), writeAddress: pool.index(), writeData: pool.of(width),
      ...(choices.chance(50) ? { contents: pool.values(depth, width) } : {}),
      readAddress: pool.index(), read: choices.pick(['registered', 'direct'] as const), style: choices.pick(STYLES),
      ...(choices.chance(50) ? { readEnable: pool.of(1) } : {}),
    })];
  },
  'instance-output': (pool) => {
    if (pool.earlier.length === 0) return [];
    const module = pool.choices.pick(pool.earlier);
    const ports = module.ports.filter((port) => port.direction === 'input');
    const inputs = Object.fromEntries(ports.map(({ name, width }) => [name, pool.of(width)]));
    return Object.values(pool.b.instance(`unit_${module.name}`, module, inputs));
  },
};
