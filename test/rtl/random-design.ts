import fc from 'fast-check';
import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { topModule, type Design, type Module, type Node, type Signal } from '../../codegen/rtl/ir.ts';
import { mapOperands } from '../../codegen/rtl/operands.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { Choices } from './choices.ts';
import { Pool, RANDOM_NODES } from './random-nodes.ts';

interface ModuleRecipe {
  readonly nodes: readonly { readonly op: Node['op']; readonly choices: readonly number[] }[];
  readonly rewiring: readonly number[];
}

/** What a random design is made from: shrinks towards fewer modules, fewer nodes and simpler decisions. */
export interface Recipe {
  readonly modules: readonly ModuleRecipe[];
  /** One entry a cycle. */
  readonly stimuli: readonly { readonly reset: boolean; readonly choices: readonly number[] }[];
}

export const OPERATORS = Object.keys(RANDOM_NODES) as Node['op'][];

export interface RecipeSizes {
  readonly modules?: number;
  readonly nodes?: number;
  readonly cycles?: number;
}

/** Recipes of at most so many modules, nodes a module, and cycles. */
export function recipes({ modules = 3, nodes = 16, cycles = 32 }: RecipeSizes = {}): fc.Arbitrary<Recipe> {
  const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 6 });
  const node = fc.record({ op: fc.constantFrom(...OPERATORS), choices });
  const module = fc.record({ nodes: fc.array(node, { minLength: 1, maxLength: nodes, size: 'max' }), rewiring: choices });
  const stimulus = fc.record({ reset: fc.boolean(), choices });
  return fc.record({
    modules: fc.array(module, { minLength: 1, maxLength: modules, size: 'max' }),
    stimuli: fc.array(stimulus, { minLength: Math.ceil(cycles / 2), maxLength: cycles, size: 'max' }),
  });
}

/** Every module instantiates the one before it; every node is visible at a port, so that none is dead. */
export function designOf(recipe: Recipe): Design {
  const modules: Module[] = [];
  recipe.modules.forEach((part, i) => modules.push(moduleOf(part, `m${i}`, modules)));
  return { modules };
}

function moduleOf({ nodes, rewiring }: ModuleRecipe, name: string, earlier: readonly Module[]): Module {
  const b = new ModuleBuilder(name);
  const signals: Signal[] = [b.input('data', 70), b.input('bit', 1)];
  const pool = (choices: readonly number[]): Pool => new Pool(b, signals, earlier, new Choices(choices));
  // Feedback: registers that are driven at the end, and a wire from one of them.
  const feedback = [3, 64, 90].map((width) => b.register(width, { reset: 5 }));
  const wire = b.wire(64);
  wire.connect(feedback[1]);
  signals.push(...feedback, wire.signal);
  const previous = { op: 'instance-output' as const, choices: [earlier.length - 1] };
  for (const { op, choices } of earlier.length === 0 ? nodes : [previous, ...nodes]) {
    const made = RANDOM_NODES[op](pool(choices));
    for (const signal of made) b.output('out', signal);
    signals.push(...made);
  }
  const ends = pool(rewiring);
  for (const register of feedback) b.drive(register, ends.of(b.width(register)), ends.enable().enable);
  const decisions = new Choices(rewiring);
  return shuffled(rewired(b.finish(), decisions), decisions);
}

/**
 * Makes state read state directly, itself too: operands of nodes with state are replaced by any signal of their width. No
 * combinational loop can come of it.
 */
function rewired(module: Module, choices: Choices): Module {
  const byWidth = new Map<number, Signal[]>();
  module.nodes.forEach(({ width }, signal) => byWidth.set(width, [...(byWidth.get(width) ?? []), signal]));
  const change = (own: Signal) => (operand: Signal): Signal => {
    const { width } = module.nodes[operand];
    if (choices.chance(15) && module.nodes[own].width === width) return own;
    return choices.chance(30) ? choices.pick(byWidth.get(width)!) : operand;
  };
  return { ...module, nodes: module.nodes.map((node, own) => (isState(node) ? mapOperands(node, change(own)) : node)) };
}

/** The same nodes in another order, about half of the time. */
function shuffled(module: Module, choices: Choices): Module {
  if (!choices.chance(50)) return module;
  const order = module.nodes.map((_, signal) => signal);
  for (let i = order.length - 1; i > 0; i--) {
    const j = choices.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const places = new Map(order.map((signal, place) => [signal, place]));
  const move = (signal: Signal): Signal => places.get(signal)!;
  return {
    ...module,
    nodes: order.map((signal) => mapOperands(module.nodes[signal], move)),
    ports: module.ports.map((port) => ({ ...port, signal: move(port.signal) })),
    instances: module.instances.map((instance) => ({
      ...instance, inputs: Object.fromEntries(Object.entries(instance.inputs).map(([port, signal]) => [port, move(signal)])),
    })),
  };
}

/** Values of the top module's input ports in one cycle. */
export function inputsOf(design: Design, choices: readonly number[]): { readonly port: string; readonly value: bigint }[] {
  const decisions = new Choices(choices);
  return topModule(design).ports.filter((port) => port.direction === 'input')
    .map(({ name, width }) => ({ port: name, value: decisions.value(width) }));
}
