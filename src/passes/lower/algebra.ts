import { userError } from '../../base/diagnostic.ts';
import { Rational } from '../../base/rational.ts';
import { UniqueNames } from '../../base/names.ts';
import {
  BIPOLAR, integerType, type FixedInput, type FixedNode, type ValueId,
} from '../../fixed/ir.ts';
import { dotRange } from '../../fixed/ranges.ts';
import type { Algebra, Bounds } from '../../graph/algebra.ts';
import { broadcastShape } from '../../graph/broadcast.ts';
import { variableOf, type Expression } from '../../graph/expression.ts';
import type { GraphNode } from '../../graph/ir.ts';
import { rationalTensor } from '../../graph/elements.ts';
import { reals } from '../../graph/reals.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import type { FloatFields } from '../../number/formats/float.ts';
import type { ScalarOperator } from '../../number/scalar.ts';
import { affineOf, type Affine } from './affine.ts';
import { chainsOf, type ScalarChain } from './chain.ts';
import { dotWeights } from './dot.ts';
import { commonDivisorOfRationals, rationalElement } from './grid.ts';
import { possibleValues } from './possible-values.ts';
import { quantizerOf } from './quantizer.ts';
import { exceeds, isIdentity, within, wrapping } from './overflow.ts';

type Unplaced<Node> = Node extends unknown ? Omit<Node, 'name' | 'origins'> : never;

/** Integers beyond this are not exact in a double. */
const LARGEST_INTEGER = 2 ** 53 - 1;

/**
 * The algebra of lowering: a tensor is an expression over one integer tensor of the fixed-point graph (or over an input of the
 * network that the host has not encoded yet). Elementwise operators and gathers extend the expression; matrix products and quantizers
 * turn it into nodes.
 */
export class LoweringAlgebra implements Algebra<Expression> {
  readonly nodes: FixedNode[] = [];
  readonly inputs: FixedInput[] = [];
  private readonly reals = reals();
  private readonly names = new UniqueNames();
  private layer: GraphNode | undefined;

  /** Says which layer the following calls belong to. */
  enter(layer: GraphNode): void {
    this.layer = layer;
  }

  shape(tensor: Expression): readonly number[] {
    return tensor.shape;
  }

  literal(tensor: Expression): RealTensor | undefined {
    return tensor.op === 'constant' ? tensor.tensor : undefined;
  }

  constant(tensor: RealTensor): Expression {
    return { op: 'constant', shape: tensor.shape, tensor };
  }

  map(operator: ScalarOperator, args: readonly Expression[]): Expression {
    const constants = args.map((arg) => this.literal(arg));
    if (constants.every((tensor) => tensor !== undefined)) return this.constant(this.reals.map(operator, constants));
    const variables = distinctVariables(args);
    if (variables.size > 1) return this.join(operator, args);
    return { op: 'map', operator, args, shape: broadcastShape(args.map((arg) => arg.shape)) };
  }

  gather(args: readonly Expression[], shape: readonly number[], index: Int32Array): Expression {
    const constants = args.map((arg) => this.literal(arg));
    if (constants.every((tensor) => tensor !== undefined)) return this.constant(this.reals.gather(constants, shape, index));
    if (distinctVariables(args).size > 1) return this.gatherValues(args, shape, index);
    return { op: 'gather', args, shape, index };
  }

  matmul(left: Expression, right: Expression, lmul?: FloatFields): Expression {
    const [a, b] = [this.literal(left), this.literal(right)];
    if (a !== undefined && b !== undefined) return this.constant(this.reals.matmul(a, b, lmul));
    if (lmul !== undefined) return this.lmulDot(left, b, lmul);
    if (b !== undefined) return this.dot(left, b);
    if (a !== undefined && left.shape.length === 2 && right.shape.length <= 2) {
      // (A x)^T = x^T A^T
      const product = this.dot(this.transposed(right), this.literal(this.transposed(left))!);
      return this.transposed(product);
    }
    throw this.error('two-activations', 'a matrix product of two activations', 'only products with constant weights can be compiled');
  }

