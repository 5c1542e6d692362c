import type { ErrorReport } from '../../base/text/report.ts';
import type { Token } from '../../base/text/lexer.ts';
import { STATEMENT_WORDS } from './keywords.ts';

/** The tokens of one statement, the comments inside it, and whether an empty line stands before it. */
export interface Line {
  readonly tokens: readonly Token[];
  /** Comments on lines of their own, or inside the statement before its last line. */
  readonly comments: readonly Token[];
  /** The comment at the end of its last line. */
  readonly remark?: Token;
  readonly gap: boolean;
  /** Its brackets do not match, which has been reported. */
  readonly broken: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const DEEPEST = 100;

/**
 * Divides the tokens into statements. A statement ends with its line, unless a bracket is open; a line that begins with a word that
 * begins statements begins one in any case, so that a forgotten bracket spoils one statement and not the rest of the file.
 */
export function linesOf(tokens: readonly Token[], report: ErrorReport): Line[] {
  const lines: Line[] = [];
  let current: Token[] = [];
  let comments: Token[] = [];
  let open: Token[] = [];
  let gap = false;
  let broken = false;
  let empty = 0;
  let remark: Token | undefined;

  const finish = (): void => {
    if (open.length > 0) {
      const { text, offset } = open[open.length - 1];
      report.error({ start: offset, end: offset + 1 }, 'unclosed', `this ${text} is never closed`, `close it with ${CLOSING[text]}`);
      broken = true;
    }
    if (current.length > 0) {
      // A comment inside a statement is kept above it; the one behind its last token stays at the end of the line.
      lines.push({ tokens: current, comments: comments.filter((comment) => comment !== remark), remark, gap, broken });
    } else {
      for (const [i, comment] of comments.entries()) lines.push({ tokens: [], comments: [comment], gap: gap && i === 0, broken: false });
    }
    [current, comments, open, gap, broken, remark, empty] = [[], [], [], false, false, undefined, 0];
  };

  let fresh = true;
  for (const token of tokens) {
    const { type, text, offset } = token;
    if (type === 'newline') {
      if (fresh && current.length === 0 && comments.length === 0) empty++;
      fresh = true;
      if (open.length === 0 && (current.length > 0 || comments.length > 0)) finish();
      continue;
    }
    if (fresh && open.length > 0 && type === 'keyword' && (STATEMENT_WORDS as readonly string[]).includes(text)) finish();
    if (current.length === 0 && comments.length === 0) gap = empty > 0 && lines.length > 0;
    fresh = false;
    if (type === 'comment') {
      comments.push(token);
      remark = token;
      continue;
    }
    remark = undefined;
    current.push(token);
    if (type !== 'sign') continue;
    const opener = open[open.length - 1];
    if (CLOSING[text] !== undefined) {
      open.push(token);
      if (open.length === DEEPEST) {
        report.error({ start: offset, end: offset + 1 }, 'too-deep', `more than ${DEEPEST} brackets are open here`, 'name parts of it');
        broken = true;
      }
    } else if (Object.values(CLOSING).includes(text)) {
      if (opener !== undefined && CLOSING[opener.text] === text) {
        open.pop();
      } else if (!broken) {
        const place = { start: offset, end: offset + 1 };
        if (opener === undefined) report.error(place, 'unopened', `this ${text} closes nothing`, 'remove it, or open a bracket before');
        else report.error(place, 'wrong-bracket', `this ${text} stands where ${CLOSING[opener.text]} is expected`, `close ${opener.text} first`);
        broken = true;
      }
      if (broken) open.pop();
    }
  }
  finish();
  return lines;
}
