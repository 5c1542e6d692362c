import { testTarget } from './targets.ts';

testTarget('xc7', true);
