import { describe, expect, it } from 'vitest';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import type { Instance, Module, Node, Port } from '../../codegen/rtl/ir.ts';

const INPUTS: readonly Node[] = [{ op: 'input', name: 'a', width: 4 }, { op: 'input', name: 'b', width: 1 }];
const PORTS: readonly Port[] = [
  { name: 'a', direction: 'input', width: 4, signal: 0 }, { name: 'b', direction: 'input', width: 1, signal: 1 },
];

function withNode(node: Node, more: Partial<Module> = {}): Module {
  return { name: 'm', comment: [], ports: PORTS, nodes: [...INPUTS, node], instances: [], ...more };
}

const common = { name: 'x', width: 4 };
const memory = {
  ...common, op: 'ram', depth: 4, writeEnable: 1, writeAddress: 0, writeData: 0, readAddress: 0, read: 'registered', style: 'auto',
} as const;
const linear = {
  ...common, op: 'linear', arg: 0, elementWidth: 2, signed: true, columns: 2, rows: 1, resultWidth: 4, stages: 0,
} as const;

/** Nodes over `a` of 4 bits (0) and `b` of 1 bit (1) that break a rule. */
const BROKEN: readonly (readonly [string, Node])[] = [
  ['a name twice', { op: 'constant', name: 'a', width: 1, value: 0n }],
  ['the name of the clock', { op: 'constant', name: 'ap_clk', width: 1, value: 0n }],
  ['no width', { op: 'constant', name: 'x', width: 0, value: 0n }],
  ['an operand that is not there', { ...common, op: 'not', arg: 7 }],
  ['an input without port', { ...common, op: 'input' }],
  ['a constant too large', { ...common, op: 'constant', value: 16n }],
  ['a negative constant', { ...common, op: 'constant', value: -1n }],
  ['a slice past the end', { ...common, op: 'slice', arg: 0, low: 1 }],
  ['a concat of other widths', { ...common, op: 'concat', args: [0, 1] }],
  ['an extension to less', { op: 'extend', name: 'x', width: 3, arg: 0, signed: false }],
  ['not of another width', { ...common, op: 'not', arg: 1 }],
  ['and of different widths', { ...common, op: 'bitwise', kind: 'and', args: [0, 1] }],
  ['or of nothing', { ...common, op: 'bitwise', kind: 'or', args: [] }],
  ['a wide reduction', { ...common, op: 'reduce', kind: 'or', arg: 0 }],
  ['a mux of one', { ...common, op: 'mux', select: 1, args: [0] }],
  ['a comparison of different widths', { op: 'compare', name: 'x', width: 1, kind: 'eq', signed: false, left: 0, right: 1 }],
  ['a shift of another width', { ...common, op: 'shift', kind: 'left', arg: 1, amount: 0 }],
  ['a table entry too large', { ...common, op: 'lookup', index: 0, contents: [0n, 16n] }],
  ['a negative shift', { ...common, op: 'sum', terms: [{ arg: 0, signed: false, shift: -1, negative: false }], constant: 0n, stages: 0 }],
  ['half a stage', { ...common, op: 'multiply', left: 0, leftSigned: false, right: 0, rightSigned: false, stages: 0.5 }],
  ['a wide enable', { ...common, op: 'popcount', arg: 0, stages: 1, enable: 0 }],
  ['a narrow count', { op: 'popcount', name: 'x', width: 2, arg: 0, stages: 0 }],
  ['levels that fall', { ...common, op: 'thresholds', arg: 0, signed: false, levels: [2n, 1n], stages: 0 }],
  ['more levels than counts', { op: 'thresholds', name: 'x', width: 1, arg: 0, signed: false, levels: [1n, 2n], stages: 0 }],
  ['a matrix of another size', { ...linear, matrix: new Int32Array(3) }],
  ['elements that do not fill the operand', { ...linear, columns: 1, matrix: new Int32Array(1) }],
  ['a register of another width', { ...common, op: 'register', next: 1 }],
  ['a reset value too large', { ...common, op: 'register', next: 0, reset: 16n }],
  ['a delay of no cycle', { ...common, op: 'delay', arg: 0, cycles: 0 }],
  ['a rom entry too large', { ...common, op: 'rom', address: 0, contents: [16n], style: 'auto' }],
  ['ram data of another width', { ...memory, writeData: 1 }],
  ['a wide write enable', { ...memory, writeEnable: 0 }],
  ['a wide read enable', { ...memory, readEnable: 0 }],
  ['an instance that is not there', { ...common, op: 'instance-output', instance: 0, port: 'y' }],
];

describe('checker', () => {
  it('takes a sound module', () => {
    expect(() => checkDesign({ modules: [withNode({ ...linear, matrix: new Int32Array(2) })] })).not.toThrow();
    expect(() => checkDesign({ modules: [withNode({ ...memory, readEnable: 1 })] })).not.toThrow();
  });

  for (const [what, node] of BROKEN) {
    it(`refuses ${what}, naming module and node`, () => {
      expect(() => checkDesign({ modules: [withNode(node)] })).toThrow(new RegExp(`m: .*\\b${node.name}\\b`));
    });
  }

  const y: Port = { name: 'y', direction: 'output', width: 4, signal: 2 };
  const inner = withNode({ ...common, op: 'not', arg: 0 }, { name: 'inner', ports: [...PORTS, y] });
  const use = (inputs: Record<string, number>, module = 'inner'): Module => {
    const instances: Instance[] = [{ name: 'unit', module, inputs }];
    return withNode({ ...common, op: 'instance-output', instance: 0, port: 'y' }, { instances });
  };

  it('checks instances', () => {
    expect(() => checkDesign({ modules: [inner, use({ a: 0, b: 1 })] })).not.toThrow();
    expect(() => checkDesign({ modules: [inner, use({ a: 0 })] })).toThrow('m: unit');
    expect(() => checkDesign({ modules: [inner, use({ a: 1, b: 1 })] })).toThrow('m: unit: input a');
    expect(() => checkDesign({ modules: [inner, use({ a: 0, b: 1, c: 0 })] })).toThrow('m: unit');
    expect(() => checkDesign({ modules: [inner, use({ a: 0, b: 1 }, 'other')] })).toThrow('other');
    expect(() => checkDesign({ modules: [inner, inner] })).toThrow('inner');
  });

  it('checks ports', () => {
    const sound = { ...common, op: 'not', arg: 0 } as const;
    const ports = (...more: Port[]): Module => withNode(sound, { ports: [...PORTS, ...more] });
    expect(() => checkDesign({ modules: [ports({ name: 'y', direction: 'output', width: 4, signal: 2 })] })).not.toThrow();
    expect(() => checkDesign({ modules: [ports({ name: 'y', direction: 'output', width: 3, signal: 2 })] })).toThrow('m: port y');
    expect(() => checkDesign({ modules: [ports({ name: 'y', direction: 'output', width: 4, signal: 9 })] })).toThrow('m: port y');
    expect(() => checkDesign({ modules: [ports({ name: 'x', direction: 'output', width: 4, signal: 2 })] })).toThrow('called x');
    expect(() => checkDesign({ modules: [ports({ name: 'x', direction: 'input', width: 4, signal: 2 })] })).toThrow('m: port x');
  });
});
