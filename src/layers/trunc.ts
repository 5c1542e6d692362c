import { operandIndex } from '../graph/broadcast.ts';
import { bitWidth, checkScale, codeBounds, QUANTIZER_DOMAINS, roundingMode } from './quant.ts';
import { layer, type Formula } from './formula.ts';

/**
 * QONNX Trunc drops the least significant bits of an integer code = round(x / scale + zero point).
 *
 * Version 1 (inputs x, scale, zero point, in bits, out bits): the code is divided by 2^(in - out) and rounded (FLOOR unless
 * told); the result is (code' - zero point) * scale, with the input's scale and zero point.
 * Version 2 (inputs x, scale, zero point, in bits, out scale, [out zero point,] out bits; attributes signed, narrow): the code is
 * divided by t, the power of two nearest (in the logarithm) to out scale / scale, clamped to the new width and rounded; the
 * result is (code' - zero point / t) * out scale.
 * The number of inputs tells them apart, since files often do not import the domain's version.
 */
export const truncLayer = layer('Trunc', 'drops least significant bits (QONNX, versions 1 and 2)', (f) => {
  const scale = checkScale(f, 1);
  const zero = f.constantInput(2, 'the zero point');
  const code = f.round(f.add(f.divide(f.input(0, 'x'), scale), zero), 'half-even');
  const mode = roundingMode(f, 'FLOOR');
  const inBits = bitWidth(f, 3);
  if (f.inputCount < 6) {
    const outBits = bitWidth(f, 4);
    if (outBits > inBits) throw f.error('bit-width', `${inBits} bits are truncated to ${outBits}`, 'truncate to fewer bits');
    const truncated = f.round(f.divide(code, f.constant(2 ** (inBits - outBits))), mode);
    // Signed or not, a code of `inBits` bits is within these.
    const codes = f.algebra.integer(truncated, { low: -(2 ** (outBits - 1)), high: 2 ** outBits }, f.node.outputs[0]);
    return f.multiply(f.subtract(codes, zero), scale);
  }
  const outScale = checkScale(f, 4);
  const factor = powersOfTwo(f);
  const bounds = codeBounds(bitWidth(f, f.inputCount - 1), f.number('signed', 1) !== 0, f.number('narrow', 0) !== 0);
  const rounded = f.round(f.clamp(f.divide(code, factor), bounds.low, bounds.high), mode);
  const codes = f.algebra.integer(rounded, bounds, f.node.outputs[0]);
  return f.multiply(f.subtract(codes, f.divide(zero, factor)), outScale);
}, { domains: QUANTIZER_DOMAINS });

/** For each channel the power of two nearest to out scale / scale. */
function powersOfTwo<T>(f: Formula<T>): T {
  const [scale, outScale] = [f.literal(1, 'the scale'), f.literal(4, 'the output scale')];
  const shape = f.broadcastShape([scale.shape, outScale.shape]);
  const [from, to] = [operandIndex(scale.shape, shape), operandIndex(outScale.shape, shape)];
  const values = Float64Array.from(from, (place, i) => 2 ** Math.round(Math.log2(outScale.values[to[i]] / scale.values[place])));
  return f.algebra.constant({ shape, values });
}
