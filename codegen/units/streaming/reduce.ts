import { bitsOf, isSigned, type IntegerType } from '../../../src/fixed/ir.ts';
import type { GroupPlan } from '../../../src/schedule/plan.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import type { ReduceUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import { element } from '../integer.ts';
import { arrangementOf } from './arrangement.ts';
import { delayedFlag, outputHandshake, vectorSteps } from './control.ts';
import { longDelay } from './long-delay.ts';
import type { StreamingUnit } from './matrix.ts';

/** The largest or smallest element of each group, `plan.lanes` groups at the same time, `simd` elements a beat. */
export function streamingReduce(
  moduleName: string, unit: ReduceUnit, input: IntegerType, groups: number, simd: number, plan: GroupPlan, target: Target, order?: Int32Array,
): StreamingUnit {
  const { node } = unit;
  const { lanes, blocks, beats } = plan;
  const { places } = arrangementOf(groups, node.length, plan, simd, order);
  const builder = new ModuleBuilder(moduleName, [
    `${unit.name}: ${node.kind} of ${node.length} elements, ${simd} a clock cycle, for ${lanes} ${lanes === 1 ? 'group' : 'groups'} at a time`,
    ...node.origins,
  ]);
  const valid = builder.input('in_valid', 1);
  const bits = bitsOf(input);
  const data = builder.input('in_data', simd * bits, `${simd} elements a beat`);
  const output = outputHandshake(builder);
  const { enable } = output;
  builder.output('in_ready', enable);
  const go = builder.and([enable, valid], { name: 'go' });
  const { beat, block } = vectorSteps(builder, plan, go);

  const signed = isSigned(input);
  const bus = { signal: builder.register(simd * bits, { next: data, enable, name: 'elements' }), count: simd, type: input };
  const own = places[0].length;
  const rounds = Math.ceil(Math.log2(own));
  const better = (left: Signal, right: Signal): Signal => {
    const [low, high] = node.kind === 'maximum' ? [left, right] : [right, left];
    return builder.mux(builder.compare('lt', low, high, signed), [left, right]);
  };
  const best = places.map((lane) => {
    let players = lane.map((place) => element(builder, bus, place).signal);
    for (let round = 0; round < rounds; round++) {
      players = Array.from({ length: Math.ceil(players.length / 2) }, (_, i) => {
        const winner = players[2 * i + 1] === undefined ? players[2 * i] : better(players[2 * i], players[2 * i + 1]);
        return builder.register(bits, { next: winner, enable });
      });
    }
    return players[0];
  });
  // The best of the beats before is kept and meets each new one; the first of a group starts anew.
  const first = builder.delay(beat.isFirst, 1 + rounds, enable);
  const fresh = delayedFlag(builder, go, 1 + rounds, enable, 'elements_valid');
  const step = builder.and([enable, fresh]);
  const kept = beats === 1 ? best : best.map((value, lane) => {
    const state = builder.register(bits, { name: `best_${lane}` });
    // Where blocks take turns, a block's best comes round again after those of the others.
    const before = block === undefined ? state : longDelay(builder, state, blocks - 1, step, `kept_${lane}`, target);
    builder.drive(state, builder.mux(first, [better(before, value), value]), step);
    return state;
  });
  const latency = 1 + rounds + (beats === 1 ? 0 : 1);
  const finished = delayedFlag(builder, builder.and([go, beat.isLast]), latency, enable, 'finished');
  const results = kept.map((value) => builder.resize(value, bitsOf(node.type), signed));
  output.finish(finished, builder.concat(results, { name: 'results' }));
  return { module: builder.finish(), latency };
}
