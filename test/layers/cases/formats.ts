import { matrix, scalar, tensor, vector, type Cases } from '../case.ts';

export const formatCases: Cases = {
  Format: [
    { about: 'evenly spaced, with a scale', inputs: [vector(0.3, -0.9, 7), scalar(0.5)], attributes: { format: 'int3' }, expected: [vector(0.5, -1, 1.5)], codes: [1, -2, 3] },
    { about: 'wraps', inputs: [vector(5, -6)], attributes: { format: 'int3<trn,wrap>' }, expected: [vector(-3, 2)], codes: [-3, 2] },
    { about: 'two values', inputs: [vector(0, -0.5)], attributes: { format: 'bipolar<zero=minus>' }, expected: [vector(-1, -1)], codes: [-1, -1] },
    { about: 'powers of two', inputs: [vector(0.1, -2.9, 6, 100)], attributes: { format: 'shift<3>' }, expected: [vector(1, -2, 8, 8)], codes: [4, 2, 7, 7] },
    { about: 'floating point', inputs: [vector(0.3, -1000, 17)], attributes: { format: 'e4m3' }, expected: [vector(0.3125, -448, 16)], codes: [42, -126, 88] },
  ],
  Decode: [
    { about: 'stored codes', inputs: [tensor([4], [0, 3, 4, 7]), scalar(0.25)], attributes: { format: 'shift<3>' }, expected: [vector(0.25, 2, -0.25, -2)] },
  ],
  AbsMaxQuant: [
    {
      about: 'fills the codes with the largest magnitude', inputs: [matrix([1, -4, 2, 0.5])],
      expected: [matrix([32, -127, 64, 16]), matrix([4 / 127])], codes: [32, -127, 64, 16],
    },
    { about: 'a vector of zeros', inputs: [matrix([0, 0])], attributes: { bits: 4 }, expected: [matrix([0, 0]), matrix([0])], codes: [0, 0] },
  ],
  RmsNormQuant: [
    // The mean of the squares is 4: the largest magnitude is 3.5 / 2 = 1.75 of the root.
    {
      about: 'keeps the root in the scale', inputs: [matrix([3.5, 0.5, -1.5, 1])], attributes: { bits: 3, scale: 'ufixed<8,4,rnd>', epsilon: 0.0625 },
      expected: [matrix([3, 0, -1, 1]), matrix([1.75 / 3])], codes: [3, 0, -1, 1],
    },
  ],
  MinMaxQuant: [
    {
      about: 'from the least to the greatest', inputs: [matrix([-1, 2, 0.5])], attributes: { bits: 2 },
      expected: [matrix([0, 3, 2]), matrix([1]), matrix([-1])], codes: [0, 3, 2],
    },
  ],
  LMulMatMul: [
    // 1.5 * 1.5: the mantissas 4 + 4 + 1 carry into the exponent: 2^1 * 1.125.
    { about: 'adds the fields', inputs: [matrix([1.5, 2, 0]), matrix([1.5], [4], [3])], attributes: { format: 'e4m3' }, expected: [matrix([2.25 + 9])] },
  ],
  Requantize: [
    { about: 'half up', inputs: [vector(-6, 6, 100)], attributes: { multiplier: 3, shift: 2 }, expected: [vector(-4, 5, 75)], codes: [-4, 5, 75] },
    { about: 'limited', inputs: [vector(-7, 70)], attributes: { mode: 'shift', shift: 1, low: -3, high: 3 }, expected: [vector(-3, 3)], codes: [-3, 3] },
    { about: 'in two steps', inputs: [vector(-3, 3)], attributes: { mode: 'srdhm', multiplier: 2 ** 30, shift: 32 }, expected: [vector(-1, 1)], codes: [-1, 1] },
  ],
};
