import { layer, type Formula } from './formula.ts';

function relu<T>(f: Formula<T>, x: T): T {
  return f.maximum(x, f.constant(0));
}

/** x where x is positive, `other` elsewhere. */
function positiveOr<T>(f: Formula<T>, x: T, other: T): T {
  return f.select(f.map({ op: 'less' }, f.constant(0), x), x, other);
}

/** alpha * (exp(x) - 1), the negative branch of the exponential units. */
function exponentialBranch<T>(f: Formula<T>, x: T, alpha: number): T {
  // Limited to where it is used, so that no exponential overflows.
  const negative = f.minimum(x, f.constant(0));
  return f.multiply(f.constant(alpha), f.subtract(f.unary('exponential', negative), f.constant(1)));
}

/** log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), which does not overflow. */
function softplus<T>(f: Formula<T>, x: T): T {
  const small = f.unary('exponential', f.unary('negate', f.unary('absolute', x)));
  return f.add(relu(f, x), f.unary('logarithm', f.add(f.constant(1), small)));
}

function hardSigmoid<T>(f: Formula<T>, x: T, alpha: number, beta: number): T {
  return f.clamp(f.add(f.multiply(f.constant(alpha), x), f.constant(beta)), 0, 1);
}

/** PRelu's slope; before version 7 of the operator set a vector has one value for each channel, which is dimension 1. */
function slopeOf<T>(f: Formula<T>, x: T): T {
  const slope = f.input(1, 'slope');
  const [shape, own] = [f.shape(x), f.shape(slope)];
  const perChannel = f.node.version < 7 && own.length === 1 && own[0] > 1 && shape.length > 2;
  const aligned = perChannel ? f.reshape(slope, [own[0], ...shape.slice(2).map(() => 1)]) : slope;
  if (f.broadcastShape([shape, f.shape(aligned)]).join() !== shape.join()) {
    throw f.error('shapes', `slopes of [${own.join(', ')}] for [${shape.join(', ')}]`, 'the slopes must broadcast to the input');
  }
  return aligned;
}

/** Elementwise functions with the attributes and defaults of ONNX, each as its definition says. */
export const activationLayers = [
  layer('Relu', 'max(x, 0)', (f) => relu(f, f.input(0, 'x'))),
  layer('Sigmoid', '1 / (1 + exp(-x))', (f) => f.unary('sigmoid', f.input(0, 'x'))),
  layer('Tanh', 'hyperbolic tangent', (f) => f.unary('tanh', f.input(0, 'x'))),
  layer('LeakyRelu', 'x, or alpha x below 0', (f) => {
    const x = f.input(0, 'x');
    const alpha = f.number('alpha', Math.fround(0.01));
    const scaled = f.multiply(x, f.constant(alpha));
    // The same function, which is seen to rise where alpha is not negative.
    return alpha <= 1 ? f.maximum(x, scaled) : f.minimum(x, scaled);
  }),
  layer('PRelu', 'x, or slope x below 0', (f) => {
    const x = f.input(0, 'x');
    return positiveOr(f, x, f.multiply(x, slopeOf(f, x)));
  }),
  layer('ThresholdedRelu', 'x above alpha, else 0', (f) => {
    const x = f.input(0, 'x');
    return f.select(f.map({ op: 'less' }, f.constant(f.number('alpha', 1)), x), x, f.constant(0));
  }),
  layer('Elu', 'x, or alpha (exp(x) - 1) below 0', (f) => {
    const x = f.input(0, 'x');
    return positiveOr(f, x, exponentialBranch(f, x, f.number('alpha', 1)));
  }),
  layer('Celu', 'x, or alpha (exp(x / alpha) - 1) below 0', (f) => {
    const x = f.input(0, 'x');
    const alpha = f.number('alpha', 1);
    return positiveOr(f, x, exponentialBranch(f, f.divide(x, f.constant(alpha)), alpha));
  }),
  layer('Selu', 'scaled exponential unit', (f) => {
    const x = f.input(0, 'x');
    const alpha = f.number('alpha', Math.fround(1.67326319217681884765625));
    const gamma = f.number('gamma', Math.fround(1.05070102214813232421875));
    return f.multiply(f.constant(gamma), positiveOr(f, x, exponentialBranch(f, x, alpha)));
  }),
  layer('Softplus', 'log(1 + exp(x))', (f) => softplus(f, f.input(0, 'x'))),
  layer('Softsign', 'x / (1 + |x|)', (f) => {
    const x = f.input(0, 'x');
    return f.divide(x, f.add(f.constant(1), f.unary('absolute', x)));
  }),
  layer('Mish', 'x tanh(log(1 + exp(x)))', (f) => f.multiply(f.input(0, 'x'), f.unary('tanh', softplus(f, f.input(0, 'x'))))),
  layer('HardSigmoid', 'clamp(alpha x + beta, 0, 1)', (f) =>
    hardSigmoid(f, f.input(0, 'x'), f.number('alpha', Math.fround(0.2)), f.number('beta', 0.5))),
  layer('HardSwish', 'x clamp(x / 6 + 1/2, 0, 1)', (f) => {
    const x = f.input(0, 'x');
    return f.multiply(x, f.divide(f.clamp(f.add(x, f.constant(3)), 0, 6), f.constant(6)));
  }),
];
