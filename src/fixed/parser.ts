import { DumpReader, placeOfToken } from '../base/text/dump.ts';
import { ErrorReport } from '../base/text/report.ts';
import { SourceText, type Place } from '../base/text/source.ts';
import { meant, nearest } from '../base/suggest.ts';
import type { Expression } from '../graph/expression.ts';
import { SCALAR_ARITY } from '../number/scalar.ts';
import { checkFixed } from './checker.ts';
import grammar from './dump-grammar.ts';
import type { FindPart, Line } from './dump-make.ts';
import type { FixedGraph, FixedInput, FixedNode, FixedOutput } from './ir.ts';

const reader = new DumpReader<Line>(grammar, {
  line: 'a line of a fixed-point graph', name: 'a name', operation: 'an operation', expression: 'an expression',
    type: 'bipolar or int[low..high]', signed: 'a number',
});

/**
 * The graph that `printFixed` printed whole: equal in every respect, but that irrational constants of the host's expressions are
 * known to 256 bits.
 * @throws UserError with line and column of every mistake
 */
export function parseFixed(text: string, fileName = 'fixed graph'): FixedGraph {
  const report = new ErrorReport(new SourceText(fileName, text));
  const graph = graphOf(report);
  report.throwIfAny();
  try {
    checkFixed(graph, 'reading');
  } catch (error) {
    report.error({ start: 0, end: 1 }, 'graph', (error as Error).message, 'correct it, or print the graph anew');
    report.throwIfAny();
  }
  return graph;
}

function graphOf(report: ErrorReport): FixedGraph {
  let name: string | undefined;
  const nodes: FixedNode[] = [];
  const inputs: FixedInput[] = [];
  const outputs: FixedOutput[] = [];
  const parts = new Map<string, Expression>();
  const nothing: Expression = { op: 'constant', shape: [], tensor: { shape: [], values: Float64Array.of(0) } };
  const find: FindPart = (token) => {
    const found = parts.get(token.text);
    if (found !== undefined) return found;
    const near = nearest(token.text, parts.keys());
    report.error(placeOfToken(token), 'unknown-name', `no expression is called ${token.text}`, meant(near, 'give it a line above'));
    return nothing;
  };
  let last: Place = { start: 0, end: 1 };
  for (const { statement: line, place } of reader.read(report)) {
    last = place;
    if (line === undefined) continue;
    switch (line.kind) {
      case 'graph':
        if (name !== undefined) report.error(place, 'duplicate', 'a second graph begins here', 'one text is one graph');
        name = line.name;
        break;
      case 'node':
        if (line.id.text !== `%${nodes.length}`) {
          report.error(placeOfToken(line.id), 'number', `${line.id.text} stands where %${nodes.length} is expected`, 'values are numbered from %0 on');
        }
        nodes.push({
          ...line.operation, name: line.name, shape: line.shape, type: line.type, origins: [],
          ...(line.codes === undefined ? {} : { codes: line.codes }),
        } as FixedNode);
        break;
      case 'origins':
        if (nodes.length === 0) report.error(place, 'origin', 'an origin of nothing', 'it follows the line of its value');
        else nodes.push({ ...nodes.pop()!, origins: line.origins });
        break;
      case 'part': {
        const made = line.make(find);
        if (made === undefined) report.error(place, 'expression', 'no operator is called so, or it takes other operands',
          `operators are ${Object.keys(SCALAR_ARITY).join(', ')}`);
        parts.set(line.name.text, made ?? nothing);
        break;
      }
      case 'input':
        inputs.push({ value: line.value, source: line.source, encoder: find(line.encoder) });
        break;
      case 'output':
        outputs.push({ value: line.value, target: line.target, shape: line.shape, decoder: find(line.decoder) });
        break;
    }
  }
  if (name === undefined) report.error(last, 'graph', 'no line says what the graph is called', 'begin with: fixed graph NAME');
  return { name: name ?? '', nodes, inputs, outputs };
}
