import type { Node, Pipelined, Signal } from '../rtl/ir.ts';
import { placeRegisters, type Level } from '../arithmetic/levels.ts';
import { Clocked } from './clocked.ts';
import { literal, range } from './text.ts';
import { named, type Vector } from './vector.ts';
import { unused, type ModuleWriter } from './writer.ts';

/** The steps of one big operation, each a named wire or register, all registers under the operation's enable. */
export class Operation {
  private readonly clocked = new Clocked();
  private readonly enable: string | undefined;
  private titled = false;

  /** `what` says what the node does; it becomes the title of its steps, if there are any. */
  constructor(
    readonly writer: ModuleWriter, readonly signal: Signal,
    private readonly node: Node & Pipelined, private readonly what: string,
  ) {
    this.enable = node.stages > 0 ? writer.enable(node.enable) : undefined;
  }

  /** A step called `<node>_<suffix>` with `registers` registers behind it; every bit of it must be read. */
  step(suffix: string, width: number, expression: string, registers: number): Vector {
    this.title();
    const wish = `${this.node.name}_${suffix}`;
    if (registers === 0) return this.writer.wire(wish, width, expression);
    const name = this.writer.names.take(wish);
    this.writer.write(`reg ${range(width)}${name} = ${literal(0, width)};`);
    this.load(name, suffix, width, expression, registers);
    return named(name, width);
  }

  /** All bits of an expression of `width` bits but the lowest, as another expression. */
  withoutLowest(suffix: string, width: number, expression: string): string {
    this.title();
    const name = this.writer.names.take(`${this.node.name}_${suffix}`);
    for (const line of unused(`wire ${range(width)}${name} = ${expression};`, 'the lowest place only makes a carry')) this.writer.write(line);
    return named(name, width).part(1);
  }

  /** The last step, which is the node itself. */
  result(expression: string, registers: number): void {
    if (registers === 0) {
      this.writer.drive(this.signal, expression);
    } else {
      this.load(this.node.name, 'result', this.node.width, expression, registers);
    }
  }

  /** Writes the registers of all steps. */
  finish(): void {
    const blocks = this.clocked.render();
    if (blocks.length > 0) this.title();
    blocks.forEach(text => this.writer.write(text));
    if (this.titled) this.writer.write('');
  }

  /** How many of the operation's registers stand behind each of these levels. */
  registersBehind(levels: readonly Level[]): number[] {
    return placeRegisters(levels, this.node.stages, this.writer.budget);
  }

  private title(): void {
    if (this.titled) return;
    this.titled = true;
    const { name, stages } = this.node;
    const latency = stages === 0 ? '' : `, in ${stages} clock cycle${stages === 1 ? '' : 's'}`;
    this.writer.write('');
    this.writer.write(`// ${name}: ${this.what}${latency}`);
  }

  private load(target: string, suffix: string, width: number, expression: string, registers: number): void {
    const value = registers === 1 ? expression : this.step(`${suffix}_early`, width, expression, registers - 1).part();
    this.clocked.load(target, value, this.enable);
  }
}
