import type { FlatDesign } from '../../codegen/rtl/flatten.ts';
import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import { isState } from '../../codegen/rtl/order.ts';

/** Edges from a node's operands to its value. */
export function latencyOf(node: Node): number {
  return node.op === 'delay' ? node.cycles : 'stages' in node ? node.stages : 1;
}

/**
 * Registers, pipelined operations and memories of constants that become logic on samples: those that move with operations, keep their
 * values through resets, follow from nothing of their own, and are read at one distance only, so that nothing is computed twice.
 */
export function findMovable({ nodes, outputs }: FlatDesign): Set<Signal> {
  const movable = new Set<Signal>();
  for (const region of regionsOf(nodes)) for (const signal of region) movable.add(signal);
  leaveCircles(nodes, movable);
  for (let left = -1; left !== movable.size;) {
    left = movable.size;
    for (const signal of readTwice(nodes, outputs.values(), movable)) movable.delete(signal);
  }
  return movable;
}

/** Signals that move with one enable, where operations are among them. Matrix products in one piece are fast where they stand. */
function regionsOf(nodes: readonly Node[]): Signal[][] {
  const regions = new Map<Signal | undefined, Signal[]>();
  const excluded = new Set<Signal | undefined>();
  nodes.forEach((node, signal) => {
    if (!isState(node) || node.op === 'ram') return;
    const { enable } = node as { enable?: Signal };
    if (node.op === 'linear') excluded.add(enable);
    if (node.op === 'linear' || (node.op === 'register' && node.reset !== undefined)) return;
    const region = regions.get(enable) ?? [];
    regions.set(enable, region);
    region.push(signal);
  });
  const sums = accumulators(nodes);
  return [...regions].filter(([enable, region]) => !excluded.has(enable) && gains(nodes, region, sums)).map(([, region]) => region);
}

/**
 * Whether little is computed for nobody when a pipeline's registers become logic: products are added up at once, and what follows a sum
 * of many steps is wanted at its last one only. Pipelines of other operations whose every result is wanted stay what they are.
 */
function gains(nodes: readonly Node[], region: readonly Signal[], sums: ReadonlySet<Signal>): boolean {
  return region.some((signal) => nodes[signal].op === 'multiply' || sums.has(signal));
}

/** State that registers which read themselves add up. */
function accumulators(nodes: readonly Node[]): Set<Signal> {
  const added = new Set<Signal>();
  nodes.forEach((node, register) => {
    if (node.op !== 'register') return;
    const sum = nodes[node.next];
    if (sum.op !== 'sum') return;
    const leaves = new Set<Signal>();
    const seen = new Set<Signal>();
    const visit = (signal: Signal): void => {
      if (seen.has(signal)) return;
      seen.add(signal);
      if (isState(nodes[signal])) leaves.add(signal);
      else if (nodes[signal].op !== 'ram') sourcesOf(nodes[signal]).forEach(visit);
    };
    sum.terms.forEach(({ arg }) => visit(arg));
    if (leaves.has(register)) for (const leaf of leaves) added.add(leaf);
  });
  return added;
}

/** The operands of which a value is made; an enable only says when. */
function sourcesOf(node: Node): Signal[] {
  return [...operandsOf('enable' in node ? { ...node, enable: undefined } as Node : node)];
}

/** Removes one signal of every circle. */
function leaveCircles(nodes: readonly Node[], movable: Set<Signal>): void {
  const [OPEN, DONE] = [1, 2];
  const seen = new Uint8Array(nodes.length);
  for (const root of [...movable]) {
    if (seen[root] !== 0) continue;
    const stack = [{ signal: root, operands: sourcesOf(nodes[root]) }];
    seen[root] = OPEN;
    while (stack.length > 0) {
      const { signal, operands } = stack[stack.length - 1];
      const operand = operands.pop();
      if (operand === undefined) {
        seen[signal] = DONE;
        stack.pop();
        continue;
      }
      const node = nodes[operand];
      const logic = !isState(node) && node.op !== 'ram';
      if (!logic && !movable.has(operand)) continue;
      if (seen[operand] === OPEN && movable.has(operand)) movable.delete(operand);
      if (seen[operand] !== 0) continue;
      seen[operand] = OPEN;
      stack.push({ signal: operand, operands: sourcesOf(node) });
    }
  }
}

/** Movable signals whose values are wanted at several distances; those that only hand on what comes are free. */
function readTwice(nodes: readonly Node[], outputs: Iterable<Signal>, movable: ReadonlySet<Signal>): Set<Signal> {
  const twice = new Set<Signal>();
  const distances = new Map<Signal, number>();
  const seen = new Set<string>();
  const wires = wiresOf(nodes, movable);
  const enableOf = (signal: Signal): Signal | undefined => (nodes[signal] as { enable?: Signal }).enable;
  const pending: { signal: Signal; distance: number; enable: Signal | undefined }[] = [];
  const want = (signals: readonly Signal[], distance: number, enable: Signal | undefined): void => {
    for (const signal of signals) {
      const key = `${signal} ${distance} ${enable}`;
      if (seen.has(key)) continue;
      seen.add(key);
      pending.push({ signal, distance, enable });
    }
  };
  want([...outputs], 0, undefined);
  nodes.forEach((node, signal) => {
    if ((isState(node) || node.op === 'ram') && !movable.has(signal)) want(operandsOf(node), 0, undefined);
    // An enable is wanted as it is.
    if (movable.has(signal) && enableOf(signal) !== undefined) want([enableOf(signal)!], 0, undefined);
  });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { signal, distance, enable } = next;
    const node = nodes[signal];
    if (!movable.has(signal)) {
      if (!isState(node) && node.op !== 'ram') want(sourcesOf(node), distance, enable);
      else if (node.op === 'ram' && node.read === 'direct' && distance === 0) want([node.readAddress], 0, enable);
      continue;
    }
    // Samples are taken at the edges of one enable.
    if (distance > 0 && enableOf(signal) !== enable) {
      twice.add(signal);
      continue;
    }
    const known = distances.get(signal);
    if (known !== undefined && known !== distance && !wires(signal)) twice.add(signal);
    else {
      distances.set(signal, distance);
      want(sourcesOf(node), distance + latencyOf(node), enableOf(signal));
    }
  }
  return twice;
}

/** Tells whether movable signals only hand on what others bring, so that reading them anywhere costs nothing. */
function wiresOf(nodes: readonly Node[], movable: ReadonlySet<Signal>): (signal: Signal) => boolean {
  const known = new Map<Signal, boolean>();
  const wire = (signal: Signal): boolean => {
    const node = nodes[signal];
    if (!movable.has(signal) && fixed(signal)) return true;
    let result = known.get(signal);
    if (result === undefined) {
      const moves = node.op === 'slice' || node.op === 'concat' || node.op === 'extend'
        || (movable.has(signal) && (node.op === 'register' || node.op === 'delay'));
      result = moves && sourcesOf(node).every(wire);
      known.set(signal, result);
    }
    return result;
  };
  const without = new Map<Signal, boolean>();
  /** Whether no movable signal is read on the way to logic. */
  const fixed = (signal: Signal): boolean => {
    if (movable.has(signal)) return false;
    let result = without.get(signal);
    if (result === undefined) {
      const node = nodes[signal];
      result = isState(node) || node.op === 'ram' || sourcesOf(node).every(fixed);
      without.set(signal, result);
    }
    return result;
  };
  return wire;
}
