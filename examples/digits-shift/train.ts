import { join } from 'node:path';
import { fineTune } from '../digits/fine-tune.ts';

/** `train.js [FOLDER]`: writes digits-shift.onnx, whose weights are DenseShift of 3 bits: ±1, ±2, ±4, ±8 times a scale. */
fineTune({ name: 'digits-shift', weights: 'shift<3>', activations: 'int3<rnd_conv,sat_sym>', activationScale: Math.fround(1 / 3) },
  process.argv[2] ?? join('examples', 'digits-shift'));
