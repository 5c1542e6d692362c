import { listParts } from '../base/text/dump.ts';
import { stringValue, type Token } from '../base/text/lexer.ts';
import type { FloatFields } from '../number/formats/float.ts';
import type { RoundingMode } from '../number/rounding.ts';
import { SCALAR_ARITY, type ScalarOperator } from '../number/scalar.ts';
import type { Expression } from '../graph/expression.ts';
import { readTensor } from './expression-dump.ts';
import {
  BIPOLAR, integerType, type ArgumentNode, type ExtremeNode, type FixedNode, type IntegerType, type QuantizerCodes, type RequantizeNode,
  type RewritableFactors, type ValueId, type WindowNode,
} from './ir.ts';

type Operation = FixedNode extends infer N ? N extends unknown ? Omit<N, 'name' | 'shape' | 'type' | 'origins' | 'codes'> : never : never;

/** Gives the parts of expressions by the words that name them. */
export type FindPart = (name: Token) => Expression;

/** A line of a dump. */
export type Line =
  | { readonly kind: 'graph'; readonly name: string }
  | {
    readonly kind: 'node'; readonly id: Token; readonly name: string; readonly shape: number[]; readonly type: IntegerType;
    readonly operation: Operation; readonly codes?: FixedNode['codes'];
  }
  | { readonly kind: 'origins'; readonly origins: readonly string[] }
  | { readonly kind: 'part'; readonly name: Token; readonly make: (find: FindPart) => Expression | undefined }
  | { readonly kind: 'input'; readonly value: ValueId; readonly source: string; readonly encoder: Token }
  | { readonly kind: 'output'; readonly value: ValueId; readonly target: string; readonly shape: number[]; readonly decoder: Token };

type Parts = readonly unknown[];

const token = (part: unknown): Token => part as Token;
const numbers = (part: unknown): number[] => listParts(token(part)).map(Number);
const count = (part: unknown): number => Number(token(part).text);
const value = (part: unknown): ValueId => Number(token(part).text.slice(1));
const bigints = (part: unknown): bigint[] => listParts(token(part)).map((each) => (/^-?[0-9]+$/.test(each) ? BigInt(each) : 0n));

export const word = (d: Parts): string => token(d[0]).text;
export const text = (d: Parts): string => stringValue(token(d[0])) ?? token(d[0]).text;
export const number = (d: Parts): number => Number(d.map((part) => token(part).text).join(''));
export const first = ([item]: Parts): unknown[] => [item];
export const append = ([list, item]: Parts): unknown[] => [...list as unknown[], item];
export const second = (d: Parts): unknown => d[1];
export const firstText = (d: Parts): string[] => [text(d)];
export const furtherText = ([list, , item]: Parts): string[] => [...list as string[], text([item])];

// ---- lines -----------------------------------------------------------------------------------------------------------------------

export const graph = (d: Parts): Line => ({ kind: 'graph', name: d[2] as string });

export const node = (d: Parts): Line => ({
  kind: 'node', id: token(d[0]), name: d[1] as string, shape: numbers(d[3]), type: d[4] as IntegerType, operation: d[6] as Operation,
  ...((d[7] as unknown[]).length === 0 ? {} : { codes: d[7] as QuantizerCodes[] }),
});

export const origins = (d: Parts): Line => ({ kind: 'origins', origins: d[1] as string[] });

export const part = (d: Parts): Line => {
  const shape = numbers(d[2]);
  return { kind: 'part', name: token(d[0]), make: (find) => (d[4] as MakeExpression)(shape, find) };
};

export const input = (d: Parts): Line => ({ kind: 'input', value: value(d[1]), source: d[3] as string, encoder: token(d[5]) });

export const output = (d: Parts): Line =>
  ({ kind: 'output', value: value(d[1]), target: d[4] as string, shape: numbers(d[5]), decoder: token(d[7]) });

// ---- types and codes ---------------------------------------------------------------------------------------------------------------

export const bipolar = (): IntegerType => BIPOLAR;

export const range = (d: Parts): IntegerType => {
  const [low, high] = token(d[1]).text.slice(1, -1).split('..').map(Number);
  return integerType(low, high);
};

export const code = (d: Parts): QuantizerCodes => ({
  tensorName: d[1] as string, scale: d[2] as number, offset: d[3] as number, ...(d[4] === null ? {} : { order: Int32Array.from(numbers(d[4])) }),
});

// ---- operations, in the order of the IR ----------------------------------------------------------------------------------------------

export const inputNode = (): Operation => ({ op: 'input' });
export const gather = (d: Parts): Operation => ({ op: 'gather', args: (d[1] as Token[]).map(value), index: Int32Array.from(numbers(d[2])) });

export const window = (d: Parts): Operation => {
  const [height, width, channels] = numbers(d[3]);
  const pair = (part: unknown): [number, number] => numbers(part) as [number, number];
  return {
    op: 'window', arg: value(d[1]), height, width, channels, kernel: pair(d[5]), stride: pair(d[7]), dilation: pair(d[9]),
    pad: numbers(d[11]) as [number, number, number, number], fill: Float64Array.from(numbers(d[13])), order: token(d[14]).text as WindowNode['order'],
  };
};

export const big = (d: Parts): bigint => BigInt(d.map((part) => token(part).text).join(''));

