import type { RealTensor } from '../../../graph/tensor.ts';
import type { Traced } from '../../../graph/tracing.ts';

/** A tensor of the graph under construction as the language sees it. */
export interface Value {
  /** Its name in the graph; one of the statement at hand gets its final name when the statement is done. */
  readonly tensor: string;
  readonly traced: Traced;
  /** It depends on the sample: its shape in the graph begins with the batch, an extent of 1 that the language does not show. */
  readonly batched: boolean;
  /** Present where it was put into a number format: the format's text, and the scale. */
  readonly coded?: { readonly format: string; readonly scale: Value };
}

/** The shape as the language shows it. */
export function shapeOf({ traced, batched }: Value): readonly number[] {
  return batched ? traced.shape.slice(1) : traced.shape;
}

/** The numbers, where they are known now. */
export function literalOf({ traced }: Value): RealTensor | undefined {
  return 'tensor' in traced ? traced.tensor : undefined;
}

export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** An error that has been reported: the statement is given up, and what it would have named is not known. */
export class GivenUp extends Error {}
