import { createHash } from 'node:crypto';

export interface NetlistPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
}

/** One module of an elaborated design in Yosys's text format, free of what changes without the hardware changing. */
export interface RtlilModule {
  /** A plain identifier: the source's name, for parameterized modules with a hash of the parameters behind. */
  readonly name: string;
  readonly ports: readonly NetlistPort[];
  readonly text: string;
  /** The module that each instance is of, by name of the instance. */
  readonly children: ReadonlyMap<string, string>;
}

/**
 * Splits an elaborated design into its modules, in order. Source locations and numbers that count over the whole design leave the
 * text, so that a module that is the same in two designs has the same text in both.
 */
export function readRtlil(text: string): RtlilModule[] {
  const modules = [...text.matchAll(/^module (\S+)\n([\s\S]*?)^end\n/gm)].map(([, id, body]) => ({ id, body }));
  const names = new Map(modules.map(({ id }) => [id, plainName(id)]));
  return modules.map(({ id, body }) => {
    const children = new Map<string, string>();
    const lines = withoutNoise(body).split('\n').map(line => {
      const cell = /^ {2}cell (\S+) (\S+)$/.exec(line);
      const child = cell === null ? undefined : names.get(cell[1]);
      if (cell === null || child === undefined) return line;
      children.set(cell[2].replace(/^\\/, ''), child);
      return `  cell \\${child} ${cell[2]}`;
    });
    const name = plainName(id);
    return { name, ports: portsOf(body), text: `module \\${name}\n${lines.join('\n')}end\n`, children };
  });
}

/** The module with its ports and nothing inside. */
export function blackBox({ name, ports }: RtlilModule): string {
  const wires = ports.map((port, index) => `  wire width ${port.width} ${port.direction} ${index + 1} \\${port.name}\n`);
  return `attribute \\blackbox 1\nmodule \\${name}\n${wires.join('')}end\n`;
}

/** A module without ports that instantiates `modules`, which therefore survive synthesis. */
export function holder(name: string, modules: readonly string[]): string {
  const cells = modules.map((module, index) => `  attribute \\keep 1\n  cell \\${module} \\unit_${index}\n  end\n`);
  return `module \\${name}\n${cells.join('')}end\n`;
}

/** `\name` is `name`; a specialization, `$paramod...\name...`, is the name and eight digits that stand for the parameters. */
function plainName(id: string): string {
  const specialized = /^\$paramod(?:\$[0-9a-f]+)?\\([A-Za-z_]\w*)/.exec(id);
  if (specialized === null) return id.slice(1);
  return `${specialized[1]}_${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

function portsOf(body: string): NetlistPort[] {
  const wires = [...body.matchAll(/^ {2}wire (?:width (\d+) )?(?:\S+ )*?(input|output) (\d+) (?:\S+ )*?\\(\S+)$/gm)];
  return wires
    .sort((a, b) => Number(a[3]) - Number(b[3]))
    .map(([, width, direction, , name]) => (
      { name, direction: direction as NetlistPort['direction'], width: Number(width ?? 1) }
    ));
}

/** Priorities of initial values are numbers that count over the whole design; only their order matters. */
function ranked(body: string): string {
  const priority = /(?<=^ {4}parameter \\PRIORITY )\d+$/gm;
  const values = [...new Set(body.match(priority)?.map(Number))].sort((a, b) => a - b);
  const ranks = new Map(values.map((value, index) => [String(value), String(index + 1)]));
  return body.replace(priority, value => ranks.get(value)!);
}

/** Removes locations and parameters already applied, and numbers the names that Yosys made up, in order of appearance. */
function withoutNoise(body: string): string {
  const own = ranked(body.replace(/^ *attribute \\src .*\n/gm, '').replace(/^ {2}parameter .*\n/gm, ''));
  const kept = new Set([...own.matchAll(/^ {2}memory .*?(\$\S+)$/gm)].map(([, name]) => name));
  const renamed = new Map<string, string>();
  const rename = (name: string) => {
    if (name.startsWith('"') || name.startsWith('$paramod') || kept.has(name)) return name;
    let short = renamed.get(name);
    if (short === undefined) renamed.set(name, short = `$${renamed.size + 1}`);
    return short;
  };
  return own.split('\n').map(line => {
    const typed = /^ {2}cell \S+ /.exec(line)?.[0] ?? '';
    return typed + line.slice(typed.length).replace(/"(?:[^"\\]|\\.)*"|(?<!\S)\$\S+/g, rename);
  }).join('\n');
}
