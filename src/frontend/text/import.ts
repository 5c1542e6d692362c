import { ErrorReport } from '../../base/text/report.ts';
import { SourceText } from '../../base/text/source.ts';
import type { Graph } from '../../graph/ir.ts';
import { elaborateProgram } from './elaborate/program.ts';
import type { ReadFile } from './elaborate/constants.ts';
import { parseProgram } from './parse.ts';

/**
 * Reads a network in the `.bloom` language.
 * @param readFile gives the files that constants are read from, by the paths in the program
 * @throws UserError with all mistakes of the program, each with line and column
 */
export function importBloom(bytes: Uint8Array, fileName: string, readFile: ReadFile): Graph {
  const source = new SourceText(fileName, new TextDecoder().decode(bytes));
  const report = new ErrorReport(source);
  const program = parseProgram(source, report);
  const graph = elaborateProgram(program, fileName, readFile, report);
  report.throwIfAny();
  return graph;
}