  reduce(kind: 'sum' | 'maximum' | 'minimum', tensor: Expression, axes: readonly number[]): Expression {
    const constant = this.literal(tensor);
    if (constant !== undefined) return this.constant(this.reals.reduce(kind, constant, axes));
    const last = tensor.shape.length - 1;
    if (kind === 'sum' && axes.length === 1 && axes[0] === last) {
      const ones: RealTensor = { shape: [tensor.shape[last], 1], values: new Float64Array(tensor.shape[last]).fill(1) };
      const sum = this.dot(tensor, ones);
      return this.reshaped(sum, sum.shape.slice(0, -1));
    }
    throw this.error('reduction', `a ${kind} over axes ${axes.join(', ')} of activations`, 'only sums over the last axis can be compiled');
  }

  argument(kind: 'maximum' | 'minimum', tensor: Expression, axis: number, tie: 'first' | 'last'): Expression {
    const constant = this.literal(tensor);
    if (constant !== undefined) return this.constant(this.reals.argument(kind, constant, axis, tie));
    if (axis !== tensor.shape.length - 1) throw this.error('axis', `an arg-${kind} over axis ${axis}`, 'use the last axis');
    const { value, reversed } = this.ordered(tensor);
    const extent = tensor.shape[axis];
    const shape = tensor.shape.slice(0, -1);
    const actual = reversed ? (kind === 'maximum' ? 'minimum' : 'maximum') : kind;
    return this.variable(this.place(
      { op: 'argument', arg: value, length: extent, kind: actual, tie, shape, type: integerType(0, extent - 1) }, this.layer!.name,
    ));
  }

  integer(codes: Expression, bounds: Bounds, tensorName: string, overflow?: 'wrap'): Expression {
    const constant = this.literal(codes);
    if (constant !== undefined) return this.constant(this.reals.integer(constant, bounds, tensorName, overflow));
    const variable = variableOf(codes)!;
    if (variable.kind === 'input') return this.encodeOnHost(overflow === 'wrap' ? this.wrapped(codes, bounds) : codes, variable.name, bounds, tensorName);
    if (this.nodes[variable.value].op === 'input' && codes.op === 'variable') return codes;

    const chains = chainsOf(codes);
    const arg = this.permuted(variable.value, chains.map((chain) => chain.source), codes.shape);
    const period = shortestPeriod(chains);
    const { type } = this.nodes[arg];
    if (isIdentity(period, type) && within(type, bounds)) return this.variable(arg);
    let quantizer = quantizerOf(period, type, this.layer!.origin);
    const wraps = overflow === 'wrap' && exceeds(quantizer, bounds) ? wrapping(quantizer, bounds) : quantizer;
    if (wraps !== undefined) quantizer = wraps;
    const { scale, offset } = quantizer.code;
    const value = this.place(
      { ...quantizer.node, arg, shape: codes.shape, type: quantizer.type, code: { tensorName, scale, offset } } as Unplaced<FixedNode>,
      this.layer!.name,
    );
    const result = this.scaled(this.variable(value), scale, offset);
    // Few steps that wrap: a table of the steps.
    return wraps === undefined ? this.integer(this.wrapped(result, bounds), bounds, tensorName) : result;
  }

  coded(integers: Expression, grid: Expression, format: string): Expression {
    const [constant, factor] = [this.literal(integers), this.literal(grid)];
    if (constant !== undefined && factor !== undefined) return this.constant(this.reals.coded(constant, factor, format));
    return this.map({ op: 'multiply' }, [integers, grid]);
  }

  /** The value that the host reads for an output of the network. */
  finish(tensor: Expression, name: string): ValueId {
    const variable = variableOf(tensor);
    if (variable?.kind === 'value') return variable.value;
    throw userError('nothing-to-compile', `output ${name} does not depend on any quantized value`, {
      origin: this.layer?.origin, help: 'quantize the input of the network, or give its type with --input-type',
    });
  }

  // ---- inputs ----------------------------------------------------------------------------------------------------------------

