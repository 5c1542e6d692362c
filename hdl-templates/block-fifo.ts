import { ModuleBuilder } from '../codegen/rtl/builder.ts';
import { bitsFor, type Module } from '../codegen/rtl/ir.ts';
import { counterStep } from './counter.ts';
import { handshakes } from './stream-fifo.ts';
import { checkedParameters, streamPorts, type Template } from './template.ts';

export const blockFifo: Template = {
  name: 'block_fifo',
  description: 'stream_fifo in block memory, the same in every cycle: for buffers that are deep and wide.',
  parameters: [
    { name: 'WIDTH', description: 'bits of a word' },
    { name: 'DEPTH', description: 'words that it holds' },
  ],
  ports: [...streamPorts('WIDTH', 'WIDTH'), { name: 'count', direction: 'output', width: '$clog2(DEPTH + 1)' }],
  latency: '1',
  model: parameters => {
    const [WIDTH, DEPTH] = checkedParameters('block_fifo', parameters, ['WIDTH', 'DEPTH']);
    return blockFifoModel(WIDTH, DEPTH);
  },
};

function blockFifoModel(width: number, depth: number): Module {
  const b = new ModuleBuilder(
    `block_fifo_w${width}_d${depth}`, [`Buffer of ${depth} words of ${width} bits in block memory.`],
    { name: 'block_fifo', parameters: { WIDTH: width, DEPTH: depth } },
  );
  const { inData, write, read, finish } = handshakes(b, width, depth);
  const addressBits = bitsFor(depth - 1);
  const writeAddress = b.register(addressBits, { name: 'write_address', reset: 0 });
  const readAddress = b.register(addressBits, { name: 'read_address', reset: 0 });
  const readStep = counterStep(b, readAddress, depth).next;
  b.drive(writeAddress, counterStep(b, writeAddress, depth).next, write);
  b.drive(readAddress, readStep, read);
  const nextAddress = b.mux(read, [readAddress, readStep], { name: 'next_address' });
  const word = b.ram({
    depth, writeEnable: write, writeAddress, writeData: inData, readAddress: nextAddress, read: 'registered', style: 'block', name: 'words',
  });
  const passing = b.register(width, { next: inData, enable: write, name: 'passing' });
  const passes = b.register(1, { next: b.and([write, b.compare('eq', writeAddress, nextAddress)]), name: 'passes' });
  finish(b.mux(passes, [word, passing]));
  return b.finish();
}
