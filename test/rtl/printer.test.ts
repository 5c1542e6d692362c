import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { mapOperands } from '../../codegen/rtl/operands.ts';
import { printDesign } from '../../codegen/rtl/printer.ts';
import { designOf, recipes } from './random-design.ts';

/** All that a design says, signals by name: where input nodes stand among the others means nothing. */
function contentOf(design: Design): string {
  const modules = design.modules.map(({ nodes, ports, instances, ...rest }) => {
    const inputs = nodes.map((_, signal) => nodes[signal].op === 'input');
    const among = (p: number, q: number): number => (inputs[p] ? nodes[p].name.localeCompare(nodes[q].name) : p - q);
    const order = [...nodes.keys()].sort((p, q) => Number(inputs[q]) - Number(inputs[p]) || among(p, q));
    const places = new Map(order.map((signal, place) => [signal, place]));
    const move = (signal: number): number => places.get(signal)!;
    return {
      ...rest, nodes: order.map((signal) => mapOperands(nodes[signal], move)),
      ports: ports.map((port) => ({ ...port, signal: move(port.signal) })),
      instances: instances.map((use) => ({ ...use, inputs: Object.entries(use.inputs).map(([port, signal]) => [port, move(signal)]) })),
    };
  });
  return JSON.stringify(modules, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
}

it('prints one line a signal with widths and operators', () => {
  const inner = new ModuleBuilder('inner', ['Adds three.'], { name: 'adder', parameters: { WIDTH: 4 } });
  const addend = term(inner.input('x', 4), { signed: true, shift: 2, negative: true });
  inner.output('y', inner.sum([addend], 3, 4, { stages: 1 }, { name: 'more' }));
  const module = inner.finish();
  const b = new ModuleBuilder('outer');
  const x = b.input('x', 4, 'the pixel');
  const { y } = b.instance('unit', module, { x }, 'the adder');
  b.output('z', b.register(4, { next: y, enable: b.reduce('or', x), reset: 5 }));
  expect(printDesign({ modules: [module, b.finish()] })).toBe(`# Adds three.
module inner template adder(WIDTH=4) {
  input x : 4
  output y : 4 = %more
  x : 4 = input
  more : 4 = sum - signed %x << 2 + 3 stages 1
}

module outer {
  input x : 4
  output z : 4 = %state
  x : 4 = input  # the pixel
  unit_y : 4 = output y of unit
  or_of : 1 = reduce-or %x
  state : 4 = register %unit_y enable %or_of reset 5
  instance unit of inner(x=%x)  # the adder
}
`);
});

it('prints contents in full, or their beginning', () => {
  const b = new ModuleBuilder('table');
  b.output('y', b.lookup(b.input('x', 4), Array.from({ length: 10 }, (_, i) => BigInt(i)), 4));
  const design = { modules: [b.finish()] };
  expect(printDesign(design)).toContain('lookup %x in [0 1 2 3 4 5 6 7 8 9]');
  expect(printDesign(design, { abbreviate: true })).toContain('lookup %x in [0 1 2 3 4 5 6 7 … 10 in all]');
});

it('prints nothing of different designs alike', () => {
  const texts = new Map<string, string>();
  for (const recipe of fc.sample(recipes({ modules: 1, nodes: 3 }), { numRuns: 200, seed: 4 })) {
    const design = designOf(recipe);
    const whole = contentOf(design);
    const text = printDesign(design);
    expect(texts.get(text) ?? whole).toBe(whole);
    texts.set(text, whole);
  }
  expect(texts.size).toBeGreaterThan(100);
});
