import { matrix, scalar, tensor, vector, type Cases } from '../case.ts';

const X = matrix([1, 2, 6], [4, 4, -8]);
/** e^(x - 3) over its sum, and the logarithm of that, for x = 1, 2, 3. */
const SOFTMAX = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218];
const LOGARITHMS = [-2.4076059644443806, -1.4076059644443804, -0.4076059644443804];
const TIES = matrix([1, 3, 3], [2, 2, 0]);

export const reductionCases: Cases = {
  ReduceSum: [
    { about: 'one axis', inputs: [X, vector(1)], expected: [matrix([9], [0])] },
    { about: 'everything', inputs: [X], attributes: { keepdims: 0 }, expected: [scalar(9)] },
    { about: 'nothing', inputs: [X], attributes: { noop_with_empty_axes: 1 }, expected: [X] },
    {
      about: 'by an attribute in old files', inputs: [X], attributes: { axes: [0], keepdims: 0 }, version: 12,
      expected: [vector(5, 6, -2)],
    },
  ],
  ReduceMean: [
    { about: 'one axis', inputs: [X, vector(-1)], expected: [matrix([3], [0])] },
    {
      about: 'by an attribute until version 17', inputs: [X], attributes: { axes: [1] }, version: 17,
      expected: [matrix([3], [0])],
    },
  ],
  ReduceMax: [
    { about: 'one axis', inputs: [X, vector(1)], expected: [matrix([6], [4])] },
    {
      about: 'by an attribute until version 17', inputs: [X], attributes: { axes: [0] }, version: 17,
      expected: [matrix([4, 4, 6])],
    },
  ],
  ReduceMin: [
    { about: 'one axis', inputs: [X, vector(1)], attributes: { keepdims: 0 }, expected: [vector(1, -8)] },
    {
      about: 'by an attribute until version 17', inputs: [X], attributes: { axes: [0] }, version: 17,
      expected: [matrix([1, 2, -8])],
    },
  ],
  Softmax: [
    { about: 'along the last', inputs: [matrix([1, 2, 3])], expected: [matrix(SOFTMAX)] },
    {
      about: 'over all dimensions from the axis on in old files', inputs: [tensor([1, 1, 3], [1, 2, 3])], version: 11,
      expected: [tensor([1, 1, 3], SOFTMAX)],
    },
    { about: 'of numbers whose exponentials overflow', inputs: [vector(1001, 1002, 1003)], expected: [vector(...SOFTMAX)] },
  ],
  LogSoftmax: [{ about: 'along the last', inputs: [matrix([1, 2, 3])], expected: [matrix(LOGARITHMS)] }],
  ArgMax: [
    { about: 'the first of equals', inputs: [TIES], attributes: { axis: 1 }, expected: [matrix([1], [0])] },
    {
      about: 'the last of equals', inputs: [TIES], attributes: { axis: -1, select_last_index: 1, keepdims: 0 },
      expected: [vector(2, 1)],
    },
  ],
  ArgMin: [{ about: 'along the first', inputs: [TIES], expected: [matrix([0, 1, 1])] }],
  TopK: [
    { about: 'the largest, the first of equals', inputs: [TIES, vector(1)], expected: [matrix([3], [2]), matrix([1], [0])] },
    {
      about: 'the smallest, its index alone', inputs: [TIES, vector(1)], attributes: { largest: 0 },
      expected: [undefined, matrix([0], [2])],
    },
    {
      about: 'by an attribute in old files', inputs: [TIES], attributes: { k: 1, axis: 0 }, version: 9,
      expected: [matrix([2, 3, 3]), matrix([1, 0, 0])],
    },
  ],
};
