import { describe, expect, it } from 'vitest';
import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import type { Simulator } from '../../codegen/rtl/simulator.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { lmulMagnitude } from '../../codegen/units/weights/lmul.ts';
import { emulate } from '../../emulator/index.ts';
import { buildVerilator, runCycles } from '../../sim/verilator/index.ts';
import { floatFieldsOf, largestMagnitude, type FloatFields } from '../../src/number/formats/float.ts';
import { parseFormat } from '../../src/number/formats/index.ts';
import { lmulFormula, lmulOffset, lmulOrdinal, lmulProduct } from '../../src/number/formats/lmul.ts';
import { withVerilator } from '../verilog/verilator.ts';
import { Numbers } from './networks.ts';

const full = process.env.BITLOOM_TEST_FULL !== undefined;

function fieldsOf(format: string): FloatFields {
  return floatFieldsOf(parseFormat(format))!;
}

/** A module that multiplies two codes, one clock cycle later. */
function multiplier(fields: FloatFields): { design: Design; bits: number } {
  const magnitude = fields.exponentBits + fields.mantissaBits;
  const builder = new ModuleBuilder('lmul', ['product of two floating-point codes by L-Mul']);
  const enable = builder.constant(1, 1);
  const [x, y] = ['x', 'y'].map((name) => builder.input(name, magnitude + 1));
  const sign = builder.delay(builder.xor([builder.slice(x, magnitude, 1), builder.slice(y, magnitude, 1)]), 1, enable);
  const product = lmulMagnitude(builder, fields, builder.slice(x, 0, magnitude), builder.slice(y, 0, magnitude), { enable }, 1);
  builder.output('product', builder.concat([product, sign]));
  return { design: { modules: [builder.finish()] }, bits: magnitude + 1 };
}

function ordinal(code: number, bits: number): number {
  const magnitude = code % 2 ** (bits - 1);
  return code >= 2 ** (bits - 1) ? -magnitude : magnitude;
}

/** The code of the product: its sign is that of the factors, also where it is zero. */
function expected(fields: FloatFields, bits: number, x: number, y: number): number {
  const sign = x >= 2 ** (bits - 1) !== y >= 2 ** (bits - 1) ? 2 ** (bits - 1) : 0;
  return sign + Math.abs(lmulOrdinal(fields, ordinal(x, bits), ordinal(y, bits)));
}

/** Pairs of codes: all of them, or so many random ones. */
function* pairs(bits: number, random?: number): Generator<[number, number]> {
  if (random === undefined) {
    for (let x = 0; x < 2 ** bits; x++) for (let y = 0; y < 2 ** bits; y++) yield [x, y];
    return;
  }
  const numbers = new Numbers(17);
  for (let i = 0; i < random; i++) yield [numbers.whole(0, 2 ** bits - 1), numbers.whole(0, 2 ** bits - 1)];
}

function compare(simulator: Simulator, fields: FloatFields, bits: number, tried: Iterable<[number, number]>): number {
  const [inX, inY, product] = [simulator.input('x'), simulator.input('y'), simulator.signal('product')];
  let count = 0;
  for (const [x, y] of tried) {
    inX.setNumber(x);
    inY.setNumber(y);
    simulator.clock();
    simulator.settle();
    if (product.getNumber() !== expected(fields, bits, x, y)) expect(product.getNumber(), `${x} times ${y}`).toBe(expected(fields, bits, x, y));
    count++;
  }
  return count;
}

describe('L-Mul hardware', () => {
  for (const format of ['e4m3', 'e5m2']) {
    it(`${format}: all pairs of codes, emulator and RTL evaluator`, () => {
      const fields = fieldsOf(format);
      const { design, bits } = multiplier(fields);
      expect(compare(emulate(design), fields, bits, pairs(bits))).toBe(2 ** 16);
      expect(compare(evaluateDesign(design), fields, bits, full ? pairs(bits) : pairs(bits, 3000))).toBeGreaterThanOrEqual(3000);
    });
  }

  it('bf16 and others: random pairs', () => {
    for (const format of ['bf16', 'half', 'float<2,1>', 'float<5,4,fn>', 'float<3,0,all>', 'float<4,3,all,bias=12>']) {
      const fields = fieldsOf(format);
      const { design, bits } = multiplier(fields);
      expect(compare(emulate(design), fields, bits, pairs(bits, 50_000))).toBe(50_000);
    }
  });

  (full ? withVerilator : it.skip)('e4m3, e5m2 and bf16 in Verilator', async () => {
    for (const format of ['e4m3', 'e5m2', 'bf16']) {
      const fields = fieldsOf(format);
      const { design, bits } = multiplier(fields);
      const tried = [...pairs(bits, bits <= 8 ? undefined : 2 ** 16)];
      const model = await buildVerilator(emitVerilog(design), 'lmul');
      const inputs = { x: tried.map(([x]) => BigInt(x)), y: tried.map(([, y]) => BigInt(y)) };
      const { outputs } = await runCycles(model, { inputs, cycles: tried.length, reset: tried.map(() => true) });
      // The product of one cycle's codes is there in the next.
      const wrong = tried.slice(0, -1).findIndex(([x, y], i) => outputs.product[i + 1] !== BigInt(expected(fields, bits, x, y)));
      expect(wrong < 0 ? 'all equal' : tried[wrong]).toBe('all equal');
    }
  });
});

describe('L-Mul and its formula', () => {
  for (const format of ['e4m3', 'e5m2', 'float<3,4>', 'float<2,1>', 'float<4,0>']) {
    it(`${format}: agree exactly where the fractions and 2^-l add up to at most 1`, () => {
      const fields = fieldsOf(format);
      const { mantissaBits, bias } = fields;
      const one = 2 ** mantissaBits;
      const unit = 2 ** (1 - bias - mantissaBits);
      const largest = largestMagnitude(fields);
      const seen = { agree: 0, differ: 0 };
      for (let x = one; x <= largest; x++) {
        for (let y = one; y <= largest; y++) {
          const magnitude = lmulOrdinal(fields, x, y);
          // Underflow and overflow are defined by the adder alone.
          if (magnitude === 0 || magnitude === largest) continue;
          const fractions = (x % one) / one + (y % one) / one + 2 ** -lmulOffset(mantissaBits);
          const agree = lmulProduct(fields, x, -y) * unit === lmulFormula(fields, x, -y);
          expect(agree, `${x} times ${y}`).toBe(fractions <= 1);
          seen[agree ? 'agree' : 'differ']++;
        }
      }
      expect(seen.agree).toBeGreaterThan(0);
      if (mantissaBits > 1) expect(seen.differ).toBeGreaterThan(0);
    });
  }
});
