import { userError } from '../../base/diagnostic.ts';
import { BIPOLAR, integerType, type FixedNode, type ValueId } from '../../fixed/ir.ts';
import type { Algebra, Bounds } from '../../graph/algebra.ts';
import { variableOf, type Expression } from '../../graph/expression.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import { rowStrides, stridedIndex } from '../../graph/strides.ts';
import type { Windows } from '../../graph/windows.ts';
import type { FloatFields } from '../../number/formats/float.ts';
import type { ScalarOperator } from '../../number/scalar.ts';
import { LoweringContext, type Rewritable, type Unplaced } from './context.ts';
import { gathered, joined } from './joins.ts';
import { chained, ordered, scalarTensor } from './operands.ts';
import { possibleValues } from './possible-values.ts';
import { constantDivision, irregular } from './irregular.ts';
import { exceeds, isIdentity, within, wrapping } from './overflow.ts';
import { convolution, matrixProduct, ordinalProduct, sumOfLast } from './products.ts';
import { quantizerOf } from './quantizer.ts';
import { rewritableQuantizer, type CodeRange } from './rewritable.ts';
import { expressionOf, liftedMap, viewOf } from './view.ts';
import { extremeOfLast, padded, pooled } from './windows.ts';

/** Comparators that a division by a constant is dearer than. */
const MOST_STEPS = 63;

/**
 * The algebra of lowering: a tensor is an expression over one integer tensor of the fixed-point graph (or over an input of the
 * network that the host has not encoded yet). Elementwise operators and gathers extend the expression; products, windows and
 * quantizers turn it into nodes.
 */
export class LoweringAlgebra implements Algebra<Expression> {
  readonly context: LoweringContext;

  constructor(rewritable?: Rewritable) {
    this.context = new LoweringContext(rewritable);
  }

  shape(tensor: Expression): readonly number[] {
    return tensor.shape;
  }

  literal(tensor: Expression): RealTensor | undefined {
    return tensor.op === 'constant' ? tensor.tensor : undefined;
  }

  constant(tensor: RealTensor): Expression {
    return this.context.constant(tensor);
  }

  map(operator: ScalarOperator, args: readonly Expression[]): Expression {
    if (distinctVariables(args).size <= 1 && !this.meetsItself(operator, args)) return this.context.map(operator, ...args);
    return joined(this.context, operator, args);
  }

  gather(args: readonly Expression[], shape: readonly number[], index: Int32Array): Expression {
    const constants = this.literals(args);
    if (constants !== undefined) return this.constant(this.context.reals.gather(constants, shape, index));
    if (distinctVariables(args).size > 1 || args.some((arg) => arg.op === 'constant')) return gathered(this.context, args, shape, index);
    const whole: Expression = { op: 'gather', args, shape, index };
    const view = viewOf(whole);
    return view === undefined ? whole : expressionOf(view);
  }

  matmul(left: Expression, right: Expression, lmul?: FloatFields): Expression {
    const [a, b] = [this.literal(left), this.literal(right)];
    if (a !== undefined && b !== undefined) return this.constant(this.context.reals.matmul(a, b, lmul));
    if (lmul !== undefined) return ordinalProduct(this.context, left, b, lmul);
    if (b !== undefined) return matrixProduct(this.context, left, b);
    if (a !== undefined && left.shape.length === 2 && right.shape.length <= 2) {
      // (A x)^T = x^T A^T
      return this.transposed(matrixProduct(this.context, this.transposed(right), this.literal(this.transposed(left))!));
    }
    throw this.twoActivations('a matrix product of two activations');
  }

  convolve(images: Expression, weights: Expression, windows: Windows, groups: number): Expression {
    const [x, w] = [this.literal(images), this.literal(weights)];
    if (x !== undefined && w !== undefined) return this.constant(this.context.reals.convolve(x, w, windows, groups));
    if (w === undefined) throw this.twoActivations('a convolution of two activations');
    return convolution(this.context, images, w, windows, groups);
  }

  pool(kind: 'maximum' | 'minimum', images: Expression, windows: Windows): Expression {
    const constant = this.literal(images);
    if (constant !== undefined) return this.constant(this.context.reals.pool(kind, constant, windows));
    return pooled(this.context, kind, images, windows);
  }

  pad(images: Expression, pad: Windows['pad'], value: number): Expression {
    const constant = this.literal(images);
    if (constant !== undefined) return this.constant(this.context.reals.pad(constant, pad, value));
    return padded(this.context, images, pad, value);
  }

