import { bitsFor } from '../codegen/rtl/ir.ts';
import { counterStep } from './counter.ts';
import { fifoTemplate } from './stream-fifo.ts';

export const blockFifo = fifoTemplate(
  'block_fifo', 'stream_fifo in block memory, the same in every cycle: for buffers that are deep and wide.', ' in block memory',
  (b, { inData, write, read }, width, depth) => {
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
    return b.mux(passes, [word, passing]);
  },
);
