import { expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { describeCorpus } from '../corpus.ts';
import { difference, nodeTests, runNodeTest, type NodeTest } from './node-tests.ts';

/** Float32 is what the expected outputs were computed in. */
const FLOAT32 = 1e-5;

/** What bitloom refuses, or does otherwise on purpose. */
const DIFFERENT: readonly (readonly [names: RegExp, outcome: RegExp])[] = [
  // Real numbers stay what they are: there is no rounding to 16 bits.
  [/^test_cast(like)?_\w+_to_FLOAT16/, /^element 0: /],
  [/^test_batchnorm_\w+_training_mode$/, /statistics of the batch/],
  [/^test_constant(ofshape_\w+)?$/, /no-input/],
  // One sample at a time: a first dimension of 0 is 1.
  [/^test_(reshape_allowzero_reordered|split_zero_size_splits)$/, /error\[shapes\]/],
  [/^test_(AvgPool3d|averagepool_3d|Conv3d|convtranspose_3d|MaxPool3d|maxpool_3d)/, /a tensor of 5 dimensions/],
  [/^test_maxpool_with_argmax/, /its output 1 \(z\) is read/],
  [/^test_resize_\w+_(linear|cubic)/, /mode (linear|cubic)/],
  [/^test_resize_tf_crop_and_resize/, /tf_crop_and_resize/],
  [/^test_resize_downsample_sizes_nearest_tf_half_pixel_for_nn/, /the sizes depends on the network's input/],
  // An element lies between two codes, and float32 takes the farther one.
  [/^test_dynamicquantizelinear$/, /^element 3: 25 for 26$/],
  [/^test_dynamicquantizelinear_expanded$/, /^element 3: 25 for 26$/],
  [/^test_top_k/, /the 3 first of a tensor/],
  [/^test_Embedding/, /the index depends on the network's input/],
];

/** Operators that no network needs. */
const OUT_OF_SCOPE: readonly string[] = ['BitShift'];

/** '' where all outputs are as expected; otherwise what differs or what the user is told. */
function outcome(test: NodeTest): string {
  try {
    const { found, expected } = runNodeTest(test);
    return expected.map((tensor, i) => difference(found[i], tensor, FLOAT32)).find((each) => each !== '') ?? '';
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

describeCorpus("ONNX's own tests", () => {
  it.each([['onnx-node-tests', 430], ['onnx-node-tests-pytorch-converted', 66]])('%s', (suite, fewest) => {
    let right = 0;
    const unknown = new Set<string>();
    for (const test of nodeTests(suite)) {
      const found = outcome(test);
      const different = DIFFERENT.find(([names]) => names.test(test.name));
      if (different !== undefined) expect(found, test.name).toMatch(different[1]);
      else if (found.startsWith('error[unsupported-operator]')) unknown.add(/operator (\w+) is not supported/.exec(found)![1]);
      else expect(found, test.name).toBe('');
      if (found === '') right++;
    }
    expect([...unknown].filter((operator) => !OUT_OF_SCOPE.includes(operator))).toEqual([]);
    expect(right).toBeGreaterThanOrEqual(fewest);
  });
});
