import { meant } from '../../../base/suggest.ts';
import type { Place } from '../../../base/text/source.ts';
import { dispatch, type OpTable } from '../../../base/table.ts';
import { broadcastShape } from '../../../graph/broadcast.ts';
import { sizeOf } from '../../../graph/tensor.ts';
import { findLayer } from '../../../layers/index.ts';
import type { BinaryOperator, Expression, IndexExpression, NameExpression, Quantization, SignedNumber, Subscript } from '../ast.ts';
import { aligned } from './axes.ts';
import { LARGEST_TENSOR, type GraphBuilder } from './builder.ts';
import { callLayer } from './calls.ts';
import { finite, inlineTensor } from './constants.ts';
import { layerCalled } from './layer-names.ts';
import { nearName } from './near-name.ts';
import { product } from './product.ts';
import { quantized } from './quantize.ts';
import type { Scope } from './scope.ts';
import { GivenUp, literalOf, shapeOf, showShape, type Value } from './value.ts';

/** What expressions are elaborated in. */
export interface Context {
  readonly builder: GraphBuilder;
  readonly scope: Scope;
  /** Shapes and axes are the graph's own, batch dimension included. */
  readonly explicitBatch: boolean;
}

/** Adds an expression to the graph. @throws GivenUp where it has a mistake, which is reported */
export function elaborate(expression: Expression, context: Context): Value {
  return dispatch(EXPRESSIONS, expression, context);
}

/** All of them, so that the mistakes of each are reported. */
export function elaborateAll(expressions: readonly Expression[], context: Context): Value[] {
  let failed = false;
  const values = expressions.map((expression): Value | undefined => {
    try {
      return elaborate(expression, context);
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      failed = true;
      return undefined;
    }
  });
  if (failed) throw new GivenUp();
  return values as Value[];
}

const EXPRESSIONS: OpTable<Expression, Value, [Context]> = {
  number: ({ text, at }, { builder }) => builder.number(finite(text, () => builder.fail(at, 'not-finite', `${text} is beyond all doubles`,
    'write a smaller number'))),
  text: ({ at }, { builder }) => builder.fail(at, 'text', 'a text is no tensor', 'files of numbers are read with const: const W = "w.npy"'),
  name: (node, context) => named(node, context),
  tensor: (node, { builder }) => builder.constant(inlineTensor(node, builder), 'values'),
  negate: ({ arg, at }, context) => {
    if (arg.op === 'number') return context.builder.number(-literalOf(elaborate(arg, context))!.values[0]);
    return context.builder.add({ kind: findLayer('Neg')!, inputs: [elaborate(arg, context)], place: at })[0];
  },
  binary: ({ operator, left, right, at }, context) => {
    const [a, b] = elaborateAll([left, right], context);
    if (operator === '@') return context.explicitBatch ? context.builder.add({ kind: findLayer('MatMul')!, inputs: [a, b], place: at })[0]
      : product(a, b, at, context.builder);
    return elementwise(OPERATORS[operator], [a, b], at, context);
  },
  call: (node, context) => callLayer(node, context),
  index: (node, context) => indexed(node, context),
  quantize: ({ arg, to, at }, context) => {
    const [x, scale] = elaborateAll([arg, scaleOf(to)], context);
    return quantized(x, to.format, scale, { whole: at, scale: to.scale?.at }, context.builder);
  },
};

const OPERATORS: Readonly<Record<Exclude<BinaryOperator, '@'>, string>> = {
  '+': 'Add', '-': 'Sub', '*': 'Mul', '/': 'Div', '<': 'Less', '<=': 'LessOrEqual', '>': 'Greater', '>=': 'GreaterOrEqual', '==': 'Equal',
};

/** The scale as an expression: 1 where none is written. */
export function scaleOf({ scale, format }: Quantization): Expression {
  return scale ?? { op: 'number', text: '1', at: format.at };
}

/** An elementwise layer of two or more tensors, which broadcast. */
export function elementwise(operator: string, values: readonly Value[], place: Place, { builder, explicitBatch }: Context): Value {
  const shapes = values.map(explicitBatch ? (value) => value.traced.shape : shapeOf);
  let shape: readonly number[] = [];
  try {
    shape = broadcastShape(shapes);
  } catch {
    builder.fail(place, 'shapes', `shapes ${shapes.map(showShape).join(' and ')} do not go together`,
      'extents must be equal, or 1, from the last one on');
  }
  if (sizeOf(shape) > LARGEST_TENSOR) builder.fail(place, 'too-large', `the result has shape ${showShape(shape)}`,
    `a tensor may have ${LARGEST_TENSOR} elements`);
  return builder.add({ kind: findLayer(operator)!, inputs: explicitBatch ? values : aligned(values, builder), place })[0];
}

