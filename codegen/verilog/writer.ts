import type { Module, Node, Signal } from '../rtl/ir.ts';
import { UniqueNames } from '../../src/base/names.ts';
import type { ProductChoices } from '../arithmetic/product-plan.ts';
import type { CarryCell } from '../arithmetic/slice-verilog.ts';
import { aroundLogic, delaysOf, type Delays } from '../arithmetic/delays.ts';
import { Clocked } from './clocked.ts';
import { literal, range, trailing } from './text.ts';
import { constantVector, named, window, type Vector } from './vector.ts';

/** The clock that registers inside of big operations are placed for. */
export interface ClockWish {
  /** Name of the target whose cells take the time. */
  readonly target: string;
  /** Clock period in nanoseconds. */
  readonly clock: number;
}

/** Names that the builder gives to slices nobody named: these are written where they are used. */
const ANONYMOUS_SLICE = /^part(_\d+)?$/;

/** A line of the module; one that declares a signal is wrapped in a lint pragma if the signal is not wholly read. */
interface Line {
  readonly text: string;
  readonly signal?: Signal;
}

/**
 * Collects the text of one module: declarations of state, then logic where everything stands after what it reads, then clocked
 * blocks. It records which bits of each signal are read, so that bits that are cut on purpose are told to the linter.
 */
export class ModuleWriter {
  readonly names: UniqueNames;
  readonly clocked = new Clocked();
  /** Contents of large memories, by file name. */
  readonly memoryFiles = new Map<string, string>();
  private readonly declarations: Line[] = [];
  private readonly logic: Line[] = [];
  private readonly functions = new Map<string, string>();
  private readonly vectors: Vector[] = [];
  private readonly reads = new Map<Signal, Uint8Array>();

  readonly delays: Delays;
  /** Nanoseconds that logic between two registers may take; 0 where as little as their number allows is wished for. */
  readonly budget: number;
  /** Clock period in nanoseconds; 0 where as short as can be. */
  readonly clock: number;

  /** `carryCell`: big operations are written in cells of the target's slices too, without the sharing that is left out. */
  constructor(readonly module: Module, readonly carryCell?: CarryCell, wish?: ClockWish, readonly products?: ProductChoices) {
    this.delays = delaysOf(wish?.target);
    this.clock = wish?.clock ?? 0;
    this.budget = wish === undefined ? 0 : Math.max(0, wish.clock - aroundLogic(this.delays));
    const taken = [...module.nodes, ...module.ports, ...module.instances].map(named => named.name);
    this.names = new UniqueNames(['ap_clk', 'ap_rst_n', module.name, ...taken]);
  }

  /** The signal as something to read; constants and unnamed slices are written out. */
  vector(signal: Signal): Vector {
    const known = this.vectors[signal];
    return known ?? (this.vectors[signal] = this.makeVector(signal));
  }

  private makeVector(signal: Signal): Vector {
    const node = this.module.nodes[signal];
    if (node.op === 'constant') return constantVector(node.value, node.width);
    if (node.op === 'slice' && this.isInlined(node)) return window(this.vector(node.arg), node.low, node.width);
    const { width, part } = named(node.name, node.width);
    return {
      width,
      part: (low = 0, size = width - low) => {
        if (!this.reads.has(signal)) this.reads.set(signal, new Uint8Array(width));
        this.reads.get(signal)!.fill(1, low, low + size);
        return part(low, size);
      },
    };
  }

  /** The whole signal. */
  read(signal: Signal): string {
    return this.vector(signal).part();
  }

  /** The condition under which state moves on; nothing if it always does. */
  enable(signal: Signal | undefined): string | undefined {
    if (signal === undefined) return undefined;
    const vector = this.vector(signal);
    return vector.constant === 1n ? undefined : vector.part();
  }

  isInlined(node: Node): boolean {
    return node.op === 'constant' || (node.op === 'slice' && node.comment === undefined && ANONYMOUS_SLICE.test(node.name));
  }

  isWhollyRead(signal: Signal): boolean {
    return this.reads.get(signal)?.every(bit => bit === 1) ?? false;
  }

  /** Declares the signal ahead of the logic: state, and what instances drive. */
  declare(signal: Signal, kind: 'reg' | 'wire', initial = 0n): void {
    const { name, width, comment } = this.module.nodes[signal];
    const value = kind === 'reg' ? ` = ${literal(initial, width)}` : '';
    this.declarations.push({ text: `${kind} ${range(width)}${name}${value};${trailing(comment)}`, signal });
  }

  /** A line among the declarations that belongs to no signal of the module. */
  declareText(text: string): void {
    this.declarations.push({ text });
  }

  /** The node's value as a wire. */
  drive(signal: Signal, expression: string): void {
    const { name, width, comment } = this.module.nodes[signal];
    this.logic.push({ text: `wire ${range(width)}${name} = ${expression};${trailing(comment)}`, signal });
  }

  /** Text among the logic. */
  write(text: string): void {
    this.logic.push({ text });
  }

  /** A wire between the module's own signals; all of its bits must be read. */
  wire(wish: string, width: number, expression: string): Vector {
    const name = this.names.take(wish);
    this.write(`wire ${range(width)}${name} = ${expression};`);
    return named(name, width);
  }

  /** Makes the function of this name, which is written out once. */
  function(name: string, text: string): void {
    this.functions.set(name, text);
  }

  /** The sections of the module's body, without empty ones. */
  sections(): { title: string; lines: string[] }[] {
    return [
      { title: 'State, and signals that other modules drive', lines: this.render(this.declarations) },
      { title: 'Functions', lines: [...this.functions.values()] },
      { title: 'Logic', lines: this.render(this.logic) },
      { title: 'Registers', lines: this.clocked.render() },
    ].filter(section => section.lines.length > 0);
  }

  private render(lines: readonly Line[]): string[] {
    return lines.flatMap(({ text, signal }) => (signal === undefined || this.isWhollyRead(signal) ? [text] : unused(text)));
  }
}

/** The declaration of a signal that is read in part or not at all, which is meant. */
export function unused(text: string, why = 'some of its bits are cut'): string[] {
  return [`/* verilator lint_off UNUSEDSIGNAL */ // ${why}`, text, '/* verilator lint_on UNUSEDSIGNAL */'];
}
