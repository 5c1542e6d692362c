import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';
import { imagesOf, perDimension } from './images.ts';

/** What the attributes of one dimension of space ask for. */
interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements cut off the front of the full result, and elements of the result. */
  readonly cut: number;
  readonly result: number;
}

function axisOf<T>(f: Formula<T>, axis: number, dimensions: number, size: number, kernel: number): Axis {
  const at = axis - (2 - dimensions);
  if (at < 0) return { size, kernel, stride: 1, dilation: 1, cut: 0, result: size };
  const stride = perDimension(f, 'strides', dimensions, 1)[axis];
  const dilation = perDimension(f, 'dilations', dimensions, 1)[axis];
  const extra = perDimension(f, 'output_padding', dimensions, 0)[axis];
  const full = (size - 1) * stride + (kernel - 1) * dilation + 1;
  const mode = f.text('auto_pad', 'NOTSET') || 'NOTSET';
  const same = mode === 'SAME_UPPER' || mode === 'SAME_LOWER';
  const result = f.numbers('output_shape')?.slice(-dimensions)[at] ?? (same ? size * stride : undefined);
  if (result === undefined) {
    const pads = mode === 'VALID' ? undefined : f.numbers('pads');
    const [begin, end] = pads === undefined ? [0, 0] : [pads[at], pads[at + dimensions]];
    return { size, kernel, stride, dilation, cut: begin, result: full + extra - begin - end };
  }
  const total = Math.max(0, full + extra - result);
  return { size, kernel, stride, dilation, cut: mode === 'SAME_UPPER' ? Math.floor(total / 2) : total - Math.floor(total / 2), result };
}

/** Taps that meet one phase of the result, and how often the phase's kernel is laid on the input. */
function phasesOf({ size, kernel, stride, dilation, cut, result }: Axis): { taps: number; count: number } {
  return { taps: Math.floor(((kernel - 1) * dilation) / stride) + 1, count: Math.max(size, Math.ceil((cut + result) / stride)) };
}

/** The tap of the kernel at place `u` of a phase's kernel, undefined where there is none. */
function tapAt({ kernel, stride, dilation }: Axis, taps: number, phase: number, u: number): number | undefined {
  const distance = (taps - 1 - u) * stride + phase;
  return distance % dilation === 0 && distance / dilation < kernel ? distance / dilation : undefined;
}

/**
 * Transposed convolution: y[i * stride + tap * dilation] += x[i] * w[tap]. Results at the same place modulo the stride (a phase) are
 * an ordinary convolution with every stride-th tap; the phases are computed as channels, then laid between each other.
 */
function transposed<T>(f: Formula<T>): T {
  const images = imagesOf(f, f.input(0, 'X'));
  const { dimensions } = images;
  const weights = f.input(1, 'W');
  const shape = f.shape(weights);
  const groups = f.number('group', 1);
  const [count, height, width, channels] = f.shape(images.tensor);
  if (shape.length !== dimensions + 2 || shape[0] !== channels || channels % groups !== 0) {
    throw f.error('shapes', `weights of [${shape.join(', ')}] for ${channels} channels`, 'they must be [channels, results of a group, kernel]');
  }
  const depth = channels / groups;
  const rows = shape[1];
  const [kernelHeight, kernelWidth] = dimensions === 1 ? [1, shape[2]] : [shape[2], shape[3]];
  const down = axisOf(f, 0, dimensions, height, kernelHeight);
  const right = axisOf(f, 1, dimensions, width, kernelWidth);
  const [phasesDown, phasesRight] = [phasesOf(down), phasesOf(right)];
  const phases = down.stride * right.stride;

  // Weights of all phases; the element behind the given ones is 0.
  const kernels = [groups * phases * rows, phasesDown.taps, phasesRight.taps, depth];
  const index = new Int32Array(sizeOf(kernels)).fill(sizeOf(shape));
  let at = 0;
  for (let result = 0; result < kernels[0]; result++) {
    const [group, phase, row] = [Math.floor(result / phases / rows), Math.floor(result / rows) % phases, result % rows];
    for (let u = 0; u < phasesDown.taps; u++) {
      const ky = tapAt(down, phasesDown.taps, Math.floor(phase / right.stride), u);
      for (let v = 0; v < phasesRight.taps; v++) {
        const kx = tapAt(right, phasesRight.taps, phase % right.stride, v);
        for (let c = 0; c < depth; c++, at++) {
          if (ky !== undefined && kx !== undefined) index[at] = (((group * depth + c) * rows + row) * kernelHeight + ky) * kernelWidth + kx;
        }
      }
    }
  }
  const zero = f.algebra.constant({ shape: [1], values: new Float64Array(1) });
  const sums = f.algebra.convolve(images.tensor, f.algebra.gather([weights, zero], kernels, index), {
    kernel: [phasesDown.taps, phasesRight.taps], stride: [1, 1], dilation: [1, 1],
    pad: [phasesDown.taps - 1, phasesRight.taps - 1, phasesDown.count - height, phasesRight.count - width],
  }, groups);

  const results = [count, down.result, right.result, groups * rows];
  const places = new Int32Array(sizeOf(results));
  at = 0;
  for (let image = 0; image < count; image++) {
    for (let y = down.cut; y < down.cut + down.result; y++) {
      for (let x = right.cut; x < right.cut + right.result; x++) {
        const pixel = (image * phasesDown.count + Math.floor(y / down.stride)) * phasesRight.count + Math.floor(x / right.stride);
        const phase = (y % down.stride) * right.stride + (x % right.stride);
        for (let group = 0; group < groups; group++) {
          for (let row = 0; row < rows; row++) places[at++] = ((pixel * groups + group) * phases + phase) * rows + row;
        }
      }
    }
  }
  const arranged = f.algebra.gather([sums], results, places);
  const bias = f.optional(2);
  return images.restore(bias === undefined ? arranged : f.add(arranged, bias));
}

export const convTransposeLayer = layer('ConvTranspose', 'transposed convolution of one or two dimensions', transposed);
