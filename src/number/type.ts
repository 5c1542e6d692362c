import { userError } from '../base/diagnostic.ts';

/** A grid of real numbers: code * scale for integer codes from `low` to `high`; `bipolar` has only -1 and +1. */
export interface NumberType {
  readonly low: number;
  readonly high: number;
  readonly scale: number;
  readonly bipolar: boolean;
}

const WIDEST = 53;
const HELP = 'write int8, uint4, fixed<16,6>, ufixed<8,0>, bipolar, or one of them with a scale: int8*0.25';

/**
 * Reads a type as a user writes it: `intN`, `uintN`, `fixed<W,I>` and `ufixed<W,I>` (W bits, I of them before the point, as ap_fixed),
 * `bipolar`; each with an optional `*scale`.
 * @throws UserError
 */
export function parseNumberType(text: string): NumberType {
  const [name, factor, ...rest] = text.replace(/\s+/g, '').split('*');
  const scale = factor === undefined ? 1 : Number(factor);
  const fail = (why: string): Error => userError('number-type', `"${text}": ${why}`, { help: HELP });
  if (rest.length > 0 || !Number.isFinite(scale) || scale <= 0 || factor === '') throw fail('the scale is no positive number');
  if (name === 'bipolar') return { low: -1, high: 1, scale, bipolar: true };
  const integer = /^(u?)int(\d+)$/.exec(name);
  const fixed = /^(u?)fixed<(\d+),(-?\d+)>$/.exec(name);
  const match = integer ?? fixed;
  if (match === null) throw fail('this is no number type');
  const signed = match[1] === '';
  const width = Number(match[2]);
  if (width < 1 || width > WIDEST) throw fail(`widths from 1 to ${WIDEST} bits are possible`);
  const fraction = fixed === null ? 0 : width - Number(fixed[3]);
  if (Math.abs(fraction) > 256) throw fail('the point is too far away');
  const codes = signed ? { low: -(2 ** (width - 1)), high: 2 ** (width - 1) - 1 } : { low: 0, high: 2 ** width - 1 };
  return { ...codes, scale: scale * 2 ** -fraction, bipolar: false };
}
