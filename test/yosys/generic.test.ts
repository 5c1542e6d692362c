import { testTarget } from './targets.ts';

testTarget('lut4', { counts: { ff: 178, bram: 1, dsp: 0 } });
testTarget('lut6', { counts: { ff: 178, bram: 1, dsp: 0 }, flat: true });
