/** What a clock edge does: `target <= value`, under a condition on state and perhaps a value for reset. */
interface Load {
  readonly target: string;
  readonly value: string;
  readonly reset?: string;
}

/** Clocked assignments; those with the same enable share one block. */
export class Clocked {
  private readonly groups = new Map<string, { enable: string | undefined; loads: Load[] }>();
  private readonly texts: string[] = [];

  load(target: string, value: string, enable: string | undefined, reset?: string): void {
    const key = `${reset === undefined ? '' : 'reset'} ${enable ?? ''}`;
    if (!this.groups.has(key)) this.groups.set(key, { enable, loads: [] });
    this.groups.get(key)!.loads.push({ target, value, ...(reset === undefined ? {} : { reset }) });
  }

  /** Statements of a clocked block of their own. */
  block(lines: readonly string[]): void {
    this.texts.push(always(lines));
  }

  render(): string[] {
    return [...[...this.groups.values()].map(({ enable, loads }) => always(body(enable, loads))), ...this.texts];
  }
}

function body(enable: string | undefined, loads: readonly Load[]): string[] {
  const next = loads.map(({ target, value }) => `${target} <= ${value};`);
  if (loads[0].reset === undefined) return enable === undefined ? next : conditional(`if (${enable})`, next);
  const reset = loads.map(({ target, reset: value }) => `${target} <= ${value};`);
  return [...conditional('if (!ap_rst_n)', reset), ...conditional(enable === undefined ? 'else' : `else if (${enable})`, next)];
}

function conditional(head: string, lines: readonly string[]): string[] {
  if (lines.length === 1) return [`${head} ${lines[0]}`];
  return [`${head} begin`, ...lines.map(line => `  ${line}`), 'end'];
}

function always(lines: readonly string[]): string {
  return ['always @(posedge ap_clk) begin', ...lines.map(line => `  ${line}`), 'end'].join('\n');
}
