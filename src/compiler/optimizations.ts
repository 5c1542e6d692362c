import { DEFAULT_PIPELINE, findPass } from '../passes/pipeline.ts';

/** Something that makes hardware smaller and changes no integer: it can be left out by its name. */
export interface Optimization {
  readonly name: string;
  readonly summary: string;
}

/** What code generation and the search for a folding may choose; passes over the integers have their own registry. */
export const CHOICES = [
  { name: 'related-rows', summary: 'rows of products in cells are other rows and a difference' },
  { name: 'shared-pairs', summary: 'sums of two elements that rows of products in cells have in common are made once' },
  { name: 'truth-tables', summary: 'unrolled: neurons that read few bits are tables' },
  { name: 'row-ranges', summary: 'unrolled: what follows a sum has the bits of what its row can be' },
  { name: 'sparse-words', summary: 'streaming: foldings that leave out words of nothing but zero weights' },
] as const satisfies readonly Optimization[];

export type Choice = (typeof CHOICES)[number]['name'];

/** Everything that can be left out: passes over the integers in their order, then the choices. */
export const OPTIMIZATIONS: readonly Optimization[] = [...DEFAULT_PIPELINE.map(findPass).filter(({ required }) => required !== true), ...CHOICES];

/** Whether a choice is open. */
export function isOpen(choice: Choice, without: readonly string[] = []): boolean {
  return !without.includes(choice);
}
