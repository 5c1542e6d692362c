import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpy } from '../../src/base/npy.ts';
import { seededRandom, type Random } from '../digits/random.ts';

/** The folder of the project's copy, not of the compiled one. */
const HERE = join(process.cwd(), 'examples/blocks');

/** Tokens of the MatMul-free block's input, and its width. */
const TOKENS = 32;
const WIDTH = 32;

function write(name: string, shape: readonly number[], next: () => number): void {
  const values = Array.from({ length: shape.reduce((size, extent) => size * extent, 1) }, () => Math.fround(next()));
  writeFileSync(join(HERE, `${name}.npy`), writeNpy(shape, values, 'f4'));
}

/** A walk from token to token, so that the state has something to remember. */
function tokens(random: Random): () => number {
  const last = new Float64Array(WIDTH);
  let at = 0;
  return () => {
    const channel = at++ % WIDTH;
    last[channel] = 0.8 * last[channel] + 0.6 * random.normal();
    return last[channel];
  };
}

/** Weights and inputs of the blocks: random, since these networks show hardware and were not trained. */
function make(): void {
  const random = seededRandom(20);
  mkdirSync(join(HERE, 'weights'), { recursive: true });
  for (const name of ['forget', 'candidate', 'gate', 'out', 'glu_gate', 'glu_up', 'glu_down']) {
    write(`weights/${name}`, [WIDTH, WIDTH], () => (random.below(3) - 1) / 16);
  }
  write('weights/fracbnn', [64, 32], () => 2 * random.below(2) - 1);
  write('weights/fracbnn_factor', [32], () => random.uniform(0.02, 0.06));
  write('weights/fracbnn_shift', [32], () => random.uniform(-0.5, 0.5));
  write('weights/lmul', [32, 8], () => random.normal());
  write('matmul-free-tokens', [TOKENS, WIDTH], tokens(random));
  write('fracbnn-inputs', [20, 64], () => random.normal());
  write('lmul-inputs', [20, 32], () => 4 * random.normal());
}

make();
