import { leastCommonMultiple } from '../../../src/base/divisors.ts';
import { bitsOf, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { ElementwiseUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder } from '../../rtl/builder.ts';
import { isRewritable, rewritableElementwise } from '../elementwise/rewritable.ts';
import { storedElementwise, storedLatency } from '../elementwise/stored.ts';
import type { MemoryStyle } from '../../rtl/ir.ts';
import { element } from '../integer.ts';
import { Loads } from '../loadable.ts';
import { counter, delayedFlag, outputHandshake } from './control.ts';
import type { StreamingUnit } from './matrix.ts';
import { loadableStyle } from './memory-cost.ts';

/** An elementwise operator on `lanes` elements a beat; the channel's parameters follow the place in the vector of `size` elements. */
export function streamingElementwise(
  moduleName: string, unit: ElementwiseUnit, input: IntegerType, lanes: number, size: number, timing: Timing,
): StreamingUnit {
  const { node } = unit;
  // Parameters repeat after `channels` elements; turns are the beats of one repetition that whole beats fill.
  const turns = leastCommonMultiple(lanes, node.channels) / lanes;
  const builder = new ModuleBuilder(moduleName, [`${unit.name}: ${node.op} on ${size} elements, ${lanes} a clock cycle`, ...node.origins]);
  const valid = builder.input('in_valid', 1);
  const data = builder.input('in_data', lanes * bitsOf(input));
  const output = outputHandshake(builder);
  const { enable } = output;
  builder.output('in_ready', enable);

  const go = builder.and([enable, valid], { name: 'go' });
  const turn = counter(builder, turns, go, 'turn', 'which channels').value;
  const held = builder.register(lanes * bitsOf(input), { next: data, enable, name: 'elements' });
  const context = { builder, timing, enable };
  const xs = Array.from({ length: lanes }, (_, lane) => element(builder, { signal: held, count: lanes, type: input }, lane));
  const loads = new Loads(builder);
  const style = (depth: number, width: number): MemoryStyle => loadableStyle(depth, width, timing.target);
  const results = isRewritable(node) ? rewritableElementwise(node, xs, turn, turns, context, { loads, style })
    : xs.map((x, lane) => storedElementwise(node, x, turn, Array.from({ length: turns }, (_, t) => t * lanes + lane), context));
  const latency = 1 + storedLatency(node, input, timing);
  output.finish(delayedFlag(builder, go, latency, enable, 'finished'), builder.concat(results, { name: 'results' }));
  return { module: builder.finish(), latency, memories: loads.memories };
}
