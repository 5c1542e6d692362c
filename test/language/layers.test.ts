import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { layerName, SUGAR } from '../../src/frontend/text/elaborate/layer-names.ts';
import { LAYERS } from '../../src/layers/index.ts';
import { Dice } from './mutations.ts';
import { read } from './programs.ts';

/** Arguments of every kind, most of them wrong for most layers. */
const ARGUMENTS = [
  'x', 'x', 'm', 't', '3', '0', '-1', '0.5', '[1]', '[2]', '[0]', '[-1]', '[1, 2]', '[1, 0, 2]', '[[1, 2], [3, 4]]', '[[[1, 2, 3]]]', 'x[0]', 'x as int8', '_', '1e30',
];

const ATTRIBUTES = [
  'axis = 0', 'axis = -1', 'axis = 7', 'axes = [0]', 'axes = [9]', 'keepdims = 0', 'alpha = 0.5', 'alpha = "a"', 'perm = [0]', 'perm = [1, 0]', 'to = 1', 'to = 99',
  'kernel_shape = [2]', 'kernel_shape = [2, 2]', 'kernel_shape = [0, 0]', 'pads = [1, 1]', 'pads = [-1, 0, 0, 0]', 'strides = [0]', 'strides = [2, 2]', 'dilations = [0, 0]',
  'group = 0', 'group = 2', 'blocksize = 2', 'blocksize = 0', 'mode = "linear"', 'mode = 3', 'format = "float<4,3>"', 'format = "no"', 'bits = 4', 'bits = 99', 'scale = "int8"',
  'scale = 3', 'epsilon = -5', 'epsilon = inf', 'channels_last = 1', 'signed = 0', 'narrow = 1', 'rounding_mode = "UP"', 'rounding_mode = "no"', 'num_outputs = 3', 'value = [1]',
  'value = inf', 'start = 9', 'version = 1', 'version = 11', 'auto_pad = "SAME_UPPER"', 'auto_pad = "NO"', 'ceil_mode = 1', 'largest = 0', 'out_scale = 0', 'data_layout = "NHWC"',
];

const RUNS = process.env.BITLOOM_TEST_FULL === undefined ? 60 : 1000;

describe('calls of any layer with any arguments', () => {
  for (const name of [...SUGAR, ...LAYERS.map((kind) => layerName(kind.operator))]) {
    it(`${name} computes, or says what is wrong where it is called`, () => {
      for (let seed = 1; seed <= RUNS; seed++) {
        const dice = new Dice(seed * 7919);
        const args = Array.from({ length: dice.below(5) }, () => dice.pick(ARGUMENTS));
        const named = Array.from({ length: dice.below(3) }, () => dice.pick(ATTRIBUTES));
        const names = dice.pick(['y', 'y', 'y', 'y, z', '_, y', 'y, z, w']);
        const call = `${names} = ${name}(${[...args, ...named].join(', ')})`;
        try {
          read(`input x : [3]\ninput m : [2, 3]\ninput t : [2, 4, 4]\n${call}\noutput x\noutput m\noutput t\noutput y`);
        } catch (error) {
          if (!(error instanceof UserError)) throw new Error(`${call}: ${(error as Error).stack}`);
          for (const { origin } of error.diagnostics) expect(origin).toMatch(/^test\.bloom:4:\d+$/);
        }
      }
    });
  }
});
