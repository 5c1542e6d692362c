import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { narrowStream, registerSlice, streamFifo, widenStream } from '../../hdl-templates/index.ts';

/** Words of 24 bits taken apart into bytes, buffered, and put together as words of 80 bits. */
export function chain(): Design {
  const narrow = narrowStream.model({ WIDTH: 8, RATIO: 3 });
  const fifo = streamFifo.model({ WIDTH: 8, DEPTH: 5 });
  const widen = widenStream.model({ WIDTH: 8, RATIO: 10 });
  const slice = registerSlice.model({ WIDTH: 80 });
  const b = new ModuleBuilder('chain', ['Words of 24 bits become words of 80 bits.']);
  const valid = b.input('s_axis_0_tvalid', 1);
  const data = b.input('s_axis_0_tdata', 24);
  const ready = b.input('m_axis_0_tready', 1);
  const [fifoReady, widenReady, sliceReady] = ['fifo', 'widen', 'slice'].map(name => b.wire(1, { name: `${name}_takes` }));
  const bytes = b.instance('narrow', narrow, { in_valid: valid, in_data: data, out_ready: fifoReady.signal }, 'words to bytes');
  const held = b.instance('fifo', fifo, { in_valid: bytes.out_valid, in_data: bytes.out_data, out_ready: widenReady.signal });
  const wide = b.instance(
    'widen', widen, { in_valid: held.out_valid, in_data: held.out_data, out_ready: sliceReady.signal }, 'bytes to words',
  );
  const last = b.instance('slice', slice, { in_valid: wide.out_valid, in_data: wide.out_data, out_ready: ready });
  fifoReady.connect(held.in_ready);
  widenReady.connect(wide.in_ready);
  sliceReady.connect(last.in_ready);
  b.output('s_axis_0_tready', bytes.in_ready);
  b.output('m_axis_0_tvalid', last.out_valid);
  b.output('m_axis_0_tdata', last.out_data);
  return { modules: [narrow, fifo, widen, slice, b.finish()] };
}

/** What goes into the chain, and what must come out of it. */
export function chainVectors(): { sent: bigint[]; expected: bigint[] } {
  const sent = Array.from({ length: 100 }, (_, index) => BigInt((index * 2654435761) % 2 ** 24));
  const all = sent.reduce((sum, word, index) => sum | (word << BigInt(24 * index)), 0n);
  return { sent, expected: Array.from({ length: 30 }, (_, index) => BigInt.asUintN(80, all >> BigInt(80 * index))) };
}
