import { testTarget } from './targets.ts';

testTarget('ice40', true);
testTarget('ecp5', true);
