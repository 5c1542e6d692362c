import { testTarget } from './targets.ts';

testTarget('lut4', false);
testTarget('lut6', false);
