import { bitsFor, type Design, type Signal } from '../rtl/ir.ts';
import { DesignBuilder, ModuleBuilder, term, type Wire } from '../rtl/builder.ts';
import { hashOf, structureOf } from '../../src/fixed/structure.ts';
import type { Accelerator, StreamPort } from './accelerator.ts';
import { banksOf } from './loadable.ts';
import { counter } from './streaming/control.ts';

/** A register of the shell. */
export interface ShellRegister {
  readonly name: string;
  readonly address: number;
  readonly summary: string;
}

/** Registers of every shell by byte address; all of 32 bits, all but `control` only to be read. */
export const SHELL_REGISTERS = [
  { name: 'identity', address: 0x00, summary: 'the letters BLM1' },
  { name: 'network', address: 0x04, summary: 'a hash of the network\'s name and interfaces' },
  { name: 'frames_in', address: 0x08, summary: 'inferences whose last input beat was taken' },
  { name: 'frames_out', address: 0x0c, summary: 'inferences whose last output beat was taken' },
  { name: 'interval', address: 0x10, summary: 'clock cycles between the last output beats of the last two inferences' },
  { name: 'latency', address: 0x14, summary: 'clock cycles from the first input beat to the last output beat of the inference measured last' },
  { name: 'misaligned', address: 0x18, summary: 'input beats whose TLAST was not where an inference ends' },
  { name: 'control', address: 0x1c, summary: 'writing 1 sets frames_in, frames_out and misaligned to 0' },
] as const;

/** Registers beside them where weights can be written at run time. */
const LOAD_REGISTERS = [
  { name: 'weights_layout', address: 0x20, summary: 'a hash of where weights and parameters lie and of what they are' },
  { name: 'weights_written', address: 0x24, summary: 'words of weights and parameters that were written; control sets it to 0' },
] as const;

/** The registers of an accelerator's shell. */
export function shellRegisters({ loads }: Accelerator): readonly ShellRegister[] {
  return loads === undefined ? SHELL_REGISTERS : [...SHELL_REGISTERS, ...LOAD_REGISTERS];
}

/** Where the words of weights are written: byte address `offset` + 4 * word. */
export function loadWindow({ loads = [] }: Accelerator): { readonly offset: number; readonly words: number } {
  const words = Math.max(0, ...loads.map(({ base, stride, width }) => base + stride * banksOf(width)));
  return { offset: 4 * Math.max(64, 2 ** bitsFor(Math.max(1, words - 1))), words };
}

/** A hash of the places of all words, and of everything that they cannot change. */
export function layoutHash({ loads = [], graph }: Accelerator): number {
  const places = loads.map(({ name, base, stride, width, words }) => [name, base, stride, width, words.length]);
  return hashOf(JSON.stringify([places, structureOf(graph)]));
}

/** What `identity` reads. */
export const SHELL_IDENTITY = 0x424c4d31;

/** A hash of what the accelerator is. */
export function networkHash({ graph, inputs, outputs }: Accelerator): number {
  return hashOf(JSON.stringify([graph.name, ...[...inputs, ...outputs].map(({ prefix, elements, elementsPerBeat, dataWidth, type }) => (
    [prefix, elements, elementsPerBeat, dataWidth, type.low, type.high, type.bipolar]))]));
}

const WORD = 32;
const CONTROL = SHELL_REGISTERS[SHELL_REGISTERS.length - 1].address;

/**
 * The accelerator with an AXI4-Lite slave `s_axi_control` beside its streams: identity, counters of inferences, interval and latency. The
 * streams pass through as they are; inputs have TLAST, which is compared with where inferences end and not needed. Top module `NAME_axi`.
 */
