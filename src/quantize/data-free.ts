import { userError } from '../base/diagnostic.ts';
import type { Graph } from '../graph/ir.ts';
import { QUANTIZERS } from './activations.ts';
import { quantizerRange, uniformSamples, type Inputs } from './samples.ts';

/** Made-up samples of a calibration without data. */
const SAMPLES = 64;

/**
 * Samples where there are no data: uniform over the range of each input, which is that of its own quantizer, or else the given one.
 * @throws UserError where an input has neither
 */
export function madeUpSamples(graph: Graph, range: { low: number; high: number } | undefined): { samples: Inputs[]; description: string } {
  const ranges = new Map(graph.inputs.map(({ name }) => {
    const quantizer = graph.nodes.find(({ kind, inputs }) => QUANTIZERS.has(kind) && inputs[0] === name);
    const known = quantizer === undefined ? range : quantizerRange(graph, quantizer.outputs[0]);
    if (known === undefined) {
      throw userError('no-calibration', `nothing is known about the numbers at input ${name}`, {
        origin: graph.name, help: 'give samples with --calibrate FILE.npy, or the range of the input with --input-range LOW,HIGH',
      });
    }
    return [name, known] as const;
  }));
  const described = [...ranges].map(([name, { low, high }]) => `${name} from ${low} to ${high}`);
  return { samples: uniformSamples(graph, ranges, SAMPLES), description: `${SAMPLES} made-up samples, uniform: ${described.join(', ')}` };
}
