import { writeFileSync } from 'node:fs';
import { userError, type UserError } from '../base/diagnostic.ts';
import { nearest } from '../base/suggest.ts';
import type { Breakpoint, Debugger } from '../compiler/debugger.ts';
import { VcdWriter } from '../../emulator/vcd.ts';
import { table } from './tables.ts';

/** Cycles after which a run without an end stops. */
const LONGEST = 10_000_000;
/** Values of a layer that are printed. */
const SHOWN = 16;

interface ShellCommand {
  readonly usage: string;
  readonly help: string;
  readonly run: (shell: DebugShell, words: readonly string[]) => string | undefined;
}

/** The commands of `bitloom debug`: one line in, text out; nothing where the session ends. */
export class DebugShell {
  private readonly paths: ReadonlySet<string>;

  constructor(readonly session: Debugger, readonly top: string) {
    this.paths = new Set([...session.emulator.signals()].map(({ path }) => path));
  }

  /** @throws UserError where the line is no command, or names what is not there */
  run(line: string): string | undefined {
    const [name = '', ...words] = line.trim().split(/\s+/);
    if (name === '') return '';
    const found = Object.entries(COMMANDS).filter(([each]) => each === name || (name.length <= 4 && each.startsWith(name)));
    const exact = found.find(([each]) => each === name) ?? found[0];
    if (exact === undefined) throw userError('command', `no command is called ${name}`, { help: 'help lists them' });
    return exact[1].run(this, words);
  }

  /** Where the run stands. */
  place(): string {
    return `cycle ${this.session.cycle}${this.session.finished ? ', all results are there' : ''}`;
  }

  path(word: string | undefined): string {
    if (word !== undefined && this.paths.has(word)) return word;
    if (word === undefined) throw userError('signal', 'the name of a signal is missing', { help: 'signals TEXT lists those that hold a text' });
    throw this.unknown(word);
  }

  private unknown(word: string): UserError {
    const close = nearest(word, [...this.paths]);
    return userError('signal', `no signal is called ${word}`, { help: close === undefined ? 'signals TEXT lists those that hold a text' : `did you mean ${close}?` });
  }

  names(text: string): string[] {
    return [...this.paths].filter((path) => path.includes(text));
  }

  value(path: string): string {
    const { width, get } = this.session.emulator.signal(path);
    const value = get();
    return width === 1 ? `${value}` : `${width}'h${value.toString(16)}${width <= 53 ? ` (${value})` : ''}`;
  }

  breakpoint(words: readonly string[]): Breakpoint {
    const [name, text] = words.join(' ').split(/\s*=+\s*|\s+/);
    return { path: this.path(name), ...(text === undefined ? {} : { value: this.number(text) }) };
  }

  number(text: string | undefined, otherwise?: bigint): bigint {
    if (text === undefined && otherwise !== undefined) return otherwise;
    if (text === undefined || !/^(0x[0-9a-f]+|\d+)$/i.test(text)) throw userError('number', `${text ?? 'nothing'} where a whole number is expected`, { help: 'write 12 or 0x1f' });
    return BigInt(text);
  }

  advance(cycles: number, breakpoints: readonly Breakpoint[]): string {
    const hit = this.session.step(cycles, breakpoints);
    return hit === undefined ? this.place() : `${this.place()}: ${hit.path} is ${this.value(hit.path)}`;
  }

  vcd(file: string, cycles: number, only: readonly string[]): string {
    let text = '';
    const writer = new VcdWriter(this.session.emulator, (part) => { text += part; }, { top: this.top, ...(only.length === 0 ? {} : { only: [...only] }) });
    const first = this.session.cycle;
    while (this.session.cycle < first + cycles && !this.session.finished) {
      writer.sample(this.session.cycle);
      this.session.step(1);
    }
    writer.finish();
    writeFileSync(file, text);
    return `wrote ${file}: cycles ${first} to ${this.session.cycle - 1}`;
  }
}

const list = (values: Float64Array): string => [...values.subarray(0, SHOWN)].join(' ') + (values.length > SHOWN ? ' …' : '');

