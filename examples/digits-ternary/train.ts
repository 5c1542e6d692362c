import { join } from 'node:path';
import { fineTune } from '../digits/fine-tune.ts';

/** `train.js [FOLDER]`: writes digits-ternary.onnx, whose weights and activations are -1, 0 and +1 times a scale. */
fineTune({ name: 'digits-ternary', weights: 'ternary', activations: 'ternary', activationScale: 1 },
  process.argv[2] ?? join('examples', 'digits-ternary'));
