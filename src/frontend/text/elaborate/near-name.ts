import { nearest } from '../../../base/suggest.ts';

/** A name that may be meant; names of one or two letters are all near to each other, so that only their case can be mistaken. */
export function nearName(word: string, names: Iterable<string>): string | undefined {
  const near = nearest(word, names);
  return word.length <= 2 && near?.toLowerCase() !== word.toLowerCase() ? undefined : near;
}
