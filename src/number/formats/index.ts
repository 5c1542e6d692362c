import { userError } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';
import { readArguments } from './arguments.ts';
import { codebookFamily, fracbnnFamily, multibitFamily, powerFamily } from './codebook.ts';
import { floatFamily, FLOAT_NAMES } from './float.ts';
import type { FormatFamily, NumberFormat } from './format.ts';
import { integerFamilies } from './integer.ts';
import { khotFamily } from './khot.ts';
import { denseShiftFamily, shiftWithZeroFamily } from './shift.ts';
import { vectorFamily } from './vector.ts';
import { binaryFamily, bipolarFamily, ternaryFamily } from './signs.ts';

export { encodeValue, integerRange, valueOf, type FormatFamily, type FormatQuantizer, type NumberFormat, type ScaleRule } from './format.ts';

/** All families of number formats. */
export const FORMAT_FAMILIES: readonly FormatFamily[] = [
  ...integerFamilies, bipolarFamily, binaryFamily, ternaryFamily, denseShiftFamily, shiftWithZeroFamily, khotFamily,
  fracbnnFamily, powerFamily, codebookFamily, floatFamily, multibitFamily, vectorFamily,
];

/** One format of each kind, for whatever loops over all of them. */
export const EXAMPLE_FORMATS: readonly string[] = FORMAT_FAMILIES.flatMap((family) => family.examples);

const known = new Map<string, NumberFormat>();

/**
 * The format that a text names: `int8`, `fixed<8,3,rnd,sat>`, `shift<3>`, `float<4,3>`, `e4m3` …; its canonical text is in the result.
 * @throws UserError that says what is wrong and how the family is written
 */
export function parseFormat(text: string): NumberFormat {
  const before = known.get(text);
  if (before !== undefined) return before;
  const format = parse(text);
  known.set(text, format);
  return format;
}

function parse(text: string): NumberFormat {
  const whole = text.replace(/\s+/g, '');
  // int8 is int<8>: widths of integers are part of the name.
  const spelled = FLOAT_NAMES[whole] ?? whole.replace(/^(u?int)(\d+)(?:<(.*)>)?$/, (_, name, bits, rest) => `${name}<${bits}${rest ? `,${rest}` : ''}>`);
  const { name, args } = readArguments(spelled, (found) => FORMAT_FAMILIES.find((family) => family.name === found)?.syntax);
  const family = FORMAT_FAMILIES.find((each) => each.name === name);
  if (family !== undefined) return family.parse(args);
  const near = nearest(name, [...FORMAT_FAMILIES.map((each) => each.name), ...Object.keys(FLOAT_NAMES)]);
  throw userError('number-format', `no number format is called "${name}"${near === undefined ? '' : ` (did you mean "${near}"?)`}`, {
    help: `the formats are ${FORMAT_FAMILIES.map((each) => each.name).join(', ')}`,
  });
}
