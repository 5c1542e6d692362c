import { DumpReader, placeOfToken } from '../../src/base/text/dump.ts';
import type { Token } from '../../src/base/text/lexer.ts';
import { ErrorReport } from '../../src/base/text/report.ts';
import { SourceText, type Place } from '../../src/base/text/source.ts';
import { meant, nearest } from '../../src/base/suggest.ts';
import { checkDesign } from './checker.ts';
import grammar from './dump-grammar.ts';
import type { Line, Names } from './dump-make.ts';
import type { Design, Instance, Module, Node, Port } from './ir.ts';

type Of<K extends Line['kind']> = Extract<Line, { kind: K }> & { readonly comment?: string };

/** The lines of one module. */
interface Parts {
  readonly head: Of<'module'>;
  readonly comment: readonly string[];
  readonly ports: Of<'port'>[];
  readonly nodes: Of<'node'>[];
  readonly instances: Of<'instance'>[];
}

const reader = new DumpReader<Line>(grammar, {
  line: 'a line of a module', operation: 'an operation', read: 'a value such as %x', references: 'a value such as %x', terms: '+ or -',
  integer: 'a whole number',
});

/**
 * The design that `printDesign` printed whole: equal in every respect.
 * @throws UserError with line and column of every mistake
 */
export function parseDesign(text: string, fileName = 'design'): Design {
  const report = new ErrorReport(new SourceText(fileName, text));
  const modules = modulesOf(report).map((parts) => moduleOf(parts, report));
  report.throwIfAny();
  const design = { modules };
  try {
    checkDesign(design);
  } catch (error) {
    report.error({ start: 0, end: 1 }, 'design', (error as Error).message, 'correct it, or print the design anew');
    report.throwIfAny();
  }
  return design;
}

/** Divides the lines into modules: comments above a module belong to it. */
function modulesOf(report: ErrorReport): Parts[] {
  const modules: Parts[] = [];
  let comment: string[] = [];
  let open: Parts | undefined;
  let last: Place = { start: 0, end: 1 };
  const outside = (place: Place): void => report.error(place, 'outside', 'this line stands in no module', 'open one: module NAME {');
  for (const { statement, comment: remark, place } of reader.read(report)) {
    last = place;
    if (statement === undefined) {
      if (open === undefined) comment.push(remark!);
      continue;
    }
    const line = { ...statement, ...(remark === undefined ? {} : { comment: remark }) } as Of<Line['kind']>;
    if (line.kind === 'module') {
      if (open !== undefined) report.error(placeOfToken(open.head.name), 'unclosed', `module ${open.head.name.text} is not closed`,
        'close it with }');
      open = { head: line, comment, ports: [], nodes: [], instances: [] };
      modules.push(open);
      comment = [];
    } else if (open === undefined) outside(place);
    else if (line.kind === 'end') open = undefined;
    else if (line.kind === 'port') open.ports.push(line);
    else if (line.kind === 'node') open.nodes.push(line);
    else open.instances.push(line);
  }
  if (open !== undefined) report.error(placeOfToken(open.head.name), 'unclosed', `module ${open.head.name.text} is not closed`, 'close it with }');
  if (modules.length === 0) report.error(last, 'empty', 'there is no module', 'write module NAME { … }');
  return modules;
}

function moduleOf({ head, comment, ports, nodes, instances }: Parts, report: ErrorReport): Module {
  const signals = new Map(nodes.map((node, signal) => [node.name.text, signal]));
  const uses = new Map(instances.map((use, index) => [use.name.text, index]));
  const find = (known: ReadonlyMap<string, number>, name: string, token: Token, what: string): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const near = nearest(name, known.keys());
    report.error(placeOfToken(token), 'unknown-name', `no ${what} of ${head.name.text} is called ${name}`, meant(near, 'give it a line'));
    return 0;
  };
  const names: Names = {
    signal: (reference) => find(signals, reference.text.slice(1), reference, 'signal'),
    instance: (name) => find(uses, name.text, name, 'instance'),
  };
  const remark = (line: { readonly comment?: string }): { comment?: string } => (line.comment === undefined ? {} : { comment: line.comment });
  return {
    name: head.name.text, comment,
    ports: ports.map(({ name, direction, width, driver }): Port =>
      ({ name: name.text, direction, width, signal: driver === undefined ? find(signals, name.text, name, 'signal') : names.signal(driver) })),
    nodes: nodes.map((line) => ({ ...line.operation(names), name: line.name.text, width: line.width, ...remark(line) }) as Node),
    instances: instances.map((use): Instance => ({
      name: use.name.text, module: use.module,
      inputs: Object.fromEntries(use.inputs.map(([port, signal]) => [port, names.signal(signal)])), ...remark(use),
    })),
    ...(head.template === undefined ? {} : { template: head.template }),
  };
}
