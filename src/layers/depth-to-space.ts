import { layer, type Formula } from './formula.ts';

function block<T>(f: Formula<T>): number {
  const size = f.number('blocksize');
  if (!Number.isInteger(size) || size < 1) throw f.error('attribute', `blocksize ${size}`, 'use a whole number above 0');
  return size;
}

function imageShape<T>(f: Formula<T>, x: T): readonly number[] {
  const shape = f.shape(x);
  if (shape.length !== 4) throw f.error('shapes', `a tensor of ${shape.length} dimensions`, 'images have 4: batch, channels, height, width');
  return shape;
}

export const depthToSpaceLayers = [
  layer('DepthToSpace', 'channels become blocks of pixels', (f) => {
    const x = f.input(0, 'input');
    const [count, channels, height, width] = imageShape(f, x);
    const b = block(f);
    const mode = f.text('mode', 'DCR');
    if (channels % (b * b) !== 0) throw f.error('shapes', `${channels} channels in blocks of ${b} x ${b}`, 'the channels must fill the blocks');
    if (mode !== 'DCR' && mode !== 'CRD') throw f.error('attribute', `mode ${mode}`, 'use DCR or CRD');
    const depth = channels / b / b;
    const parts = f.reshape(x, mode === 'DCR' ? [count, b, b, depth, height, width] : [count, depth, b, b, height, width]);
    const moved = f.transpose(parts, mode === 'DCR' ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
    return f.reshape(moved, [count, depth, height * b, width * b]);
  }),
  layer('SpaceToDepth', 'blocks of pixels become channels', (f) => {
    const x = f.input(0, 'input');
    const [count, channels, height, width] = imageShape(f, x);
    const b = block(f);
    if (height % b !== 0 || width % b !== 0) throw f.error('shapes', `an image of ${height} x ${width} in blocks of ${b}`, 'the blocks must fill it');
    const parts = f.reshape(x, [count, channels, height / b, b, width / b, b]);
    return f.reshape(f.transpose(parts, [0, 3, 5, 1, 2, 4]), [count, channels * b * b, height / b, width / b]);
  }),
];
