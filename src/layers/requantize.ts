import { Rational } from '../base/rational.ts';
import { OWN_DOMAINS } from './format.ts';
import { layer, type Formula } from './formula.ts';

const MODES = ['shift', 'half_up', 'srdhm'] as const;
type Mode = (typeof MODES)[number];

/** Bits behind the point of the fixed-point multiplier of gemmlowp. */
const GEMMLOWP_POINT = 31;

/** Largest shift: what int32 accumulators can be shifted by. */
const LARGEST_SHIFT = 62;

function attributes<T>(f: Formula<T>): { multiplier: number; shift: number; mode: Mode; low: number; high: number } {
  const mode = f.text('mode', 'half_up') as Mode;
  if (!MODES.includes(mode)) throw f.error('attribute', `mode ${mode}`, `use one of ${MODES.join(', ')}`);
  const whole = (name: string, low: number, high: number, otherwise?: number): number => {
    const value = f.number(name, otherwise);
    if (!Number.isInteger(value) || value < low || value > high) throw f.error('attribute', `${name} ${value}`, `give a whole number from ${low} to ${high}`);
    return value;
  };
  const multiplier = whole('multiplier', 1, 2 ** 31 - 1, 1);
  const shift = whole('shift', 0, LARGEST_SHIFT);
  const [low, high] = [whole('low', -(2 ** 31), 0, -(2 ** 31)), whole('high', 0, 2 ** 31 - 1, 2 ** 31 - 1)];
  if (low === high) throw f.error('attribute', 'low and high are both 0', 'leave room for results');
  return { multiplier, shift, mode, low, high };
}

/**
 * Integers x times multiplier / 2^shift, in integers again, limited to `low` … `high` (those of int32 unless told):
 * - shift: rounded down, as an arithmetic shift does
 * - half_up: rounded to nearest, ties up: (x * multiplier + 2^(shift - 1)) >> shift
 * - srdhm: gemmlowp's and TFLite's two steps: the saturating rounding doubling high multiply, which is x 2^left times multiplier / 2^31 to
 *   nearest with ties up, limited to int32; then a division by 2^right to nearest with ties away from zero. left = max(0, 31 - shift),
 *   right = max(0, shift - 31).
 */
function requantize<T>(f: Formula<T>): T {
  const { multiplier, shift, mode, low, high } = attributes(f);
  const x = f.input(0, 'x');
  const scaled = (factor: bigint, places: number, of: T): T => f.multiply(of, f.rational(Rational.dyadic(factor, -places)));
  let result: T;
  if (mode === 'srdhm') {
    const first = f.round(scaled(BigInt(multiplier), Math.min(shift, GEMMLOWP_POINT), x), 'half-up');
    const limited = f.clamp(first, -(2 ** 31), 2 ** 31 - 1);
    result = f.round(scaled(1n, Math.max(0, shift - GEMMLOWP_POINT), limited), 'half-away');
  } else {
    result = f.round(scaled(BigInt(multiplier), shift, x), mode === 'shift' ? 'floor' : 'half-up');
  }
  return f.algebra.integer(f.clamp(result, low, high), { low, high }, f.node.outputs[0]);
}

export const requantizeLayer = layer('Requantize', 'integers times multiplier / 2^shift, rounded as integer kernels do', requantize, { domains: OWN_DOMAINS });
