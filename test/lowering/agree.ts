import { expect } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import type { Sample } from '../../src/compiler/host.ts';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import type { NetworkBuilder } from './networks.ts';

/** Engines agree on outputs and codes; refusing the network is allowed where it says why. Gives the integers that were compiled, if any. */
export function agree(n: NetworkBuilder, output: string): FixedGraph | undefined {
  const graph = n.graph(output);
  let lowered;
  try {
    lowered = lowerNetwork(graph);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
  const [reference, fixed] = [new GraphEngine(lowered), new FixedEngine(lowered.fixed)];
  for (let s = 0; s < 2; s++) {
    const sample: Sample = new Map(graph.inputs.map(({ name, shape }) =>
      [name, Float64Array.from({ length: sizeOf(shape) }, () => n.integer(-40, 40) / 8)]));
    const [expected, found] = [reference.run(sample), fixed.run(sample)];
    expect([...found.outputs[0].shape]).toEqual([...expected.outputs[0].shape]);
    expected.outputs[0].values.forEach((value, i) => {
      const slack = (expected.outputs[0].errors?.[i] ?? 0) + (found.outputs[0].errors?.[i] ?? 0);
      expect(Math.abs(found.outputs[0].values[i] - value)).toBeLessThanOrEqual(slack);
    });
    for (const [name, codes] of found.codes) {
      // Codes of neurons that are not computed are no numbers.
      expect([...codes], name).toEqual([...expected.codes.get(name)!].map((code, i) => (Number.isNaN(codes[i]) ? NaN : code)));
    }
  }
  return lowered.fixed;
}
