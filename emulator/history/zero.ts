import type { Node, Signal } from '../../codegen/rtl/ir.ts';

/** Tells for logic on samples how many edges must have passed since power-up before it may be anything but zero. */
export function zeroUntil(nodes: readonly Node[], taps: ReadonlySet<Signal>): (signal: Signal) => number {
  const known = new Map<Signal, number>();
  const until = (signal: Signal): number => {
    let result = known.get(signal);
    if (result === undefined) {
      const node = nodes[signal];
      result = taps.has(signal) && node.op === 'delay' ? node.cycles : untilOf(node);
      known.set(signal, result);
    }
    return result;
  };
  const first = (signals: readonly Signal[]): number => Math.min(...signals.map(until));
  const untilOf = (node: Node): number => {
    switch (node.op) {
      case 'constant': return node.value === 0n ? Infinity : 0;
      case 'slice':
      case 'extend':
      case 'popcount':
      case 'shift': return until(node.arg);
      case 'concat': return first(node.args);
      case 'bitwise': return node.kind === 'and' ? Math.max(...node.args.map(until)) : first(node.args);
      case 'mux': return Math.max(first(node.args), Math.min(until(node.select), until(node.args[0])));
      case 'multiply': return Math.max(until(node.left), until(node.right));
      case 'sum': return node.constant === 0n ? first(node.terms.map(({ arg }) => arg)) : 0;
      case 'lookup': return (node.contents[0] ?? 0n) === 0n ? until(node.index) : 0;
      case 'compare':
      case 'not':
      case 'reduce':
      case 'thresholds':
      case 'linear':
      case 'input':
      case 'register':
      case 'delay':
      case 'rom':
      case 'ram':
      case 'instance-output': return 0;
    }
  };
  return until;
}
