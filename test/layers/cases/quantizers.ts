import { counting, matrix, scalar, tensor, vector, type Cases, type LayerCase } from '../case.ts';

/** Numbers that tell the rounding modes apart: the table of the QONNX description. */
const TELLING = vector(5.5, 2.5, 1.6, 1.1, 1, -1, -1.1, -1.6, -2.5, -5.5);

function rounded(mode: string, ...codes: number[]): LayerCase {
  return {
    about: `rounds as ${mode}`, inputs: [TELLING, scalar(1), scalar(0), scalar(8)], attributes: { rounding_mode: mode },
    expected: [vector(...codes)], codes,
  };
}

const quant: readonly LayerCase[] = [
  rounded('ROUND', 6, 2, 2, 1, 1, -1, -1, -2, -2, -6),
  rounded('half_even', 6, 2, 2, 1, 1, -1, -1, -2, -2, -6),
  rounded('CEIL', 6, 3, 2, 2, 1, -1, -1, -1, -2, -5),
  rounded('FLOOR', 5, 2, 1, 1, 1, -1, -2, -2, -3, -6),
  rounded('UP', 6, 3, 2, 2, 1, -1, -2, -2, -3, -6),
  rounded('DOWN', 5, 2, 1, 1, 1, -1, -1, -1, -2, -5),
  rounded('ROUND_TO_ZERO', 5, 2, 1, 1, 1, -1, -1, -1, -2, -5),
  rounded('HALF_UP', 6, 3, 2, 1, 1, -1, -1, -2, -3, -6),
  rounded('HALF_DOWN', 5, 2, 2, 1, 1, -1, -1, -2, -2, -5),
  {
    about: 'clamps to the signed range', inputs: [vector(-9, -4, 0.75, 9), scalar(0.5), scalar(0), scalar(3)],
    expected: [vector(-2, -2, 1, 1.5)], codes: [-4, -4, 2, 3],
  },
  {
    about: 'leaves out the lowest code when narrow', inputs: [vector(-9, 9), scalar(0.5), scalar(0), scalar(3)],
    attributes: { narrow: 1 }, expected: [vector(-1.5, 1.5)], codes: [-3, 3],
  },
  {
    about: 'clamps to the unsigned range around a zero point',
    inputs: [vector(-9, 0, 0.25, 9), scalar(0.25), scalar(2), scalar(2)],
    attributes: { signed: 0 }, expected: [vector(-0.5, 0, 0.25, 0.25)], codes: [0, 2, 3, 3],
  },
  {
    about: 'leaves out the highest code when unsigned and narrow', inputs: [vector(9), scalar(1), scalar(0), scalar(2)],
    attributes: { signed: 0, narrow: 1 }, expected: [vector(2)], codes: [2],
  },
  {
    about: 'takes a scale for each row and a width for each row that are all equal',
    inputs: [matrix([1, 2], [1, 2]), tensor([2, 1], [1, 0.5]), tensor([1], [0]), tensor([2, 1], [4, 4])],
    expected: [matrix([1, 2], [1, 2])], codes: [1, 2, 2, 4],
  },
  {
    // The quotient is 3/2 - 2^-53 and a little: a double would make it a tie, and the code 2.
    about: 'sees what a double quotient does not', inputs: [vector(1.5 + 2 ** -52), scalar(1 + 2 ** -52), scalar(0), scalar(4)],
    expected: [vector(1 + 2 ** -52)], codes: [1],
  },
];

export const quantizerCases: Cases = {
  Quant: quant,
  IntQuant: quant.slice(0, 1),
  BipolarQuant: [{
    about: 'gives +1 for everything not negative, -0 among it', inputs: [vector(-0, 0, -1e-300, 2), scalar(0.5)],
    expected: [vector(0.5, 0.5, -0.5, 0.5)], codes: [1, 1, -1, 1],
  }],
  Trunc: [
    {
      about: 'version 1 keeps the scale', inputs: [vector(0.5, 3.75, -0.25, -4), scalar(0.25), scalar(0), scalar(5), scalar(3)],
      expected: [vector(0, 0.75, -0.25, -1)], codes: [0, 3, -1, -4],
    },
    {
      about: 'version 1 with a zero point, rounding to nearest', attributes: { rounding_mode: 'ROUND' },
      inputs: [vector(2, 3, 4), scalar(1), scalar(4), scalar(4), scalar(2)], expected: [vector(-2, -2, -2)], codes: [2, 2, 2],
    },
    {
      about: 'version 2 rescales and clamps', attributes: { signed: 1, narrow: 0, rounding_mode: 'FLOOR' },
      inputs: [vector(0.5, 3.75, -0.25, -4.25), scalar(0.25), scalar(0), scalar(6), scalar(1), scalar(3)],
      expected: [vector(0, 3, -1, -4)], codes: [0, 3, -1, -4],
    },
    {
      about: 'version 2 with a zero point of its output, and factors for each channel',
      attributes: { signed: 0, rounding_mode: 'CEIL' },
      inputs: [
        matrix([1, 5], [1, 5]), tensor([2, 1], [1, 0.5]), scalar(4), scalar(6), tensor([2, 1], [2, 2]), scalar(2), scalar(4),
      ],
      // Row 0: codes 5 and 9, halved; row 1: codes 6 and 14, quartered.
      expected: [matrix([2, 6], [2, 6])], codes: [3, 5, 2, 4],
    },
  ],
  MultiThreshold: [
    {
      about: 'counts the thresholds that are reached', inputs: [matrix([-1, 0, 5]), matrix([-1, 0, 1])],
      expected: [matrix([1, 2, 3])], codes: [1, 2, 3],
    },
    {
      about: 'has thresholds for each channel, a scale and an offset',
      attributes: { out_scale: 2, out_bias: -1, out_dtype: 'BIPOLAR' },
      inputs: [tensor([1, 2, 2], [0, 1, 0, 1]), matrix([1], [0])], expected: [tensor([1, 2, 2], [-1, 1, 1, 1])],
      codes: [0, 1, 1, 1],
    },
    {
      about: 'finds the channels last', attributes: { data_layout: 'NHWC' },
      inputs: [counting(1, 1, 2, 2), matrix([1, 2], [3, 9])], expected: [tensor([1, 1, 2, 2], [0, 0, 2, 1])], codes: [0, 0, 2, 1],
    },
  ],
};
