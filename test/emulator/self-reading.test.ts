import { expect, it } from 'vitest';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { topModule, type Design, type Module, type Node, type Signal } from '../../codegen/rtl/ir.ts';
import { emulate } from '../../emulator/index.ts';
import { sameState } from './same-state.ts';

/** A module of nodes that are given as they are: the builder would not let a node read itself. */
function design(...nodes: Node[]): Design {
  const last = nodes.length - 1;
  const inputs = nodes.flatMap((node, signal) => (node.op === 'input'
    ? [{ name: node.name, direction: 'input' as const, width: node.width, signal }] : []));
  const output = { name: 'result', direction: 'output' as const, width: nodes[last].width, signal: last };
  const module: Module = { name: 'self', comment: [], ports: [...inputs, output], nodes, instances: [] };
  return { modules: [module] };
}

function expectSame(each: Design, stimulus: (cycle: number, port: string) => bigint): void {
  const engines = [evaluateDesign(each), emulate(each)];
  const same = sameState(engines[0], engines[1]);
  for (let cycle = 0; cycle < 20; cycle++) {
    for (const engine of engines) {
      for (const { direction, name } of topModule(each).ports) if (direction === 'input') engine.input(name).set(stimulus(cycle, name));
      engine.settle();
    }
    same(cycle);
    for (const engine of engines) engine.clock();
  }
}

const input = (name: string, width: number): Node => ({ op: 'input', name, width });
const SELF: Signal = 2;
const ram = { op: 'ram', name: 'memory', width: 2, depth: 4, writeEnable: 1, read: 'registered', style: 'auto' } as const;
const rom = { op: 'rom', name: 'memory', width: 70, address: SELF, style: 'auto' } as const;
const counting = (cycle: number): bigint => BigInt(cycle);

it('a ram stores its own output of before the edge', () => {
  expectSame(design(
    input('address', 2), input('write', 1),
    { ...ram, writeAddress: SELF, writeData: 0, readAddress: 0 },
  ), (cycle, port) => (port === 'write' ? 1n : counting(cycle)));
  expectSame(design(
    input('address', 2), input('write', 1),
    { ...ram, writeAddress: 0, writeData: SELF, readAddress: SELF },
  ), counting);
});

it('a wide rom is addressed by its own output', () => {
  expectSame(design(
    input('a', 1), input('b', 1),
    { ...rom, contents: [(1n << 69n) | 1n, (1n << 68n) | 2n, (1n << 67n) | 3n, 0n] },
  ), counting);
  expectSame(design(
    input('a', 1), input('b', 1),
    { ...rom, contents: [1n, (1n << 69n) | 2n, 2n] },
  ), counting);
});

it('a wide pipelined sum adds to itself', () => {
  const terms = [{ arg: SELF, signed: true, shift: 1, negative: false }, { arg: 0, signed: false, shift: 64, negative: true }];
  const sum: Node = { op: 'sum', name: 'sum', width: 130, terms, constant: -3n, stages: 1, enable: 1 };
  expectSame(design(input('a', 7), input('b', 1), sum), counting);
});

it('a counter by a lone pipelined sum gives literal values', () => {
  const terms = [{ arg: SELF, signed: false, shift: 0, negative: false }];
  const counter = design(input('a', 1), input('b', 1), { op: 'sum', name: 'sum', width: 2, terms, constant: 3n, stages: 1 });
  const found = [evaluateDesign(counter), emulate(counter)].map((engine) => Array.from({ length: 5 }, () => {
    engine.settle();
    const value = engine.signal('result').get();
    engine.clock();
    return value;
  }));
  expect(found).toEqual([[0n, 3n, 2n, 1n, 0n], [0n, 3n, 2n, 1n, 0n]]);
});
