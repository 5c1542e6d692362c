import { ModuleBuilder } from '../codegen/rtl/builder.ts';
import { bitsFor, type Module } from '../codegen/rtl/ir.ts';
import { counterStep } from './counter.ts';
import { checkedParameters, streamPorts, type Template } from './template.ts';

export const narrowStream: Template = {
  name: 'narrow_stream',
  description: 'Unpacks each word into RATIO words, the least significant bits first; gives a word every cycle.',
  parameters: [
    { name: 'WIDTH', description: 'bits of a narrow word' },
    { name: 'RATIO', description: 'narrow words in a wide one' },
  ],
  ports: streamPorts('RATIO*WIDTH', 'WIDTH'),
  latency: '1',
  model: parameters => {
    const [WIDTH, RATIO] = checkedParameters('narrow_stream', parameters, ['WIDTH', 'RATIO']);
    return narrowModel(WIDTH, RATIO);
  },
};

function narrowModel(width: number, ratio: number): Module {
  const b = new ModuleBuilder(
    `narrow_stream_w${width}_r${ratio}`, [`Unpacks words of ${ratio} times ${width} bits.`],
    { name: 'narrow_stream', parameters: { WIDTH: width, RATIO: ratio } },
  );
  const inValid = b.input('in_valid', 1);
  const inData = b.input('in_data', ratio * width);
  const outReady = b.input('out_ready', 1);
  const full = b.register(1, { name: 'full', reset: 0 });
  const parts = b.register(ratio * width, { name: 'parts' });
  if (ratio === 1) {
    const inReady = b.or([b.not(full), outReady]);
    b.drive(full, inValid, inReady);
    b.drive(parts, inData, b.and([inValid, inReady], { name: 'write' }));
    b.output('in_ready', inReady);
  } else {
    const part = b.register(bitsFor(ratio - 1), { name: 'part', reset: 0 });
    const { last, next } = counterStep(b, part, ratio);
    const inReady = b.or([b.not(full), b.and([last, outReady])]);
    const write = b.and([inValid, inReady], { name: 'write' });
    const read = b.and([full, outReady], { name: 'read' });
    b.drive(part, next, read);
    b.drive(full, inValid, inReady);
    const rest = b.concat([b.slice(parts, width, (ratio - 1) * width), b.constant(0, width)]);
    b.drive(parts, b.mux(write, [rest, inData]), b.or([write, read]));
    b.output('in_ready', inReady);
  }
  b.output('out_valid', full);
  b.output('out_data', b.slice(parts, 0, width));
  return b.finish();
}
