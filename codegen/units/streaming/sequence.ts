import { bitsOf, type IntegerType } from '../../../src/fixed/ir.ts';
import type { SequenceUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder } from '../../rtl/builder.ts';
import { bitsFor } from '../../rtl/ir.ts';
import { element, unipolar, widened } from '../integer.ts';
import { counter, outputHandshake } from './control.ts';
import type { StreamingUnit } from './matrix.ts';
import { inputPrefix } from './vector.ts';

/** Passes beats of `lanes` elements from its inputs in the order of `turns`, again and again. Latency 1. */
export function streamingSequence(
  moduleName: string, unit: SequenceUnit, inputs: readonly IntegerType[], lanes: number, turns: readonly number[],
): StreamingUnit {
  const { node } = unit;
  const builder = new ModuleBuilder(moduleName, [
    `${unit.name}: ${inputs.length} streams one behind the other, ${lanes} elements a beat, ${turns.length} beats a turn`, ...node.origins,
  ]);
  const ports = inputs.map((type, i) => ({
    type, valid: builder.input(`${inputPrefix(i)}_valid`, 1), data: builder.input(`${inputPrefix(i)}_data`, lanes * bitsOf(type)),
  }));
  const output = outputHandshake(builder);
  const { enable } = output;
  const go = builder.wire(1, { name: 'go' });
  const turn = counter(builder, turns.length, go.signal, 'turn', 'whose beat comes next');
  const which = turns.length === 1 ? builder.constant(turns[0], 1)
    : builder.lookup(turn.value, turns.map(BigInt), bitsFor(Math.max(1, inputs.length - 1)), { name: 'source' });
  const pick = (signals: readonly number[]): number => (signals.length === 1 ? signals[0] : builder.mux(which, signals));
  go.connect(builder.and([enable, pick(ports.map((port) => port.valid))]));
  ports.forEach((_, i) => {
    const own = builder.compare('eq', which, builder.constant(i, builder.width(which)));
    builder.output(`${inputPrefix(i)}_ready`, builder.and([enable, own]));
  });
  const bits = bitsOf(node.type);
  const data = pick(ports.map((port) => builder.concat(Array.from({ length: lanes }, (_, i) => {
    const wire = element(builder, { signal: port.data, count: lanes, type: port.type }, i);
    return node.type.bipolar ? wire.signal : widened(builder, unipolar(builder, wire), bits);
  }))));
  const held = builder.register(1, { next: go.signal, enable, reset: 0, name: 'finished' });
  output.finish(held, builder.register(lanes * bits, { next: data, enable, name: 'result' }));
  return { module: builder.finish(), latency: 1 };
}
