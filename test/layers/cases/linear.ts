import { counting, matrix, scalar, tensor, vector, type Cases } from '../case.ts';

const A = matrix([1, 2], [3, 4]);
const B = matrix([0.5, -1], [2, 0]);

export const linearCases: Cases = {
  MatMul: [
    { about: 'two matrices', inputs: [A, B], expected: [matrix([4.5, -1], [9.5, -3])] },
    { about: 'a vector and a matrix', inputs: [vector(1, 2), B], expected: [vector(4.5, -1)] },
    { about: 'batches', inputs: [counting(2, 1, 2), tensor([2, 1], [1, 1])], expected: [tensor([2, 1, 1], [1, 5])] },
  ],
  Gemm: [
    { about: 'alone', inputs: [A, B], expected: [matrix([4.5, -1], [9.5, -3])] },
    {
      about: 'transposed, with factors and an addend', inputs: [A, B, vector(1, 2)],
      attributes: { transA: 1, transB: 1, alpha: 2, beta: 0.5 }, expected: [matrix([-4.5, 5], [-5.5, 9])],
    },
    { about: 'flattens a sample', inputs: [counting(1, 2, 1), matrix([1], [2])], version: 6, expected: [matrix([2])] },
  ],
  BatchNormalization: [
    {
      about: 'a channel with a negative factor',
      inputs: [tensor([1, 2, 2], [1, 3, 1, 3]), vector(1, -2), vector(0, 1), vector(1, 1), vector(0.75, 3.75)],
      attributes: { epsilon: 0.25 }, expected: [tensor([1, 2, 2], [0, 2, 1, -1])],
    },
    {
      about: 'parameters for each element in old files',
      inputs: [tensor([1, 2, 1], [5, 5]), ...[1, 0, 1, 4].map((p) => tensor([2, 1], [p, p]))],
      attributes: { epsilon: 0, spatial: 0 }, version: 8, expected: [tensor([1, 2, 1], [2, 2])],
    },
    {
      about: 'old files that say they are tests', inputs: [matrix([5]), vector(1), vector(0), vector(1), vector(4)],
      attributes: { epsilon: 0, is_test: 1 }, version: 6, expected: [matrix([2]), undefined, undefined, undefined, undefined],
    },
    {
      about: 'the default epsilon is a float32',
      inputs: [matrix([1]), vector(1), vector(0), vector(0), vector(1 - 9.999999747378752e-6)],
      expected: [matrix([1])],
    },
  ],
  Add: [
    { about: 'broadcasts', inputs: [matrix([1], [2]), vector(10, 20)], expected: [matrix([11, 21], [12, 22])] },
    {
      about: 'aligns at an axis in old files', inputs: [counting(1, 2, 2), vector(10, 20)], attributes: { axis: 1, broadcast: 1 },
      version: 6, expected: [tensor([1, 2, 2], [10, 11, 22, 23])],
    },
  ],
  Sub: [{ about: 'difference', inputs: [vector(1, 2), scalar(0.5)], expected: [vector(0.5, 1.5)] }],
  Mul: [{ about: 'product', inputs: [vector(1, 2), scalar(-0.5)], expected: [vector(-0.5, -1)] }],
  Div: [
    { about: 'quotient', inputs: [vector(1, 2), scalar(3)], expected: [vector(1 / 3, 2 / 3)] },
    {
      about: 'integers drop the fraction', inputs: [vector(7, -7), scalar(2)], attributes: { integer: 1 },
      expected: [vector(3, -3)],
    },
  ],
  Mod: [
    { about: "the divisor's sign", inputs: [vector(5, -5, 5, -5), vector(3, 3, -3, -3)], expected: [vector(2, 1, -1, -2)] },
    { about: "the dividend's sign", inputs: [vector(5, -5, 5.5), vector(3, 3, -3)], attributes: { fmod: 1 }, expected: [vector(2, -2, 2.5)] },
  ],
  Pow: [{
    about: 'whole, negative and half exponents', inputs: [vector(3, 2, 9), vector(2, -1, 0.5)], expected: [vector(9, 0.5, 3)],
  }],
  Min: [
    { about: 'of three', inputs: [vector(1, 5), vector(2, 2), scalar(3)], expected: [vector(1, 2)] },
    { about: 'of one', inputs: [vector(1, 5)], expected: [vector(1, 5)] },
  ],
  Max: [{ about: 'of three', inputs: [vector(1, 5), vector(2, 2), scalar(3)], expected: [vector(3, 5)] }],
  Sum: [{ about: 'of three', inputs: [vector(1, 5), vector(2, 2), scalar(3)], expected: [vector(6, 10)] }],
};
