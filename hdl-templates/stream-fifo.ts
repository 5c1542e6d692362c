import { ModuleBuilder, term } from '../codegen/rtl/builder.ts';
import { bitsFor, type Signal } from '../codegen/rtl/ir.ts';
import { counterStep } from './counter.ts';
import { checkedParameters, streamPorts, type Template } from './template.ts';

export const streamFifo = fifoTemplate(
  'stream_fifo', 'Buffer of DEPTH words between two streams, first in, first out; handshakes never pass through within a cycle.', '',
  (b, { inData, write, read }, width, depth) => (
    depth === 1 ? b.register(width, { next: inData, enable: write, name: 'word' }) : ring(b, depth, write, read, inData)),
);

/** A buffer between two streams; `words` keeps them and gives the one that comes next. */
export function fifoTemplate(
  name: string, description: string, where: string,
  words: (b: ModuleBuilder, ends: Pick<Ends, 'inData' | 'write' | 'read'>, width: number, depth: number) => Signal,
): Template {
  return {
    name, description,
    parameters: [
      { name: 'WIDTH', description: 'bits of a word' },
      { name: 'DEPTH', description: 'words that it holds' },
    ],
    ports: [...streamPorts('WIDTH', 'WIDTH'), { name: 'count', direction: 'output', width: '$clog2(DEPTH + 1)' }],
    latency: '1',
    model: parameters => {
      const [WIDTH, DEPTH] = checkedParameters(name, parameters, ['WIDTH', 'DEPTH']);
      const b = new ModuleBuilder(
        `${name}_w${WIDTH}_d${DEPTH}`, [`Buffer of ${DEPTH} words of ${WIDTH} bits${where}.`], { name, parameters: { WIDTH, DEPTH } },
      );
      const { finish, ...ends } = handshakes(b, WIDTH, DEPTH);
      finish(words(b, ends, WIDTH, DEPTH));
      return b.finish();
    },
  };
}

interface Ends { readonly inData: Signal; readonly write: Signal; readonly read: Signal; readonly finish: (outData: Signal) => void }

/** Both ends of a buffer of `depth` words and their number; `finish` adds the outputs, given the word that comes next. */
function handshakes(b: ModuleBuilder, width: number, depth: number): Ends {
  const inValid = b.input('in_valid', 1);
  const inData = b.input('in_data', width);
  const outReady = b.input('out_ready', 1);
  const countWidth = bitsFor(depth);
  const held = b.register(countWidth, { name: 'held', reset: 0, comment: 'words held' });
  const inReady = b.compare('ne', held, b.constant(depth, countWidth), false, { name: 'has_room' });
  const outValid = b.compare('ne', held, b.constant(0, countWidth), false, { name: 'has_word' });
  const write = b.and([inValid, inReady], { name: 'write' });
  const read = b.and([outValid, outReady], { name: 'read' });
  const more = b.sum([term(held)], 1, countWidth);
  const less = b.sum([term(held)], -1, countWidth);
  b.drive(held, b.mux(write, [less, more]), b.xor([write, read]));
  return {
    inData, write, read,
    finish: outData => {
      b.output('in_ready', inReady);
      b.output('out_valid', outValid);
      b.output('out_data', outData);
      b.output('count', held);
    },
  };
}

function ring(b: ModuleBuilder, depth: number, write: Signal, read: Signal, writeData: Signal): Signal {
  const writeAddress = b.register(bitsFor(depth - 1), { name: 'write_address', reset: 0 });
  const readAddress = b.register(bitsFor(depth - 1), { name: 'read_address', reset: 0 });
  b.drive(writeAddress, counterStep(b, writeAddress, depth).next, write);
  b.drive(readAddress, counterStep(b, readAddress, depth).next, read);
  return b.ram({
    depth, writeEnable: write, writeAddress, writeData, readAddress, read: 'direct', style: 'auto', name: 'words',
  });
}
