import { meant, nearest } from '../../../base/suggest.ts';
import type { ErrorReport } from '../../../base/text/report.ts';
import type { Wishes } from '../../../graph/ir.ts';
import type { Fold, SettingStatement } from '../ast.ts';
import { type Extents } from './builder.ts';

/** Hardware styles, as `src/compiler` has them. */
export const STYLE_NAMES: readonly string[] = ['streaming', 'unrolled'];

/** Targets, as `src/schedule` has them. */
export const TARGET_NAMES: readonly string[] = ['xc7', 'xcup', 'ice40', 'ecp5', 'lut4', 'lut6'];

/** Nanoseconds of a clock period. */
const UNITS: Readonly<Record<string, (value: number) => number>> = {
  ns: (value) => value, ps: (value) => value / 1000, MHz: (value) => 1000 / value,
};

/** What the settings of a program ask for. */
export interface Settings extends Pick<Wishes, 'style' | 'clock' | 'target'> {
  readonly explicitBatch: boolean;
}

/** Reads the settings; each may be there once. */
export function readSettings(statements: readonly SettingStatement[], report: ErrorReport): Settings {
  const seen = new Map<string, SettingStatement>();
  const wishes: { style?: string; clock?: number; target?: string } = {};
  let explicitBatch = false;
  for (const statement of statements) {
    const { key, value, unit } = statement;
    if (seen.has(key.text)) report.error(key.at, 'duplicate', `${key.text} is set twice`, 'remove one of them');
    seen.set(key.text, statement);
    if (unit !== undefined && key.text !== 'clock') report.error(unit.at, 'unit', `${key.text} has no unit`, `write ${key.text} ${value.text}`);
    const choose = (names: readonly string[]): string | undefined => {
      if (names.includes(value.text)) return value.text;
      const near = nearest(value.text, names);
      report.error(value.at, key.text, `no ${key.text} is called ${value.text}`, meant(near, `use ${names.join(', ')}`));
      return undefined;
    };
    if (key.text === 'style') wishes.style = choose(STYLE_NAMES);
    if (key.text === 'target') wishes.target = choose(TARGET_NAMES);
    if (key.text === 'batch') explicitBatch = choose(['explicit']) !== undefined;
    if (key.text === 'clock') wishes.clock = clockPeriod(statement, report);
  }
  return { ...wishes, explicitBatch };
}

function clockPeriod({ value, unit, at }: SettingStatement, report: ErrorReport): number | undefined {
  const number = Number(value.text);
  const convert = UNITS[unit?.text ?? ''];
  const period = convert?.(number);
  if (period !== undefined && Number.isFinite(period) && period > 0) return period;
  report.error(unit !== undefined && convert === undefined ? unit.at : at, 'clock', 'this is no clock period', 'write clock 5 ns, or clock 200 MHz');
  return undefined;
}

/** The folding that a statement asks for; of a product, its factors must divide it. */
export function readFold({ factors }: Fold, product: Extents | undefined, report: ErrorReport): { PE?: number; SIMD?: number } {
  const folding: { PE?: number; SIMD?: number } = {};
  for (const { name, value } of factors) {
    const key = name.text.toUpperCase();
    const number = Number(value.text);
    if (key !== 'PE' && key !== 'SIMD') {
      report.error(name.at, 'fold', `nothing is folded by ${name.text}`,
        'pe is the number of outputs computed at a time, simd that of inputs taken in a clock cycle');
    } else if (folding[key] !== undefined) {
      report.error(name.at, 'fold', `${name.text} is given twice`, 'remove one of them');
    } else if (!Number.isInteger(number) || number < 1) {
      report.error(value.at, 'fold', `${value.text} is no number of elements`, 'write a whole number from 1 on');
    } else {
      const size = product === undefined ? undefined : key === 'PE' ? product.rows : product.columns;
      if (size !== undefined && size % number !== 0) report.error(value.at, 'fold', `${name.text} ${number} does not divide ${size}`,
        `the product has ${size} ${key === 'PE' ? 'outputs' : 'inputs'}`);
      folding[key] = number;
    }
  }
  return folding;
}
