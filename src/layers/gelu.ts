import { layer } from './formula.ts';

export const geluLayer = layer('Gelu', 'x Phi(x), exactly or by the tanh formula', (f) => {
  const x = f.input(0, 'x');
  const half = f.multiply(f.constant(0.5), x);
  const approximation = f.text('approximate', 'none');
  if (approximation === 'none') {
    const scaled = f.divide(x, f.unary('square-root', f.constant(2)));
    return f.multiply(half, f.add(f.constant(1), f.unary('error-function', scaled)));
  }
  if (approximation !== 'tanh') throw f.error('attribute', `approximation ${approximation}`, 'use none or tanh');
  // 0.044715 exactly; 2/pi as the nearest double.
  const cubic = f.divide(f.multiply(f.constant(44715), f.multiply(x, f.multiply(x, x))), f.constant(1e6));
  const inner = f.multiply(f.unary('square-root', f.constant(2 / Math.PI)), f.add(x, cubic));
  return f.multiply(half, f.add(f.constant(1), f.unary('tanh', inner)));
}, { domains: ['', 'com.microsoft'] });
