import type { Expression } from '../graph/expression.ts';
import type { Windows } from '../graph/windows.ts';
import type { FloatFields } from '../number/formats/float.ts';
import type { RoundingMode } from '../number/rounding.ts';

/**
 * The fixed-point IR: integer tensors with exact ranges, no real number anywhere. A graph is a list of nodes; each gives one tensor
 * of integers, row-major, and is named by its index. All integers are below 2^53 in magnitude, so that a double holds each exactly.
 */
export type ValueId = number;

/** The integers that a tensor's elements can be: all from `low` to `high`, or, if `bipolar`, -1 and +1 only (stored in one bit, -1 as 0). */
export interface IntegerType {
  readonly low: number;
  readonly high: number;
  readonly bipolar: boolean;
}

export const BIPOLAR: IntegerType = { low: -1, high: 1, bipolar: true };

export function integerType(low: number, high: number): IntegerType {
  // Integers have one zero; doubles that are their products have two.
  return { low: low + 0, high: high + 0, bipolar: false };
}

/** Bits of storage: two's complement if `low` is negative, unsigned otherwise; bipolar takes one bit. At least 1. */
export function bitsOf(type: IntegerType): number {
  if (type.bipolar) return 1;
  const magnitude = (value: number): number => value.toString(2).length;
  const unsigned = type.high <= 0 ? 0 : magnitude(type.high);
  if (type.low >= 0) return Math.max(1, unsigned);
  return 1 + Math.max(unsigned, type.low === -1 ? 0 : magnitude(-type.low - 1));
}

/** Whether stored elements are read as two's complement. */
export function isSigned(type: IntegerType): boolean {
  return !type.bipolar && type.low < 0;
}

interface Common {
  /** Unique in the graph; becomes part of Verilog names. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: IntegerType;
  /** Where it comes from: `model.onnx › MatMul_3`; all of them where several became one. */
  readonly origins: readonly string[];
  /** Present where the elements are codes of quantizers: of several where quantizing again changed nothing. */
  readonly codes?: readonly QuantizerCodes[];
}

/**
 * A quantizer's codes, recorded under the file's tensor name: scale * element + offset. Code i of the file's tensor is of element
 * `order[i]`; without `order` they are in the same order. Codes that the graph does not compute any more are of element -1.
 */
export interface QuantizerCodes {
  readonly tensorName: string;
  readonly scale: number;
  readonly offset: number;
  readonly order?: Int32Array;
}

/** A tensor that the host sends; see `FixedGraph.inputs` for how it is encoded. */
export interface InputNode extends Common { readonly op: 'input' }

/** Element i is element `index[i]` of the arguments, flattened and put one behind the other. */
export interface GatherNode extends Common {
  readonly op: 'gather';
  readonly args: readonly ValueId[];
  readonly index: Int32Array;
}

/**
 * Sliding window over images, channels innermost: the argument is [.., height, width, channels], the result [.., height', width',
 * kernel height * kernel width * channels] with height' = floor((height + pads - reach) / stride) + 1, reach = (kernel - 1) * dilation
 * + 1. The window of position (y, x) has its tap (ky, kx) at row y * stride + ky * dilation - pad top, columns alike. `pixel` order puts
 * the taps outermost (ky, kx, c), `channel` order the channels (c, ky, kx). Places outside of the image hold `fill`, one integer for all
 * channels or one for each; the type holds it too: padding a bipolar tensor with 0 gives int[-1..1].
 */
export interface WindowNode extends Common, Windows {
  readonly op: 'window';
  readonly arg: ValueId;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fill: Float64Array;
  readonly order: 'pixel' | 'channel';
}

/**
 * Each vector of `groups * columns` elements (innermost) becomes `groups * rows` elements, group by group: y[g * rows + r] = sum over c
 * of weights[(g * rows + r) * columns + c] * x[g * columns + c]. A dense product has one group.
 */
export interface DotNode extends Common {
  readonly op: 'dot';
  readonly arg: ValueId;
  readonly groups: number;
  readonly rows: number;
  readonly columns: number;
  readonly weights: Int32Array;
  /** Text of the number format that the weights' author chose (`shift<3>`): how they are stored; what is computed does not depend on it. */
  readonly format?: string;
  /**
   * Present: elements and weights are ordinals of this floating-point format, and their products L-Mul's, in units of the format:
   * see src/number/formats/lmul.ts.
   */
  readonly lmul?: FloatFields;
  /** Present: other weights of `format` may take the place of these at run time. The type holds for all of them. */
  readonly rewritable?: true;
}

/**
 * Staircase, one for each channel; element i belongs to channel i mod `channels`. With c the number of the channel's `steps` levels
 * (`levels[channel * steps + k]`, ascending) that x reaches (x >= level): the result is low + c, or low + steps - c where
 * `falling[channel]`; if the type is bipolar, `steps` is 1 and the result is 2c - 1, or 1 - 2c.
 */