export const divide = (d: Parts): Operation => ({
  op: 'divide', args: (d[1] as Token[]).map(value) as unknown as [ValueId, ValueId], numerator: d[3] as bigint, offset: d[5] as bigint,
  denominator: d[7] as bigint, rounding: token(d[8]).text as RoundingMode,
});

export const squareRoot = (d: Parts): Operation => ({ op: 'square-root', arg: value(d[1]) });

export const state = (d: Parts): Operation => ({ op: 'state', initial: Float64Array.from(numbers(d[2])), next: value(d[4]) });

export const groups = (d: Parts): number => count(d[1]);

export const dot = (d: Parts): Operation => ({
  op: 'dot', arg: value(d[1]), groups: d[2] === null ? 1 : d[2] as number, rows: count(d[4]), columns: count(d[6]),
    weights: Int32Array.from(numbers(d[8])),
  ...(d[9] === null ? {} : { format: d[9] as string }), ...(d[10] === null ? {} : { lmul: d[10] as FloatFields }),
  ...(d[11] === null ? {} : { rewritable: true }),
});

export const stored = (d: Parts): string => text([d[1]]);

export const lmul = (d: Parts): FloatFields => ({
  exponentBits: count(d[1]), mantissaBits: count(d[2]), bias: d[3] as number, specials: token(d[4]).text as FloatFields['specials'],
});

export const threshold = (d: Parts): Operation => ({
  op: 'threshold', arg: value(d[1]), channels: count(d[3]), steps: count(d[5]), levels: Float64Array.from(numbers(d[7])),
  falling: d[8] === null ? new Array<boolean>(count(d[3])).fill(false) : numbers(d[8]).map((each) => each !== 0),
  ...(d[9] === null ? {} : { rewritable: true }),
});

export const table = (d: Parts): Operation => ({ op: 'table', arg: value(d[1]), channels: count(d[3]), contents: Float64Array.from(numbers(d[5])) });

export const requantize = (d: Parts): Operation => ({
  op: 'requantize', arg: value(d[1]), channels: count(d[3]), multipliers: bigints(d[5]), offsets: bigints(d[7]), shift: count(d[9]),
  rounding: token(d[10]).text as RequantizeNode['rounding'], ...(d[11] === null ? {} : { overflow: 'wrap' }),
  ...(d[12] === null ? {} : { rewritable: d[12] as RewritableFactors }),
});

export const factors = (d: Parts): RewritableFactors => ({ multiplierBits: count(d[1]), offsetBits: count(d[2]) });

export const add = (d: Parts): Operation => ({ op: 'add', args: (d[1] as Token[]).map(value), coefficients: numbers(d[3]) });
export const multiply = (d: Parts): Operation => ({ op: 'multiply', args: [value(d[1]), value(d[2])] });

export const argument = (d: Parts): Operation => ({
  op: 'argument', kind: token((d[0] as Parts)[0]).text.slice('arg-'.length) as ArgumentNode['kind'], arg: value(d[1]), length: count(d[3]),
  tie: token(d[4]).text as ArgumentNode['tie'],
});

export const extreme = (d: Parts): Operation =>
  ({ op: 'extreme', kind: token((d[0] as Parts)[0]).text as ExtremeNode['kind'], arg: value(d[1]), length: count(d[3]) });

// ---- host expressions ----------------------------------------------------------------------------------------------------------------

type MakeExpression = (shape: number[], find: FindPart) => Expression | undefined;

export const inputVariable = (d: Parts): MakeExpression => (shape) => ({ op: 'variable', shape, variable: { kind: 'input', name: d[2] as string } });
export const valueVariable = (d: Parts): MakeExpression => (shape) => ({ op: 'variable', shape, variable: { kind: 'value', value: value(d[1]) } });

export const exactness = (d: Parts): [Token, Token] => [token(d[1]), token(d[3])];

export const constant = (d: Parts): MakeExpression => (shape) => {
  const [errors, exact] = (d[2] ?? []) as Token[];
  return { op: 'constant', shape, tensor: readTensor(shape, token(d[1]), errors, exact) };
};

/** Undefined where no operator is called so, or takes so many operands. */
export const map = (d: Parts): MakeExpression => (shape, find) => {
  const words = d[1] as Token[];
  const op = words[0].text as ScalarOperator['op'];
  if (!Object.hasOwn(SCALAR_ARITY, op) || op === 'staircase') return undefined;
  const names = words.slice(op === 'round' ? 2 : 1);
  if (names.length !== SCALAR_ARITY[op]) return undefined;
  const operator = (op === 'round' ? { op, mode: words[1].text } : { op }) as ScalarOperator;
  return { op: 'map', shape, operator, args: names.map(find) };
};

export const staircase = (d: Parts): MakeExpression => (shape, find) => {
  const steps = { boundaries: Float64Array.from(numbers(d[3])), upper: numbers(d[5]).map((each) => each !== 0),
    values: Float64Array.from(numbers(d[7])) };
  return { op: 'map', shape, operator: { op: 'staircase', steps }, args: [find(token(d[1]))] };
};

export const gatherExpression = (d: Parts): MakeExpression => (shape, find) =>
  ({ op: 'gather', shape, args: (d[1] as Token[]).map(find), index: Int32Array.from(numbers(d[2])) });