  private encodeOnHost(codes: Expression, source: string, bounds: { low: number; high: number }, tensorName: string): Expression {
    const values = possibleValues(codes);
    const two = values?.size === 2 ? [...values].sort((a, b) => a - b) : undefined;
    const [scale, offset] = two === undefined ? [1, 0] : [(two[1] - two[0]) / 2, (two[1] + two[0]) / 2];
    const type = two === undefined ? integerType(bounds.low, bounds.high) : BIPOLAR;
    const value = this.place({ op: 'input', shape: codes.shape, type, code: { tensorName, scale, offset } }, source);
    this.inputs.push({ value, source, encoder: this.scaled(codes, 1 / scale, -offset / scale) });
    return this.scaled(this.variable(value), scale, offset);
  }

  // ---- products --------------------------------------------------------------------------------------------------------------

  private dot(left: Expression, weights: RealTensor): Expression {
    if (weights.shape.length > 2) throw this.error('batched-weights', 'a batched product with constant weights', 'use one weight matrix');
    const { arg, affine } = this.affineValue(left);
    const columns = left.shape[left.shape.length - 1];
    const rows = weights.shape.length === 2 ? weights.shape[1] : 1;
    const scales = affine.scale.values.length === 1 ? affine.scale : this.vectorScale(this.full(affine.scale, left.shape), columns);
    const found = dotWeights(scales, weights, columns, rows, this.reals);
    if (found === undefined) {
      throw this.error('weights-not-quantized', `the weights of ${this.layer!.name} lie on no common grid of 32-bit integers`,
        'quantize them (a Quant or BipolarQuant on the weights), then export again');
    }
    const input = this.nodes[arg].type;
    const shape = [...left.shape.slice(0, -1), ...(weights.shape.length === 2 ? [rows] : [])];
    const type = dotRange(found.weights, rows, columns, input);
    if (Math.max(-type.low, type.high) > LARGEST_INTEGER) {
      throw this.error('too-wide', `the sums of ${this.layer!.name} need more than 53 bits`, 'use narrower inputs or weights');
    }
    const format = weights.coded === undefined ? {} : { format: weights.coded.format };
    const value = this.place({ op: 'dot', arg, groups: 1, rows, columns, weights: found.weights, shape, type, ...format }, this.layer!.name);
    const unscaled = this.map({ op: 'multiply' }, [this.variable(value), this.constant({ ...found.scale, shape: shape.slice(-1) })]);
    if (isZero(affine.offset)) return unscaled;
    const offset = this.reals.matmul(this.full(affine.offset, left.shape), weights);
    return this.map({ op: 'add' }, [unscaled, this.constant(offset)]);
  }

  /** A product of ordinals by L-Mul; its result is in units of the format. */
  private lmulDot(left: Expression, weights: RealTensor | undefined, lmul: FloatFields): Expression {
    if (weights === undefined || weights.shape.length > 2) {
      throw this.error('two-activations', 'an L-Mul product without a constant matrix on the right', 'only products with constant weights can be compiled');
    }
    const { arg, affine } = this.affineValue(left);
    if (!isZero(affine.offset) || affine.scale.values.some((scale) => scale !== 1)) throw new Error('ordinals have no scale');
    const columns = left.shape[left.shape.length - 1];
    const rows = weights.shape.length === 2 ? weights.shape[1] : 1;
    const ordinals = Int32Array.from({ length: rows * columns }, (_, i) => weights.values[(i % columns) * rows + Math.floor(i / columns)]);
    const shape = [...left.shape.slice(0, -1), ...(weights.shape.length === 2 ? [rows] : [])];
    const type = dotRange(ordinals, rows, columns, this.nodes[arg].type, lmul);
    if (!(Math.max(-type.low, type.high) <= LARGEST_INTEGER)) {
      throw this.error('too-wide', `the sums of ${this.layer!.name} need more than 53 bits`, 'use a float format with fewer exponent bits');
    }
    return this.variable(this.place({ op: 'dot', arg, groups: 1, rows, columns, weights: ordinals, lmul, shape, type }, this.layer!.name));
  }

