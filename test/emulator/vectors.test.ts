import { expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Design, Signal } from '../../codegen/rtl/ir.ts';
import { emulate } from '../../emulator/index.ts';
import { simplify } from '../../emulator/lean/simplify.ts';
import { extremeOf } from '../../emulator/vector/extreme.ts';
import { findVectors } from '../../emulator/vector/match.ts';
import type { Vec } from '../../emulator/vector/vec.ts';
import { Random } from '../verilog/random.ts';
import { sameState } from './same-state.ts';

const CASES = 400;
const CYCLES = 14;

/** A design in which several lanes do the same, each with its own constants: what the emulator computes in vectors. */
class LaneDesign {
  private readonly b = new ModuleBuilder('lanes');
  private readonly count: number;
  private readonly flags: Signal[];
  private readonly data: Signal;

  constructor(private readonly random: Random) {
    this.count = random.integer(6, 30);
    this.data = this.b.input('data', 1024);
    this.flags = [this.b.input('flag_0', 1), this.b.input('flag_1', 1)];
  }

  build(): Design {
    const { b, random } = this;
    for (let seed = random.integer(1, 2); seed > 0; seed--) {
      let lanes = this.leaf();
      for (let depth = random.integer(1, 5); depth > 0; depth--) lanes = this.grow(lanes);
      this.use(lanes);
    }
    return { modules: [b.finish()] };
  }

  private width(lanes: readonly Signal[]): number {
    return this.b.width(lanes[0]);
  }

  private each(make: (lane: number) => Signal): Signal[] {
    return Array.from({ length: this.count }, (_, lane) => make(lane));
  }

  private get enable(): Signal | undefined {
    return this.random.pick([undefined, ...this.flags]);
  }

  private leaf(): Signal[] {
    const { b, random } = this;
    const width = random.pick([1, 1, 2, 3, 4, 5, 7, 8, 8, 9, 11, 16, 17, 24]);
    switch (random.integer(0, 5)) {
      case 0: {
        const constants = this.each(() => b.constant(random.value(width), width));
        return constants;
      }
      case 1: {
        const one = b.slice(this.data, random.integer(0, 100), width);
        return this.each(() => one);
      }
      case 2: {
        const low = random.integer(0, 20);
        return this.each((lane) => b.slice(this.data, low + ((lane * 37) % 400), width));
      }
      case 3: return this.rows();
      default: {
        const stride = random.pick([width, width, width + random.integer(0, 3), 8 * Math.ceil(width / 8)]);
        const low = random.pick([0, 8, random.integer(0, 40)]);
        const source = random.chance(50) ? this.data : b.register(1024, { next: this.data, enable: this.enable });
        return this.each((lane) => b.slice(source, low + lane * stride, width));
      }
    }
  }

  private rows(): Signal[] {
    const { b, random } = this;
    const elementWidth = random.pick([1, 1, 2, 3, 8, 12]);
    const columns = random.integer(1, 30);
    const resultWidth = random.pick([6, 9, 16, 17, 20, 31]);
    const most = random.pick([1, 1, 7, 200]);
    const matrix = Int32Array.from({ length: this.count * columns }, () => random.integer(-most, most));
    const arg = b.slice(this.data, random.integer(0, 30), elementWidth * columns);
    const shape = { elementWidth, signed: elementWidth > 1 && random.chance(50), columns, rows: this.count, resultWidth, matrix };
    const products = b.linear(arg, shape, { stages: random.integer(1, 4), enable: this.enable });
    return this.each((lane) => b.slice(products, lane * resultWidth, resultWidth));
  }

