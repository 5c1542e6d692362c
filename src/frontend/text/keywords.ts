/** Words that begin a statement. */
export const STATEMENT_WORDS = ['network', 'style', 'clock', 'target', 'batch', 'input', 'const', 'state', 'next', 'output'] as const;

/** Words within statements. */
export const INNER_WORDS = ['as', 'codes', 'fold'] as const;

/** All words that cannot be names. */
export const KEYWORDS: readonly string[] = [...STATEMENT_WORDS, ...INNER_WORDS];
