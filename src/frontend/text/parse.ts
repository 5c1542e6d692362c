import { Lexer, type Token } from '../../base/text/lexer.ts';
import { alternatives, StatementParser, type SymbolWords, type SyntaxProblem } from '../../base/text/parser.ts';
import { ErrorReport } from '../../base/text/report.ts';
import type { SourceText } from '../../base/text/source.ts';
import { meant, nearest } from '../../base/suggest.ts';
import type { Program, Statement } from './ast.ts';
import grammar from './bloom-grammar.ts';
import { KEYWORDS, STATEMENT_WORDS } from './keywords.ts';
import { linesOf, type Line } from './lines.ts';

/** What messages call the symbols of the grammar. */
const WORDS: SymbolWords = {
  statement: 'a statement', name: 'a name', names: 'a name', shape: 'a shape such as [32]', extents: 'a number', extent: 'a number',
  settingKey: 'a setting', settingValue: 'a word or a number', unit: 'a unit',
  quantization: 'a number format', format: 'a number format', formatArgs: 'a number or a word', formatArg: 'a number or a word',
  formatValue: 'a number or a word',
  value: 'a value', comparison: 'a value', sum: 'a value', product: 'a value', unary: 'a value', postfix: 'a value', primary: 'a value',
  args: 'an argument', argument: 'an argument', entries: 'a number or [', entry: 'a number or [', signed: 'a number',
  subscripts: 'an index', subscript: 'an index', relation: 'an operator', additive: 'an operator', factor: 'an operator',
  word: 'a name', number: 'a number', string: 'a text in quotes', factors: 'pe or simd', wish: 'pe or simd',
};

/** Operators in one statement; trees are walked recursively. */
const MOST_OPERATORS = 1000;

const lexer = new Lexer({ keywords: KEYWORDS });
const parser = new StatementParser<Statement>(grammar, WORDS);

/** A program as far as it could be read. */
export interface ParsedProgram extends Program {
  /** Names that the other statements seem to declare. */
  readonly lost: readonly string[];
}

/**
 * Reads a program. Errors go to the report; the statements without errors are there in any case, so that a further step can find
 * more errors.
 */
export function parseProgram(source: SourceText, report: ErrorReport): ParsedProgram {
  const statements: Statement[] = [];
  const lost: string[] = [];
  for (const line of linesOf(lexer.tokens(source.text), report)) {
    let gap = line.gap;
    for (const comment of line.comments) {
      statements.push({ op: 'comment', text: commentText(comment), ...(gap ? { gap: true } : {}), at: placeOf(comment) });
      gap = false;
    }
    const statement = line.broken || line.tokens.length === 0 ? undefined : parseLine(line, report);
    if (statement === undefined) {
      lost.push(...declaredNames(line.tokens));
      continue;
    }
    const remark = line.remark === undefined ? {} : { remark: commentText(line.remark) };
    statements.push({ ...statement, ...remark, ...(gap ? { gap: true } : {}) });
  }
  return { statements, lost };
}

/** A program without errors. @throws UserError with all of them */
export function parseWhole(source: SourceText): Program {
  const report = new ErrorReport(source);
  const { statements } = parseProgram(source, report);
  report.throwIfAny();
  return { statements };
}

/** The words before the first sign that is no comma. */
function declaredNames(tokens: readonly Token[]): string[] {
  const end = tokens.findIndex(({ type, text }) => type !== 'word' && type !== 'keyword' && text !== ',');
  return tokens.slice(0, end < 0 ? tokens.length : end).filter(({ type }) => type === 'word').map(({ text }) => text);
}

