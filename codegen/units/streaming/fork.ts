import { ModuleBuilder } from '../../rtl/builder.ts';
import type { Module } from '../../rtl/ir.ts';

/** Hands each beat to `count` readers (`out0_*`, `out1_*` …), each when it is ready; the next beat comes when all have this one. */
export function streamFork(width: number, count: number): Module {
  const builder = new ModuleBuilder(`stream_fork_w${width}_n${count}`, [`Hands each beat of ${width} bits to ${count} readers, each at its own time`]);
  const valid = builder.input('in_valid', 1);
  const data = builder.input('in_data', width);
  const readies = Array.from({ length: count }, (_, i) => builder.input(`out${i}_ready`, 1));
  const sent = readies.map((_, i) => builder.register(1, { name: `sent_${i}`, reset: 0, comment: `reader ${i} has the present beat` }));
  const served = readies.map((ready, i) => builder.or([sent[i], ready]));
  const ready = builder.and(served, { name: 'all_served' });
  builder.output('in_ready', ready);
  sent.forEach((flag, i) => {
    builder.drive(flag, builder.and([valid, builder.not(ready), served[i]]));
    builder.output(`out${i}_valid`, builder.and([valid, builder.not(flag)]));
    builder.output(`out${i}_data`, data);
  });
  return builder.finish();
}
