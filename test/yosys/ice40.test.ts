import { testTarget } from './targets.ts';

testTarget('ice40', { counts: { ff: 886, bram: 4, dsp: 0 }, memories: [[2, 2048], [4, 1024], [8, 512], [16, 256]] });
