import { bitsOf, type IntegerType } from '../../../src/fixed/ir.ts';
import { ModuleBuilder } from '../../rtl/builder.ts';
import type { Module } from '../../rtl/ir.ts';
import { encode } from '../elementwise/constant.ts';
import { counter } from './control.ts';

/** Gives the beats of `initial` once after reset, then passes its input on in the same cycle: what a state is before the first sample. */
export function streamPrefix(moduleName: string, name: string, type: IntegerType, elements: number, initial: Float64Array): Module {
  const bits = bitsOf(type);
  const width = elements * bits;
  const beats = initial.length / elements;
  const builder = new ModuleBuilder(moduleName, [`${name}: ${initial.length} initial elements, then what the state becomes`]);
  const inValid = builder.input('in_valid', 1);
  const inData = builder.input('in_data', width, `${elements} elements a beat`);
  const outReady = builder.input('out_ready', 1);
  const done = builder.register(1, { name: 'done', reset: 0, comment: 'the initial beats are gone' });
  const giving = builder.and([builder.not(done), outReady], { name: 'giving' });
  const beat = counter(builder, beats, giving, 'beat', 'which initial beat');
  builder.drive(done, builder.or([done, builder.and([giving, beat.isLast])]));
  const words = Array.from({ length: beats }, (_, word) => {
    let value = 0n;
    for (let i = elements - 1; i >= 0; i--) value = (value << BigInt(bits)) | encode(initial[word * elements + i], type, bits);
    return value;
  });
  const first = beats === 1 ? builder.constant(words[0], width) : builder.lookup(beat.value, words, width);
  builder.output('in_ready', builder.and([done, outReady]));
  builder.output('out_valid', builder.or([builder.not(done), inValid]));
  builder.output('out_data', builder.mux(done, [first, inData]));
  return builder.finish();
}