export function shellOf(accelerator: Accelerator): Design {
  const { modules } = accelerator.design;
  const core = modules[modules.length - 1];
  const design = new DesignBuilder();
  for (const module of modules) design.add(module);
  const builder = new ModuleBuilder(`${core.name}_axi`, [
    `${accelerator.graph.name}: the accelerator ${core.name} with registers on AXI4-Lite`,
    ...shellRegisters(accelerator).map(({ address, name, summary }) => `0x${address.toString(16).padStart(2, '0')} ${name}: ${summary}`),
    ...(accelerator.loads === undefined ? [] : [`from 0x${loadWindow(accelerator).offset.toString(16)} on: weights and parameters, only to be written`]),
  ]);
  const ports: Record<string, Signal> = {};
  const bus = accelerator.loads === undefined ? undefined : new LoadBus(builder, accelerator);
  for (const port of core.ports) if (port.direction === 'input') ports[port.name] = bus?.ports[port.name] ?? builder.input(port.name, port.width);
  const lasts = accelerator.inputs.map(({ prefix }) => builder.input(`${prefix}_tlast`, 1));
  const outputs = builder.instance('core', core, ports);
  for (const port of core.ports) if (port.direction === 'output') builder.output(port.name, outputs[port.name]);

  const clear = builder.wire(1, { name: 'clear', comment: 'control is written with bit 0' });
  const count = (name: string, step: Signal): Signal => {
    const value = builder.register(WORD, { name, reset: 0 });
    const next = builder.sum([term(value), term(step)], 0, WORD);
    builder.drive(value, builder.mux(clear.signal, [next, builder.constant(0, WORD)]), builder.or([step, clear.signal]));
    return value;
  };

  // Ends of inferences at both borders, at the first stream of each.
  const beat = ({ prefix, elements, elementsPerBeat }: StreamPort, passes: Signal): ReturnType<typeof counter> =>
    counter(builder, elements / elementsPerBeat, passes, `${prefix}_beats`);
  const sent = accelerator.inputs.map(({ prefix }) => builder.and([ports[`${prefix}_tvalid`], outputs[`${prefix}_tready`]]));
  const received = accelerator.outputs.map(({ prefix }) => builder.and([outputs[`${prefix}_tvalid`], ports[`${prefix}_tready`]]));
  const incoming = accelerator.inputs.map((port, i) => beat(port, sent[i]));
  const outgoing = beat(accelerator.outputs[0], received[0]);
  const begins = builder.and([sent[0], incoming[0].isFirst], { name: 'inference_begins' });
  const taken = builder.and([sent[0], incoming[0].isLast]);
  const ends = builder.and([received[0], outgoing.isLast], { name: 'inference_ends' });
  const wrong = incoming.map(({ isLast }, i) => builder.and([sent[i], builder.xor([isLast, lasts[i]])]));

  const framesIn = count('frames_in', taken);
  const framesOut = count('frames_out', ends);
  const misaligned = count('misaligned', builder.or(wrong));
  const now = builder.register(WORD, { name: 'now', reset: 0, comment: 'clock cycles' });
  builder.drive(now, builder.sum([term(now)], 1, WORD));
  const since = (start: Signal): Signal => builder.sum([term(now), term(start, { negative: true })], 0, WORD);
  const lastEnd = builder.register(WORD, { next: now, enable: ends, reset: 0, name: 'last_end' });
  const interval = builder.register(WORD, { next: since(lastEnd), enable: ends, reset: 0, name: 'interval' });

  // One inference at a time is measured: `awaited` counts those that must end before it does.
  const measuring = builder.register(1, { name: 'measuring', reset: 0 });
  const begin = builder.and([begins, builder.not(measuring)], { name: 'measure' });
  const started = builder.register(WORD, { next: now, enable: begin, name: 'measured_from' });
  const inFlight = builder.register(WORD, { name: 'in_flight', reset: 0, comment: 'inferences that have begun and not ended' });
  builder.drive(inFlight, builder.sum([term(inFlight), term(begins), term(ends, { negative: true })], 0, WORD));
  const before = builder.sum([term(inFlight), term(ends, { negative: true })], 0, WORD);
  const awaited = builder.register(WORD, { name: 'awaited' });
  builder.drive(awaited, builder.mux(measuring, [before, builder.sum([term(awaited), term(ends, { negative: true })], 0, WORD)]));
  const arrives = builder.and([measuring, ends, builder.compare('eq', awaited, builder.constant(0, WORD))], { name: 'measured' });
  builder.drive(measuring, builder.mux(measuring, [begins, builder.not(arrives)]));
  const latency = builder.register(WORD, { next: since(started), enable: arrives, reset: 0, name: 'latency' });

  const values: Record<(typeof SHELL_REGISTERS)[number]['name'], Signal> = {
    identity: builder.constant(SHELL_IDENTITY, WORD), network: builder.constant(networkHash(accelerator), WORD),
    frames_in: framesIn, frames_out: framesOut, interval, latency, misaligned, control: builder.constant(0, WORD),
  };
  const loading = bus === undefined ? [] : [builder.constant(layoutHash(accelerator), WORD), count('weights_written', bus.write)];
  axiLite(builder, [...SHELL_REGISTERS.map(({ name }) => values[name]), ...loading], clear, bus);
  design.add(builder.finish());
  return design.finish();
}

