import { join } from 'node:path';

const corpus = '../shared/conformance/models';

/** The networks that benches go through, smallest first; those of the corpus are skipped where it is missing. */
export const corpusNetworks: readonly { readonly id: string; readonly path: string; readonly inputType?: string }[] = [
  { id: 'digits', path: 'examples/digits/digits.onnx' },
  { id: 'qkeras_jettagging', path: join(corpus, 'qonnx/qkeras_jettagging.onnx'), inputType: 'fixed<16,6>' },
  { id: 'tfc_1w1a', path: join(corpus, 'qonnx/tfc_1w1a.onnx') },
  { id: 'tfc_1w2a', path: join(corpus, 'qonnx/tfc_1w2a.onnx') },
  { id: 'kwsmlp_w3a3', path: join(corpus, 'qonnx/kwsmlp_w3a3.onnx') },
];