  private grow(lanes: readonly Signal[]): Signal[] {
    const { b, random } = this;
    const width = this.width(lanes);
    const enable = this.enable;
    const like = (): Signal[] => {
      const other = this.leaf();
      const signed = random.chance(50);
      return other.map((signal) => b.resize(signal, width, signed));
    };
    switch (random.integer(0, 14)) {
      case 0: {
        const [reset, unlike] = [random.chance(50) ? random.value(width) : undefined, random.chance(85) ? 8 : 0];
        const registers = this.each(() => b.register(width, { reset }));
        registers.forEach((register, lane) => b.drive(register, random.chance(unlike) ? this.unlike(lanes[lane], registers) : lanes[lane], enable));
        return registers;
      }
      case 1: {
        const cycles = random.integer(1, 4);
        return this.each((lane) => b.delay(lanes[lane], cycles, enable));
      }
      case 2: {
        const [signed, to] = [random.chance(50), Math.min(30, width + random.integer(0, 9))];
        return this.each((lane) => b.resize(lanes[lane], to, signed));
      }
      case 3: return this.each((lane) => b.not(lanes[lane]));
      case 4: {
        const [others, kind] = [like(), random.pick(['and', 'or', 'xor'] as const)];
        return this.each((lane) => b[kind]([lanes[lane], others[lane]]));
      }
      case 5: {
        const others = like();
        const select = random.chance(50) ? this.each(() => this.flags[0]) : this.each((lane) => b.slice(this.data, lane, 1));
        return this.each((lane) => b.mux(select[lane], [lanes[lane], others[lane]]));
      }
      case 6: {
        const [others, kind, signed] = [like(), random.pick(['eq', 'ne', 'lt', 'le'] as const), random.chance(50)];
        return this.each((lane) => b.compare(kind, lanes[lane], others[lane], signed));
      }
      case 7:
      case 8: {
        const others = this.leaf();
        const options = [0, 1].map(() => ({ signed: random.chance(50), shift: random.integer(0, 4), negative: random.chance(40) }));
        const [to, stages] = [random.pick([width, width + 2, 16, 18, 30]), random.integer(0, 3)];
        return this.each((lane) => b.sum([term(lanes[lane], options[0]), term(others[lane], options[1])], random.value(9), to, { stages, enable }));
      }
      case 9: {
        const [others, to, stages] = [this.leaf(), random.pick([width, 8, 16, 20, 32]), random.integer(0, 3)];
        const [left, right] = [random.chance(50), random.chance(50)];
        return this.each((lane) => b.multiply(lanes[lane], left, others[lane], right, to, { stages, enable }));
      }
      case 10: {
        const [levels, signed, stages] = [random.integer(1, 20), random.chance(50), random.integer(0, 3)];
        const low = signed ? -(2 ** (width - 1)) - 2 : 0;
        return this.each((lane) => b.thresholds(lanes[lane], signed, Array.from({ length: levels },
          () => BigInt(random.integer(low, low + 2 ** width + 3))).sort((x, y) => (x < y ? -1 : x > y ? 1 : 0)), { stages, enable }));
      }
      case 11: {
        const low = random.integer(0, width - 1);
        const part = random.integer(1, width - low);
        return this.each((lane) => b.slice(lanes[lane], low, part));
      }
      case 12:
      case 13: {
        // Rounded and clamped, as quantizers have it: of a sum only some bits are read.
        const low = random.integer(0, Math.min(6, width - 1));
        const odd = (lane: number): Signal => b.slice(lanes[lane], low, 1);
        const part = random.integer(1, width - low);
        const bounds = [random.value(part), random.value(part)].map((value) => this.each(() => b.constant(value, part)));
        const to = width + random.integer(0, 2);
        const order = random.chance(50);
        return this.each((lane) => {
          const sum = b.sum([term(lanes[lane], { signed: true }), term(odd(lane))], BigInt(random.integer(-9, 9)), to);
          const value = b.slice(sum, low, part);
          const clamp = (number: Signal, k: number): Signal => {
            const [left, right] = order ? [number, bounds[k][lane]] : [bounds[k][lane], number];
            return b.mux(b.compare('lt', left, right, true), (k === 0) === order ? [left, right] : [right, left]);
          };
          return clamp(clamp(value, 0), 1);
        });
      }
      default: {
        // An accumulator of its own in each lane.
        const to = Math.min(30, width + 3);
        const sums = this.each(() => b.register(to, {}));
        sums.forEach((sum, lane) => b.drive(sum, b.sum([term(sum), term(lanes[lane], { signed: true })], 1, to), enable));
        return sums;
      }
    }
  }

