import type { RoundingMode } from '../number/rounding.ts';
import { layer, type Formula } from './formula.ts';

/** Domains under which exporters file the QONNX operators. */
export const QUANTIZER_DOMAINS = [
  'qonnx.custom_op.general', 'onnx.brevitas', 'finn.custom_op.general', 'qonnx.custom_op.channels_last',
];

const ROUNDING: Readonly<Record<string, RoundingMode>> = {
  ROUND: 'half-even', HALF_EVEN: 'half-even', CEIL: 'ceil', FLOOR: 'floor', UP: 'away', DOWN: 'to-zero',
  HALF_UP: 'half-away', HALF_DOWN: 'half-zero', ROUND_TO_ZERO: 'to-zero',
};

export function roundingMode<T>(f: Formula<T>, otherwise: string): RoundingMode {
  const name = f.text('rounding_mode', otherwise).toUpperCase();
  const mode = ROUNDING[name];
  if (mode === undefined) {
    throw f.error('rounding-mode', `rounding mode ${name}`, `use one of ${Object.keys(ROUNDING).join(', ')}`);
  }
  return mode;
}

/** A bit width given as a tensor: one whole number, the same for all channels. */
export function bitWidth<T>(f: Formula<T>, index: number): number {
  const { values } = f.literal(index, 'the bit width');
  const [bits] = values;
  if (!Number.isInteger(bits) || bits < 1 || bits > 53 || values.some((value) => value !== bits)) {
    throw f.error('bit-width', `bit width ${[...new Set(values)].join(', ')}`,
      'use one whole number of bits from 1 to 53 for all channels');
  }
  return bits;
}

/** A scale must be finite and above zero; checked where it is known. */
export function checkScale<T>(f: Formula<T>, index: number): T {
  const scale = f.literal(index, 'the scale');
  for (const value of scale.values) {
    if (!Number.isFinite(value) || value <= 0) throw f.error('scale', `scale ${value}`, 'scales must be finite numbers above 0');
  }
  return f.input(index, 'the scale');
}

/** Smallest and largest code of QONNX's integers. */
export function codeBounds(bits: number, signed: boolean, narrow: boolean): { low: number; high: number } {
  if (!signed) return { low: 0, high: 2 ** bits - 1 - (narrow ? 1 : 0) };
  return { low: -(2 ** (bits - 1)) + (narrow ? 1 : 0), high: 2 ** (bits - 1) - 1 };
}

/**
 * QONNX Quant: code = round(clamp(x / scale + zero point)), clamped before it is rounded;
 * value = (code - zero point) * scale.
 */
function quant<T>(f: Formula<T>): T {
  const scale = checkScale(f, 1);
  const zero = f.constantInput(2, 'the zero point');
  const bits = bitWidth(f, 3);
  // By the formula its codes are -1 and 0, but QONNX's own executor makes them -1 and +1: whoever wrote the file must say which.
  if (bits === 1 && f.number('signed', 1) !== 0) throw f.error('bit-width', 'one signed bit', 'use BipolarQuant for -1 and +1');
  const bounds = codeBounds(bits, f.number('signed', 1) !== 0, f.number('narrow', 0) !== 0);
  const shifted = f.add(f.divide(f.input(0, 'x'), scale), zero);
  const rounded = f.round(f.clamp(shifted, bounds.low, bounds.high), roundingMode(f, 'ROUND'));
  const codes = f.algebra.integer(rounded, bounds, f.node.outputs[0]);
  return f.multiply(f.subtract(codes, zero), scale);
}

export const quantLayers = [
  layer('Quant', 'uniform quantizer of QONNX', quant, { domains: QUANTIZER_DOMAINS }),
  layer('IntQuant', 'uniform quantizer of QONNX, new name', quant, { domains: QUANTIZER_DOMAINS }),

  // Not negative, -0 among it, becomes +1.
  layer('BipolarQuant', 'sign quantizer of QONNX', (f) => {
    const scale = checkScale(f, 1);
    const positive = f.lessOrEqual(f.constant(0), f.input(0, 'x'));
    const codes = f.algebra.integer(f.select(positive, f.constant(1), f.constant(-1)), { low: -1, high: 1 }, f.node.outputs[0]);
    return f.multiply(codes, scale);
  }, { domains: QUANTIZER_DOMAINS }),
];