  /** Integers beyond the bounds, brought into them modulo their number. */
  private wrapped(codes: Expression, { low, high }: Bounds): Expression {
    const number = (value: number): Expression => this.constant(scalarTensor(value));
    const span = number(high - low + 1);
    const turns = this.map({ op: 'divide' }, [this.map({ op: 'subtract' }, [codes, number(low)]), span]);
    return this.map({ op: 'subtract' }, [codes, this.map({ op: 'multiply' }, [span, this.map({ op: 'round', mode: 'floor' }, [turns])])]);
  }

  /** The scales of one vector; all vectors of the tensor must have the same ones. */
  private vectorScale(scale: RealTensor, columns: number): RealTensor {
    if (scale.values.some((value, i) => value !== scale.values[i % columns])) {
      throw this.error('scales-differ', 'vectors with different scales meet the same weights', 'quantize them with one scale per feature');
    }
    return this.reals.gather([scale], [columns], Int32Array.from({ length: columns }, (_, i) => i));
  }

  /** The value behind an affine expression, its elements in the expression's order, and the affine function. */
  private affineValue(tensor: Expression): { arg: ValueId; affine: Affine } {
    const variable = variableOf(tensor)!;
    if (variable.kind === 'input') {
      throw this.error('input-not-quantized', `input ${variable.name} reaches ${this.layer!.name} before any quantizer`,
        'declare its type, for instance --input-type "fixed<16,6>" or --input-type "int8*0.25"');
    }
    const affine = affineOf(tensor, this.reals);
    if (affine === undefined) return this.affineValue(this.tabulated(tensor));
    const chains = sources(tensor);
    return { arg: this.permuted(variable.value, chains, tensor.shape), affine };
  }

  /** A nonlinear function of a small integer that no quantizer follows: its values are put on a common grid, as a table. */
  private tabulated(tensor: Expression): Expression {
    const variable = variableOf(tensor) as { kind: 'value'; value: ValueId };
    const chains = chainsOf(tensor);
    const arg = this.permuted(variable.value, chains.map((chain) => chain.source), tensor.shape);
    const { low, high } = this.nodes[arg].type;
    const help = 'put a quantizer between them';
    if (high - low >= 2 ** 16) throw this.error('not-quantized', 'a nonlinear function of a wide integer meets a product', help);
    const period = shortestPeriod(chains);
    const values = period.flatMap((chain) => Array.from({ length: high - low + 1 }, (_, i) => chain.rationalAt(low + i)));
    if (values.some((value) => value === undefined)) throw this.error('not-quantized', 'irrational values meet a product', help);
    const divisor = commonDivisorOfRationals(values as Rational[]);
    const grid = Rational.sign(divisor) === 0 ? Rational.ONE : divisor;
    const contents = Float64Array.from(values as Rational[], (value) => Number(Rational.divide(value, grid).numerator));
    const type = integerType(Math.min(...contents), Math.max(...contents));
    if (Math.max(-type.low, type.high) > 2 ** 31) throw this.error('not-quantized', 'values on no useful grid meet a product', help);
    const value = this.place({ op: 'table', arg, channels: period.length, contents, shape: tensor.shape, type }, this.layer!.name);
    return this.map({ op: 'multiply' }, [this.variable(value), this.constant(rationalTensor(grid))]);
  }

  // ---- several activations ---------------------------------------------------------------------------------------------------

  /** A sum of two different activations, brought to a common grid. */
  private join(operator: ScalarOperator, args: readonly Expression[]): Expression {
    if (operator.op !== 'add' && operator.op !== 'subtract') {
      throw this.error('two-activations', `two activations meet in ${this.layer!.kind}`, 'only their sum or difference can be compiled');
    }
    const shape = broadcastShape(args.map((arg) => arg.shape));
    const parts = args.map((arg) => this.affineValue(this.broadcast(arg, shape)));
    const scales = parts.map(({ affine }) => this.uniform(affine.scale));
    const grid = commonDivisorOfRationals(scales);
    const coefficients = scales.map((scale, i) => {
      const quotient = Number(Rational.divide(scale, grid).numerator);
      return operator.op === 'subtract' && i === 1 ? -quotient : quotient;
    });
    const ends = parts.map(({ arg }, i) => [this.nodes[arg].type.low, this.nodes[arg].type.high].map((end) => end * coefficients[i]));
    const type = integerType(
      ends.reduce((sum, pair) => sum + Math.min(...pair), 0), ends.reduce((sum, pair) => sum + Math.max(...pair), 0),
    );
    if (Math.max(-type.low, type.high) > LARGEST_INTEGER) {
      throw this.error('too-wide', 'the scales of the two activations have no useful common grid', 'give both quantizers related scales');
    }
    const value = this.place({ op: 'add', args: parts.map(({ arg }) => arg), coefficients, shape, type }, this.layer!.name);
    const offset = this.reals.map(operator, parts.map(({ affine }) => affine.offset));
    const scaled = this.map({ op: 'multiply' }, [this.variable(value), this.constant(rationalTensor(grid))]);
    return isZero(offset) ? scaled : this.map({ op: 'add' }, [scaled, this.constant(offset)]);
  }

