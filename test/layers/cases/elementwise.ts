import { matrix, scalar, tensor, vector, type Cases, type LayerCase } from '../case.ts';
import type { Attribute } from '../../../src/graph/ir.ts';

/** The layer of one tensor, on numbers. */
function on(x: number[], y: number[], attributes?: Readonly<Record<string, Attribute>>, version?: number): LayerCase {
  const about = `[${x.join(', ')}] ${JSON.stringify(attributes ?? {})}${version === undefined ? '' : ` version ${version}`}`;
  return { about, inputs: [vector(...x)], attributes, version, expected: [vector(...y)] };
}

function compare(...results: number[]): LayerCase[] {
  return [{ about: 'less, equal, more', inputs: [vector(1, 2, 3), scalar(2)], expected: [vector(...results)] }];
}

function logic(...results: number[]): LayerCase[] {
  return [{ about: 'truth table', inputs: [vector(0, 0, 1, 1), vector(0, 1, 0, 1)], expected: [vector(...results)] }];
}

const FLOAT = 1;
const INT8 = 3;
const BOOL = 9;

export const elementwiseCases: Cases = {
  Equal: compare(0, 1, 0),
  Less: compare(1, 0, 0),
  LessOrEqual: compare(1, 1, 0),
  Greater: compare(0, 0, 1),
  GreaterOrEqual: compare(0, 1, 1),
  And: logic(0, 0, 0, 1),
  Or: logic(0, 1, 1, 1),
  Xor: logic(0, 1, 1, 0),
  Not: [on([0, 1], [1, 0])],
  Where: [{ about: 'broadcasts', inputs: [vector(1, 0), scalar(5), vector(6, 7)], expected: [vector(5, 7)] }],
  Neg: [on([1.5, -2, 0], [-1.5, 2, 0])],
  Abs: [on([1.5, -2, 0], [1.5, 2, 0])],
  Sign: [on([1.5, -2, 0], [1, -1, 0])],
  Sqrt: [on([4, 2, 0], [2, 1.4142135623730951, 0])],
  Exp: [on([0, 1, -1], [1, 2.718281828459045, 0.36787944117144233])],
  Log: [on([1, 3], [0, 1.0986122886681098])],
  Erf: [on([0, 1, -0.5], [0, 0.8427007929497149, -0.5204998778130465])],
  Reciprocal: [on([4, -3], [0.25, -1 / 3])],
  Floor: [on([1.5, -1.5, 2], [1, -2, 2])],
  Ceil: [on([1.5, -1.5, 2], [2, -1, 2])],
  Round: [on([0.5, 1.5, 2.5, -2.5, 2.6], [0, 2, 2, -2, 3])],
  Identity: [on([0.1], [0.1])],
  Dropout: [
    { about: 'with its mask', inputs: [vector(1, 2), scalar(0.5), scalar(0)], expected: [vector(1, 2), vector(1, 1)] },
    { about: 'alone', inputs: [vector(1, 2)], expected: [vector(1, 2)] },
  ],
  Cast: [
    on([1.75, -1.75], [1.75, -1.75], { to: FLOAT }), on([1.75, -1.75], [1, -1], { to: INT8 }),
    on([1.75, 0, -1], [1, 0, 1], { to: BOOL }), on([1.75], [1], { to: 'INT64' }, 5), on([1.75], [1.75], { to: 'FLOAT' }, 5),
  ],
  Relu: [on([-1, 0, 2], [0, 0, 2])],
  Sigmoid: [on([0, 1, -2], [0.5, 0.7310585786300049, 0.11920292202211755])],
  Tanh: [on([0, 0.5], [0, 0.46211715726000974])],
  LeakyRelu: [on([-4, 0, 4], [-1, 0, 4], { alpha: 0.25 }), on([-1], [-0.009999999776482582])],
  PRelu: [
    {
      about: 'broadcasts the slope', inputs: [matrix([-1, 2], [-3, -4]), vector(0.5, 0.25)],
      expected: [matrix([-0.5, 2], [-1.5, -1])],
    },
    {
      about: 'has a slope for each channel in old files', inputs: [tensor([1, 2, 2], [-1, -2, -3, 4]), vector(0.5, 2)],
      version: 6, expected: [tensor([1, 2, 2], [-0.5, -1, -6, 4])],
    },
  ],
  ThresholdedRelu: [on([0.5, 1, 1.5], [0, 0, 1.5]), on([-1, -3], [-1, 0], { alpha: -2 })],
  Elu: [on([1000, 0, -1], [1000, 0, -0.6321205588285577]), on([-2], [-0.43233235838169365], { alpha: 0.5 })],
  Celu: [on([3, -1], [3, -0.7869386805747332], { alpha: 2 })],
  Selu: [on([2, -1], [2.1014020442962646, -1.1113307412864784])],
  Softplus: [on([0, 1, -2], [0.6931471805599453, 1.3132616875182228, 0.1269280110429725]), on([1000], [1000])],
  Softsign: [on([1, -3], [0.5, -0.75])],
  Mish: [on([0, 1], [0, 0.8650983882673103])],
  HardSigmoid: [on([0, 10, -10], [0.5, 1, 0]), on([1], [0.75], { alpha: 0.5, beta: 0.25 })],
  HardSwish: [on([-4, 0, 3, 4, 1], [0, 0, 3, 4, 2 / 3])],
  Gelu: [on([0, 1, -1], [0, 0.8413447460685429, -0.15865525393145707]), on([1], [0.8411919906082768], { approximate: 'tanh' })],
  Clip: [
    { about: 'between two inputs', inputs: [vector(-3, 0, 3), scalar(-1), tensor([1], [2])], expected: [vector(-1, 0, 2)] },
    { about: 'without a lower limit', inputs: [vector(-3, 0, 3), undefined, scalar(2)], expected: [vector(-3, 0, 2)] },
    { about: 'without any', inputs: [vector(-3, 3)], expected: [vector(-3, 3)] },
    on([-3, 0, 3], [-1, 0, 2], { min: -1, max: 2 }, 6), on([-3, 3], [0, 3], { min: 0, max: Infinity }, 6),
  ],
};