function named({ name, at }: NameExpression, { builder, scope }: Context): Value {
  const found = scope.read(name);
  if (found !== undefined) return found;
  if (layerCalled(name) !== undefined && scope.declaration(name) === undefined) {
    return builder.fail(at, 'unknown-name', `${name} is a layer, not a tensor`, `call it: ${name}(x)`);
  }
  // What is meant is used, so that one mistake is not told twice.
  const near = nearName(name, scope.names());
  const later = scope.declaration(name);
  if (later !== undefined && !scope.isKnown(name)) {
    if (later.start > at.end) {
      return builder.fail(at, 'unknown-name', `${name} is used before it is given`, `move line ${builder.lineOf(later)} up, or make it a state`);
    }
    return builder.fail(at, 'unknown-name', `${name} is made of itself`,
      `make it a state to read its previous value: state ${name} : [1] = 0, next ${name} = …`);
  }
  // What failed before is not told again.
  if (later !== undefined) throw new GivenUp();
  if (near !== undefined) scope.read(near);
  return builder.fail(at, 'unknown-name', `no tensor is called ${name}`, meant(near, 'declare it with input, const, state or NAME = VALUE'));
}

/** x[2, 0:3]: slices, and places whose dimension goes away. */
function indexed({ arg, subscripts, at }: IndexExpression, context: Context): Value {
  const { builder, explicitBatch } = context;
  const x = elaborate(arg, context);
  const shape = explicitBatch ? x.traced.shape : shapeOf(x);
  if (subscripts.length > shape.length) {
    builder.fail(at, 'index', `${subscripts.length} indices for ${showShape(shape)}`, 'one index a dimension, at most');
  }
  const bounds = subscripts.map((subscript, axis) => boundsOf(subscript, shape[axis], builder));
  const shift = x.batched && !explicitBatch ? 1 : 0;
  const list = (key: 'start' | 'end' | 'step', what: string): Value => builder.list(bounds.map((bound) => bound[key]), what);
  const axes = builder.list(subscripts.map((_, axis) => axis + shift), 'axes');
  const part = builder.add({ kind: findLayer('Slice')!, inputs: [x, list('start', 'starts'), list('end', 'ends'), axes, list('step', 'steps')],
    place: at })[0];
  if (subscripts.every(({ kind }) => kind === 'range')) return part;
  const kept = part.traced.shape.filter((_, axis) => subscripts[axis - shift]?.kind !== 'place');
  return builder.add({ kind: findLayer('Reshape')!, inputs: [part, builder.list(kept, 'shape')], place: at })[0];
}

function boundsOf(subscript: Subscript, extent: number, builder: GraphBuilder): { start: number; end: number; step: number } {
  const whole = (number: SignedNumber): number => {
    const value = Number(number.text);
    if (!Number.isInteger(value)) builder.fail(number.at, 'index', `${number.text} is no index`, 'indices are whole numbers');
    return value;
  };
  const within = (number: SignedNumber, most: number): number => {
    const value = whole(number);
    const place = value < 0 ? value + extent : value;
    if (place < 0 || place > most) builder.fail(number.at, 'index', `${number.text} of ${extent} elements`,
      `indices go from 0 to ${most}, or from -1 at the end`);
    return place;
  };
  if (subscript.kind === 'place') {
    const start = within(subscript.place, extent - 1);
    return { start, end: start + 1, step: 1 };
  }
  const step = subscript.step === undefined ? 1 : whole(subscript.step);
  if (step < 1) builder.fail(subscript.step!.at, 'index', `a step of ${step}`, 'steps are at least 1');
  const start = subscript.start === undefined ? 0 : within(subscript.start, extent);
  const end = subscript.end === undefined ? extent : within(subscript.end, extent);
  if (start >= end) builder.fail((subscript.start ?? subscript.end)!.at, 'index', `nothing from ${start} to ${end}`, 'the end lies behind the start');
  return { start, end, step };
}
