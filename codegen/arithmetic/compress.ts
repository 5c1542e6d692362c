import { FOOT, NONE, SIX, type ChainState, type Counting, type Step } from './atoms.ts';
import { ChainWriter, take, takeCarry } from './chain-writer.ts';
import { lastCapacity, planFinish, type FinishPlan } from './finish.ts';
import { planStage, type StageChain } from './stage.ts';
import { netOf, ONE, ZERO, type Bit, type Netlist } from './netlist.ts';

/** Bits to add: `columns[c]` holds bits of weight 2^c. The sum is wanted modulo 2^columns.length. */
export type Heap = readonly (readonly Bit[])[];

/** How a heap of certain heights is added, and the look-up tables that it takes. */
export interface Plan {
  readonly cost: number;
  readonly stages: readonly (readonly StageChain[])[];
  readonly finish: FinishPlan;
}

export interface CompressOptions {
  readonly counting: Counting;
  /** The sums of the lowest `hidden` columns are not wanted (of a comparison only the last carry is). */
  readonly hidden?: number;
  /** No chains beside the last one: a short path, at the price of some tables. */
  readonly shallow?: boolean;
  /** No chain hands bits on to itself through tables and wires: its delay stays that of a chain. */
  readonly fast?: boolean;
}

const plans = new Map<string, Plan>();

/** Heights up to which the finishing step is tried; the stages before it bring columns down. */
const LIMITS = [5, 6, 7, 8];
const SHALLOW_LIMITS = [3, 4, 5, 6];
const MOST_STAGES = 40;

