import nearley from 'nearley';
import type { Token } from './lexer.ts';

/** What a token could not be read as, in words, for a message. */
export interface SyntaxProblem {
  /** Index of the token; the number of tokens where the end comes too early. */
  readonly index: number;
  /** `a value`, `a number format`, `=`: what could stand there. */
  readonly expected: readonly string[];
}

export type Parsed<T> = { readonly value: T } | { readonly problem: SyntaxProblem };

/** What symbols of a grammar are called in messages: nonterminals by name, tokens by type, signs and keywords as they are written. */
export type SymbolWords = Readonly<Record<string, string>>;

type Terminal = { readonly literal?: string; readonly type?: string };

interface State {
  readonly rule: { readonly name: string; readonly symbols: readonly (string | Terminal)[] };
  readonly dot: number;
  /** Column in which the rule began. */
  readonly reference: number;
}

/** A grammar compiled by nearley, run over the tokens of one statement. */
export class StatementParser<T> {
  private readonly grammar: nearley.Grammar;

  constructor(compiled: object, private readonly words: SymbolWords) {
    this.grammar = nearley.Grammar.fromCompiled({ ...compiled as nearley.CompiledRules, Lexer: undefined });
  }

  /**
   * The statement that the tokens are, or what is wrong with them.
   * @throws Error where the grammar reads them in two ways: that is a fault of the grammar
   */
  parse(tokens: readonly Token[]): Parsed<T> {
    const parser = new nearley.Parser(this.grammar, { lexer: new TokenSource(tokens) });
    // nearley writes a long account of its tables with every error; nobody reads it.
    (parser as unknown as { reportError: () => string }).reportError = () => '';
    try {
      parser.feed('tokens');
    } catch (error) {
      const index = (error as { offset?: number }).offset;
      if (index === undefined) throw error;
      return { problem: { index, expected: this.expected(parser) } };
    }
    const results = parser.results as T[];
    if (results.length === 0) return { problem: { index: tokens.length, expected: this.expected(parser) } };
    if (results.length > 1) throw new Error(`the grammar is ambiguous: ${tokens.map((token) => token.text).join(' ')}`);
    return { value: results[0] };
  }

  /** What the rules that are under way in the last column wait for, at the highest level that has a name. */
  private expected(parser: nearley.Parser): string[] {
    const { table, current } = parser as unknown as { table: { states: State[] }[]; current: number };
    const found = new Set<string>();
    const seen = new Set<string>();
    const visit = (symbol: string | Terminal): void => {
      if (typeof symbol !== 'string') {
        const written = symbol.literal ?? symbol.type!;
        found.add(this.words[written] ?? `"${written}"`);
      } else if (this.words[symbol] !== undefined) {
        found.add(this.words[symbol]);
      } else if (!seen.has(symbol)) {
        seen.add(symbol);
        for (const rule of this.grammar.byName[symbol] ?? []) if (rule.symbols.length > 0) visit(rule.symbols[0]);
      }
    };
    for (const { rule, dot, reference } of table[current].states) {
      if (dot < rule.symbols.length && (dot > 0 || (reference === 0 && current === 0 && rule.name === this.grammar.start))) visit(rule.symbols[dot]);
    }
    const complete = table[current].states.some(({ rule, dot, reference }) =>
      rule.name === this.grammar.start && reference === 0 && dot === rule.symbols.length);
    if (complete) found.add('the end of the line');
    return [...found];
  }
}

/** Gives nearley the tokens; it compares keywords and signs by `text` and everything else by `type`. */
class TokenSource implements nearley.Lexer {
  private at = 0;

  constructor(private readonly list: readonly Token[]) {}

  next(): nearley.Token | undefined {
    const token = this.list[this.at++];
    return token as unknown as nearley.Token | undefined;
  }

  reset(): void {}

  save(): nearley.LexerState {
    return {};
  }

  formatError(): string {
    return '';
  }
}

/** `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
