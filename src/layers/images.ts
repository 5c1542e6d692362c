import type { Windows } from '../graph/windows.ts';
import type { Formula } from './formula.ts';

/** Images with channels innermost, whatever the layer's own layout is. */
export interface Images<T> {
  /** [images, height, width, channels]; signals of one dimension are images of height 1. */
  readonly tensor: T;
  /** 1 or 2. */
  readonly dimensions: number;
  /** Brings such images into the layer's own layout. */
  restore(images: T): T;
}

/** Whether the layer has channels innermost: its operator set says so. */
export function channelsLast<T>(f: Formula<T>): boolean {
  return f.number('channels_last', 0) !== 0;
}

/** A tensor [images, channels, length] or [images, channels, height, width] (or channels last) as images. */
export function imagesOf<T>(f: Formula<T>, x: T): Images<T> {
  const shape = f.shape(x);
  const dimensions = shape.length - 2;
  if (dimensions !== 1 && dimensions !== 2) {
    throw f.error('dimensions', `a tensor of ${shape.length} dimensions`,
      'signals have 3 dimensions, images 4: batch, channels, and one or two of space');
  }
  const last = channelsLast(f);
  const moved = last ? x : f.transpose(x, dimensions === 1 ? [0, 2, 1] : [0, 2, 3, 1]);
  const [count, ...rest] = f.shape(moved);
  return {
    tensor: dimensions === 2 ? moved : f.reshape(moved, [count, 1, ...rest]), dimensions,
    restore: (images) => {
      const [images0, height, width, channels] = f.shape(images);
      if (dimensions === 1) {
        const signal = f.reshape(images, [images0, width, channels]);
        return last ? signal : f.transpose(signal, [0, 2, 1]);
      }
      return last ? images : f.transpose(f.reshape(images, [images0, height, width, channels]), [0, 3, 1, 2]);
    },
  };
}

/** A list attribute of one number for each dimension of space, as height and width. */
export function perDimension<T>(f: Formula<T>, name: string, dimensions: number, otherwise: number): [number, number] {
  const given = f.numbers(name) ?? new Array<number>(dimensions).fill(otherwise);
  if (given.length !== dimensions || given.some((value) => !Number.isInteger(value) || value < (otherwise === 0 ? 0 : 1))) {
    throw f.error('attribute', `${name} ${given.join(', ')} for ${dimensions} dimensions of space`, 'export the network again');
  }
  return dimensions === 1 ? [otherwise === 0 ? 0 : 1, given[0]] : [given[0], given[1]];
}

/** Attribute `pads`, begins before ends: [top, left, bottom, right]. */
function givenPads<T>(f: Formula<T>, dimensions: number): [number, number, number, number] {
  const pads = f.numbers('pads') ?? new Array<number>(2 * dimensions).fill(0);
  if (pads.length !== 2 * dimensions || pads.some((value) => !Number.isInteger(value) || value < 0)) {
    throw f.error('attribute', `pads ${pads.join(', ')}`, 'give two numbers for each dimension of space, not below 0');
  }
  return dimensions === 1 ? [0, pads[0], 0, pads[1]] : [pads[0], pads[1], pads[2], pads[3]];
}

/** Windows as the attributes of Conv and of the pools describe them. `kernel` is the weights' where they have one. */
export function windowsOf<T>(f: Formula<T>, images: Images<T>, kernel?: readonly [number, number]): Windows & { readonly declared: Windows['pad'] } {
  const { dimensions } = images;
  const size = kernel ?? perDimension(f, 'kernel_shape', dimensions, 1);
  if (kernel === undefined && f.numbers('kernel_shape') === undefined) {
    throw f.error('attribute', 'kernel_shape is missing', 'export the network again');
  }
  const stride = perDimension(f, 'strides', dimensions, 1);
  const dilation = perDimension(f, 'dilations', dimensions, 1);
  const [, height, width] = f.shape(images.tensor);
  const declared = padsOf(f, dimensions, [height, width], { kernel: size, stride, dilation });
  const pad = f.number('ceil_mode', 0) === 0 ? declared : lastWindows(declared, [height, width], { kernel: size, stride, dilation });
  const windows = { kernel: size, stride, dilation, pad, declared };
  const reach = [0, 1].map((axis) => (size[axis] - 1) * dilation[axis] + 1);
  if (reach[0] > height + pad[0] + pad[2] || reach[1] > width + pad[1] + pad[3]) {
    throw f.error('shapes', `a window of ${reach.join(' x ')} on an image of ${height} x ${width}`, 'check the kernel and the padding');
  }
  return windows;
}

type Steps = Omit<Windows, 'pad'>;

function padsOf<T>(f: Formula<T>, dimensions: number, size: readonly number[], steps: Steps): [number, number, number, number] {
  const mode = f.text('auto_pad', 'NOTSET') || 'NOTSET';
  if (mode === 'NOTSET') return givenPads(f, dimensions);
  if (mode === 'VALID') return [0, 0, 0, 0];
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') {
    throw f.error('attribute', `auto_pad ${mode}`, 'use NOTSET, VALID, SAME_UPPER or SAME_LOWER');
  }
  const [vertical, horizontal] = [0, 1].map((axis) => {
    const count = Math.ceil(size[axis] / steps.stride[axis]);
    const total = Math.max(0, (count - 1) * steps.stride[axis] + (steps.kernel[axis] - 1) * steps.dilation[axis] + 1 - size[axis]);
    const less = Math.floor(total / 2);
    return mode === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
  });
  return [vertical[0], horizontal[0], vertical[1], horizontal[1]];
}

/** Padding with room for a last window that begins inside but does not fit (`ceil_mode`). */
function lastWindows(pad: Windows['pad'], size: readonly number[], { kernel, stride, dilation }: Steps): [number, number, number, number] {
  const [bottom, right] = [0, 1].map((axis) => {
    const reach = (kernel[axis] - 1) * dilation[axis] + 1;
    let more = Math.ceil((size[axis] + pad[axis] + pad[axis + 2] - reach) / stride[axis]);
    if (more * stride[axis] >= size[axis] + pad[axis]) more--;
    return Math.max(pad[axis + 2], more * stride[axis] + reach - size[axis] - pad[axis]);
  });
  return [pad[0], pad[1], bottom, right];
}
