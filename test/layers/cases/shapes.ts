import { counting, matrix, scalar, tensor, vector, type Cases } from '../case.ts';

const GRID = counting(2, 3);

export const shapeCases: Cases = {
  Constant: [
    { about: 'a tensor', inputs: [], attributes: { value: matrix([1, 2]) }, expected: [matrix([1, 2])] },
    { about: 'a number', inputs: [], attributes: { value_float: 0.5 }, expected: [scalar(0.5)] },
    { about: 'integers', inputs: [], attributes: { value_ints: [3, 4] }, expected: [vector(3, 4)] },
  ],
  ConstantOfShape: [
    { about: 'zeros', inputs: [vector(2, 1)], expected: [matrix([0], [0])] },
    { about: 'of a value', inputs: [vector(2)], attributes: { value: vector(7) }, expected: [vector(7, 7)] },
  ],
  Shape: [
    { about: 'all extents', inputs: [GRID], expected: [vector(2, 3)] },
    { about: 'a part', inputs: [counting(2, 3, 4)], attributes: { start: -2, end: 2 }, expected: [vector(3)] },
  ],
  Size: [{ about: 'number of elements', inputs: [GRID], expected: [scalar(6)] }],
  Reshape: [
    { about: 'keeps an extent and takes the rest', inputs: [counting(2, 3, 4), vector(0, -1)], expected: [counting(2, 12)] },
    {
      about: 'by an attribute in old files', inputs: [GRID], attributes: { shape: [3, 2] }, version: 1,
      expected: [counting(3, 2)],
    },
  ],
  Flatten: [
    { about: 'from the second dimension on', inputs: [counting(2, 3, 2)], expected: [counting(2, 6)] },
    { about: 'at both ends', inputs: [GRID], attributes: { axis: 0 }, expected: [counting(1, 6)] },
    { about: 'counted from the end', inputs: [counting(2, 3, 2)], attributes: { axis: -1 }, expected: [counting(6, 2)] },
  ],
  Squeeze: [
    { about: 'everything that is 1', inputs: [counting(1, 2, 1)], expected: [counting(2)] },
    { about: 'an axis from the end', inputs: [counting(1, 2, 1), vector(-1)], expected: [counting(1, 2)] },
    {
      about: 'by an attribute in old files', inputs: [counting(1, 2, 1)], attributes: { axes: [0] }, version: 11,
      expected: [counting(2, 1)],
    },
  ],
  Unsqueeze: [
    { about: 'axes of the result in any order', inputs: [counting(2), vector(-1, 0)], expected: [counting(1, 2, 1)] },
    {
      about: 'by an attribute in old files', inputs: [counting(2)], attributes: { axes: [1] }, version: 11,
      expected: [counting(2, 1)],
    },
  ],
  Transpose: [
    { about: 'reverses', inputs: [GRID], expected: [matrix([0, 3], [1, 4], [2, 5])] },
    {
      about: 'to an order that is not its own inverse', inputs: [counting(2, 3, 2)], attributes: { perm: [1, 2, 0] },
      expected: [tensor([3, 2, 2], [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11])],
    },
  ],
  Concat: [
    {
      about: 'along the last', inputs: [matrix([1], [2]), matrix([3, 4], [5, 6])], attributes: { axis: -1 },
      expected: [matrix([1, 3, 4], [2, 5, 6])],
    },
    { about: 'along the first', inputs: [matrix([1]), matrix([2])], attributes: { axis: 0 }, expected: [matrix([1], [2])] },
  ],
  Split: [
    { about: 'equally', inputs: [vector(1, 2, 3, 4)], expected: [vector(1, 2), vector(3, 4)] },
    {
      about: 'with a smaller rest', inputs: [vector(1, 2, 3)], attributes: { num_outputs: 2 },
      expected: [vector(1, 2), vector(3)],
    },
    {
      about: 'by sizes', inputs: [GRID, vector(1, 2)], attributes: { axis: 1 },
      expected: [matrix([0], [3]), matrix([1, 2], [4, 5])],
    },
    {
      about: 'by an attribute in old files, one part unread', inputs: [vector(1, 2, 3)], attributes: { split: [1, 2] },
      version: 11, expected: [undefined, vector(2, 3)],
    },
  ],
  Slice: [
    { about: 'start and end', inputs: [GRID, vector(1), vector(3), vector(1)], expected: [matrix([1, 2], [4, 5])] },
    { about: 'backwards', inputs: [GRID, vector(-1), vector(-9), vector(1), vector(-2)], expected: [matrix([2, 0], [5, 3])] },
    { about: 'to the end and beyond', inputs: [vector(1, 2, 3), vector(-2), vector(2 ** 53)], expected: [vector(2, 3)] },
    {
      about: 'by attributes in old files', inputs: [GRID], attributes: { starts: [0, 1], ends: [1, 2] },
      version: 9, expected: [matrix([1])],
    },
  ],
  Gather: [
    { about: 'rows', inputs: [GRID, vector(1, 0, -1)], expected: [matrix([3, 4, 5], [0, 1, 2], [3, 4, 5])] },
    { about: 'one column, whose dimension goes', inputs: [GRID, scalar(2)], attributes: { axis: 1 }, expected: [vector(2, 5)] },
    {
      about: 'a matrix of columns', inputs: [GRID, matrix([0], [2])], attributes: { axis: -1 },
      expected: [tensor([2, 2, 1], [0, 2, 3, 5])],
    },
  ],
  Expand: [
    { about: 'to more dimensions', inputs: [vector(1, 2), vector(2, 2)], expected: [matrix([1, 2], [1, 2])] },
    { about: 'keeps what the shape calls 1', inputs: [matrix([1], [2]), vector(1, 3)], expected: [matrix([1, 1, 1], [2, 2, 2])] },
  ],
  Tile: [{ about: 'both dimensions', inputs: [matrix([1, 2]), vector(2, 2)], expected: [matrix([1, 2, 1, 2], [1, 2, 1, 2])] }],
};