  /** A concatenation of different activations: their integers side by side, each element with its own scale and offset. */
  private gatherValues(args: readonly Expression[], shape: readonly number[], index: Int32Array): Expression {
    const parts = args.map((arg) => {
      if (this.literal(arg) !== undefined) {
        throw this.error('constant-part', 'a constant is concatenated with activations', 'add it as a bias of the next layer instead');
      }
      return { ...this.affineValue(arg), shape: arg.shape };
    });
    const types = parts.map(({ arg }) => this.nodes[arg].type);
    const type = types.every((each) => each.bipolar) ? BIPOLAR
      : integerType(Math.min(...types.map((each) => each.low)), Math.max(...types.map((each) => each.high)));
    const value = this.place({ op: 'gather', args: parts.map(({ arg }) => arg), index, shape, type }, this.layer!.name);
    const pick = (key: keyof Affine): Expression =>
      this.constant(this.reals.gather(parts.map((part) => this.full(part.affine[key], part.shape)), shape, index));
    return this.map({ op: 'add' }, [this.map({ op: 'multiply' }, [this.variable(value), pick('scale')]), pick('offset')]);
  }

  /** A value whose order is the expression's (or the reverse of it). */
  private ordered(tensor: Expression): { value: ValueId; reversed: boolean } {
    const { arg, affine } = this.affineValue(tensor);
    // One strictly monotone function for all elements keeps their order or reverses it.
    const scale = affine.scale.values[0];
    const certain = Math.abs(scale) > (affine.scale.errors?.[0] ?? 0);
    if (certain && shortestPeriod(chainsOf(tensor)).length === 1) return { value: arg, reversed: scale < 0 };
    return { value: this.aligned(arg, affine, tensor.shape), reversed: false };
  }

  /** Elements with different scales and offsets, all as multiples of one grid. */
  private aligned(arg: ValueId, affine: Affine, shape: readonly number[]): ValueId {
    const [scale, offset] = [this.full(affine.scale, shape), this.full(affine.offset, shape)];
    const rationals = (tensor: RealTensor): Rational[] => Array.from(tensor.values, (_, i) => {
      const value = rationalElement(tensor, i);
      if (value === undefined) throw this.error('irrational', 'scales that are no rational numbers are compared', 'put a quantizer before');
      return value;
    });
    const [scales, offsets] = [rationals(scale), rationals(offset)];
    const grid = commonDivisorOfRationals([...scales, ...offsets]);
    const onGrid = (value: Rational): bigint => Rational.divide(value, grid).numerator;
    const { low, high } = this.nodes[arg].type;
    const multipliers = scales.map(onGrid);
    const constants = offsets.map(onGrid);
    const ends = multipliers.flatMap((m, i) => [Number(m) * low + Number(constants[i]), Number(m) * high + Number(constants[i])]);
    const type = integerType(Math.min(...ends), Math.max(...ends));
    if (Math.max(-type.low, type.high) > LARGEST_INTEGER) {
      throw this.error('too-wide', 'scales of different outputs have no useful common grid', 'compare outputs of one scale');
    }
    return this.place(
      { op: 'requantize', arg, channels: scales.length, multipliers, offsets: constants, shift: 0, rounding: 'floor', shape, type },
      `${this.layer!.name}_aligned`,
    );
  }

