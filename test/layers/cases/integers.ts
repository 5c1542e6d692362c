import { counting, matrix, scalar, tensor, vector, type Cases } from '../case.ts';

export const integerCases: Cases = {
  QuantizeLinear: [
    {
      about: 'rounds before the zero point, which decides ties', inputs: [vector(0.5, 1.5, 2.5), scalar(1), scalar(1)],
      attributes: { element_type: 'int8' }, expected: [vector(1, 3, 3)], codes: [1, 3, 3],
    },
    {
      about: 'saturates to the type', inputs: [vector(-300, 300), scalar(1), scalar(10)], attributes: { element_type: 'int8' },
      expected: [vector(-128, 127)], codes: [-128, 127],
    },
    { about: 'to unsigned bytes without a zero point', inputs: [vector(-1, 2, 600), scalar(2)], expected: [vector(0, 1, 255)], codes: [0, 1, 255] },
    {
      about: 'one scale for each channel', inputs: [counting(1, 2, 2), vector(1, 0.5), vector(0, 1)], attributes: { element_type: 'int16' },
      expected: [tensor([1, 2, 2], [0, 1, 5, 7])], codes: [0, 1, 5, 7],
    },
  ],
  DequantizeLinear: [
    { about: 'scale times the distance from the zero point', inputs: [vector(1, 5), scalar(0.5), scalar(3)], expected: [vector(-1, 1)] },
    { about: 'one scale for each channel', inputs: [counting(2, 2), vector(1, 10)], attributes: { axis: 0 }, expected: [matrix([0, 1], [20, 30])] },
    { about: 'counted from the end', inputs: [counting(2, 2), vector(1, 10)], attributes: { axis: -1 }, expected: [matrix([0, 10], [2, 30])] },
  ],
  DynamicQuantizeLinear: [
    {
      about: 'from the smallest to the largest', inputs: [vector(-51, 0, 204)], expected: [vector(0, 51, 255), scalar(1), scalar(51)],
      codes: [0, 51, 255],
    },
    { about: 'always with 0', inputs: [vector(1, 255)], expected: [vector(1, 255), scalar(1), scalar(0)], codes: [1, 255] },
  ],
  QLinearConv: [
    {
      about: 'pads with the zero point', inputs: [
        tensor([1, 1, 1, 2], [3, 5]), scalar(0.5), scalar(1), tensor([1, 1, 1, 3], [2, 2, 2]), scalar(0.25), scalar(1), scalar(0.125), scalar(10),
      ], attributes: { pads: [0, 1, 0, 1], element_type: 'uint8' }, expected: [tensor([1, 1, 1, 2], [16, 16])], codes: [16, 16],
    },
    {
      about: 'a scale for each result, and a bias in accumulators', inputs: [
        tensor([1, 1, 1, 1], [4]), scalar(1), scalar(0), tensor([2, 1, 1, 1], [1, 1]), vector(1, 2), vector(0, 0), scalar(1), scalar(0), vector(1, 3),
      ], attributes: { element_type: 'int8' }, expected: [tensor([1, 2, 1, 1], [5, 14])], codes: [5, 14],
    },
  ],
  ConvInteger: [
    {
      about: 'without zero points outside of the image', inputs: [tensor([1, 1, 1, 2], [3, 5]), tensor([1, 1, 1, 3], [1, 2, 3]), scalar(2)],
      attributes: { pads: [0, 1, 0, 1] }, expected: [tensor([1, 1, 1, 2], [11, 7])],
    },
    {
      about: 'a zero point for each result', inputs: [tensor([1, 1, 1, 1], [4]), tensor([2, 1, 1, 1], [1, 1]), scalar(0), vector(1, 0)],
      expected: [tensor([1, 2, 1, 1], [0, 4])],
    },
  ],
  QLinearMatMul: [{
    about: 'quantizes the product again',
    inputs: [matrix([3, 5]), scalar(0.5), scalar(1), matrix([1], [2]), scalar(1), scalar(0), scalar(0.5), scalar(-1)], attributes: { element_type: 'int8' },
    expected: [matrix([9])], codes: [9],
  }],
  MatMulInteger: [
    { about: 'zero points of both', inputs: [matrix([3, 5]), matrix([1, 2], [2, 2]), scalar(1), vector(0, 1)], expected: [matrix([10, 6])] },
    { about: 'without', inputs: [matrix([3, 5]), matrix([1], [2])], expected: [matrix([13])] },
  ],
  // The multiplier 3 / 8: sums of 4 become 1.5, which the first rounding leaves alone and the second takes away from zero.
  TFLiteConv: [
    {
      about: 'ties away from zero, to both sides', inputs: [
        tensor([1, 1, 1, 2], [5, -3]), scalar(1), scalar(1), tensor([1, 1, 1, 1], [1]), scalar(0.375), scalar(0), scalar(1), scalar(10),
      ], attributes: {}, expected: [tensor([1, 1, 1, 2], [12, 8])], codes: [12, 8],
    },
    {
      about: 'multipliers for each channel, a bias, not below the zero point after a Relu', inputs: [
        tensor([1, 1, 1, 1], [4]), scalar(1), scalar(0), tensor([2, 1, 1, 1], [1, 1]), vector(0.5, 3), scalar(0), scalar(1), scalar(-5), vector(-9, 2),
      ], attributes: { relu: 1 }, expected: [tensor([1, 2, 1, 1], [-5, 13])], codes: [-5, 13],
    },
  ],
  TFLiteFullyConnected: [{
    about: 'rounds twice: 0.49999999 becomes a half, and that 1',
    inputs: [matrix([1]), scalar(1), scalar(0), matrix([1]), scalar(0.5 - 2 ** -33), scalar(0), scalar(1), scalar(0)], expected: [matrix([1])], codes: [1],
  }],
  TFLiteAveragePool: [{
    about: 'ties away from zero', inputs: [tensor([1, 1, 1, 4], [1, 2, -1, -2])], attributes: { kernel_shape: [1, 2], strides: [1, 2] },
    expected: [tensor([1, 1, 1, 2], [2, -2])], codes: [2, -2],
  }],
};
