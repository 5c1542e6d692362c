import { testTarget } from './targets.ts';

testTarget('ecp5', {
  counts: { ff: 213, bram: 2, dsp: 1 }, flat: true,
  memories: [[1, 16384], [2, 8192], [4, 4096], [9, 2048], [18, 1024], [36, 512], [32, 512]],
});
