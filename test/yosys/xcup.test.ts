import { testTarget } from './targets.ts';

testTarget('xcup', true);
