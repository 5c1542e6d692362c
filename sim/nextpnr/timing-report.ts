/** What nextpnr writes with `--report`, as far as it is read here. */
export interface TimingReport {
  readonly critical_paths: readonly { readonly from: string; readonly to: string; readonly path: readonly Segment[] }[];
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number } | undefined>>;
}

interface Segment {
  readonly type: 'clk-to-q' | 'logic' | 'routing' | 'setup' | 'source';
  readonly delay: number;
  readonly net?: string;
  readonly from: { readonly cell: string; readonly port: string };
  readonly to: { readonly cell: string; readonly port: string };
}

/** The longest way from a register to a register. Delays are in nanoseconds. */
export interface CriticalPath {
  readonly delay: number;
  readonly logic: number;
  readonly routing: number;
  /** Registers at its ends, as paths of names: `dense_1_unit.elements[19]`. */
  readonly from: string;
  readonly to: string;
  /** Look-up tables on it, and places of carry chains. */
  readonly tables: number;
  readonly carries: number;
  /** Instances of the top module that it goes through, in order, with the time spent in each. */
  readonly through: readonly { readonly instance: string; readonly delay: number }[];
}

/**
 * The path that limits the one clock; an empty one where nothing goes from register to register. Names lose the prefixes `inside`, one
 * after the other.
 */
export function criticalPath({ critical_paths: paths }: TimingReport, inside: readonly string[] = []): CriticalPath {
  const own = (name: string): string => inside.reduce((rest, prefix) => (rest.startsWith(prefix) ? rest.slice(prefix.length) : rest), name);
  const segments = paths.find(({ from, to }) => from.startsWith('posedge') && to.startsWith('posedge'))?.path ?? [];
  const sum = (routing: boolean): number => (
    segments.filter(({ type }) => (type === 'routing') === routing).reduce((total, { delay }) => total + delay, 0)
  );
  const [logic, routing] = [sum(false), sum(true)];
  const steps = segments.filter(({ type }) => type === 'logic');
  const through: { instance: string; delay: number }[] = [];
  for (const { to, delay } of segments) {
    const instance = instanceOf(own(to.cell)) ?? through[through.length - 1]?.instance ?? '';
    if (through[through.length - 1]?.instance === instance) through[through.length - 1].delay += delay;
    else through.push({ instance, delay });
  }
  return {
    delay: logic + routing, logic, routing, through,
    from: signalName(own(segments.find(({ net }) => net !== undefined)?.net ?? segments[0]?.to.cell ?? '')),
    to: signalName(own(segments[segments.length - 1]?.to.cell ?? '')),
    tables: steps.filter(({ to }) => to.port === 'O').length,
    carries: steps.filter(({ to }) => to.port === 'COUT').length,
  };
}

/** The instance in the top module; undefined for cells that nextpnr made up. */
function instanceOf(cell: string): string | undefined {
  if (cell.startsWith('$')) return undefined;
  const dot = cell.indexOf('.');
  return dot < 0 ? '' : cell.slice(0, dot);
}

/** A name as the Verilog has it: without what Yosys and nextpnr put behind it. */
function signalName(name: string): string {
  return name.replace(/_SB_.*$/, '').replace(/(\[\d+\])\[\d+\]$/, '$1').replace(/_LC$/, '');
}
