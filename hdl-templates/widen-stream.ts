import { ModuleBuilder } from '../codegen/rtl/builder.ts';
import { bitsFor, type Module } from '../codegen/rtl/ir.ts';
import { counterStep } from './counter.ts';
import { checkedParameters, streamPorts, type Template } from './template.ts';

export const widenStream: Template = {
  name: 'widen_stream',
  description: 'Packs RATIO words into one, the first in the least significant bits; takes a word every cycle.',
  parameters: [
    { name: 'WIDTH', description: 'bits of a narrow word' },
    { name: 'RATIO', description: 'narrow words in a wide one' },
  ],
  ports: streamPorts('WIDTH', 'RATIO*WIDTH'),
  latency: '1, counted from the last of the narrow words',
  model: parameters => {
    const [WIDTH, RATIO] = checkedParameters('widen_stream', parameters, ['WIDTH', 'RATIO']);
    return widenModel(WIDTH, RATIO);
  },
};

function widenModel(width: number, ratio: number): Module {
  const b = new ModuleBuilder(
    `widen_stream_w${width}_r${ratio}`, [`Packs ${ratio} words of ${width} bits into one.`],
    { name: 'widen_stream', parameters: { WIDTH: width, RATIO: ratio } },
  );
  const inValid = b.input('in_valid', 1);
  const inData = b.input('in_data', width);
  const outReady = b.input('out_ready', 1);
  const full = b.register(1, { name: 'full', reset: 0 });
  const parts = b.register(ratio * width, { name: 'parts' });
  const inReady = b.or([b.not(full), outReady]);
  const write = b.and([inValid, inReady], { name: 'write' });
  if (ratio === 1) {
    b.drive(full, write, inReady);
    b.drive(parts, inData, write);
  } else {
    const part = b.register(bitsFor(ratio - 1), { name: 'part', reset: 0 });
    const { last, next } = counterStep(b, part, ratio);
    b.drive(part, next, write);
    b.drive(full, b.and([write, last]), inReady);
    b.drive(parts, b.concat([b.slice(parts, width, (ratio - 1) * width), inData]), write);
  }
  b.output('in_ready', inReady);
  b.output('out_valid', full);
  b.output('out_data', parts);
  return b.finish();
}
