import type { Node, Signal } from '../rtl/ir.ts';

/** The two signals whose agreements (XNOR) `signal` holds, if it is that and nothing else. */
export function agreementOf(nodes: readonly Node[], signal: Signal): readonly [Signal, Signal] | undefined {
  const complement = nodes[signal];
  if (complement.op !== 'not') return undefined;
  const difference = nodes[complement.arg];
  if (difference.op !== 'bitwise' || difference.kind !== 'xor' || difference.args.length !== 2) return undefined;
  return [difference.args[0], difference.args[1]];
}
