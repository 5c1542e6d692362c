import { UserError, type Diagnostic } from '../diagnostic.ts';
import type { Place, SourceText } from './source.ts';

/** Most errors of one run that are told; what follows more than these is rarely worth reading. */
const MOST = 40;

/** A diagnostic about a place in a text: its line is shown, with a caret. */
export function locatedError(source: SourceText, place: Place, code: string, message: string, help?: string): Diagnostic {
  return { severity: 'error', code, message, help, origin: source.origin(place), excerpt: source.excerpt(place) };
}

/** Collects the errors of one text, so that one run tells all of them. */
export class ErrorReport {
  private readonly errors: { readonly start: number; readonly diagnostic: Diagnostic }[] = [];

  constructor(readonly source: SourceText) {}

  error(place: Place, code: string, message: string, help?: string): void {
    this.add(place, locatedError(this.source, place, code, message, help));
  }

  add(place: Place, diagnostic: Diagnostic): void {
    this.errors.push({ start: place.start, diagnostic });
  }

  get count(): number {
    return this.errors.length;
  }

  /** @throws UserError with all that was reported, in the order of the text */
  throwIfAny(): void {
    if (this.errors.length === 0) return;
    const sorted = [...this.errors].sort((a, b) => a.start - b.start).map(({ diagnostic }) => diagnostic);
    const more: Diagnostic[] = sorted.length <= MOST ? []
      : [{ severity: 'note', code: 'more-errors', message: `${sorted.length - MOST} more errors`, origin: sorted[MOST].origin }];
    throw new UserError([...sorted.slice(0, MOST), ...more]);
  }
}
