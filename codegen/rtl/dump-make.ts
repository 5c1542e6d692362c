import { listParts } from '../../src/base/text/dump.ts';
import type { Token } from '../../src/base/text/lexer.ts';
import type { CompareNode, MemoryStyle, Node, Pipelined, RamNode, ShiftNode, Signal, Term } from './ir.ts';

/** What names in a module stand for. */
export interface Names {
  signal(reference: Token): Signal;
  instance(name: Token): number;
}

type Unnamed<N> = N extends unknown ? Omit<N, 'name' | 'width' | 'comment'> : never;

/** A line of a dump. Whatever refers to a signal is made when all of the module is read. */
export type Line =
  | { readonly kind: 'module'; readonly name: Token; readonly template?: { readonly name: string; readonly parameters: Record<string, number> } }
  | { readonly kind: 'end' }
  | { readonly kind: 'port'; readonly direction: 'input' | 'output'; readonly name: Token; readonly width: number; readonly driver?: Token }
  | { readonly kind: 'node'; readonly name: Token; readonly width: number; readonly operation: (names: Names) => Unnamed<Node> }
  | { readonly kind: 'instance'; readonly name: Token; readonly module: string; readonly inputs: readonly (readonly [string, Token])[] };

type Parts = readonly unknown[];
type Operation = (names: Names) => Unnamed<Node>;
interface Read { readonly arg: Token; readonly signed: boolean }

const token = (part: unknown): Token => part as Token;
const text = (part: unknown): string => token(part).text;
const number = (part: unknown): number => Number(text(part));
/** The word of an alternative. */
const word = (part: unknown): string => text((part as Parts)[0]);
const bigints = (part: unknown): bigint[] => listParts(token(part)).map(wholeNumber);

/** What is no whole number reads as -1, which nothing that is checked takes. */
function wholeNumber(written: string): bigint {
  return /^-?[0-9]+$/.test(written) ? BigInt(written) : -1n;
}

export const first = ([item]: Parts): unknown[] => [item];
export const further = ([list, , item]: Parts): unknown[] => [...list as unknown[], item];
export const append = ([list, item]: Parts): unknown[] => [...list as unknown[], item];
export const second = (d: Parts): unknown => d[1];
export const none = (): unknown[] => [];
export const integer = (d: Parts): bigint => wholeNumber(d.map(text).join(''));

// ---- lines -----------------------------------------------------------------------------------------------------------------------

export const module = (d: Parts): Line => ({ kind: 'module', name: token(d[1]), ...(d[2] === null ? {} : { template: d[2] as never }) });
export const template = (d: Parts): object => ({ name: text(d[1]), parameters: Object.fromEntries((d[3] ?? []) as [string, number][]) });
export const parameter = (d: Parts): [string, number] => [text(d[0]), Number(d[2])];
export const end = (): Line => ({ kind: 'end' });

export const port = (d: Parts): Line => ({
  kind: 'port', direction: word(d[0]) as 'input' | 'output', name: token(d[1]), width: number(d[3]),
  ...(d[4] === null ? {} : { driver: token(d[4]) }),
});

export const node = (d: Parts): Line => ({ kind: 'node', name: token(d[0]), width: number(d[2]), operation: d[4] as Operation });

export const instance = (d: Parts): Line =>
  ({ kind: 'instance', name: token(d[1]), module: text(d[3]), inputs: (d[5] ?? []) as [string, Token][] });
export const connection = (d: Parts): [string, Token] => [text(d[0]), token(d[2])];

// ---- parts of operations -----------------------------------------------------------------------------------------------------------

export const read = (d: Parts): Read => ({ signed: d[0] !== null, arg: token(d[1]) });
export const term = (d: Parts): object => ({ ...d[1] as Read, negative: word(d[0]) === '-', shift: d[2] === null ? 0 : number(d[2]) });

type Stages = (names: Names) => Pipelined;

export const combinational = (): Stages => () => ({ stages: 0 });
export const pipeline = (d: Parts): Stages => (names) => ({ stages: number(d[1]), ...enabled(names, d[2]) });

function enabled(names: Names, enable: unknown): { enable?: Signal } {
  return enable === null ? {} : { enable: names.signal(token(enable)) };
}

function signals(names: Names, references: unknown): Signal[] {
  return (references as Token[]).map((each) => names.signal(each));
}

// ---- operations, in the order of the IR ----------------------------------------------------------------------------------------------

