import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { shapeOf } from './operators.ts';
import { widest, type Vec } from './vec.ts';

/** Of so many lanes one may be unlike the others. */
const UNLIKE = 4;

/** Whether a vector is computed, and not brought together number by number. */
export function isUseful(vec: Vec): boolean {
  return vec.kind !== 'gather' && vec.kind !== 'splat' && vec.kind !== 'constant' && widest(vec) <= 32;
}

/** Which signals are computed as most of them are, from what on; nothing where too few are alike, or all of them. */
export function likeMost(signals: readonly Signal[], nodes: readonly Node[]): boolean[] | undefined {
  const shapes = shapesOf(signals, nodes);
  const counts = new Map<number, number>();
  for (const shape of shapes) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  const unlike = signals.length - count;
  return unlike === 0 || unlike * UNLIKE > signals.length ? undefined : shapes.map((shape) => shape === most);
}

/** Numbers that are equal for signals that like operations compute from like leaves. */
function shapesOf(signals: readonly Signal[], nodes: readonly Node[]): number[] {
  const numbers = new Map<string, number>();
  const known = new Map<Signal, number>();
  const visit = (signal: Signal): number => {
    let number = known.get(signal);
    if (number === undefined) {
      const node = nodes[signal];
      const shape = isState(node) ? undefined : shapeOf(node, (operand) => nodes[operand]);
      const key = `${node.op} ${node.width} ${shape === undefined ? '' : `${shape.key} ${shape.operands.map(visit).join()}`}`;
      number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      known.set(signal, number);
    }
    return number;
  };
  return signals.map(visit);
}