function commentText({ text }: Token): string {
  return text.replace(/^# ?/, '').trimEnd();
}

function placeOf({ offset, text }: Token): { start: number; end: number } {
  return { start: offset, end: offset + text.length };
}

function parseLine({ tokens }: Line, report: ErrorReport): Statement | undefined {
  const operators = tokens.filter((token, i) => isOperator(token, tokens[i - 1])).length;
  if (operators > MOST_OPERATORS) {
    report.error(placeOf(tokens[0]), 'too-long', `a statement of more than ${MOST_OPERATORS} operators`, 'name parts of it');
    return undefined;
  }
  const strange = tokens.find(({ type }) => type === 'strange' || type === 'unclosed');
  if (strange !== undefined) {
    reportStrange(strange, report);
    return undefined;
  }
  const parsed = parser.parse(tokens);
  if ('value' in parsed) return parsed.value;
  explain(tokens, parsed.problem, report);
  return undefined;
}

/** The sign of a number in a list is none. */
function isOperator({ text, type }: Token, before: Token | undefined): boolean {
  if (type === 'keyword') return text === 'as';
  return type === 'sign' && !/^[\],:)]$/.test(text) && text !== '[' && !(text === '-' && (before?.text === ',' || before?.text === '['));
}

function reportStrange(token: Token, report: ErrorReport): void {
  if (token.type === 'unclosed') {
    report.error(placeOf(token), 'unclosed', 'a text that has no closing quote in its line', 'close it with "');
    return;
  }
  const character = String.fromCodePoint(report.source.text.codePointAt(token.offset)!);
  const help = character === "'" ? 'texts stand between " and "' : character === ';' ? 'statements end with their line' : 'remove it';
  report.error({ start: token.offset, end: token.offset + character.length }, 'strange-character', `${character} means nothing here`, help);
}

function explain(tokens: readonly Token[], { index, expected }: SyntaxProblem, report: ErrorReport): void {
  const [start] = tokens;
  const token = tokens[index];
  const wanted = expected.length === 0 ? 'the end of the line' : alternatives(simplified(expected));
  const last = tokens[tokens.length - 1];
  if (token === undefined) {
    const end = last.offset + last.text.length;
    report.error({ start: end, end: end + 1 }, 'syntax', `the line ends where ${wanted} is expected`);
    return;
  }
  if (index === 1 && start.type === 'keyword' && token.text === '=' && start.text !== 'next') return reserved(start, report);
  if (token.type === 'keyword' && (expected.includes('a name') || expected.includes('a value'))) {
    reserved(token, report);
    return;
  }
  // A line that begins with a word followed by a name: a mistyped keyword.
  if (index === 1 && start.type === 'word' && token.type === 'word') {
    const near = nearest(start.text, STATEMENT_WORDS);
    report.error(placeOf(start), 'syntax', `no statement begins with ${start.text}`,
      meant(near, `statements are ${STATEMENT_WORDS.join(', ')}, and NAME = VALUE`));
    return;
  }
  const more = expected.includes('an operator');
  const help = !more ? undefined
    : token.text === '=' ? 'equality is =='
      : /^[<>]/.test(token.text) ? 'comparisons do not go on: put one in parentheses'
        : token.type === 'word' || token.type === 'number' ? 'is an operator or a comma missing?' : undefined;
  report.error(placeOf(token), 'syntax', `${shown(token)} stands where ${wanted} is expected`, help);
}

function reserved(token: Token, report: ErrorReport): void {
  report.error(placeOf(token), 'keyword', `${token.text} is a word of the language and cannot be a name`, `call it ${token.text}_1, say`);
}

function shown({ type, text }: Token): string {
  const cut = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return type === 'string' ? cut : `"${cut}"`;
}

/** Whatever goes on with a value is an operator; at most six alternatives are told. */
const OPERATORS = new Set(['"["', '"("', '"<"', '"as"', '"fold"', '"*"']);

function simplified(expected: readonly string[]): string[] {
  const rest = expected.filter((word) => !OPERATORS.has(word));
  const all = expected.includes('an operator') ? rest : [...expected];
  return all.length <= 6 ? all : [...all.slice(0, 5), 'something else'];
}
