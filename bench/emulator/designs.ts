import { existsSync } from 'node:fs';
import type { Design } from '../../codegen/rtl/ir.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';
import { compileNetwork, STYLES } from '../../src/compiler/compile.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { findTarget } from '../../src/schedule/targets.ts';
import { Timing } from '../../src/schedule/timing.ts';
import { convolutionDesign } from './convolution.ts';
import { binaryNetwork, NETWORK_FILES } from './networks.ts';

export interface BenchDesign {
  readonly name: string;
  readonly what: string;
  readonly make: () => Promise<Design>;
}

const timing = (): Timing => new Timing(findTarget('xc7')!, 5);

/** The designs that are measured; networks whose files are missing are left out, and said so on standard error. */
export function benchDesigns(): BenchDesign[] {
  const designs: BenchDesign[] = [
    {
      name: 'A', what: 'unrolled binary MLP 784-64-64-10',
      make: async () => unrolledAccelerator(binaryNetwork('binary_unrolled', [784, 64, 64, 10]), timing()).design,
    },
    {
      name: 'B', what: 'folded binary MLP 784-256-256-10, PE 16 and SIMD 64 (56 in the first layer, 5 rows in the last)',
      make: async () => streamingAccelerator(binaryNetwork('binary_folded', [784, 256, 256, 10]), {
        timing: timing(),
        folding: new Map([['dense_1', { pe: 16, simd: 56 }], ['dense_2', { pe: 16, simd: 64 }], ['dense_3', { pe: 5, simd: 64 }]]),
      }).design,
    },
    { name: 'C', what: 'streaming 3x3 convolution, 8 to 16 channels of 4 bits, line buffers', make: async () => convolutionDesign() },
  ];
  for (const { id, path, inputType, streamingOnly = false } of NETWORK_FILES) {
    if (!existsSync(path)) {
      console.error(`${id}: skipped, ${path} is not there`);
      continue;
    }
    for (const style of STYLES.filter((each) => each === 'streaming' || !streamingOnly)) {
      designs.push({
        name: `${id} ${style}`, what: `${id} as bitloom emits it`,
        make: async () => compileNetwork(await loadNetwork(path), { style, target: 'xc7', inputType }).accelerator.design,
      });
    }
  }
  return designs;
}
