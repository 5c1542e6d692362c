import { describe, expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Design, Module } from '../../codegen/rtl/ir.ts';

/** `y` = `x`, nothing else. */
function wireModule(): Module {
  const b = new ModuleBuilder('passing');
  b.output('y', b.input('x', 4));
  return b.finish();
}

function incrementing(): Module {
  const b = new ModuleBuilder('incrementing');
  b.output('y', b.sum([term(b.input('x', 4))], 1, 4, { stages: 0 }, { name: 'more' }));
  return b.finish();
}

describe('flatten', () => {
  it('knows every signal and output port of every instance by path, without copies', () => {
    const [passing, incrementer] = [wireModule(), incrementing()];
    const inner = new ModuleBuilder('inner');
    const first = inner.instance('first', incrementer, { x: inner.input('a', 4) });
    inner.output('b', inner.instance('second', passing, { x: first.y }).y);
    const middle = inner.finish();
    const top = new ModuleBuilder('outer');
    const { b } = top.instance('unit', middle, { a: top.input('a', 4) });
    top.output('result', b);
    const flat = flatten({ modules: [passing, incrementer, middle, top.finish()] });

    expect(flat.nodes.map((node) => node.name)).toEqual(['a', 'unit.first.more']);
    expect(Object.fromEntries(flat.paths)).toEqual({
      a: 0, unit_b: 1, result: 1, 'unit.a': 0, 'unit.first_y': 1, 'unit.second_y': 1, 'unit.b': 1,
      'unit.first.x': 0, 'unit.first.more': 1, 'unit.first.y': 1, 'unit.second.x': 1, 'unit.second.y': 1,
    });
  });

  it('lets a path through one module pass against another', () => {
    const pair = new ModuleBuilder('pair');
    pair.output('p', pair.not(pair.input('a', 1)));
    pair.output('q', pair.not(pair.input('b', 1)));
    const module = pair.finish();
    const top = new ModuleBuilder('ring');
    const back = top.wire(1);
    const { p, q } = top.instance('unit', module, { a: top.input('x', 1), b: back.signal });
    back.connect(p);
    top.output('y', q);
    const simulator = evaluateDesign({ modules: [module, top.finish()] });
    simulator.input('x').set(1n);
    simulator.settle();
    expect(simulator.signal('y').get()).toBe(1n);
  });

  it('names the signals in a combinational loop', () => {
    const incrementer = incrementing();
    const top = new ModuleBuilder('looping');
    const back = top.wire(4, { name: 'back' });
    const { y } = top.instance('unit', incrementer, { x: back.signal });
    back.connect(y);
    top.output('y', y);
    const design = { modules: [incrementer, top.finish()] };
    expect(() => flatten(design)).toThrow(/^combinational loop: .*(back.*unit\.more|unit\.more.*back)/);
  });

  it('names the instances that only pass a loop on', () => {
    const passing = wireModule();
    const top = new ModuleBuilder('looping');
    const design: Design = {
      modules: [passing, {
        name: top.name, comment: [], ports: [{ name: 'y', direction: 'output', width: 4, signal: 0 }],
        nodes: [{ op: 'instance-output', name: 'unit_y', width: 4, instance: 0, port: 'y' }],
        instances: [{ name: 'unit', module: 'passing', inputs: { x: 0 } }],
      }],
    };
    expect(() => flatten(design)).toThrow('combinational loop: unit_y <- unit.x');
  });

  it('sees no loop through a register, nor through the enable of an operation without stages', () => {
    const b = new ModuleBuilder('counter');
    const count = b.register(4);
    const wire = b.wire(1);
    const more = b.sum([term(count)], 1, 4, { stages: 0, enable: wire.signal });
    wire.connect(b.compare('eq', more, b.constant(3, 4)));
    b.drive(count, more);
    b.output('y', more);
    const simulator = evaluateDesign({ modules: [b.finish()] });
    for (let cycle = 0; cycle < 3; cycle++) simulator.clock();
    simulator.settle();
    expect(simulator.signal('y').get()).toBe(4n);
  });

  it('takes deep chains and shares the matrices', () => {
    const b = new ModuleBuilder('deep');
    let x = b.input('x', 8);
    for (let i = 0; i < 50_000; i++) x = b.not(x);
    const matrix = new Int32Array(64);
    b.output('y', b.linear(x, { elementWidth: 1, signed: false, columns: 8, rows: 8, resultWidth: 5, matrix }));
    const flat = flatten({ modules: [b.finish()] });
    expect(flat.order.length).toBe(50_002);
    expect(flat.nodes.find((node) => node.op === 'linear')).toHaveProperty('matrix', matrix);
    expect(flat.nodes.some((node) => node.op === 'linear' && node.matrix === matrix)).toBe(true);
  });
});
