import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { Random } from './networks.ts';

const WIDTH = 32;
const [CHANNELS, ROWS] = [8, 16];
const BITS = 4;

/**
 * A 3x3 convolution of 8 channels to 16 with 4-bit activations and weights, a pixel each clock cycle: two line buffers, a window of
 * nine pixels, all products at once, thresholds; everything stands still while a result waits.
 */
export function convolutionDesign(): Design {
  const random = new Random(3);
  const b = new ModuleBuilder('convolution', ['3x3 convolution, a pixel a clock cycle']);
  const valid = b.input('s_axis_0_tvalid', 1);
  const data = b.input('s_axis_0_tdata', CHANNELS * BITS);
  const ready = b.input('m_axis_0_tready', 1);
  const finished = b.register(1, { name: 'finished', reset: 0 });
  const moves = b.or([b.not(finished), ready], { name: 'moves' });
  const step = b.and([moves, valid], { name: 'step' });
  const lines = [data];
  for (let line = 1; line < 3; line++) lines.push(b.delay(lines[line - 1], WIDTH, step, { name: `line_${line}` }));
  const window = lines.flatMap((line, i) => {
    const middle = b.register(CHANNELS * BITS, { next: line, enable: step, name: `pixel_${i}_1` });
    return [line, middle, b.register(CHANNELS * BITS, { next: middle, enable: step, name: `pixel_${i}_2` })];
  });
  const columns = 9 * CHANNELS;
  const matrix = Int32Array.from({ length: ROWS * columns }, () => random.below(16) - 8);
  const resultWidth = 14;
  const sums = b.linear(b.concat(window), { elementWidth: BITS, signed: false, columns, rows: ROWS, resultWidth, matrix },
    { stages: 3, enable: moves }, { name: 'sums' });
  const results = Array.from({ length: ROWS }, (_, row) => {
    const levels = Array.from({ length: 15 }, (_unused, k) => BigInt(100 * (k - 7) + random.below(90)));
    return b.thresholds(b.slice(sums, row * resultWidth, resultWidth), true, levels, { stages: 2, enable: moves });
  });
  let flag = step;
  for (let stage = 1; stage < 5; stage++) flag = b.register(1, { next: flag, enable: moves, reset: 0, name: `valid_${stage}` });
  b.drive(finished, flag, moves);
  b.output('s_axis_0_tready', moves);
  b.output('m_axis_0_tvalid', finished);
  b.output('m_axis_0_tdata', b.concat(results));
  return { modules: [b.finish()] };
}
