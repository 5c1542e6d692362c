import { localGather } from '../../../src/fixed/gathers.ts';
import { bitsOf, type FixedGraph } from '../../../src/fixed/ir.ts';
import type { Plan } from '../../../src/schedule/plan.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { VectorUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder } from '../../rtl/builder.ts';
import type { Bus } from '../integer.ts';
import { vectorLatency, vectorOperator } from '../vector.ts';
import { delayedFlag, outputHandshake } from './control.ts';
import type { StreamingUnit } from './matrix.ts';

/**
 * An operator on short vectors, one beat on every side: `in_*` for its first argument, `in1_*` for its second, and so on. A step is
 * made when every argument is there.
 */
export function streamingVector(
  moduleName: string, unit: VectorUnit, args: readonly Omit<Bus, 'signal'>[], plan: Plan, graph: FixedGraph, timing: Timing,
): StreamingUnit {
  const node = pieceOf(unit.node, plan, graph);
  const builder = new ModuleBuilder(moduleName, [`${unit.name}: ${node.op}, ${plan.output} results a clock cycle`, ...node.origins]);
  const ports = args.map((arg, i) => ({
    prefix: inputPrefix(i), valid: builder.input(`${inputPrefix(i)}_valid`, 1),
    bus: { ...arg, signal: builder.input(`${inputPrefix(i)}_data`, arg.count * bitsOf(arg.type)) },
  }));
  const output = outputHandshake(builder);
  const { enable } = output;
  const go = builder.and([enable, ...ports.map((port) => port.valid)], { name: 'go', comment: 'every argument is there' });
  ports.forEach((port, i) => {
    const others = ports.filter((_, other) => other !== i).map((other) => other.valid);
    builder.output(`${port.prefix}_ready`, builder.and([enable, ...others]));
  });
  const result = vectorOperator(node, ports.map((port) => port.bus), { builder, timing, enable });
  const latency = vectorLatency(node, args.map((arg) => arg.type), timing);
  output.finish(delayedFlag(builder, go, latency, enable, 'finished'), result.signal);
  return { module: builder.finish(), latency };
}

/** The operator on as much of its arguments as comes in a beat. */
function pieceOf(node: VectorUnit['node'], { inputs, output }: Plan, graph: FixedGraph): VectorUnit['node'] {
  if (node.op !== 'gather') return { ...node, shape: [output] };
  const { lengths, index } = localGather(node, graph);
  const starts = (sizes: readonly number[]): number[] => sizes.map((_, arg) => sizes.slice(0, arg).reduce((sum, size) => sum + size, 0));
  const [from, to] = [starts(lengths), starts(inputs)];
  return {
    ...node, shape: [output],
    index: Int32Array.from({ length: output }, (_, i) => {
      const position = index[i % index.length];
      let arg = lengths.length - 1;
      while (position < from[arg]) arg--;
      return to[arg] + Math.floor(i / index.length) * lengths[arg] + position - from[arg];
    }),
  };
}

/** `in`, `in1`, `in2` … */
export function inputPrefix(index: number): string {
  return index === 0 ? 'in' : `in${index}`;
}