export interface ThresholdNode extends Common {
  readonly op: 'threshold';
  readonly arg: ValueId;
  readonly channels: number;
  readonly steps: number;
  readonly levels: Float64Array;
  readonly falling: readonly boolean[];
  /** Present: other levels and directions may take the place of these at run time. */
  readonly rewritable?: true;
}

/** contents[channel * (high - low + 1) + x - low] with the range of the argument's type; channel = i mod `channels`. */
export interface TableNode extends Common {
  readonly op: 'table';
  readonly arg: ValueId;
  readonly channels: number;
  readonly contents: Float64Array;
}

/**
 * The one operator that rounds and saturates: clamp(round((x * multiplier + offset) / 2^shift)) to the type's range, parameters by
 * channel = i mod `channels`. `floor` rounds down (rounding to nearest is in the offset); `half-even` rounds to nearest, ties to even.
 * With overflow `wrap`, results beyond the range are brought into it modulo its size instead.
 */
export interface RequantizeNode extends Common {
  readonly op: 'requantize';
  readonly arg: ValueId;
  readonly channels: number;
  readonly multipliers: readonly bigint[];
  readonly offsets: readonly bigint[];
  readonly shift: number;
  readonly rounding: 'floor' | 'half-even';
  readonly overflow?: 'wrap';
  /** Present: other multipliers and offsets may take the place of these at run time, in so many bits of two's complement. */
  readonly rewritable?: RewritableFactors;
}

/** With `multiplierBits` 0 the multipliers stay as they are: one power of two for all channels. */
export interface RewritableFactors {
  readonly multiplierBits: number;
  readonly offsetBits: number;
}

/** Elementwise: sum of coefficient times argument; arguments have the node's shape. */
export interface AddNode extends Common {
  readonly op: 'add';
  readonly args: readonly ValueId[];
  readonly coefficients: readonly number[];
}

/** Elementwise product of two arguments of the node's shape. */
export interface MultiplyNode extends Common { readonly op: 'multiply'; readonly args: readonly [ValueId, ValueId] }

/** Index of the largest (smallest) of each `length` innermost elements, the first (last) of equal ones. */
export interface ArgumentNode extends Common {
  readonly op: 'argument';
  readonly arg: ValueId;
  readonly length: number;
  readonly kind: 'maximum' | 'minimum';
  readonly tie: 'first' | 'last';
}

/** Largest (smallest) of each `length` innermost elements. */
export interface ExtremeNode extends Common {
  readonly op: 'extreme';
  readonly arg: ValueId;
  readonly length: number;
  readonly kind: 'maximum' | 'minimum';
}

/**
 * Elementwise quotient of two arguments of the node's shape, d being 1 without the second: clamp(round((numerator * n + offset * d) / (denominator * d))) to the type's
 * range; where d is 0 the quotient n / d counts as 0, so that the result is clamp(round(offset / denominator)).
 */
export interface DivideNode extends Common {
  readonly op: 'divide';
  readonly args: readonly [ValueId] | readonly [ValueId, ValueId];
  readonly numerator: bigint;
  readonly offset: bigint;
  /** Above 0. */
  readonly denominator: bigint;
  readonly rounding: RoundingMode;
}

/** Elementwise square root of integers that are not negative, rounded down. */
export interface SquareRootNode extends Common { readonly op: 'square-root'; readonly arg: ValueId }

/** What `next` was for the sample before; `initial` for the first sample. Other values of the same sample may read it. */
export interface StateNode extends Common {
  readonly op: 'state';
  readonly initial: Float64Array;
  /** A value of the node's shape and type, anywhere in the graph. */
  readonly next: ValueId;
}

export type FixedNode =
  | InputNode | GatherNode | WindowNode | DotNode | ThresholdNode | TableNode | RequantizeNode | AddNode | MultiplyNode | ArgumentNode
  | ExtremeNode | DivideNode | SquareRootNode | StateNode;

/** How the host makes the integers of an `input` node: the expression over the network's input gives them exactly. */
export interface FixedInput {
  readonly value: ValueId;
  /** The graph's input. */
  readonly source: string;
  readonly encoder: Expression;
}

/** How the host reads a result: the expression over the value's integers gives the network's real output exactly. */
export interface FixedOutput {
  readonly value: ValueId;
  /** The graph's output. */
  readonly target: string;
  readonly shape: readonly number[];
  readonly decoder: Expression;
}

export interface FixedGraph {
  readonly name: string;
  readonly nodes: readonly FixedNode[];
  readonly inputs: readonly FixedInput[];
  readonly outputs: readonly FixedOutput[];
}

/** The values of the same sample that a node reads, in order. */
export function argumentsOf(node: FixedNode): readonly ValueId[] {
  if ('args' in node) return node.args;
  return 'arg' in node ? [node.arg] : [];
}
