import { userError } from '../base/diagnostic.ts';
import type { Graph } from '../graph/ir.ts';
import { compileNetwork, type CompiledNetwork, type CompileOptions } from './compile.ts';
import { predictSpeed } from './latency.ts';

/** What the clock shall be: the fastest that registers can make, or the fastest at which a result takes so many clock cycles at most. */
export type ClockGoal = { readonly kind: 'max-frequency' } | { readonly kind: 'latency'; readonly cycles: number };

/** Clocks are multiples of this many nanoseconds. */
const STEP = 0.05;
/** No target is faster, and none is asked to be slower. */
const [FASTEST, SLOWEST] = [0.5, 400];

/** Compiles for the shortest clock period that meets the goal by the delay model; between registers of that period stand as few as can be. */
export function compileForGoal(network: Graph, options: CompileOptions, goal: ClockGoal): CompiledNetwork {
  const at = (clock: number): CompiledNetwork => compileNetwork(network, { ...options, clock });
  const within = (period: number): number => round(Math.ceil(period / STEP - 1e-6) * STEP);
  const shortest = within(at(FASTEST).period);
  if (goal.kind === 'max-frequency') return at(shortest);
  const latencyOf = (compiled: CompiledNetwork): number => predictSpeed(compiled.accelerator.network).latency;
  const slow = at(SLOWEST);
  if (latencyOf(slow) > goal.cycles) {
    throw userError('latency', `${slow.graph.name} takes ${latencyOf(slow)} clock cycles at any clock, more than ${goal.cycles}`, {
      help: slow.accelerator.style === 'unrolled' ? 'allow more cycles' : 'allow more cycles, a larger --budget, or take --style unrolled',
    });
  }
  // Slower clocks need fewer registers: the latency falls as the period grows. `low` is too short, `high` is not.
  let [low, high] = [Math.round(shortest / STEP) - 1, Math.round(SLOWEST / STEP)];
  let best = slow;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const compiled = at(round(middle * STEP));
    if (latencyOf(compiled) > goal.cycles) {
      low = middle;
    } else {
      best = compiled;
      high = Math.min(middle, Math.max(low + 1, Math.round(within(compiled.period) / STEP)));
    }
  }
  return round(high * STEP) === best.clock ? best : at(round(high * STEP));
}

function round(clock: number): number {
  return Number(clock.toFixed(2));
}
