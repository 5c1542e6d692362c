import { ModuleBuilder } from '../codegen/rtl/builder.ts';
import { checkedParameters, streamPorts, type Template } from './template.ts';

export const registerSlice: Template = {
  name: 'register_slice',
  description: 'Cuts both directions of a stream with registers at full throughput (a skid buffer of two words).',
  parameters: [{ name: 'WIDTH', description: 'bits of a word' }],
  ports: streamPorts('WIDTH', 'WIDTH'),
  latency: '1',
  model: parameters => {
    const [WIDTH] = checkedParameters('register_slice', parameters, ['WIDTH']);
    const b = new ModuleBuilder(
      `register_slice_w${WIDTH}`, [`Registers in both directions of a stream of ${WIDTH} bits.`],
      { name: 'register_slice', parameters: { WIDTH } },
    );
    const inValid = b.input('in_valid', 1);
    const inData = b.input('in_data', WIDTH);
    const outReady = b.input('out_ready', 1);
    const firstValid = b.register(1, { name: 'first_valid', reset: 0 });
    const secondValid = b.register(1, { name: 'second_valid', reset: 0 });
    const inReady = b.not(secondValid);
    const advance = b.or([b.not(firstValid), outReady], { name: 'advance' });
    const waiting = b.or([secondValid, inValid]);
    b.drive(firstValid, waiting, advance);
    b.drive(secondValid, b.and([b.not(advance), waiting]));
    const second = b.register(WIDTH, { name: 'second', next: inData, enable: inReady });
    const first = b.register(WIDTH, { name: 'first', next: b.mux(secondValid, [inData, second]), enable: advance });
    b.output('in_ready', inReady);
    b.output('out_valid', firstValid);
    b.output('out_data', first);
    return b.finish();
  },
};
