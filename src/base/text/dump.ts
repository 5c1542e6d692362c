import { Lexer, type Token } from './lexer.ts';
import { alternatives, StatementParser, type SymbolWords } from './parser.ts';
import type { ErrorReport } from './report.ts';
import type { Place } from './source.ts';

/** One line of a printed IR: a statement with the comment behind it, or a comment alone. */
export interface DumpLine<T> {
  readonly statement?: T;
  readonly comment?: string;
  readonly place: Place;
}

const lexer = new Lexer({ dump: true });

/** Reads printed IRs line by line; a grammar says what a line can be. */
export class DumpReader<T> {
  private readonly parser: StatementParser<T>;

  constructor(grammar: object, words: SymbolWords = {}) {
    this.parser = new StatementParser<T>(grammar, { word: 'a name', number: 'a number', string: 'a text in quotes',
      reference: 'a value such as %x', list: 'a list in [ ]', ...words });
  }

  /** All lines; those with mistakes are reported and left out. */
  read(report: ErrorReport): DumpLine<T>[] {
    const lines: DumpLine<T>[] = [];
    let tokens: Token[] = [];
    const finish = (): void => {
      if (tokens.length > 0) {
        const line = this.line(tokens, report);
        if (line !== undefined) lines.push(line);
      }
      tokens = [];
    };
    for (const token of lexer.tokens(report.source.text)) {
      if (token.type === 'newline') finish(); else tokens.push(token);
    }
    finish();
    return lines;
  }

  private line(tokens: readonly Token[], report: ErrorReport): DumpLine<T> | undefined {
    const last = tokens[tokens.length - 1];
    const body = last.type === 'comment' ? tokens.slice(0, -1) : tokens;
    const comment = last.type === 'comment' ? { comment: readComment(last.text) } : {};
    const place = { start: tokens[0].offset, end: last.offset + last.text.length };
    if (body.length === 0) return { ...comment, place };
    const strange = body.find((token) => token.type === 'strange' || token.type === 'unclosed');
    if (strange?.text === '…') {
      report.error(placeOfToken(strange), 'abbreviated', 'this text is abbreviated', 'print it whole: bitloom inspect --complete');
      return undefined;
    }
    const parsed = this.parser.parse(body);
    if ('value' in parsed) return { statement: parsed.value, ...comment, place };
    const { index, expected } = parsed.problem;
    const wanted = expected.length === 0 ? 'the end of the line' : alternatives(expected.slice(0, 6));
    const token = body[index];
    const end = body[body.length - 1].offset + body[body.length - 1].text.length;
    if (token === undefined) report.error({ start: end, end: end + 1 }, 'syntax', `the line ends where ${wanted} is expected`);
    else report.error(placeOfToken(token), 'syntax', `"${token.text.slice(0, 40)}" stands where ${wanted} is expected`);
    return undefined;
  }
}

export function placeOfToken({ offset, text }: Token): Place {
  return { start: offset, end: offset + text.length };
}

/** A comment that reads back to the same text, whatever is in it. */
export function writeComment(text: string): string {
  return text === '' ? '#' : `# ${text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`;
}

function readComment(written: string): string {
  return written.replace(/^# ?/, '').replace(/\\(n|\\)/g, (_, escape) => (escape === 'n' ? '\n' : '\\'));
}

/** A name as it is, where it is one word; in quotes otherwise. */
export function writeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}

/** Numbers of a list token. */
export function listParts({ text }: Token): string[] {
  const inside = text.slice(1, -1).trim();
  return inside === '' ? [] : inside.split(/[ ,]+/);
}

/** `[1 2 3]`; abbreviated, its beginning and how many there are. */
export function writeList(values: ArrayLike<number | bigint>, abbreviate: boolean): string {
  const shown = abbreviate ? Math.min(values.length, 8) : values.length;
  const text = Array.from({ length: shown }, (_, i) => (Object.is(values[i], -0) ? '-0' : `${values[i]}`)).join(' ');
  return `[${text}${shown < values.length ? ` … ${values.length} in all` : ''}]`;
}
