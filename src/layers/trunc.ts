import { bitWidth, checkScale, codeBounds, QUANTIZER_DOMAINS, roundingMode } from './quant.ts';
import { layer, type Formula } from './formula.ts';

/**
 * QONNX Trunc drops the least significant bits of an integer code = round(x / scale + zero point).
 * Version 1 (inputs x, scale, zero point, in bits, out bits): the code is divided by 2^(in - out) and rounded (FLOOR unless told);
 * the result keeps the input's scale, (code' - zero point) * scale.
 * Version 2 (inputs x, scale, zero point, in bits, out scale, [out zero point,] out bits; attributes signed, narrow): the code is
 * divided by t, the power of two nearest to out scale / scale, clamped to the new width and rounded; the result is
 * (code' - zero point / t) * out scale.
 */
function trunc<T>(f: Formula<T>): T {
  const scale = checkScale(f, 1);
  const zero = f.input(2, 'the zero point');
  const second = f.inputCount >= 6;
  const code = f.round(f.add(f.divide(f.input(0, 'x'), scale), zero), 'half-even');
  const mode = roundingMode(f, 'FLOOR');
  if (!second) {
    const [inBits, outBits] = [bitWidth(f, 3), bitWidth(f, 4)];
    if (outBits > inBits) throw f.error('bit-width', `${inBits} bits are truncated to ${outBits}`, 'truncate to fewer bits');
    const truncated = f.round(f.divide(code, f.constant(2 ** (inBits - outBits))), mode);
    const codes = f.algebra.integer(truncated, { low: -(2 ** outBits), high: 2 ** outBits }, f.node.outputs[0]);
    return f.multiply(f.subtract(codes, zero), scale);
  }
  const outScale = checkScale(f, 4);
  const bounds = codeBounds(bitWidth(f, f.inputCount - 1), f.number('signed', 1) !== 0, f.number('narrow', 0) !== 0);
  const ratios = f.literal(4, 'the output scale').values.map((value) => Math.log2(value / f.literal(1, 'the scale').values[0]));
  const factor = f.constant(2 ** Math.round(ratios[0]));
  const codes = f.algebra.integer(f.round(f.clamp(f.divide(code, factor), bounds.low, bounds.high), mode), bounds, f.node.outputs[0]);
  return f.multiply(f.subtract(codes, f.divide(zero, factor)), outScale);
}

export const truncLayers = [layer('Trunc', 'drops least significant bits (QONNX, versions 1 and 2)', trunc, { domains: QUANTIZER_DOMAINS })];
