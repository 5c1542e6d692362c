import type { Place } from '../../../base/text/source.ts';
import type { Value } from './value.ts';

interface Entry {
  readonly at: Place;
  /** Undefined where its statement has a mistake. */
  readonly value: Value | undefined;
  read: boolean;
}

/** The names of a program: all that it declares anywhere, and those that are known so far. */
export class Scope {
  private readonly known = new Map<string, Entry>();
  private readonly expected = new Set<string>();

  /**
   * @param declared place of the first declaration of every name
   */
  constructor(private readonly declared: ReadonlyMap<string, Place>) {}

  declaration(name: string): Place | undefined {
    return this.declared.get(name);
  }

  define(name: string, at: Place, value: Value | undefined): void {
    this.known.set(name, { at, value, read: this.expected.has(name) });
  }

  isKnown(name: string): boolean {
    return this.known.has(name);
  }

  /** The value of a name that is known and has one. */
  read(name: string): Value | undefined {
    const entry = this.known.get(name);
    if (entry !== undefined) entry.read = true;
    return entry?.value;
  }

  /** Says that a name is read, whether it is known already or not. */
  expect(name: string): void {
    this.expected.add(name);
    this.read(name);
  }

  names(): IterableIterator<string> {
    return this.known.keys();
  }

  unread(): { readonly name: string; readonly at: Place }[] {
    return [...this.known].filter(([, entry]) => !entry.read && entry.value !== undefined).map(([name, { at }]) => ({ name, at }));
  }
}