  /** Something else than what the other lanes do. */
  private unlike(signal: Signal, state: readonly Signal[]): Signal {
    const { b, random } = this;
    const other = random.chance(50) ? random.pick(state) : b.slice(this.data, random.integer(0, 90), b.width(signal));
    return random.chance(50) ? other : b.xor([signal, other]);
  }

  private use(lanes: readonly Signal[]): void {
    const { b, random } = this;
    const width = this.width(lanes);
    switch (random.integer(0, 3)) {
      case 0: return b.output('packed', b.concat(lanes));
      case 1: {
        const options = { signed: random.chance(50), shift: random.integer(0, 3), negative: random.chance(30) };
        const terms = [...lanes.map((lane) => term(lane, options)), term(b.slice(this.data, 3, 9))];
        return b.output('total', b.sum(terms, random.value(10), random.pick([12, 20, 32, 40]), { stages: random.integer(0, 2), enable: this.enable }));
      }
      case 2: {
        if (width > 16) return b.output('state', b.register(width * this.count, { next: b.concat(lanes), enable: this.enable }));
        const matrix = Int32Array.from({ length: 9 * this.count }, () => random.integer(-9, 9));
        const shape = { elementWidth: width, signed: width > 1 && random.chance(50), columns: this.count, rows: 9, resultWidth: 24, matrix };
        return b.output('products', b.linear(b.concat(lanes), shape, { stages: random.integer(0, 2), enable: this.enable }));
      }
      default: lanes.forEach((lane) => b.output('lane', lane));
    }
  }
}

function kindsIn(design: Design, count: (kind: string) => void): void {
  const lean = simplify(flatten(design));
  const vectors = findVectors(lean);
  const visit = (vec: Vec): void => {
    count(vec.kind === 'operator' ? vec.nodes[0].op : vec.kind);
    if (vec.kind === 'operator' && extremeOf(vec) !== undefined) count('extreme');
    if (vec.kind === 'operator') vec.operands.forEach(visit);
  };
  for (const { members, next, alone } of vectors.groups) {
    count(`group of ${lean.nodes[members[0]].op}`);
    if (alone.size > 0) count('lanes by themselves');
    visit(next!);
  }
  for (const vec of vectors.packed.values()) visit(vec);
  for (const { vec } of vectors.sums.values()) { count('total'); visit(vec); }
  for (const vec of vectors.elements.values()) { count('elements'); visit(vec); }
  for (const _ of vectors.rows) count('linear in cells');
}

it('every signal of designs with lanes equals the evaluator\'s in every cycle, and every kind of vector occurs', () => {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Random(seed);
    const design = new LaneDesign(random).build();
    checkDesign(design);
    kindsIn(design, (kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
    const [evaluator, emulator] = [evaluateDesign(design), emulate(design)];
    const same = sameState(evaluator, emulator);
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const [data, flags, reset] = [random.value(1024), [random.value(1), random.value(1)], random.chance(8)];
      for (const engine of [evaluator, emulator]) {
        engine.input('data').set(data);
        flags.forEach((flag, i) => engine.input(`flag_${i}`).set(flag));
        engine.setReset(reset);
        engine.settle();
      }
      try {
        same(cycle);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`);
      }
      evaluator.clock();
      emulator.clock();
    }
  }
  const wanted = [
    'constant', 'splat', 'state', 'rows', 'fields', 'gather', 'slice', 'extend', 'not', 'bitwise', 'mux', 'compare', 'sum', 'multiply', 'thresholds',
    'group of register', 'group of delay', 'group of sum', 'group of multiply', 'group of thresholds', 'total', 'elements', 'linear in cells',
    'lanes by themselves', 'extreme',
  ];
  expect(wanted.filter((kind) => (counts.get(kind) ?? 0) < 10)).toEqual([]);
});
