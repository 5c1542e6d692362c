import { describe, expect, it } from 'vitest';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { decodeOutput } from '../../src/compiler/host.ts';
import { encoderOf, Encoder } from '../../src/compiler/encoder.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { evaluateExpression } from '../../src/graph/expression.ts';
import { reals } from '../../src/graph/reals.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { Random } from '../verilog/random.ts';

const algebra = reals();

/** The double next to x, away from zero or toward it. */
function neighbour(x: number, by: 1n | -1n): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + by);
  return view.getFloat64(0);
}

describe('the host', () => {
  it('encodes numbers that it never met, on both sides of every step, as exact arithmetic does', async () => {
    const { fixed, graph } = lowerNetwork(await loadNetwork('examples/digits/digits.onnx'));
    const [{ value, encoder: expression }] = fixed.inputs;
    const size = sizeOf(graph.inputs[0].shape);
    const exactly = (values: Float64Array): Float64Array => evaluateExpression(expression, { shape: [size], values }, algebra).values;
    const codeOf = (x: number): number => exactly(new Float64Array(size).fill(x))[0];
    const [encoder, random] = [new Encoder(expression, size, fixed.nodes[value]), new Random(5)];
    const steps: number[] = [];
    const spread = 4 * Math.max(1, Math.abs(fixed.nodes[value].type.high));
    for (let turn = 0; turn < 8; turn++) {
      // The last double of the lower one of two codes.
      let [a, b] = [-random.bits() / 2 ** 32 * spread, random.bits() / 2 ** 32 * spread];
      const code = codeOf(a);
      if (codeOf(b) === code) continue;
      for (let middle = a / 2 + b / 2; middle !== a && middle !== b; middle = a / 2 + b / 2) {
        if (codeOf(middle) === code) a = middle;
        else b = middle;
      }
      steps.push(a, b, neighbour(a, 1n), neighbour(a, -1n), neighbour(b, 1n), neighbour(b, -1n));
    }
    expect(steps.length).toBeGreaterThan(0);
    for (let sample = 0; sample < 60; sample++) {
      const values = Float64Array.from({ length: size }, () => {
        const kind = random.integer(0, 3);
        if (kind === 0) return random.pick(steps);
        if (kind === 1) return random.integer(-9, 9) * 2 ** 40;
        return (random.bits() / 2 ** 32 - 0.5) * spread * random.pick([0.01, 1, 3]);
      });
      expect([...encoder.encode(values)]).toEqual([...exactly(values)]);
    }
    expect(encoderOf(expression, size, fixed.nodes[value])).toBe(encoderOf(expression, size, fixed.nodes[value]));
  });

  it('decodes from its tables what exact arithmetic gives, errors and enclosures too', async () => {
    const { fixed } = lowerNetwork(await loadNetwork('examples/digits/digits.onnx'));
    const [output] = fixed.outputs;
    const { type, shape } = fixed.nodes[output.value];
    const random = new Random(6);
    for (let sample = 0; sample < 200; sample++) {
      const integers = Float64Array.from({ length: sizeOf(shape) }, () => random.integer(type.low, Math.min(type.high, type.low + 40)));
      const found = decodeOutput(fixed, output, integers);
      const exact = evaluateExpression(output.decoder, { shape: [integers.length], values: integers }, algebra);
      expect([...found.values]).toEqual([...exact.values]);
      const errors = exact.errors ?? new Float64Array(exact.values.length);
      expect([...found.errors ?? new Float64Array(errors.length)]).toEqual([...errors]);
      errors.forEach((error, i) => { if (error !== 0) expect(found.exact!(i, 80)).toEqual(exact.exact!(i, 80)); });
    }
  });
});
