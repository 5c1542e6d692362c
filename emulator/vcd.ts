import type { SignalHandle, Simulator } from '../codegen/rtl/simulator.ts';

export interface VcdOptions {
  /** Paths of signals or instances; only these and what is in them are written. Absent: all signals. */
  readonly only?: readonly string[];
  /** Scope of the top module's own signals. */
  readonly top?: string;
}

/** Time units in a clock cycle: the edge at its start, the falling one in the middle. */
const PERIOD = 10;

interface Variable {
  readonly path: string;
  readonly code: string;
  readonly signal: SignalHandle;
  /** Value last written, as digits. */
  last: string;
}

/** Signals of one instance, and the instances in it. */
interface Scope {
  readonly variables: Map<string, Variable>;
  readonly scopes: Map<string, Scope>;
}

/**
 * Writes a value change dump (IEEE 1364-2005, clause 18) of a run: a scope for each instance, a record for each change, and the
 * clock as `ap_clk`. Call `sample` in every cycle after signals have settled, as `onCycle` of `runStreams` does.
 * @throws Error if `only` selects nothing
 */
export class VcdWriter {
  private readonly variables: Variable[] = [];
  private readonly clock = identifierCode(0);
  private started = false;
  private end = 0;

  /** @param write takes the text piece by piece */
  constructor(simulator: Simulator, private readonly write: (text: string) => void, options: VcdOptions = {}) {
    const { only, top = 'top' } = options;
    const within = (path: string, part: string): boolean => path === part || path.startsWith(`${part}.`);
    for (const { path } of simulator.signals()) {
      if (only !== undefined && !only.some((part) => within(path, part))) continue;
      this.variables.push({ path, code: identifierCode(this.variables.length + 1), signal: simulator.signal(path), last: '' });
    }
    if (this.variables.length === 0) throw new Error(`no signal to trace among ${only?.join(', ') ?? 'all'}`);
    write(`$timescale 1ns $end\n$scope module ${top} $end\n$var wire 1 ${this.clock} ap_clk $end\n`);
    declare(scopesOf(this.variables), write);
    write('$upscope $end\n$enddefinitions $end\n');
  }

  /** Writes what changed since the last sample, at the start of cycle number `cycle`; cycles ascend. */
  sample(cycle: number): void {
    const lines = [`#${PERIOD * cycle}`];
    if (!this.started) lines.push('$dumpvars');
    lines.push(`1${this.clock}`);
    for (const variable of this.variables) {
      const value = digits(variable.signal);
      if (value === variable.last) continue;
      variable.last = value;
      lines.push(variable.signal.width === 1 ? `${value}${variable.code}` : `b${value} ${variable.code}`);
    }
    if (!this.started) lines.push('$end');
    this.started = true;
    this.end = PERIOD * (cycle + 1);
    lines.push(`#${PERIOD * cycle + PERIOD / 2}`, `0${this.clock}`);
    this.write(`${lines.join('\n')}\n`);
  }

  /** Gives the last cycle its full length. */
  finish(): void {
    this.write(`#${this.end}\n`);
  }
}

function digits(signal: SignalHandle): string {
  return (signal.width <= 53 ? signal.getNumber() : signal.get()).toString(2);
}

/** Short names of variables: numbers in the 94 printable characters. */
function identifierCode(index: number): string {
  let code = '';
  for (let rest = index; ; rest = Math.floor(rest / 94) - 1) {
    code += String.fromCharCode(33 + (rest % 94));
    if (rest < 94) return code;
  }
}

function scopesOf(variables: readonly Variable[]): Scope {
  const root: Scope = { variables: new Map(), scopes: new Map() };
  for (const variable of variables) {
    const names = variable.path.split('.');
    let scope = root;
    for (const name of names.slice(0, -1)) {
      const inner = scope.scopes.get(name) ?? { variables: new Map(), scopes: new Map() };
      scope.scopes.set(name, inner);
      scope = inner;
    }
    scope.variables.set(names[names.length - 1], variable);
  }
  return root;
}

function declare({ variables, scopes }: Scope, write: (text: string) => void): void {
  for (const [name, { code, signal: { width } }] of variables) {
    write(`$var wire ${width} ${code} ${name}${width === 1 ? '' : ` [${width - 1}:0]`} $end\n`);
  }
  for (const [name, scope] of scopes) {
    write(`$scope module ${name} $end\n`);
    declare(scope, write);
    write('$upscope $end\n');
  }
}