const COMMANDS: Readonly<Record<string, ShellCommand>> = {
  step: { usage: 'step [N]', help: 'N cycles on, past breakpoints', run: (shell, [n]) => shell.advance(Number(shell.number(n, 1n)), []) },
  back: {
    usage: 'back [N]', help: 'N cycles back',
    run: (shell, [n]) => {
      shell.session.goTo(shell.session.cycle - Number(shell.number(n, 1n)));
      return shell.place();
    },
  },
  goto: {
    usage: 'goto CYCLE', help: 'to a cycle, on or back',
    run: (shell, [n]) => {
      shell.session.goTo(Number(shell.number(n)));
      return shell.place();
    },
  },
  run: { usage: 'run', help: 'on to the next breakpoint, or to the end', run: (shell) => shell.advance(LONGEST, shell.session.breakpoints) },
  until: { usage: 'until SIGNAL [VALUE]', help: 'on until a signal has a value, or changes', run: (shell, words) => shell.advance(LONGEST, [shell.breakpoint(words)]) },
  break: {
    usage: 'break SIGNAL [VALUE]', help: 'stop `run` where a signal has a value, or changes',
    run: (shell, words) => {
      const breakpoint = shell.breakpoint(words);
      shell.session.breakpoints.push(breakpoint);
      return `${shell.session.breakpoints.length}: ${breakpoint.path}${breakpoint.value === undefined ? ' changes' : ` is ${breakpoint.value}`}`;
    },
  },
  delete: {
    usage: 'delete [NUMBER]', help: 'forget a breakpoint, or all',
    run: (shell, [n]) => {
      if (n === undefined) shell.session.breakpoints.length = 0;
      else shell.session.breakpoints.splice(Number(shell.number(n)) - 1, 1);
      return '';
    },
  },
  print: {
    usage: 'print SIGNAL…', help: 'values of signals in this cycle',
    run: (shell, words) => (words.length === 0 ? [shell.path(undefined)] : words).map((word) => `${shell.path(word)} = ${shell.value(word)}`).join('\n'),
  },
  signals: { usage: 'signals TEXT', help: 'signals whose names hold a text', run: (shell, [text = '']) => shell.names(text).join('\n') },
  layers: {
    usage: 'layers [NAME]', help: 'the last beat of each layer: integers, and real numbers where a quantizer says them',
    run: (shell, [name]) => {
      const beats = shell.session.layers().filter(({ layer }) => name === undefined || layer === name);
      if (beats.length === 0) throw userError('layer', `no layer is called ${name}`, { help: shell.session.layers().map(({ layer }) => layer).join(', ') });
      return beats.map(({ layer, beats: count, integers, reals }) => (count === 0 ? `${layer}: no beat yet`
        : `${layer}, beat ${count}: ${list(integers)}${reals === undefined ? '' : `\n${' '.repeat(layer.length)}  real: ${list(reals)}`}`)).join('\n');
    },
  },
  stats: {
    usage: 'stats', help: 'beats and stalls of each layer, words in each FIFO',
    run: (shell) => {
      const { cycles, streams, fifos } = shell.session.report();
      const share = (count: number): string => (cycles === 0 ? '0.0%' : `${((100 * count) / cycles).toFixed(1)}%`);
      const rows = streams.map(({ layer, passed, waited, idle }) => [layer, `${passed}`, share(passed), share(waited), share(idle)]);
      const text = table([['layer', 'beats', 'passing', 'waiting', 'idle'], ...rows]);
      return fifos.length === 0 ? text : `${text}\n\n${table([['FIFO', 'mean', 'most'], ...fifos.map(({ name, mean, most }) => [name, mean.toFixed(2), `${most}`])])}`;
    },
  },
  poke: {
    usage: 'poke REGISTER VALUE', help: 'overwrite a register, as a fault would',
    run: (shell, [name, value]) => {
      const path = shell.path(name);
      try {
        shell.session.poke(path, shell.number(value));
      } catch (error) {
        throw userError('poke', (error as Error).message, { help: 'only state can be overwritten' });
      }
      return `${path} = ${shell.value(path)}`;
    },
  },
  vcd: {
    usage: 'vcd FILE CYCLES [SIGNAL…]', help: 'write the coming cycles as a waveform',
    run: (shell, [file, cycles, ...only]) => {
      if (file === undefined) throw userError('file', 'the name of a file is missing', { help: 'vcd wave.vcd 100' });
      return shell.vcd(file, Number(shell.number(cycles)), only);
    },
  },
  help: {
    usage: 'help', help: 'this list; short forms do where they are clear',
    run: () => table([['command', 'what it does'], ...Object.values(COMMANDS).map(({ usage, help }) => [usage, help])]),
  },
  quit: { usage: 'quit', help: 'end', run: () => undefined },
};
