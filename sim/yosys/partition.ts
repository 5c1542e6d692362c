/** A module that is synthesized by a run of its own, with the small modules inside it; the large ones inside are black boxes to it. */
export interface Job {
  readonly top: string;
  /** Files of the module and of everything inside that has no job of its own. */
  readonly sources: readonly string[];
  /** Files of modules with jobs of their own. */
  readonly blackBoxes: readonly string[];
}

/** Modules with less text than this are not worth a run. */
const LARGE = 4000;

/**
 * Divides emitted files (one module each, named after it) into jobs; the last is that of the top module. Modules with parameters
 * belong to whoever instantiates them.
 */
export function partition(files: ReadonlyMap<string, string>, top: string): Job[] {
  const verilog = [...files].filter(([name]) => name.endsWith('.v'));
  const modules = verilog.map(([name]) => name.replace(/\.v$/, ''));
  const texts = new Map(verilog.map(([name, text]) => [name.replace(/\.v$/, ''), text]));
  const children = new Map(modules.map((name) => [name, instantiated(texts.get(name)!, modules)]));
  const reachable = reach(top, children);
  const own = reachable.filter((name) => name === top || (texts.get(name)!.length > LARGE && !/^module \w+ #\(/m.test(texts.get(name)!)));

  const jobs = own.map((name): Job => {
    const inside = reach(name, new Map([...children].map(([parent, list]) => [parent, parent !== name && own.includes(parent) ? [] : list])));
    return {
      top: name,
      sources: inside.filter((each) => each === name || !own.includes(each)).map((each) => `${each}.v`),
      blackBoxes: inside.filter((each) => each !== name && own.includes(each)).map((each) => `${each}.v`),
    };
  });
  const size = (job: Job): number => texts.get(job.top)!.length;
  return [...jobs.filter((job) => job.top !== top).sort((a, b) => size(b) - size(a)), jobs.find((job) => job.top === top)!];
}

/** Modules that the text instantiates. */
function instantiated(text: string, modules: readonly string[]): string[] {
  const used = new Set([...text.matchAll(/^\s+(\w+)\s+(?:#\s*\(|\w+\s*\()/gm)].map(([, name]) => name));
  return modules.filter((name) => used.has(name));
}

function reach(from: string, children: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set([from]);
  for (const name of seen) for (const child of children.get(name) ?? []) seen.add(child);
  return [...seen];
}
