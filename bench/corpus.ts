import { join } from 'node:path';

const corpus = '../shared/conformance/models';

/** The networks that benches go through, smallest first; those of the corpus are skipped where it is missing. */
export const corpusNetworks: readonly { readonly id: string; readonly path: string; readonly inputType?: string }[] = [
  { id: 'digits', path: 'examples/digits/digits.onnx' },
  { id: 'qkeras_jettagging', path: join(corpus, 'qonnx/qkeras_jettagging.onnx'), inputType: 'fixed<16,6>' },
  { id: 'tfc_1w1a', path: join(corpus, 'qonnx/tfc_1w1a.onnx') },
  { id: 'tfc_1w2a', path: join(corpus, 'qonnx/tfc_1w2a.onnx') },
  { id: 'separable_conv_model_ch_last_32', path: join(corpus, 'qonnx/separable_conv_model_ch_last_32.onnx') },
  { id: 'qkeras_mnist_cnn', path: join(corpus, 'converted/qkeras_mnist_cnn.onnx'), inputType: 'uint8*0.00392156862745098' },
  { id: 'cifar10_qkeras_tiny', path: join(corpus, 'converted/cifar10_qkeras_tiny.onnx'), inputType: 'uint8*0.00390625' },
  { id: 'mlperftiny_kws_dscnn_int8_qdq', path: join(corpus, 'converted/mlperftiny_kws_dscnn_int8_qdq.onnx') },
  { id: 'kwsmlp_w3a3', path: join(corpus, 'qonnx/kwsmlp_w3a3.onnx') },
];
