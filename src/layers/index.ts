import { activationLayers } from './activation.ts';
import { argumentLayers } from './argument.ts';
import { arithmeticLayers } from './arithmetic.ts';
import { batchNormalizationLayer } from './batch-normalization.ts';
import { castLayer } from './cast.ts';
import { clipLayer } from './clip.ts';
import { concatLayer } from './concat.ts';
import { constantLayers } from './constants.ts';
import { convLayer } from './conv.ts';
import { convTransposeLayer } from './conv-transpose.ts';
import { depthToSpaceLayers } from './depth-to-space.ts';
import { dropoutLayer } from './dropout.ts';
import { dynamicLayers } from './dynamic.ts';
import { formatLayers } from './format.ts';
import { gatherLayer } from './gather.ts';
import { geluLayer } from './gelu.ts';
import { gemmLayer } from './gemm.ts';
import { integerProductLayers } from './integer-products.ts';
import type { LayerKind } from './kind.ts';
import { matmulLayer } from './matmul.ts';
import { multiThresholdLayer } from './multi-threshold.ts';
import { padLayer } from './pad.ts';
import { poolLayers } from './pool.ts';
import { quantLayers } from './quant.ts';
import { quantizeLinearLayers } from './quantize-linear.ts';
import { reduceLayers } from './reduce.ts';
import { repeatLayers } from './repeat.ts';
import { requantizeLayer } from './requantize.ts';
import { reshapeLayers } from './reshape.ts';
import { resizeLayers } from './resize.ts';
import { sliceLayer } from './slice.ts';
import { softmaxLayers } from './softmax.ts';
import { splitLayer } from './split.ts';
import { tfliteLayers } from './tflite.ts';
import { topKLayer } from './top-k.ts';
import { transposeLayer } from './transpose.ts';
import { truncLayer } from './trunc.ts';

/** Every layer that bitloom knows. */
export const LAYERS: readonly LayerKind[] = [
  ...quantLayers,
  truncLayer,
  multiThresholdLayer,
  ...quantizeLinearLayers,
  ...integerProductLayers,
  ...tfliteLayers,
  convLayer,
  convTransposeLayer,
  ...poolLayers,
  padLayer,
  ...resizeLayers,
  ...depthToSpaceLayers,
  ...formatLayers,
  ...dynamicLayers,
  requantizeLayer,
  matmulLayer,
  gemmLayer,
  batchNormalizationLayer,
  ...arithmeticLayers,
  castLayer,
  dropoutLayer,
  ...activationLayers,
  clipLayer,
  geluLayer,
  ...constantLayers,
  ...reshapeLayers,
  transposeLayer,
  concatLayer,
  splitLayer,
  sliceLayer,
  gatherLayer,
  ...repeatLayers,
  ...reduceLayers,
  ...softmaxLayers,
  ...argumentLayers,
  topKLayer,
];

const byName = new Map(LAYERS.map((kind) => [kind.operator, kind]));

export function findLayer(operator: string): LayerKind | undefined {
  return byName.get(operator);
}
