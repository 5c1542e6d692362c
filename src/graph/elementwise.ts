import { Rational } from '../base/rational.ts';
import { applyBall } from '../number/ball.ts';
import { applyExact, isPoint, type Enclosure } from '../number/enclosure.ts';
import type { ScalarOperator } from '../number/scalar.ts';
import { broadcastShape, operandIndex } from './broadcast.ts';
import { enclosureAt, realTensor } from './elements.ts';
import { mapFast, type Side } from './elementwise-kernels.ts';
import { sizeOf, type RealTensor } from './tensor.ts';

/** The operator applied element by element; operands broadcast. */
export function mapReals(operator: ScalarOperator, args: readonly RealTensor[]): RealTensor {
  const shape = broadcastShape(args.map((arg) => arg.shape));
  const size = sizeOf(shape);
  const operands = args.map((arg) => operandOf(arg, shape));
  const balls = args.map(() => ({ value: 0, error: 0 }));
  const values = new Float64Array(size);
  const errors = zeros(size);
  const undecided = (i: number): void => {
    for (let k = 0; k < operands.length; k++) {
      const operand = operands[k];
      const at = operand.index === undefined ? i : operand.index[i];
      balls[k].value = operand.values[at];
      balls[k].error = operand.errors === undefined ? 0 : operand.errors[at];
    }
    const { value, error } = applyBall(operator, balls);
    values[i] = value;
    errors[i] = error;
  };
  if (!mapFast(operator, operands, { values, errors, undecided })) for (let i = 0; i < size; i++) undecided(i);
  const enclose = (k: number, i: number, precision: number): Enclosure =>
    enclosureAt(args[k], operands[k].index?.[i] ?? i, precision);
  const inexact = hasErrors(errors);
  if (!inexact) spare = errors;
  return realTensor(shape, values, inexact ? errors : undefined, (i, precision) => {
    const argument = operator.op === 'select' ? chosen(enclose(0, i, precision)) : undefined;
    return argument !== undefined
      ? enclose(argument, i, precision)
      : applyExact(operator, args.map((_, k) => enclose(k, i, precision)), precision);
  });
}

/** Errors of a result that turned out to have none: still all zero, and as large as the next result's will likely be. */
let spare: Float64Array | undefined;

function zeros(size: number): Float64Array {
  const found = spare?.length === size ? spare : new Float64Array(size);
  spare = undefined;
  return found;
}

function hasErrors(errors: Float64Array): boolean {
  for (let i = 0; i < errors.length; i++) if (errors[i] !== 0) return true;
  return false;
}

function operandOf({ shape, values, errors }: RealTensor, result: readonly number[]): Side {
  const same = shape.length === result.length && shape.every((extent, axis) => extent === result[axis]);
  return { values, errors, index: same ? undefined : rememberedIndex(shape, result) };
}

/** A network has few shapes and meets them for every sample. */
const indices = new Map<string, Int32Array>();
const MOST_INDICES = 1000;

function rememberedIndex(shape: readonly number[], result: readonly number[]): Int32Array {
  const key = `${shape.join()}>${result.join()}`;
  const known = indices.get(key);
  if (known !== undefined) return known;
  if (indices.size >= MOST_INDICES) indices.clear();
  const index = operandIndex(shape, result);
  indices.set(key, index);
  return index;
}

/** The argument of a select that its condition chooses: the other one need not be evaluated, and may not exist. */
function chosen(condition: Enclosure): 1 | 2 | undefined {
  if (Rational.sign(condition.low) > 0 || Rational.sign(condition.high) < 0) return 1;
  return isPoint(condition) ? 2 : undefined;
}
