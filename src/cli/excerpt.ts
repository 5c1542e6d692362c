import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { SourceText } from '../base/text/source.ts';

/**
 * The diagnostic with the line that it is about, where its origin is a line of a program that the command line names: what is found
 * while a network is compiled knows the place alone.
 */
export function withExcerpt(diagnostic: Diagnostic, args: readonly string[]): Diagnostic {
  const [, file, line, column] = /^([^/]+\.bloom):(\d+):(\d+)$/.exec(diagnostic.origin ?? '') ?? [];
  const path = args.find((arg) => basename(arg) === file);
  if (diagnostic.excerpt !== undefined || file === undefined || path === undefined) return diagnostic;
  try {
    const source = new SourceText(file, readFileSync(path, 'utf8'));
    const start = source.offset(Number(line), Number(column));
    return { ...diagnostic, excerpt: source.excerpt({ start, end: start + 1 }) };
  } catch {
    return diagnostic;
  }
}
