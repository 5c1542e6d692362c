import { userError } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';
import type { FormatArguments } from './format.ts';

/** A format's text taken apart: `fixed<8,3,rnd>` is name `fixed` and three arguments. */
export function readArguments(text: string, syntax: (name: string) => string | undefined): { name: string; args: FormatArguments } {
  const compact = text.replace(/\s+/g, '');
  const match = /^([A-Za-z][A-Za-z0-9_]*)(?:<([^<>]*)>)?$/.exec(compact);
  if (match === null) throw userError('number-format', `"${text}" is no number format`, { help: 'write for instance int8, fixed<8,3> or shift<3>' });
  const [, name, inside] = match;
  const parts = inside === undefined ? [] : inside.split(',');
  const positional = parts.filter((part) => !part.includes('='));
  const named = new Map(parts.filter((part) => part.includes('=')).map((part) => part.split('=') as [string, string]));
  return { name, args: argumentsOf(compact, positional, named, () => syntax(name)) };
}

function argumentsOf(
  text: string, positional: readonly string[], named: ReadonlyMap<string, string>, syntax: () => string | undefined,
): FormatArguments {
  const asked = new Set<number | string>();
  const fail = (why: string): never => {
    const how = syntax();
    throw userError('number-format', `"${text}": ${why}`, how === undefined ? {} : { help: `write ${how}` });
  };
  const number = (part: string, what: string): number => {
    const value = Number(part);
    if (part === '' || !Number.isFinite(value)) fail(`${what} "${part}" is no number`);
    return value;
  };
  const whole = (part: string, what: string, low: number, high: number): number => {
    const value = number(part, what);
    if (!Number.isInteger(value) || value < low || value > high) fail(`${what} ${part} is not a whole number from ${low} to ${high}`);
    return value;
  };
  const given = (key: number | string): string | undefined => {
    asked.add(key);
    return typeof key === 'number' ? positional[key] : named.get(key);
  };
  return {
    text, positional, named, fail,
    whole: (index, what, low, high, otherwise) => {
      const part = given(index);
      if (part === undefined && otherwise !== undefined) return otherwise;
      return whole(part ?? fail(`${what} is missing`), what, low, high);
    },
    real: (index, what, otherwise) => {
      const part = given(index);
      if (part === undefined && otherwise !== undefined) return otherwise;
      return number(part ?? fail(`${what} is missing`), what);
    },
    word: (index, what, words, otherwise) => {
      const part = given(index);
      if (part === undefined) return otherwise;
      const word = words[part.toLowerCase()];
      if (word !== undefined) return word;
      const near = nearest(part, Object.keys(words));
      return fail(`${what} "${part}"${near === undefined ? '' : ` (did you mean "${near}"?)`}: use one of ${Object.keys(words).join(', ')}`);
    },
    flag: (index, word) => {
      if (positional[index] !== word) return false;
      asked.add(index);
      return true;
    },
    namedWhole: (name, low, high, otherwise) => {
      const part = given(name);
      return part === undefined ? otherwise : whole(part, name, low, high);
    },
    end: () => {
      const spare = [...positional.filter((_, i) => !asked.has(i)), ...[...named.keys()].filter((name) => !asked.has(name))];
      if (spare.length > 0) fail(`"${spare[0]}" is one argument too many`);
    },
  };
}