/** The bus that writes the core's memories: what AXI4-Lite writes into the window. */
class LoadBus {
  /** What the core's ports of the bus are connected to. */
  readonly ports: Readonly<Record<string, Signal>>;
  readonly addressBits: number;
  private readonly valid: Wire;
  private readonly address: Wire;
  private readonly data: Wire;

  constructor(builder: ModuleBuilder, accelerator: Accelerator) {
    const { offset, words } = loadWindow(accelerator);
    this.addressBits = bitsFor(offset);
    this.valid = builder.wire(1, { name: 'load_valid' });
    this.address = builder.wire(bitsFor(Math.max(1, words - 1)), { name: 'load_address' });
    this.data = builder.wire(WORD, { name: 'load_data' });
    this.ports = { load_valid: this.valid.signal, load_address: this.address.signal, load_data: this.data.signal };
  }

  get write(): Signal {
    return this.valid.signal;
  }

  /** A write by AXI4-Lite; only whole words in the window count. */
  connect(builder: ModuleBuilder, write: Signal, byteAddress: Signal, data: Signal, strobes: Signal): void {
    const inWindow = builder.slice(byteAddress, this.addressBits - 1, 1);
    this.valid.connect(builder.and([write, inWindow, builder.reduce('and', strobes)]));
    this.address.connect(builder.slice(byteAddress, 2, builder.width(this.address.signal)));
    this.data.connect(data);
  }
}

/** Read and write channels: one transfer of each kind at a time; addresses past the last register read 0, writes there do nothing. */
function axiLite(builder: ModuleBuilder, registers: readonly Signal[], clear: { connect(source: Signal): void }, bus: LoadBus | undefined): void {
  const port = (name: string, width: number): Signal => builder.input(`s_axi_control_${name}`, width);
  const output = (name: string, signal: Signal): void => builder.output(`s_axi_control_${name}`, signal);
  const addressBits = bus?.addressBits ?? 8;
  const selectBits = bitsFor(registers.length - 1);
  const okay = builder.constant(0, 2);
  const isRegister = (address: Signal): Signal =>
    builder.compare('eq', builder.slice(address, 2 + selectBits, addressBits - 2 - selectBits), builder.constant(0, addressBits - 2 - selectBits));

  const [writeAddress, addressValid] = [port('awaddr', addressBits), port('awvalid', 1)];
  const [data, strobes, dataValid] = [port('wdata', WORD), port('wstrb', WORD / 8), port('wvalid', 1)];
  const answerReady = port('bready', 1);
  const answering = builder.register(1, { name: 'write_answered', reset: 0 });
  const write = builder.and([addressValid, dataValid, builder.not(answering)], { name: 'register_write' });
  builder.drive(answering, builder.or([write, builder.and([answering, builder.not(answerReady)])]));
  output('awready', write);
  output('wready', write);
  output('bvalid', answering);
  output('bresp', okay);
  const control = builder.compare('eq', builder.slice(writeAddress, 2, addressBits - 2), builder.constant(CONTROL >> 2, addressBits - 2));
  bus?.connect(builder, write, writeAddress, data, strobes);
  clear.connect(builder.and([write, control, builder.slice(data, 0, 1), builder.slice(strobes, 0, 1)]));

  const [readAddress, readValid, readReady] = [port('araddr', addressBits), port('arvalid', 1), port('rready', 1)];
  const answered = builder.register(1, { name: 'read_answered', reset: 0 });
  const read = builder.and([readValid, builder.not(answered)], { name: 'register_read' });
  builder.drive(answered, builder.or([read, builder.and([answered, builder.not(readReady)])]));
  const chosen = builder.mux(builder.slice(readAddress, 2, selectBits), registers);
  const value = builder.mux(isRegister(readAddress), [builder.constant(0, WORD), chosen]);
  output('arready', builder.not(answered));
  output('rvalid', answered);
  output('rdata', builder.register(WORD, { next: value, enable: read, name: 'read_data' }));
  output('rresp', okay);
}
