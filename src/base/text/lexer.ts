import moo from 'moo';

/** A token: what kind, how it is written, and where. */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly offset: number;
}

export type TokenType =
  | 'word' | 'keyword' | 'number' | 'string' | 'reference' | 'list' | 'sign' | 'comment' | 'newline' | 'unclosed' | 'strange' | 'space';

/** What distinguishes one text of bitloom from another for the lexer. */
export interface LexerOptions {
  /** Words that are not names. */
  readonly keywords?: readonly string[];
  /** Dumps: `[1 -2 3/4 0..7]` is one token, words may contain hyphens, `%x` refers to a value. */
  readonly dump?: boolean;
}

/**
 * The lexer of all texts: the network language and the printed IRs. Words, decimal numbers, strings as in JSON, comments from `#` to
 * the end of the line, signs. It never fails: what belongs to no text is a token of type `strange`.
 */
export class Lexer {
  private readonly lexer: moo.Lexer;
  private readonly keywords: ReadonlySet<string>;

  constructor({ keywords = [], dump = false }: LexerOptions = {}) {
    this.keywords = new Set(keywords);
    this.lexer = moo.compile({
      space: { match: /[ \t\r\uFEFF]+/ },
      newline: { match: '\n', lineBreaks: true },
      comment: /#[^\n]*/,
      string: /"(?:[^"\\\n]|\\[^\n])*"/,
      unclosed: /"[^\n]*/,
      ...(dump ? { list: /\[[-+0-9.eE\/, ]*\]/, reference: /%[A-Za-z0-9_]+/ } : {}),
      word: dump ? /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z][A-Za-z0-9_]*)*/ : /[A-Za-z_][A-Za-z0-9_]*/,
      number: /(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/,
      sign: ['<=', '>=', '==', '<<', '..', '<', '>', '=', '(', ')', '[', ']', '{', '}', ',', ':', '+', '-', '*', '/', '@', '^'],
      strange: /[^\n]/,
    });
  }

  /** All tokens but spaces. */
  tokens(text: string): Token[] {
    const found: Token[] = [];
    this.lexer.reset(text);
    for (const { type, text: written, offset } of this.lexer) {
      if (type === 'space') continue;
      const actual = type === 'word' && this.keywords.has(written) ? 'keyword' : type as TokenType;
      found.push({ type: actual, text: written, offset });
    }
    return found;
  }
}

/** For grammar files, which ask whether a kind of token exists. */
export const tokenTypes = {
  has: (type: string): boolean => ['word', 'number', 'string', 'reference', 'list'].includes(type),
  reset: (): void => {},
  next: (): undefined => undefined,
  save: (): undefined => undefined,
  formatError: (): string => '',
};

/** What a string token stands for; undefined where an escape in it is none of JSON's. */
export function stringValue(token: Token): string | undefined {
  try {
    return JSON.parse(token.text) as string;
  } catch {
    return undefined;
  }
}
