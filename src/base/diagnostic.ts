/**
 * What the user is told when something is wrong: a value, never a stack trace.
 * `origin` names the place in the user's terms (`model.onnx › Conv_3`), `help` is the way out.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'note';
  /** Short stable identifier, kebab-case: `unsupported-operator`. */
  readonly code: string;
  readonly message: string;
  readonly origin?: string;
  /** Of a text: the line in question, a caret under the place. */
  readonly excerpt?: string;
  readonly help?: string;
}

/** Carries one or more diagnostics to the command line, which prints them and exits with code 1. */
export class UserError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'UserError';
    this.diagnostics = diagnostics;
  }
}

/** An error about the user's input, to be thrown: `throw userError('bad-shape', '…', {origin, help})`. */
export function userError(
  code: string,
  message: string,
  where: { origin?: string; help?: string } = {},
): UserError {
  return new UserError([{ severity: 'error', code, message, ...where }]);
}

/** `error[code]: origin: message`, and on lines of their own what the text says there and `  help: …`. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const origin = diagnostic.origin === undefined ? '' : `${diagnostic.origin}: `;
  const help = diagnostic.help === undefined ? '' : `\n  help: ${diagnostic.help}`;
  const excerpt = diagnostic.excerpt === undefined ? '' : `\n${diagnostic.excerpt}`;
  return `${diagnostic.severity}[${diagnostic.code}]: ${origin}${diagnostic.message}${excerpt}${help}`;
}
