import { testTarget } from './targets.ts';

testTarget('xc7', {
  counts: { ff: 22, bram: 1, dsp: 1 }, flat: true,
  memories: [[1, 16384], [2, 8192], [4, 4096], [9, 2048], [18, 1024], [36, 512], [36, 1024], [72, 512]],
});
