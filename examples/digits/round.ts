import type { Network } from './network.ts';

/** Rounds every number of the network to what the file can hold, so that the accuracies printed are those of the file. */
export function roundToFloat32(network: Network): void {
  const statistics = network.norms.flatMap((norm) => [norm.mean, norm.variance]);
  const parameters = network.layers.flatMap((layer) => layer.parameters.map((parameter) => parameter.value));
  for (const numbers of [...statistics, ...parameters]) numbers.set(Float32Array.from(numbers));
}
