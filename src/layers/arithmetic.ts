import type { RoundingMode } from '../number/rounding.ts';
import { layer, type Formula } from './formula.ts';
import type { LayerKind } from './kind.ts';

type Binary = <T>(f: Formula<T>, a: T, b: T) => T;
type Unary = <T>(f: Formula<T>, x: T) => T;

/** Elementwise operators of two tensors, which broadcast. Logical ones take and give 0 and 1. */
const binary: readonly (readonly [string, Binary])[] = [
  ['Add', (f, a, b) => f.add(a, b)],
  ['Sub', (f, a, b) => f.subtract(a, b)],
  ['Mul', (f, a, b) => f.multiply(a, b)],
  // Quotients of integer tensors, which the importer marks, drop their fraction.
  ['Div', (f, a, b) => (f.number('integer', 0) !== 0 ? f.round(f.divide(a, b), 'to-zero') : f.divide(a, b))],
  // The remainder has the divisor's sign, or the dividend's where `fmod` asks for that.
  ['Mod', (f, a, b) => f.subtract(a, f.multiply(b, f.round(f.divide(a, b), f.number('fmod', 0) !== 0 ? 'to-zero' : 'floor')))],
  ['Pow', (f, a, b) => f.power(a, b)],
  ['Equal', (f, a, b) => f.map({ op: 'equal' }, a, b)],
  ['Less', (f, a, b) => f.map({ op: 'less' }, a, b)],
  ['LessOrEqual', (f, a, b) => f.lessOrEqual(a, b)],
  ['Greater', (f, a, b) => f.map({ op: 'less' }, b, a)],
  ['GreaterOrEqual', (f, a, b) => f.lessOrEqual(b, a)],
  ['And', (f, a, b) => f.minimum(a, b)],
  ['Or', (f, a, b) => f.maximum(a, b)],
  ['Xor', (f, a, b) => f.subtract(f.maximum(a, b), f.minimum(a, b))],
];

/** Elementwise operators of one tensor or more. */
const many: readonly (readonly [string, Binary])[] = [
  ['Min', (f, a, b) => f.minimum(a, b)],
  ['Max', (f, a, b) => f.maximum(a, b)],
  ['Sum', (f, a, b) => f.add(a, b)],
];

function rounding(mode: RoundingMode): Unary {
  return (f, x) => f.round(x, mode);
}

const unary: readonly (readonly [string, Unary])[] = [
  ['Neg', (f, x) => f.unary('negate', x)],
  ['Abs', (f, x) => f.unary('absolute', x)],
  ['Sign', (f, x) => f.unary('sign', x)],
  ['Sqrt', (f, x) => f.unary('square-root', x)],
  ['Exp', (f, x) => f.unary('exponential', x)],
  ['Log', (f, x) => f.unary('logarithm', x)],
  ['Erf', (f, x) => f.unary('error-function', x)],
  ['Reciprocal', (f, x) => f.divide(f.constant(1), x)],
  ['Not', (f, x) => f.subtract(f.constant(1), x)],
  ['Floor', rounding('floor')],
  ['Ceil', rounding('ceil')],
  ['Round', rounding('half-even')],
  ['Identity', (_, x) => x],
];

/**
 * The second operand. Before version 7 of the operator set it broadcasts only where `broadcast` says so, and `axis` then names
 * the dimension of the first at which its own begin.
 */
function secondOperand<T>(f: Formula<T>, first: T): T {
  const second = f.input(1, 'B');
  const at = f.node.attributes.axis;
  if (f.node.version >= 7 || at === undefined || f.number('broadcast', 0) === 0) return second;
  const [rank, shape] = [f.shape(first).length, f.shape(second)];
  const missing = rank - f.axis(f.number('axis'), rank) - shape.length;
  if (missing < 0) {
    throw f.error('axis', `[${shape.join(', ')}] does not fit from axis ${at} on`, 'export with a newer operator set');
  }
  return f.reshape(second, [...shape, ...new Array<number>(missing).fill(1)]);
}

export const arithmeticLayers: readonly LayerKind[] = [
  ...binary.map(([name, formula]) => layer(name, 'elementwise, two tensors', (f) => {
    const first = f.input(0, 'A');
    return formula(f, first, secondOperand(f, first));
  })),
  ...many.map(([name, formula]) => layer(name, 'elementwise, any number of tensors', (f) =>
    f.allInputs().reduce((a, b) => formula(f, a, b)))),
  ...unary.map(([name, formula]) => layer(name, 'elementwise', (f) => formula(f, f.input(0, 'x')))),
  layer('Where', 'chooses between two tensors', (f) => f.select(f.input(0, 'condition'), f.input(1, 'X'), f.input(2, 'Y'))),
];