  reduce(kind: 'sum' | 'maximum' | 'minimum', tensor: Expression, axes: readonly number[]): Expression {
    const constant = this.literal(tensor);
    if (constant !== undefined) return this.constant(this.context.reals.reduce(kind, constant, axes));
    const innermost = this.innermost(tensor, axes);
    return kind === 'sum' ? sumOfLast(this.context, innermost) : extremeOfLast(this.context, kind, innermost);
  }

  argument(kind: 'maximum' | 'minimum', tensor: Expression, axis: number, tie: 'first' | 'last'): Expression {
    const constant = this.literal(tensor);
    if (constant !== undefined) return this.constant(this.context.reals.argument(kind, constant, axis, tie));
    const { value, reversed } = ordered(this.context, this.innermost(tensor, [axis]));
    const length = tensor.shape[axis];
    const shape = tensor.shape.filter((_, i) => i !== axis);
    const actual = reversed ? (kind === 'maximum' ? 'minimum' : 'maximum') : kind;
    return this.context.variable(this.context.place(
      { op: 'argument', arg: value, length, kind: actual, tie, shape, type: integerType(0, length - 1) },
    ));
  }

  integer(codes: Expression, bounds: Bounds, tensorName: string, overflow?: 'wrap'): Expression {
    const constant = this.literal(codes);
    if (constant !== undefined) return this.constant(this.context.reals.integer(constant, bounds, tensorName, overflow));
    const variable = variableOf(codes)!;
    if (variable.kind === 'input') {
      return this.encodeOnHost(overflow === 'wrap' ? this.wrapped(codes, bounds) : codes, variable.name, bounds, tensorName);
    }
    const special = irregular(this.context, codes, bounds);
    if (special !== undefined) {
      this.context.note(special.value, { tensorName, scale: 1, offset: 0, ...(special.index === undefined ? {} : { order: special.index }) });
      return this.read(special.value, codes.shape, special.index);
    }
    if (variable.kind !== 'value') throw new Error('a quotient that was not lowered');
    const { nodes, layer } = this.context;
    if (nodes[variable.value].op === 'input' && codes.op === 'variable') return codes;

    const { value: arg, chains, index } = chained(this.context, codes);
    const { type, shape } = nodes[arg];
    const order = index === undefined ? {} : { order: index };
    const must = this.context.dependsOnRewritable(arg);
    if (!must && isIdentity(chains, type) && within(type, bounds)) {
      this.context.note(arg, { tensorName, scale: 1, offset: 0, ...order });
      return this.read(arg, codes.shape, index);
    }
    if (must || (this.context.allRewritable && overflow === undefined)) {
      if (overflow === 'wrap') {
        throw this.context.error('runtime-weights', 'a quantizer that wraps behind weights that are written at run time', 'let it saturate');
      }
      const innermost = shape[shape.length - 1] ?? 1;
      const found = rewritableQuantizer(chains, { range: type, codes: codesOf(codes, bounds), innermost }, layer.origin);
      if (found !== undefined) {
        const value = this.context.place({ ...found.node, arg, shape, type: found.type } as Unplaced<FixedNode>);
        this.context.note(value, { tensorName, scale: found.code.scale, offset: found.code.offset, ...order });
        return this.scaled(this.read(value, codes.shape, index), found.code.scale, found.code.offset);
      }
      if (must) {
        throw this.context.error('runtime-weights', 'a function that is not monotone follows weights that are written at run time',
          'leave the layer out of --runtime-weights');
      }
    }
    let quantizer = quantizerOf(chains, type, layer.origin);
    if (quantizer.node.op === 'threshold' && quantizer.node.steps > MOST_STEPS && chains.length === 1 && overflow === undefined) {
      const divided = constantDivision(this.context, codes, bounds);
      if (divided !== undefined) {
        this.context.note(divided, { tensorName, scale: 1, offset: 0, ...order });
        return this.read(divided, codes.shape, index);
      }
    }
    const wraps = overflow === 'wrap' && exceeds(quantizer, bounds) ? wrapping(quantizer, bounds, type) : quantizer;
    if (wraps !== undefined) quantizer = wraps;
    const { scale, offset } = quantizer.code;
    const value = this.context.place({ ...quantizer.node, arg, shape, type: quantizer.type } as Unplaced<FixedNode>);
    const result = this.scaled(this.read(value, codes.shape, index), scale, offset);
    // Few steps that wrap: a table of the steps.
    if (wraps === undefined) return this.integer(this.wrapped(result, bounds), bounds, tensorName);
    this.context.note(value, { tensorName, scale, offset, ...order });
    return result;
  }