/** The cheapest plan found for columns of these heights. */
export function planHeap(heights: readonly number[], { counting, hidden = 0, shallow = false, fast = false }: CompressOptions): Plan {
  const key = `${heights.join(' ')}|${counting}|${hidden}|${shallow}|${fast}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  let best: Plan | undefined;
  const tried = new Set<string>();
  for (const limit of shallow ? SHALLOW_LIMITS : LIMITS) {
    const stages: StageChain[][] = [];
    let current = [...heights];
    let cost = 0;
    while (stages.length < MOST_STAGES) {
      const stage = planStage(current, counting, limit, shallow);
      if (stage.chains.length === 0) break;
      stages.push(stage.chains);
      cost += stage.cost;
      current = stage.heights;
    }
    const name = stages.map(chains => chains.map(({ column, steps }) => `${column}:${steps.length}`).join(',')).join(';');
    if (tried.has(name)) continue;
    tried.add(name);
    const finish = planFinish(current, counting, hidden, shallow ? 0 : undefined, !fast);
    if (finish === undefined) continue;
    const plan: Plan = { cost: cost + finish.cost, stages, finish };
    const shorter = shallow && best !== undefined ? best.stages.length - stages.length : 0;
    if (best === undefined || shorter > 0 || (shorter === 0 && plan.cost < best.cost)) best = plan;
  }
  if (best === undefined && shallow) best = planHeap(heights, { counting, hidden, fast });
  if (best === undefined) throw new Error(`no plan for a heap of heights ${heights.join(' ')}`);
  plans.set(key, best);
  return best;
}

/** Adds the heap's bits in `netlist`; one bit a column, zero where a column's sum is not wanted. */
export function compress(netlist: Netlist, heap: Heap, options: CompressOptions): Bit[] {
  const plan = planHeap(heap.map(({ length }) => length), options);
  let columns = heap.map(bits => [...bits]);
  for (const chains of plan.stages) columns = runStage(netlist, columns, chains);
  return finish(netlist, columns, plan.finish, options.hidden ?? 0);
}

/** Chains beside each other; what they give stands in the result with what they left. */
function runStage(netlist: Netlist, columns: Bit[][], chains: readonly StageChain[]): Bit[][] {
  const result: Bit[][] = columns.map(() => []);
  for (const { column, carryIn, steps, closing } of chains) {
    const first = takeFor(netlist, columns[column], steps[0], carryIn);
    const writer = new ChainWriter(netlist, first.carryIn);
    steps.forEach((step, index) => {
      const bits = index === 0 ? first.bits : takeFor(netlist, columns[column + index], step, false).bits;
      const { sum, link } = writer.step(step, bits, true);
      result[column + index].push(sum);
      if (link !== undefined) result[column + index + 1]?.push(link);
    });
    const above = column + steps.length;
    if (above >= columns.length) continue;
    result[above].push(closing ? writer.step(CLOSE, [], true).sum : writer.carry());
  }
  columns.forEach((bits, column) => result[column].push(...bits));
  return result;
}

const CLOSE: Step = { kind: 'two', takes: 0, after: NONE, link: false };

/** The bits of a step, with the one that enters as carry. */
function takeFor(netlist: Netlist, pool: Bit[], step: Step, carryIn: boolean): { bits: Bit[]; carryIn: Bit } {
  const carry = carryIn ? takeCarry(netlist, pool) : ZERO;
  const bits = take(netlist, pool, step.takes, true);
  return { bits, carryIn: carry };
}

function finish(netlist: Netlist, fresh: Bit[][], plan: FinishPlan, hidden: number): Bit[] {
  const made: Bit[][] = fresh.map(() => []);
  let side: { writer: ChainWriter; state: ChainState }[] = [];
  let main: { writer: ChainWriter; state: ChainState } | undefined;
  const result: Bit[] = [];
  const leave = (writer: ChainWriter, state: ChainState, closes: boolean): Bit => {
    if (state === SIX || state === FOOT) throw new Error('a chain ends in the middle of a step');
    return closes ? writer.step(CLOSE, [], true).sum : writer.carry();
  };
  plan.columns.forEach((columnPlan, column) => {
    const pool = fresh[column];
    const next: typeof side = [];
    const advance = (writer: ChainWriter, step: Step, bits: readonly Bit[]): void => {
      const { sum, link } = writer.step(step, bits, true);
      made[column].push(sum);
      if (link !== undefined) fresh[column + 1].push(link);
      next.push({ writer, state: step.after });
    };
    for (const action of columnPlan.side) {
      if (action.kind === 'adder') {
        const { o6, o5 } = netlist.pair(take(netlist, pool, 3, false), 'parity', 'majority');
        pool.push(o6);
        fresh[column + 1].push(o5);
      } else if (action.kind === 'end') {
        const { writer, state } = side[action.slot];
        made[column].push(leave(writer, state, action.closes));
      } else if (action.kind === 'step') {
        advance(side[action.slot].writer, action.step, takeFor(netlist, pool, action.step, false).bits);
      } else {
        const { bits, carryIn } = takeFor(netlist, pool, action.start.step, action.start.carryIn);
        advance(new ChainWriter(netlist, carryIn), action.start.step, bits);
      }
    }
    side = next;
    const rest = [...pool, ...made[column]];
    const unseen = column < hidden;
    const { main: action } = columnPlan;
    if (action.kind === 'idle') {
      result.push(rest[0] ?? ZERO);
    } else if (action.kind === 'end') {
      result.push(leave(main!.writer, main!.state, action.closes));
      main = undefined;
    } else {
      const { step } = action.kind === 'step' ? action : action.start;
      const { bits, carryIn } = takeFor(netlist, rest, step, action.kind === 'start' && action.start.carryIn);
      const writer = action.kind === 'step' ? main!.writer : new ChainWriter(netlist, carryIn);
      const { sum, link } = writer.step(step, bits, !unseen);
      result.push(sum);
      if (link !== undefined) made[column + 1].push(link);
      main = { writer, state: step.after };
    }
    if (unseen) result[column] = ZERO;
  });
  result.push(lastColumn(netlist, fresh[fresh.length - 1], made[fresh.length - 1], side, main));
  return result;
}

/** The parity of everything. */
function lastColumn(
  netlist: Netlist, fresh: Bit[], made: Bit[], side: readonly { writer: ChainWriter; state: ChainState }[],
  main: { writer: ChainWriter; state: ChainState } | undefined,
): Bit {
  const place = (writer: ChainWriter, state: ChainState, pool: Bit[], count: number): Bit => {
    const step = state === SIX ? 'six' : state === FOOT ? 'foot' : undefined;
    return writer.last(step, take(netlist, pool, count, false));
  };
  const sums = side.map(({ writer, state }) => place(writer, state, fresh, Math.min(fresh.length, lastCapacity(state))));
  const bits = [...fresh, ...made, ...sums].filter(bit => bit !== ZERO);
  const room = main === undefined ? 1 : lastCapacity(main.state);
  while (bits.length > room) {
    bits.push(netlist.lookup(take(netlist, bits, Math.min(6, bits.length - room + 1), false), 'parity'));
  }
  if (main !== undefined) return place(main.writer, main.state, bits, bits.length);
  return bits[0] ?? ZERO;
}

/** Whether the bit is a constant. */
export const isConstant = (bit: Bit): boolean => netOf(bit) === 0 && (bit === ZERO || bit === ONE);
