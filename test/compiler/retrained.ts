import type { Graph } from '../../src/graph/ir.ts';
import { Numbers } from '../formats/networks.ts';

/** The same layers with other numbers in all lists of more than eight: what training again could give. Variances stay above 0. */
export function retrained(graph: Graph, seed: number): Graph {
  const numbers = new Numbers(seed);
  const constants = new Map([...graph.constants].map(([name, tensor]) => {
    if (tensor.values.length <= 8) return [name, tensor];
    const positive = tensor.values.every((value) => value > 0) && !/scale|weight$/.test(name);
    const whole = tensor.values.every(Number.isInteger);
    const values = tensor.values.map((value) => {
      const sign = !positive && numbers.whole(0, 3) === 0 ? -1 : 1;
      return sign * (whole ? value : Math.fround(value * (0.5 + numbers.uniform())));
    });
    return [name, { ...tensor, values }];
  }));
  return { ...graph, name: `${graph.name}-retrained`, constants };
}
