import { stringValue, type Token } from '../../base/text/lexer.ts';
import type { Place } from '../../base/text/source.ts';
import type {
  Argument, BinaryOperator, Expression, Fold, Format, Quantization, Shape, SignedNumber, Statement, Subscript, TensorEntry, TensorLiteral, Word,
} from './ast.ts';

/** What the grammar makes of the parts of a rule. Parts are tokens and trees, or null where something optional is left out. */
type Parts = readonly unknown[];

/** From the first to the last part that is there. */
function placeOf(parts: Parts): Place {
  const places = parts.flat(3).filter((part) => part !== null && part !== undefined).map((part) => {
    const token = part as Token;
    if (token.offset !== undefined) return { start: token.offset, end: token.offset + token.text.length };
    return (part as { at?: Place }).at ?? placeOf(Object.values(part as object).filter((each) => typeof each === 'object'));
  });
  return { start: places[0].start, end: places[places.length - 1].end };
}

function word(token: unknown): Word {
  return { text: (token as Token).text, at: placeOf([token]) };
}

function present<T>(key: string, value: T | null | undefined): object {
  return value === null || value === undefined ? {} : { [key]: value };
}

export const first = ([item]: Parts): unknown[] => [item];
export const further = ([list, , item]: Parts): unknown[] => [...list as unknown[], item];
export const inner = (d: Parts): unknown => (d[0] as Parts)[0];

// ---- statements ------------------------------------------------------------------------------------------------------------------

export const network = (d: Parts): Statement => ({ op: 'network', name: word(d[1]), at: placeOf(d) });

export const setting = (d: Parts): Statement =>
  ({ op: 'setting', key: word(d[0]), value: word(d[1]), ...present('unit', d[2] && word(d[2])), at: placeOf(d) });

export const input = (d: Parts): Statement =>
  ({ op: 'input', name: word(d[1]), shape: d[3] as Shape, ...present('to', d[4]), at: placeOf(d) });

export const constShape = (d: Parts): object => ({ shape: d[1] });

export const constFormat = ([, shape, codes, to]: Parts): object =>
  ({ ...present('shape', shape), ...present('codes', codes && true), to });

export const constant = (d: Parts): Statement =>
  ({ op: 'const', name: word(d[1]), ...d[2] as object | null, value: d[4] as Expression, at: placeOf([d[0], d[4]]) });

export const state = (d: Parts): Statement =>
  ({ op: 'state', name: word(d[1]), shape: d[3] as Shape, ...present('to', d[4]), value: d[6] as Expression, at: placeOf([d[0], d[6]]) });

export const next = (d: Parts): Statement =>
  ({ op: 'next', name: word(d[1]), value: d[3] as Expression, ...present('fold', d[4]), at: placeOf(d) });

export const output = (d: Parts): Statement => {
  const [[, value, fold]] = (d[2] ?? [[]]) as [Parts];
  return { op: 'output', name: word(d[1]), ...present('value', value), ...present('fold', fold), at: placeOf([d[0], d[1], value, fold]) };
};

export const assign = (d: Parts): Statement =>
  ({ op: 'assign', names: (d[0] as unknown[]).map(word), value: d[2] as Expression, ...present('fold', d[3]), at: placeOf(d) });

export const shape = (d: Parts): Shape => ({ extents: d.length === 2 ? [] : (d[1] as unknown[]).map(word), at: placeOf(d) });

export const fold = (d: Parts): Fold => ({ factors: d[2] as Fold['factors'], at: placeOf(d) });
export const wish = (d: Parts): object => ({ name: word(d[0]), value: word(d[2]) });

// ---- formats ---------------------------------------------------------------------------------------------------------------------

export const written = (d: Parts): string => d.map((token) => (token as Token).text).join('');
export const hyphenated = (d: Parts): string => `${d[0] as string}-${(d[2] as Token).text}`;
export const named = (d: Parts): string => `${(d[0] as Token).text}=${d[2] as string}`;

export const format = (d: Parts): Format => {
  const { text } = d[0] as Token;
  const tokens = d.length === 1 ? [d[0]] : [d[0], d[3]];
  return { text: d.length === 1 ? text : `${text}<${(d[2] as string[]).join(',')}>`, at: placeOf(tokens) };
};

export const quantization = (d: Parts): Quantization => ({ format: d[0] as Format, ...present('scale', d[2]) });

// ---- expressions -----------------------------------------------------------------------------------------------------------------

export const quantize = (d: Parts): Expression =>
  ({ op: 'quantize', arg: d[0] as Expression, to: d[2] as Quantization, at: placeOf(d) });

export const binary = (d: Parts): Expression => ({
  op: 'binary', operator: (d[1] as Token).text as BinaryOperator, left: d[0] as Expression, right: d[2] as Expression, at: placeOf(d),
});

export const negate = (d: Parts): Expression => ({ op: 'negate', arg: d[1] as Expression, at: placeOf(d) });

export const index = (d: Parts): Expression =>
  ({ op: 'index', arg: d[0] as Expression, subscripts: d[2] as Subscript[], at: placeOf([d[0], d[3]]) });

export const number = (d: Parts): Expression => ({ op: 'number', text: (d[0] as Token).text, at: placeOf(d) });

/** A bad escape is kept as it is written: nothing is called so, and the message shows it. */
export const text = (d: Parts): Expression =>
  ({ op: 'text', value: stringValue(d[0] as Token) ?? (d[0] as Token).text.slice(1, -1), at: placeOf(d) });

export const name = (d: Parts): Expression => ({ op: 'name', name: (d[0] as Token).text, at: placeOf(d) });

export const call = (d: Parts): Expression =>
  ({ op: 'call', layer: word(d[0]), args: d.length === 3 ? [] : d[2] as Argument[], at: placeOf([d[0], d[d.length - 1]]) });

export const parenthesis = (d: Parts): Expression => d[1] as Expression;

export const argument = (d: Parts): Argument => ({ value: d[0] as Expression });
export const namedArgument = (d: Parts): Argument => ({ name: word(d[0]), value: d[2] as Expression });

export const tensor = (d: Parts): TensorLiteral =>
  ({ op: 'tensor', entries: d.length === 2 ? [] : d[1] as TensorEntry[], at: placeOf([d[0], d[d.length - 1]]) });

export const signed = (d: Parts): SignedNumber => ({ op: 'signed', text: written(d), at: placeOf(d) });

export const place = (d: Parts): Subscript => ({ kind: 'place', place: d[0] as SignedNumber });

export const range = ([start, , end, , step]: Parts): Subscript =>
  ({ kind: 'range', ...present('start', start), ...present('end', end), ...present('step', step) }) as Subscript;
