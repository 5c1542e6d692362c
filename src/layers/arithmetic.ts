import type { RoundingMode } from '../number/rounding.ts';
import { layer, type Formula } from './formula.ts';
import type { LayerKind } from './kind.ts';

/** Elementwise operators of two tensors (more for Min, Max and Sum), which broadcast. */
const binary: readonly (readonly [string, <T>(f: Formula<T>, a: T, b: T) => T])[] = [
  ['Add', (f, a, b) => f.add(a, b)],
  ['Sub', (f, a, b) => f.subtract(a, b)],
  ['Mul', (f, a, b) => f.multiply(a, b)],
  ['Div', (f, a, b) => f.divide(a, b)],
  ['Pow', (f, a, b) => f.power(a, b)],
  ['Equal', (f, a, b) => f.map({ op: 'equal' }, a, b)],
  ['Less', (f, a, b) => f.map({ op: 'less' }, a, b)],
  ['LessOrEqual', (f, a, b) => f.lessOrEqual(a, b)],
  ['Greater', (f, a, b) => f.map({ op: 'less' }, b, a)],
  ['GreaterOrEqual', (f, a, b) => f.lessOrEqual(b, a)],
];

const many: readonly (readonly [string, <T>(f: Formula<T>, a: T, b: T) => T])[] = [
  ['Min', (f, a, b) => f.minimum(a, b)],
  ['Max', (f, a, b) => f.maximum(a, b)],
  ['Sum', (f, a, b) => f.add(a, b)],
];

const unary: readonly (readonly [string, <T>(f: Formula<T>, x: T) => T])[] = [
  ['Neg', (f, x) => f.unary('negate', x)],
  ['Abs', (f, x) => f.unary('absolute', x)],
  ['Sign', (f, x) => f.unary('sign', x)],
  ['Sqrt', (f, x) => f.unary('square-root', x)],
  ['Exp', (f, x) => f.unary('exponential', x)],
  ['Log', (f, x) => f.unary('logarithm', x)],
  ['Erf', (f, x) => f.unary('error-function', x)],
  ['Reciprocal', (f, x) => f.divide(f.constant(1), x)],
  ['Identity', (_, x) => x],
  ['Dropout', (_, x) => x],
  ...([['Floor', 'floor'], ['Ceil', 'ceil'], ['Round', 'half-even']] as const)
    .map(([name, mode]: readonly [string, RoundingMode]): readonly [string, <T>(f: Formula<T>, x: T) => T] => [name, (f, x) => f.round(x, mode)]),
];

/** ONNX's number of the element types that are integers. */
const INTEGER_TYPES = new Set([2, 3, 4, 5, 6, 7, 12, 13]);

export const arithmeticLayers: readonly LayerKind[] = [
  ...binary.map(([name, formula]) => layer(name, 'elementwise, two tensors', (f) => formula(f, f.input(0, 'A'), f.input(1, 'B')))),
  ...many.map(([name, formula]) => layer(name, 'elementwise, any number of tensors', (f) =>
    Array.from({ length: f.inputCount }, (_, i) => f.input(i, `tensor ${i}`)).reduce((a, b) => formula(f, a, b)))),
  ...unary.map(([name, formula]) => layer(name, 'elementwise', (f) => formula(f, f.input(0, 'x')))),
  layer('Where', 'chooses between two tensors', (f) => f.select(f.input(0, 'condition'), f.input(1, 'X'), f.input(2, 'Y'))),
  layer('Cast', 'change of element type; to integers, fractions are dropped', (f) =>
    (INTEGER_TYPES.has(f.number('to')) ? f.round(f.input(0, 'x'), 'to-zero') : f.input(0, 'x'))),
];
