import { testTarget } from './targets.ts';

testTarget('xcup', { counts: { ff: 78, bram: 1, dsp: 1 }, memories: [[2, 16384], [18, 1024], [36, 512], [72, 512]] });
