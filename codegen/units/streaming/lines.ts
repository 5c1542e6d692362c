import { bitsOf, type IntegerType, type WindowNode } from '../../../src/fixed/ir.ts';
import { windowPositions } from '../../../src/graph/windows.ts';
import type { Lines } from '../../../src/schedule/lines.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import { ModuleBuilder, term } from '../../rtl/builder.ts';
import { bitsFor, type Signal } from '../../rtl/ir.ts';
import { element, unipolar, widened } from '../integer.ts';
import { counter, delayedFlag, outputHandshake } from './control.ts';
import { fillingWord } from './filling.ts';
import { longDelay } from './long-delay.ts';
import type { StreamingUnit } from './matrix.ts';

/**
 * Line buffers: each step shifts a word of `lanes` channels in; where the taps stand over a window, the beat holds all of its taps for
 * these channels, tap by tap. Between the last taps of a row and the first of the next lies the rest of an image row. Latency 1.
 */
export function streamingLines(
  moduleName: string, comment: readonly string[], window: WindowNode, lanes: number, lines: Lines, input: IntegerType, target: Target,
): StreamingUnit {
  const { kernel, fill, type } = window;
  const { words } = lines;
  const bits = lanes * bitsOf(input);
  const builder = new ModuleBuilder(moduleName, comment);
  const valid = builder.input('in_valid', 1);
  const data = builder.input('in_data', bits);
  const handshake = outputHandshake(builder);
  const { enable } = handshake;

  // One step a clock cycle; behind the image's last pixel without input.
  const go = builder.wire(1, { name: 'go', comment: 'a word is shifted in' });
  const word = counter(builder, words, go.signal, 'word', 'which channels');
  const pixelStep = builder.and([go.signal, word.isLast]);
  const step = counter(builder, lines.steps, pixelStep, 'pixel');
  const stepBits = builder.width(step.value);
  const real = lines.steps === lines.pixels ? builder.constant(1, 1)
    : builder.compare('lt', step.value, builder.constant(lines.pixels, stepBits), false, { name: 'in_image' });
  go.connect(builder.and([enable, builder.or([valid, builder.not(real)])]));
  builder.output('in_ready', builder.and([enable, real]));

  // Pixels until the next window: none where it is complete with this one.
  const [rows, columns] = windowPositions(window, window);
  const far = Math.max(lines.first, lines.right, lines.down, lines.around);
  const distanceBits = bitsFor(far);
  const distance = builder.register(distanceBits, { name: 'distance', reset: lines.first, comment: 'pixels until the next window' });
  const here = builder.compare('eq', distance, builder.constant(0, distanceBits), false, { name: 'complete' });
  const next = builder.and([pixelStep, here]);
  const column = counter(builder, columns, next, 'column');
  const row = counter(builder, rows, builder.and([next, column.isLast]), 'row');
  const constant = (value: number): Signal => builder.constant(Math.max(0, value), distanceBits);
  const nextRow = builder.mux(row.isLast, [constant(lines.down - 1), constant(lines.around - 1)]);
  const turn = builder.mux(column.isLast, [constant(lines.right - 1), nextRow]);
  builder.drive(distance, builder.mux(here, [builder.sum([term(distance)], -1, distanceBits), turn]), pixelStep);

  const taps = tapChain(builder, data, go.signal, window, lines, bits, target);
  const inside = insideFlags(builder, window, column, row, next);
  const keep = (signal: Signal): Signal => builder.register(builder.width(signal), { next: signal, enable });
  const outBits = bitsOf(type);
  const convert = (tap: Signal): Signal => builder.concat(Array.from({ length: lanes }, (_, lane) => {
    const wire = element(builder, { signal: tap, count: lanes, type: input }, lane);
    return type.bipolar ? wire.signal : widened(builder, unipolar(builder, wire), outBits);
  }));
  const fillings = Array.from({ length: words }, (_, first) => fillingWord(fill, first * lanes, lanes, type));
  const filling = fillings.every((each) => each === fillings[0]) ? builder.constant(fillings[0], lanes * outBits)
    : keep(builder.lookup(word.value, fillings, lanes * outBits));
  const held = { rows: inside.rows.map((flag) => flag && keep(flag)), columns: inside.columns.map((flag) => flag && keep(flag)) };
  const results: Signal[] = [];
  for (let ky = 0; ky < kernel[0]; ky++) {
    for (let kx = 0; kx < kernel[1]; kx++) {
      const flags = [held.rows[ky], held.columns[kx]].filter((flag) => flag !== undefined);
      const tap = convert(taps[ky][kx]);
      results.push(flags.length === 0 ? tap : builder.mux(builder.and(flags), [filling, tap]));
    }
  }
  const finished = delayedFlag(builder, builder.and([go.signal, here]), 1, enable, 'finished');
  handshake.finish(finished, builder.concat(results, { name: 'window' }));
  return { module: builder.finish(), latency: 1 };
}