  // ---- helpers ---------------------------------------------------------------------------------------------------------------

  private place(node: Unplaced<FixedNode>, name: string): ValueId {
    return this.nodes.push({ ...node, name: this.names.take(name), origins: [this.layer!.origin] } as FixedNode) - 1;
  }

  private variable(value: ValueId): Expression {
    return { op: 'variable', shape: this.nodes[value].shape, variable: { kind: 'value', value } };
  }

  private scaled(tensor: Expression, scale: number, offset: number): Expression {
    const factor = scale === 1 ? tensor : this.map({ op: 'multiply' }, [tensor, this.constant(scalarTensor(scale))]);
    return offset === 0 ? factor : this.map({ op: 'add' }, [factor, this.constant(scalarTensor(offset))]);
  }

  /** The value with its elements in another order; the value itself for the same order, whatever the shape: operators see vectors. */
  private permuted(value: ValueId, order: readonly number[], shape: readonly number[]): ValueId {
    const node = this.nodes[value];
    const same = order.length === sizeOf(node.shape) && order.every((source, i) => source === i);
    if (same) return value;
    if (order.some((source) => source < 0)) throw new Error(`${node.name}: an element does not depend on the value`);
    return this.place({ op: 'gather', args: [value], index: Int32Array.from(order), shape, type: node.type }, `${node.name}_arranged`);
  }

  private reshaped(tensor: Expression, shape: readonly number[]): Expression {
    return this.gather([tensor], shape, Int32Array.from({ length: sizeOf(shape) }, (_, i) => i));
  }

  private transposed(tensor: Expression): Expression {
    if (tensor.shape.length < 2) return tensor;
    const [rows, columns] = tensor.shape;
    const index = Int32Array.from({ length: rows * columns }, (_, i) => (i % rows) * columns + Math.floor(i / rows));
    return this.gather([tensor], [columns, rows], index);
  }

  private broadcast(tensor: Expression, shape: readonly number[]): Expression {
    if (tensor.shape.join() === shape.join()) return tensor;
    return this.map({ op: 'add' }, [tensor, this.constant({ shape, values: new Float64Array(sizeOf(shape)) })]);
  }

  private full(tensor: RealTensor, shape: readonly number[]): RealTensor {
    if (tensor.shape.join() === shape.join()) return tensor;
    return this.reals.map({ op: 'add' }, [tensor, { shape, values: new Float64Array(sizeOf(shape)) }]);
  }

  private uniform(scale: RealTensor): Rational {
    const first = rationalElement(scale, 0);
    for (let i = 1; i < scale.values.length; i++) {
      const other = rationalElement(scale, i);
      if (first === undefined || other === undefined || Rational.compare(first, other) !== 0) {
        throw this.error('scales-differ', 'activations with different scales for each channel are added', 'quantize them per tensor first');
      }
    }
    if (first === undefined) throw this.error('scales-differ', 'an activation with an irrational scale is added', 'quantize it first');
    return first;
  }

  private error(code: string, message: string, help: string): Error {
    return userError(code, message, { origin: this.layer!.origin, help });
  }
}

function distinctVariables(args: readonly Expression[]): Set<string> {
  return new Set(args.map(variableOf).filter((v) => v !== undefined).map((v) => (v.kind === 'input' ? `input ${v.name}` : `${v.value}`)));
}

/** For each element of the expression, the element of its variable. */
function sources(tensor: Expression): number[] {
  return chainsOf(tensor).map((chain) => chain.source);
}

function shortestPeriod(chains: readonly ScalarChain[]): readonly ScalarChain[] {
  for (let period = 1; period < chains.length; period++) {
    if (chains.length % period === 0 && chains.every((chain, i) => chain.key === chains[i % period].key)) return chains.slice(0, period);
  }
  return chains;
}

function isZero(tensor: RealTensor): boolean {
  return tensor.errors === undefined && tensor.values.every((value) => value === 0);
}

function scalarTensor(value: number): RealTensor {
  return { shape: [], values: Float64Array.of(value) };
}
