import type { Place } from '../../base/text/source.ts';

/** A `.bloom` program as it is written: statements in order, comments among them. */
export interface Program {
  readonly statements: readonly Statement[];
}

interface Located {
  /** Where it is written. */
  readonly at: Place;
}

/** A name or a word, as it is written. */
export interface Word extends Located {
  readonly text: string;
}

// ---- expressions -----------------------------------------------------------------------------------------------------------------

/** A number as it is written: `0.25`, `1e-3`; never negative. */
export interface NumberLiteral extends Located { readonly op: 'number'; readonly text: string }

/** Text in quotes: the name of a file, or an attribute. */
export interface TextLiteral extends Located { readonly op: 'text'; readonly value: string }

/** A tensor's name; `_` stands for an optional input that is left out. */
export interface NameExpression extends Located { readonly op: 'name'; readonly name: string }

/** `[[1, -1], [0, 1]]`: entries are numbers (a sign among them) or tensors. */
export interface TensorLiteral extends Located { readonly op: 'tensor'; readonly entries: readonly TensorEntry[] }
export type TensorEntry = SignedNumber | TensorLiteral;

/** `-3`. */
export interface SignedNumber extends Located { readonly op: 'signed'; readonly text: string }

export interface NegateExpression extends Located { readonly op: 'negate'; readonly arg: Expression }

export type BinaryOperator = '+' | '-' | '*' | '/' | '@' | '<' | '<=' | '>' | '>=' | '==';

export interface BinaryExpression extends Located {
  readonly op: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `dense(x, W, bias = b)`. */
export interface CallExpression extends Located {
  readonly op: 'call';
  readonly layer: Word;
  readonly args: readonly Argument[];
}

export interface Argument {
  readonly name?: Word;
  readonly value: Expression;
}

/** `x[0:16, 3]`. */
export interface IndexExpression extends Located {
  readonly op: 'index';
  readonly arg: Expression;
  readonly subscripts: readonly Subscript[];
}

/** One place, or from start to before the end; numbers as written, undefined where left out. */
export type Subscript =
  | { readonly kind: 'place'; readonly place: SignedNumber }
  | { readonly kind: 'range'; readonly start?: SignedNumber; readonly end?: SignedNumber; readonly step?: SignedNumber };

/** `x as fixed<8,1> * 0.5`: quantized. */
export interface QuantizeExpression extends Located {
  readonly op: 'quantize';
  readonly arg: Expression;
  readonly to: Quantization;
}

export type Expression =
  | NumberLiteral | TextLiteral | NameExpression | TensorLiteral | NegateExpression | BinaryExpression | CallExpression
  | IndexExpression | QuantizeExpression;

/** A number format: `fixed<8,3,rnd,sat>` in its canonical spelling, without spaces. */
export interface Format extends Located { readonly text: string }

/** Numbers scale * (what the codes of the format mean). */
export interface Quantization {
  readonly format: Format;
  readonly scale?: Expression;
}

// ---- statements ------------------------------------------------------------------------------------------------------------------

/** `fold(pe = 8, simd = 64)`: how parallel the hardware of a statement is. */
export interface Fold extends Located { readonly factors: readonly { readonly name: Word; readonly value: Word }[] }

interface Common extends Located {
  /** Comment at the end of the line, without its `#`. */
  readonly remark?: string;
  /** An empty line stands before it. */
  readonly gap?: true;
}

export type Shape = Located & { readonly extents: readonly Word[] };

/** A line that holds a comment alone. */
export interface CommentStatement extends Common { readonly op: 'comment'; readonly text: string }

export interface NetworkStatement extends Common { readonly op: 'network'; readonly name: Word }

/** `style streaming`, `clock 5 ns`, `target xc7`, `batch explicit`. */
export interface SettingStatement extends Common {
  readonly op: 'setting';
  readonly key: Word;
  readonly value: Word;
  readonly unit?: Word;
}

export interface InputStatement extends Common {
  readonly op: 'input';
  readonly name: Word;
  readonly shape: Shape;
  readonly to?: Quantization;
}

export interface ConstStatement extends Common {
  readonly op: 'const';
  readonly name: Word;
  readonly shape?: Shape;
  /** The value holds codes of the format, not numbers. */
  readonly codes?: true;
  readonly to?: Quantization;
  readonly value: Expression;
}

export interface StateStatement extends Common {
  readonly op: 'state';
  readonly name: Word;
  readonly shape: Shape;
  readonly to?: Quantization;
  readonly value: Expression;
}

/** What a state becomes. */
export interface NextStatement extends Common { readonly op: 'next'; readonly name: Word; readonly value: Expression; readonly fold?: Fold }

/** `output y`, or `output y = …`. */
export interface OutputStatement extends Common {
  readonly op: 'output';
  readonly name: Word;
  readonly value?: Expression;
  readonly fold?: Fold;
}

export interface AssignStatement extends Common {
  readonly op: 'assign';
  readonly names: readonly Word[];
  readonly value: Expression;
  readonly fold?: Fold;
}

export type Statement =
  | CommentStatement | NetworkStatement | SettingStatement | InputStatement | ConstStatement | StateStatement | NextStatement
  | OutputStatement | AssignStatement;

/** The same tree without places: what is written, wherever it stands. */
export function withoutPlaces<T>(tree: T): T {
  if (Array.isArray(tree)) return tree.map(withoutPlaces) as T;
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).filter(([key, value]) => key !== 'at' && value !== undefined)
    .map(([key, value]) => [key, withoutPlaces(value)])) as T;
}

/** All names that expressions in the tree read. */
export function namesRead(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(namesRead);
  if (typeof tree !== 'object' || tree === null) return [];
  const node = tree as { readonly op?: string; readonly name?: unknown };
  return node.op === 'name' && typeof node.name === 'string' ? [node.name] : Object.values(tree).flatMap(namesRead);
}