export const input = (): Operation => () => ({ op: 'input' });
export const constant = (d: Parts): Operation => () => ({ op: 'constant', value: d[1] as bigint });
export const slice = (d: Parts): Operation => (names) => ({ op: 'slice', arg: names.signal(token(d[1])), low: number(d[3]) });
export const concat = (d: Parts): Operation => (names) => ({ op: 'concat', args: signals(names, d[1]) });

export const extend = (d: Parts): Operation => (names) => {
  const { arg, signed } = d[1] as Read;
  return { op: 'extend', arg: names.signal(arg), signed };
};

export const not = (d: Parts): Operation => (names) => ({ op: 'not', arg: names.signal(token(d[1])) });
export const bitwise = (d: Parts): Operation => (names) => ({ op: 'bitwise', kind: word(d[0]) as 'and', args: signals(names, d[1]) });

export const reduce = (d: Parts): Operation => (names) =>
  ({ op: 'reduce', kind: word(d[0]).slice('reduce-'.length) as 'and', arg: names.signal(token(d[1])) });

export const mux = (d: Parts): Operation => (names) => ({ op: 'mux', select: names.signal(token(d[1])), args: signals(names, d[3]) });

export const compare = (d: Parts): Operation => (names) => {
  const { arg, signed } = d[1] as Read;
  return { op: 'compare', kind: word(d[0]) as CompareNode['kind'], signed, left: names.signal(arg), right: names.signal(token(d[2])) };
};

export const shift = (d: Parts): Operation => (names) => ({
  op: 'shift', kind: word(d[0]).slice('shift-'.length) as ShiftNode['kind'], arg: names.signal(token(d[1])), amount: names.signal(token(d[3])),
});

export const lookup = (d: Parts): Operation => (names) => ({ op: 'lookup', index: names.signal(token(d[1])), contents: bigints(d[3]) });

export const sum = (d: Parts): Operation => (names) => ({
  op: 'sum', terms: (d[1] as (Omit<Term, 'arg'> & { arg: Token })[]).map((each) => ({ ...each, arg: names.signal(each.arg) })),
  constant: d[3] as bigint, ...(d[4] as Stages)(names),
});

export const multiply = (d: Parts): Operation => (names) => {
  const [left, right] = [d[1] as Read, d[2] as Read];
  return {
    op: 'multiply', left: names.signal(left.arg), leftSigned: left.signed, right: names.signal(right.arg), rightSigned: right.signed,
    ...(d[3] as Stages)(names),
  };
};

export const popcount = (d: Parts): Operation => (names) => ({ op: 'popcount', arg: names.signal(token(d[1])), ...(d[2] as Stages)(names) });

export const thresholds = (d: Parts): Operation => (names) => {
  const { arg, signed } = d[1] as Read;
  return { op: 'thresholds', arg: names.signal(arg), signed, levels: bigints(d[3]), ...(d[4] as Stages)(names) };
};

export const linear = (d: Parts): Operation => (names) => {
  const { arg, signed } = d[1] as Read;
  return {
    op: 'linear', arg: names.signal(arg), signed, elementWidth: number(d[3]), columns: number(d[5]), rows: number(d[7]), resultWidth: number(d[9]),
    matrix: Int32Array.from(listParts(token(d[11])), Number), ...(d[12] as Stages)(names),
  };
};

export const register = (d: Parts): Operation => (names) => ({
  op: 'register', next: names.signal(token(d[1])), ...enabled(names, d[2]), ...(d[3] === null ? {} : { reset: d[3] as bigint }),
});

export const delay = (d: Parts): Operation => (names) =>
  ({ op: 'delay', arg: names.signal(token(d[1])), cycles: number(d[3]), ...enabled(names, d[4]) });

export const rom = (d: Parts): Operation => (names) => ({
  op: 'rom', style: text(d[1]) as MemoryStyle, address: names.signal(token(d[3])), contents: bigints(d[5]), ...enabled(names, d[6]),
});

export const ram = (d: Parts): Operation => (names) => ({
  op: 'ram', style: text(d[1]) as MemoryStyle, depth: number(d[3]), writeData: names.signal(token(d[5])), writeAddress: names.signal(token(d[7])),
  writeEnable: names.signal(token(d[9])), read: text(d[11]) as RamNode['read'], readAddress: names.signal(token(d[13])),
  ...(d[14] === null ? {} : { readEnable: names.signal(token(d[14])) }), ...(d[15] === null ? {} : { contents: bigints(d[15]) }),
});

export const instanceOutput = (d: Parts): Operation => (names) =>
  ({ op: 'instance-output', port: text(d[1]), instance: names.instance(token(d[3])) });
