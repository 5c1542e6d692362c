import { UserError } from '../../../base/diagnostic.ts';
import type { Place } from '../../../base/text/source.ts';
import { findLayer } from '../../../layers/index.ts';
import { parseFormat, type NumberFormat } from '../../../number/formats/index.ts';
import type { Format } from '../ast.ts';
import { type GraphBuilder } from './builder.ts';
import { literalOf, shapeOf, showShape, type Value } from './value.ts';

const SCALES = 'scales are one number, or broadcast to the tensor';

/** The format that is named. @throws GivenUp where there is none, which is reported */
export function formatNamed(format: Format, builder: GraphBuilder): NumberFormat {
  try {
    return parseFormat(format.text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [{ code, message, help }] = error.diagnostics;
    return builder.fail(format.at, code, message, help);
  }
}

/**
 * scale * (what the codes of the format mean): of the numbers `x`, rounded to the format, or, with `codes`, of the codes `x`. `at` says
 * where it is written.
 * @throws GivenUp
 */
export function quantized(
  x: Value, format: Format, scale: Value, at: { readonly whole: Place; readonly scale?: Place }, builder: GraphBuilder, codes = false,
): Value {
  const named = formatNamed(format, builder);
  const factor = literalOf(scale);
  if (factor === undefined) builder.fail(at.scale ?? at.whole, 'not-constant', 'the scale depends on the input', 'scales are constants');
  const bad = factor.values.find((value) => !(value > 0 && value < Infinity));
  if (bad !== undefined) builder.fail(at.scale ?? at.whole, 'scale', `a scale of ${bad}`, 'scales are above 0');
  if (!broadcastsTo(factor.shape, x.traced.shape)) {
    builder.fail(at.scale ?? at.whole, 'shapes', `scales of ${showShape(factor.shape)} for ${showShape(shapeOf(x))}`, SCALES);
  }
  const kind = findLayer(codes ? 'Decode' : 'Format')!;
  const [value] = builder.add({ kind, inputs: [x, scale], attributes: { format: named.text }, place: at.whole });
  return { ...value, coded: { format: named.text, scale } };
}

function broadcastsTo(shape: readonly number[], target: readonly number[]): boolean {
  const missing = target.length - shape.length;
  return missing >= 0 && shape.every((extent, i) => extent === 1 || extent === target[i + missing]);
}
