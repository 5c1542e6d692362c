/** Windows that slide over images: how large, how far apart, and how many rows and columns are put around the image. */
export interface Windows {
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [down: number, right: number];
  readonly dilation: readonly [down: number, right: number];
  readonly pad: readonly [top: number, left: number, bottom: number, right: number];
}

/** Rows and columns of an image. */
export interface ImageSize { readonly height: number; readonly width: number }

/** How many windows there are below each other and side by side; 0 or less where the kernel is larger than the padded image. */
export function windowPositions({ height, width }: ImageSize, { kernel, stride, dilation, pad }: Windows): [down: number, right: number] {
  const along = (extent: number, axis: 0 | 1): number =>
    Math.floor((extent + pad[axis] + pad[axis + 2] - (kernel[axis] - 1) * dilation[axis] - 1) / stride[axis]) + 1;
  return [along(height, 0), along(width, 1)];
}

/** Networks have few geometries and meet them for every sample. */
const known = new Map<string, Int32Array>();
const MOST_KNOWN = 200;

/** For each window, row by row, and each of its taps: the number of the pixel (row * width + column), or -1 outside of the image. */
export function pixelsOf(image: ImageSize, windows: Windows): Int32Array {
  const { kernel, stride, dilation, pad } = windows;
  const key = [image.height, image.width, kernel, stride, dilation, pad].join();
  const before = known.get(key);
  if (before !== undefined) return before;
  const [down, right] = windowPositions(image, windows);
  const pixels = new Int32Array(Math.max(0, down) * Math.max(0, right) * kernel[0] * kernel[1]);
  let at = 0;
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < right; x++) {
      for (let ky = 0; ky < kernel[0]; ky++) {
        const row = y * stride[0] + ky * dilation[0] - pad[0];
        for (let kx = 0; kx < kernel[1]; kx++) {
          const column = x * stride[1] + kx * dilation[1] - pad[1];
          const inside = row >= 0 && row < image.height && column >= 0 && column < image.width;
          pixels[at++] = inside ? row * image.width + column : -1;
        }
      }
    }
  }
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, pixels);
  return pixels;
}
