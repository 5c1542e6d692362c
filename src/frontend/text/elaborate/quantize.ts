import { UserError } from '../../../base/diagnostic.ts';
import type { Place } from '../../../base/text/source.ts';
import { findLayer } from '../../../layers/index.ts';
import { parseNumberType } from '../../../number/type.ts';
import type { Format } from '../ast.ts';
import { type GraphBuilder } from './builder.ts';
import { literalOf, type Value } from './value.ts';

/** Reports a format that does not exist. @throws GivenUp */
export function checkFormat(format: Format, builder: GraphBuilder): void {
  try {
    parseNumberType(format.text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [{ code, message, help }] = error.diagnostics;
    builder.fail(format.at, code, message, help);
  }
}

/**
 * scale * (what the codes of the format mean): of the numbers `x`, rounded to the format, or, with `codes`, of the codes `x`.
 * @throws GivenUp
 */
export function quantized(x: Value, format: Format, scale: Value, place: Place, builder: GraphBuilder, codes = false): Value {
  checkFormat(format, builder);
  const factor = literalOf(scale);
  if (factor === undefined) builder.fail(place, 'not-constant', 'the scale depends on the input', 'scales are constants');
  if (factor.values.some((value) => !(value > 0))) builder.fail(place, 'scale', `a scale of ${factor.values.find((value) => !(value > 0))}`, 'scales are above 0');
  const kind = findLayer(codes ? 'Decode' : 'Format');
  if (kind !== undefined) return builder.add({ kind, inputs: [x, scale], attributes: { format: format.text }, place })[0];
  const type = parseNumberType(format.text);
  if (type.bipolar) return builder.add({ kind: findLayer('BipolarQuant')!, inputs: [x, scale], place })[0];
  const bits = Math.round(Math.log2(type.high - type.low + 1));
  const step = builder.constant({ ...factor, values: factor.values.map((value) => value * type.scale) }, 'scale');
  return builder.add({
    kind: findLayer('Quant')!, inputs: [x, step, builder.number(0), builder.number(bits)], place,
    attributes: { signed: type.low < 0 ? 1 : 0, narrow: 0, rounding_mode: 'ROUND' },
  })[0];
}