/** The words under the taps, by row and column of the kernel: the last one is the youngest. */
function tapChain(
  builder: ModuleBuilder, data: Signal, go: Signal, { width, kernel, dilation }: WindowNode, { words }: Lines, bits: number, target: Target,
): Signal[][] {
  const taps: Signal[][] = Array.from({ length: kernel[0] }, () => new Array<Signal>(kernel[1]));
  const reach = (kernel[1] - 1) * dilation[1];
  let last = builder.register(bits, { next: data, enable: go, name: 'youngest' });
  for (let ky = kernel[0] - 1; ky >= 0; ky--) {
    for (let kx = kernel[1] - 1; kx >= 0; kx--) {
      if (kx < kernel[1] - 1) last = builder.delay(last, dilation[1] * words, go, { name: `tap_${ky}_${kx}` });
      taps[ky][kx] = last;
    }
    if (ky > 0) last = longDelay(builder, last, (dilation[0] * width - reach) * words, go, `line_${ky}`, target);
  }
  return taps;
}

interface Flags { readonly rows: readonly (Signal | undefined)[]; readonly columns: readonly (Signal | undefined)[] }

/** By row and by column of the kernel: whether it lies in the image for the window that is next; undefined where it always does. */
function insideFlags(
  builder: ModuleBuilder, { height, width, kernel, stride, dilation, pad, ...rest }: WindowNode, column: ReturnType<typeof counter>,
  row: ReturnType<typeof counter>, next: Signal,
): Flags {
  const [rows, columns] = windowPositions({ height, width }, { ...rest, kernel, stride, dilation, pad });
  const axis = (
    name: string, count: number, taps: number, start: number, step: number, dilate: number, extent: number, moves: Signal, last: Signal,
  ): (Signal | undefined)[] => {
    const largest = start + (count - 1) * step;
    const bits = bitsFor(Math.max(extent, largest + (taps - 1) * dilate, -start)) + 1;
    const place = builder.register(bits, { name, reset: BigInt.asUintN(bits, BigInt(start)), comment: 'where the next window begins' });
    const following = builder.mux(last, [builder.sum([term(place)], step, bits), builder.constant(start, bits)]);
    builder.drive(place, following, moves);
    return Array.from({ length: taps }, (_, tap) => {
      if (start + tap * dilate >= 0 && largest + tap * dilate < extent) return undefined;
      // Read without sign, a negative place is larger than any extent.
      const at = builder.sum([term(place)], tap * dilate, bits);
      return builder.compare('lt', at, builder.constant(extent, bits), false, { name: `${name}_${tap}_inside` });
    });
  };
  return {
    columns: axis('left', columns, kernel[1], -pad[1], stride[1], dilation[1], width, next, column.isLast),
    rows: axis('top', rows, kernel[0], -pad[0], stride[0], dilation[0], height, builder.and([next, column.isLast]), row.isLast),
  };
}