  coded(integers: Expression, grid: Expression, format: string): Expression {
    const [constant, factor] = [this.literal(integers), this.literal(grid)];
    if (constant !== undefined && factor !== undefined) return this.constant(this.context.reals.coded(constant, factor, format));
    return this.map({ op: 'multiply' }, [integers, grid]);
  }

  /** The value that the host reads for an output of the network. */
  finish(tensor: Expression, name: string): ValueId {
    const variable = variableOf(tensor);
    if (variable?.kind === 'value') return variable.value;
    throw userError('nothing-to-compile', `output ${name} does not depend on any quantized value`, {
      origin: this.context.layer?.origin, help: 'quantize the input of the network, or give its type with --input-type',
    });
  }

  private encodeOnHost(codes: Expression, source: string, bounds: Bounds, tensorName: string): Expression {
    const two = twoValues(codes);
    const [scale, offset] = two === undefined ? [1, 0] : [(two[1] - two[0]) / 2, (two[1] + two[0]) / 2];
    const type = two === undefined ? integerType(bounds.low, bounds.high) : BIPOLAR;
    const value = this.context.place({ op: 'input', shape: codes.shape, type, codes: [{ tensorName, scale, offset }] }, source);
    this.context.inputs.push({ value, source, encoder: this.scaled(codes, 1 / scale, -offset / scale) });
    return this.scaled(this.context.variable(value), scale, offset);
  }

  /** Whether one variable's elements meet in different orders: they are then two activations. */
  private meetsItself(operator: ScalarOperator, args: readonly Expression[]): boolean {
    const activations = args.filter((arg) => arg.op !== 'constant');
    return activations.length > 1 && activations.every((arg) => viewOf(arg) !== undefined)
      && liftedMap(operator, activations, this.context.reals) === undefined;
  }

  /** Integers beyond the bounds, brought into them modulo their number. */
  private wrapped(codes: Expression, { low, high }: Bounds): Expression {
    const number = (value: number): Expression => this.constant(scalarTensor(value));
    const span = number(high - low + 1);
    const turns = this.map({ op: 'divide' }, [this.map({ op: 'subtract' }, [codes, number(low)]), span]);
    return this.map({ op: 'subtract' }, [codes, this.map({ op: 'multiply' }, [span, this.map({ op: 'round', mode: 'floor' }, [turns])])]);
  }

  /** The elements of a value that an index chooses. */
  private read(value: ValueId, shape: readonly number[], index: Int32Array | undefined): Expression {
    const whole = this.context.variable(value, index === undefined ? shape : undefined);
    return index === undefined ? whole : this.gather([whole], shape, index);
  }

  private literals(args: readonly Expression[]): readonly RealTensor[] | undefined {
    const constants = args.map((arg) => this.literal(arg)).filter((tensor) => tensor !== undefined);
    return constants.length === args.length ? constants : undefined;
  }

  private scaled(tensor: Expression, scale: number, offset: number): Expression {
    return this.context.affine(tensor, scalarTensor(scale), scalarTensor(offset));
  }

  /** The axes put last and made one. */
  private innermost(tensor: Expression, axes: readonly number[]): Expression {
    const { shape } = tensor;
    const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const order = [...kept, ...axes];
    const strides = rowStrides(shape);
    const index = stridedIndex(order.map((axis) => shape[axis]), 0, order.map((axis) => strides[axis]));
    return this.gather([tensor], [...kept.map((axis) => shape[axis]), axes.reduce((size, axis) => size * shape[axis], 1)], index);
  }

  private transposed(tensor: Expression): Expression {
    if (tensor.shape.length < 2) return tensor;
    const [rows, columns] = tensor.shape;
    return this.gather([tensor], [columns, rows], stridedIndex([columns, rows], 0, [1, columns]));
  }

  private twoActivations(what: string): Error {
    return this.context.error('two-activations', what, 'only products with constant weights can be compiled');
  }
}

/** The two values of a sign quantizer's codes. */
function twoValues(codes: Expression): readonly number[] | undefined {
  const values = possibleValues(codes);
  return values?.size === 2 ? [...values].sort((a, b) => a - b) : undefined;
}

/** All codes that a quantizer may ever give. */
function codesOf(codes: Expression, { low, high }: Bounds): CodeRange {
  const two = twoValues(codes);
  if (two !== undefined) return { low: two[0], high: two[1], two: true };
  return { low, high, two: high - low === 1 };
}

function distinctVariables(args: readonly Expression[]): Set<string> {
  return new Set(args.map(variableOf).filter((v) => v !== undefined).map((v) => JSON.stringify(v)));
}
