import { counting, matrix, scalar, tensor, vector, type Cases } from '../case.ts';

const SQUARE = counting(1, 1, 3, 3);
const ONES = tensor([1, 1, 2, 2], [1, 1, 1, 1]);

export const imageCases: Cases = {
  Conv: [
    { about: 'adds up windows', inputs: [SQUARE, ONES], expected: [tensor([1, 1, 2, 2], [8, 12, 20, 24])] },
    {
      about: 'pads with zeros on the sides that it names, and adds a bias', inputs: [SQUARE, ONES, vector(0.5)],
      attributes: { pads: [1, 0, 0, 0], strides: [1, 2] }, expected: [tensor([1, 1, 3, 1], [1.5, 8.5, 20.5])],
    },
    {
      about: 'SAME_UPPER puts the odd row and column behind', inputs: [SQUARE, ONES], attributes: { auto_pad: 'SAME_UPPER' },
      expected: [tensor([1, 1, 3, 3], [8, 12, 7, 20, 24, 13, 13, 15, 8])],
    },
    {
      about: 'SAME_LOWER before', inputs: [SQUARE, ONES], attributes: { auto_pad: 'SAME_LOWER', strides: [2, 2] },
      expected: [tensor([1, 1, 2, 2], [0, 3, 9, 24])],
    },
    {
      about: 'dilated taps', inputs: [SQUARE, tensor([1, 1, 2, 2], [1, 10, 100, 1000])], attributes: { dilations: [2, 2] },
      expected: [tensor([1, 1, 1, 1], [0 + 20 + 600 + 8000])],
    },
    {
      about: 'groups read their own channels', inputs: [tensor([1, 4, 1, 1], [1, 2, 3, 4]), tensor([2, 2, 1, 1], [1, 10, 100, 1000])],
      attributes: { group: 2 }, expected: [tensor([1, 2, 1, 1], [21, 4300])],
    },
    {
      about: 'several results of one channel', inputs: [tensor([1, 2, 1, 1], [1, 2]), tensor([4, 1, 1, 1], [1, 10, 100, 1000])],
      attributes: { group: 2 }, expected: [tensor([1, 4, 1, 1], [1, 10, 200, 2000])],
    },
    {
      about: 'signals', inputs: [tensor([1, 2, 3], [1, 2, 3, 10, 20, 30]), tensor([1, 2, 2], [1, -1, 1, 1])],
      attributes: { pads: [0, 1] }, expected: [tensor([1, 1, 3], [29, 49, 33])],
    },
    {
      about: 'channels last', inputs: [tensor([1, 1, 2, 2], [1, 2, 3, 4]), tensor([1, 1, 2, 2], [1, 10, 100, 1000])],
      attributes: { channels_last: 1, kernel_shape: [1, 2] }, expected: [tensor([1, 1, 1, 1], [4321])],
    },
    { about: 'sums that doubles round', inputs: [tensor([1, 1, 1, 2], [0.1, 0.7]), tensor([1, 1, 1, 2], [0.3, 0.9])], expected: [tensor([1, 1, 1, 1], [0.66])] },
  ],
  ConvTranspose: [
    {
      about: 'lays the kernel on each pixel', inputs: [tensor([1, 1, 2, 2], [1, 2, 3, 4]), ONES],
      expected: [tensor([1, 1, 3, 3], [1, 3, 2, 4, 10, 6, 3, 7, 4])],
    },
    {
      about: 'strides put pixels apart', inputs: [tensor([1, 1, 1, 2], [1, 2]), tensor([1, 1, 1, 3], [1, 10, 100])],
      attributes: { strides: [1, 2] }, expected: [tensor([1, 1, 1, 5], [1, 10, 102, 20, 200])],
    },
    {
      about: 'padding cuts, output padding adds', inputs: [tensor([1, 1, 2], [1, 2]), tensor([1, 1, 3], [1, 10, 100])],
      attributes: { strides: [2], pads: [1, 1], output_padding: [1] }, expected: [tensor([1, 1, 4], [10, 102, 20, 200])],
    },
    {
      about: 'groups, dilation and bias', inputs: [tensor([1, 2, 2], [1, 2, 3, 4]), tensor([2, 1, 2], [1, 10, 100, 1000]), vector(0, 0.5)],
      attributes: { group: 2, dilations: [2] }, expected: [tensor([1, 2, 4], [1, 2, 10, 20, 300.5, 400.5, 3000.5, 4000.5])],
    },
    {
      about: 'a shape that it is told', inputs: [tensor([1, 1, 2], [1, 2]), tensor([1, 1, 2], [1, 10])],
      attributes: { strides: [2], output_shape: [5] }, expected: [tensor([1, 1, 5], [1, 10, 2, 20, 0])],
    },
  ],
  MaxPool: [
    { about: 'largest of each window', inputs: [SQUARE], attributes: { kernel_shape: [2, 2] }, expected: [tensor([1, 1, 2, 2], [4, 5, 7, 8])] },
    {
      about: 'padding never wins', inputs: [tensor([1, 1, 1, 2], [-3, -5])], attributes: { kernel_shape: [1, 2], pads: [0, 1, 0, 1] },
      expected: [tensor([1, 1, 1, 3], [-3, -3, -5])],
    },
    {
      about: 'a last window that does not fit', inputs: [SQUARE], attributes: { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 },
      expected: [tensor([1, 1, 2, 2], [4, 5, 7, 8])],
    },
    {
      about: 'dilated, of a signal, channels last', inputs: [tensor([1, 4, 1], [4, 9, 3, 2])],
      attributes: { kernel_shape: [2], dilations: [2], channels_last: 1 }, expected: [tensor([1, 2, 1], [4, 9])],
    },
  ],
  AveragePool: [
    { about: 'mean of each window', inputs: [SQUARE], attributes: { kernel_shape: [2, 2] }, expected: [tensor([1, 1, 2, 2], [2, 3, 5, 6])] },
    {
      about: 'leaves padding out', inputs: [tensor([1, 1, 1, 2], [4, 8])], attributes: { kernel_shape: [1, 2], pads: [0, 1, 0, 1] },
      expected: [tensor([1, 1, 1, 3], [4, 6, 8])],
    },
    {
      about: 'counts padding in where it is told to', inputs: [tensor([1, 1, 1, 2], [4, 8])],
      attributes: { kernel_shape: [1, 2], pads: [0, 1, 0, 1], count_include_pad: 1 }, expected: [tensor([1, 1, 1, 3], [2, 6, 4])],
    },
    { about: 'thirds', inputs: [tensor([1, 1, 3], [1, 1, 2])], attributes: { kernel_shape: [3] }, expected: [tensor([1, 1, 1], [4 / 3])] },
  ],
  GlobalMaxPool: [{ about: 'largest of each channel', inputs: [counting(1, 2, 1, 2)], expected: [tensor([1, 2, 1, 1], [1, 3])] }],
  GlobalAveragePool: [
    { about: 'mean of each channel', inputs: [counting(1, 2, 1, 2)], expected: [tensor([1, 2, 1, 1], [0.5, 2.5])] },
    { about: 'of three dimensions of space', inputs: [counting(1, 1, 2, 1, 2)], expected: [tensor([1, 1, 1, 1, 1], [1.5])] },
  ],
  Pad: [
    { about: 'zeros around images', inputs: [tensor([1, 1, 1, 2], [1, 2]), vector(0, 0, 0, 1, 0, 0, 1, 0)], expected: [tensor([1, 1, 2, 3], [0, 1, 2, 0, 0, 0])] },
    { about: 'a value, in any dimension', inputs: [vector(1, 2), vector(1, 2), scalar(9)], expected: [vector(9, 1, 2, 9, 9)] },
    { about: 'two dimensions that are not of space', inputs: [matrix([1, 2]), vector(1, 0, 0, 1)], expected: [matrix([0, 0, 0], [1, 2, 0])] },
    { about: 'less where it is negative', inputs: [vector(1, 2, 3), vector(-1, 1)], expected: [vector(2, 3, 0)] },
    { about: 'some axes', inputs: [matrix([1, 2]), vector(1, 0), undefined, vector(-1)], expected: [matrix([0, 1, 2])] },
    { about: 'the edge', inputs: [vector(1, 2, 3), vector(2, 1)], attributes: { mode: 'edge' }, expected: [vector(1, 1, 1, 2, 3, 3)] },
    { about: 'a mirror', inputs: [vector(1, 2, 3), vector(2, 3)], attributes: { mode: 'reflect' }, expected: [vector(3, 2, 1, 2, 3, 2, 1, 2)] },
    { about: 'from the other end', inputs: [vector(1, 2, 3), vector(1, 1)], attributes: { mode: 'wrap' }, expected: [vector(3, 1, 2, 3, 1)] },
    { about: 'by attributes in old files', inputs: [vector(1)], attributes: { pads: [1, 1], value: 5 }, version: 2, expected: [vector(5, 1, 5)] },
  ],
  Resize: [
    {
      about: 'twice as large', inputs: [matrix([1, 2]), undefined, vector(2, 2)],
      attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }, expected: [matrix([1, 1, 2, 2], [1, 1, 2, 2])],
    },
    { about: 'to a size, from the middle of pixels', inputs: [vector(1, 2, 3, 4), undefined, undefined, vector(2)], expected: [vector(1, 3)] },
    {
      about: 'corners on corners', inputs: [vector(1, 2, 3), undefined, undefined, vector(5)],
      attributes: { coordinate_transformation_mode: 'align_corners', nearest_mode: 'round_prefer_ceil' }, expected: [vector(1, 2, 2, 3, 3)],
    },
    { about: 'as in its first version', inputs: [vector(1, 2), vector(1.5)], version: 10, expected: [vector(1, 1, 2)] },
    { about: 'some axes', inputs: [matrix([1, 2]), undefined, vector(2)], attributes: { axes: [0] }, expected: [matrix([1, 2], [1, 2])] },
  ],
  Upsample: [
    { about: 'by an input', inputs: [vector(1, 2), vector(2)], version: 9, expected: [vector(1, 1, 2, 2)] },
    { about: 'by an attribute in old files', inputs: [vector(1, 2)], attributes: { scales: [2] }, version: 7, expected: [vector(1, 1, 2, 2)] },
  ],
  DepthToSpace: [
    { about: 'blocks outermost', inputs: [counting(1, 8, 1, 1)], attributes: { blocksize: 2 }, expected: [tensor([1, 2, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7])] },
    { about: 'blocks innermost', inputs: [counting(1, 8, 1, 1)], attributes: { blocksize: 2, mode: 'CRD' }, expected: [counting(1, 2, 2, 2)] },
  ],
  SpaceToDepth: [{ about: 'blocks outermost', inputs: [counting(1, 2, 2, 2)], attributes: { blocksize: 2 }, expected: [tensor([1, 8, 1, 1], [0, 4, 1, 5, 2, 6, 3, 7])] }],
};
