import type { GroupPlan } from '../../../src/schedule/plan.ts';
import { bitsFor, type Signal } from '../../rtl/ir.ts';
import { term, type ModuleBuilder } from '../../rtl/builder.ts';

/** A counter from 0 to `count - 1` that steps where `enable` is high and starts again after its last value. */
export interface Counter {
  /** Present value; a 1-bit constant 0 where `count` is 1. */
  readonly value: Signal;
  readonly isFirst: Signal;
  readonly isLast: Signal;
}

export function counter(builder: ModuleBuilder, count: number, enable: Signal, name: string, comment?: string): Counter {
  if (count === 1) {
    const one = builder.constant(1, 1);
    return { value: builder.constant(0, 1), isFirst: one, isLast: one };
  }
  const width = bitsFor(count - 1);
  const value = builder.register(width, { name, reset: 0, comment });
  const isFirst = builder.compare('eq', value, builder.constant(0, width), false, { name: `${name}_first` });
  const isLast = builder.compare('eq', value, builder.constant(count - 1, width), false, { name: `${name}_last` });
  const next = builder.mux(isLast, [builder.sum([term(value)], 1, width), builder.constant(0, width)]);
  builder.drive(value, next, enable);
  return { value, isFirst, isLast };
}

/** The steps that bring a vector, see `stepsOf`: which beat of a block comes, which block's it is, and whether the vector's last comes. */
export interface VectorSteps {
  readonly beat: Counter;
  /** Present where a beat of each block comes in turn. */
  readonly block?: Counter;
}

export function vectorSteps(builder: ModuleBuilder, { blocks, beats, interleaved }: GroupPlan, go: Signal): VectorSteps {
  if (interleaved !== true) return { beat: counter(builder, beats, go, 'beat', 'which columns') };
  const block = counter(builder, blocks, go, 'block', 'which groups');
  return { beat: counter(builder, beats, builder.and([go, block.isLast]), 'beat', 'which columns'), block };
}

/** A chain of resettable flags: `flag` after `cycles` enabled clock edges. */
export function delayedFlag(builder: ModuleBuilder, flag: Signal, cycles: number, enable: Signal, name: string): Signal {
  let last = flag;
  for (let stage = 1; stage <= cycles; stage++) last = builder.register(1, { next: last, enable, reset: 0, name: `${name}_${stage}` });
  return last;
}

/** The output side of a unit whose whole pipeline stands still while a finished beat waits. */
export interface OutputHandshake {
  /** High where the pipeline moves. */
  readonly enable: Signal;
  /** Declares the beat at the end of the pipeline. */
  finish(valid: Signal, data: Signal): void;
}

/**
 * Adds port `out_ready` and gives the pipeline's enable: low exactly while the last stage holds a beat that is not taken. `finish`
 * adds `out_valid` and `out_data`, which must come from the last stage.
 */
export function outputHandshake(builder: ModuleBuilder): OutputHandshake {
  const ready = builder.input('out_ready', 1);
  const valid = builder.wire(1, { name: 'valid' });
  const enable = builder.or([builder.not(valid.signal), ready], { name: 'enable', comment: 'the pipeline moves unless a finished beat waits' });
  return {
    enable,
    finish: (flag, data) => {
      valid.connect(flag);
      builder.output('out_valid', flag);
      builder.output('out_data', data);
    },
  };
}
