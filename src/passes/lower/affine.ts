import type { Algebra } from '../../graph/algebra.ts';
import type { Expression } from '../../graph/expression.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';

/** element = scale * (element of the variable) + offset; both tensors broadcast to the expression's shape. */
export interface Affine {
  readonly scale: RealTensor;
  readonly offset: RealTensor;
}

function scalar(value: number): RealTensor {
  return { shape: [], values: Float64Array.of(value) };
}

/** The expression as an affine function of its variable, exactly; undefined if it is not composed of affine operators alone. */
export function affineOf(expression: Expression, algebra: Algebra<RealTensor>): Affine | undefined {
  const map = (op: 'add' | 'subtract' | 'multiply' | 'divide', left: RealTensor, right: RealTensor): RealTensor =>
    algebra.map({ op }, [left, right]);
  switch (expression.op) {
    case 'variable': return { scale: scalar(1), offset: scalar(0) };
    case 'constant': return { scale: scalar(0), offset: expression.tensor };
    case 'gather': {
      const parts = expression.args.map((arg) => affineOf(arg, algebra));
      if (parts.some((part) => part === undefined)) return undefined;
      const pick = (key: keyof Affine): RealTensor => {
        const tensors = parts.map((part) => part![key]);
        // One number for all elements stays one number.
        if (tensors.length === 1 && tensors[0].values.length === 1) return algebra.gather(tensors, [], Int32Array.of(0));
        return algebra.gather(tensors.map((tensor, i) => expand(tensor, expression.args[i].shape, map)), expression.shape, expression.index);
      };
      return { scale: pick('scale'), offset: pick('offset') };
    }
    case 'map': {
      const args = expression.args.map((arg) => affineOf(arg, algebra));
      if (args.some((arg) => arg === undefined)) return undefined;
      const [left, right] = args as Affine[];
      const constant = expression.args.map((arg) => arg.op === 'constant');
      switch (expression.operator.op) {
        case 'add': return { scale: map('add', left.scale, right.scale), offset: map('add', left.offset, right.offset) };
        case 'subtract': return { scale: map('subtract', left.scale, right.scale), offset: map('subtract', left.offset, right.offset) };
        case 'negate': return { scale: map('subtract', scalar(0), left.scale), offset: map('subtract', scalar(0), left.offset) };
        case 'multiply': {
          if (!constant[0] && !constant[1]) return undefined;
          const [factor, other] = constant[1] ? [right.offset, left] : [left.offset, right];
          return { scale: map('multiply', other.scale, factor), offset: map('multiply', other.offset, factor) };
        }
        case 'divide':
          if (!constant[1]) return undefined;
          return { scale: map('divide', left.scale, right.offset), offset: map('divide', left.offset, right.offset) };
        default: return undefined;
      }
    }
  }
}

/** Broadcast to the full shape, so that a gather can index it. */
function expand(
  tensor: RealTensor, shape: readonly number[], map: (op: 'add', left: RealTensor, right: RealTensor) => RealTensor,
): RealTensor {
  const size = sizeOf(shape);
  return map('add', tensor, { shape, values: new Float64Array(size) });
}
