import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpy } from '../../src/base/npy.ts';
import { encodeModel } from '../../src/frontend/onnx/codec.ts';
import { drawDigits, SIZE } from './draw.ts';
import { exportNetwork } from './export.ts';
import { accuracy, BINARIZED, createNetwork, FLOAT, train } from './network.ts';
import { roundToFloat32 } from './round.ts';

const TRAINING = { count: 20_000, seed: 1 };
const TEST = { count: 500, seed: 2 };
const START_SEED = 3;
const ORDER_SEED = 4;
const EPOCHS = 40;

/**
 * `train.js [FOLDER]`: draws the digits, trains the float and the binarized network, prints their accuracies and writes
 * digits.onnx, test-images.npy and test-labels.npy to FOLDER (examples/digits). Every run writes the same bytes.
 */
function main(folder: string): void {
  const training = drawDigits(TRAINING.count, TRAINING.seed);
  const test = drawDigits(TEST.count, TEST.seed);
  console.log(`drew ${training.count} digits for training and ${test.count} for the test`);
  for (const style of [FLOAT, BINARIZED]) {
    const binarized = style === BINARIZED;
    const network = createNetwork(style, START_SEED);
    train(network, training, EPOCHS, ORDER_SEED);
    roundToFloat32(network);
    const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
    const [seen, unseen] = [training, test].map((digits) => percent(accuracy(network, digits)));
    console.log(`${binarized ? 'binarized' : 'float'}: ${seen} of the training set, ${unseen} of the test set`);
    if (binarized) write(folder, 'digits.onnx', encodeModel(exportNetwork(network)));
  }
  write(folder, 'test-images.npy', writeNpy([test.count, 1, SIZE, SIZE], test.pixels, 'u1'));
  write(folder, 'test-labels.npy', writeNpy([test.count], test.labels, 'u1'));
}

function write(folder: string, name: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), bytes);
  console.log(`wrote ${join(folder, name)} (${bytes.length} bytes)`);
}

main(process.argv[2] ?? join('examples', 'digits'));
