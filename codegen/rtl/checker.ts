import { dispatch, type OpTable } from '../../src/base/table.ts';
import { flatten } from './flatten.ts';
import { bitsFor, type Design, type Module, type Node, type Signal } from './ir.ts';
import { operandsOf } from './operands.ts';

/**
 * Checks what every design must keep: operands that exist and have fitting widths, unique names, complete instances, no combinational
 * loop. A violation is a fault of bitloom.
 * @throws Error naming module and signal
 */
export function checkDesign(design: Design): void {
  const known = new Map<string, Module>();
  for (const module of design.modules) {
    if (known.has(module.name)) throw new Error(`two modules are called ${module.name}`);
    checkModule(module, known);
    known.set(module.name, module);
  }
  flatten(design);
}

function checkModule(module: Module, known: ReadonlyMap<string, Module>): void {
  const names = new Set<string>();
  const take = (name: string): void => {
    if (names.has(name)) throw new Error(`${module.name}: two things are called ${name}`);
    names.add(name);
  };
  module.nodes.forEach((node, signal) => {
    const fail = (what: string): never => { throw new Error(`${module.name}: ${node.name} (${node.op}): ${what}`); };
    take(node.name);
    if (!Number.isInteger(node.width) || node.width < 1) fail(`width ${node.width}`);
    for (const operand of operandsOf(node)) if (module.nodes[operand] === undefined) fail(`operand ${operand} does not exist`);
    const width = (operand: Signal): number => module.nodes[operand].width;
    if ('enable' in node && node.enable !== undefined && width(node.enable) !== 1) fail('enable is not one bit');
    dispatch(CHECKS, node, width, fail);
    if (node.op === 'instance-output') {
      const instance = module.instances[node.instance] ?? fail('no such instance');
      const port = known.get(instance.module)?.ports.find((each) => each.name === node.port && each.direction === 'output');
      if (port === undefined || port.width !== node.width) fail(`${instance.module} has no such output`);
    }
    if (node.op === 'input' && !module.ports.some((port) => port.signal === signal && port.name === node.name)) fail('no port');
  });
  for (const instance of module.instances) {
    take(instance.name);
    const used = known.get(instance.module);
    if (used === undefined) throw new Error(`${module.name}: ${instance.name}: module ${instance.module} does not stand before it`);
    const inputs = used.ports.filter((port) => port.direction === 'input');
    if (Object.keys(instance.inputs).length !== inputs.length) throw new Error(`${module.name}: ${instance.name}: wrong number of inputs`);
    for (const port of inputs) {
      const signal = instance.inputs[port.name];
      if (signal === undefined || module.nodes[signal]?.width !== port.width) {
        throw new Error(`${module.name}: ${instance.name}: input ${port.name} is open or of another width`);
      }
    }
  }
}

type Width = (signal: Signal) => number;
type Fail = (what: string) => void;

function expect(condition: boolean, fail: Fail, what: string): void {
  if (!condition) fail(what);
}

const CHECKS: OpTable<Node, void, [Width, Fail]> = {
  input: () => {},
  constant: (node, _, fail) => expect(node.value >= 0n && node.value < 1n << BigInt(node.width), fail, 'value does not fit'),
  slice: (node, width, fail) => expect(node.low >= 0 && node.low + node.width <= width(node.arg), fail, 'bits do not exist'),
  concat: (node, width, fail) => expect(node.args.reduce((sum, arg) => sum + width(arg), 0) === node.width, fail, 'widths do not add up'),
  extend: (node, width, fail) => expect(width(node.arg) <= node.width, fail, 'narrower than its operand'),
  not: (node, width, fail) => expect(width(node.arg) === node.width, fail, 'width differs'),
  bitwise: (node, width, fail) => expect(node.args.length > 0 && node.args.every((arg) => width(arg) === node.width), fail, 'widths differ'),
  reduce: (node, _, fail) => expect(node.width === 1, fail, 'is not one bit'),
  mux: (node, width, fail) => expect(node.args.length > 1 && node.args.every((arg) => width(arg) === node.width), fail, 'widths differ'),
  compare: (node, width, fail) => expect(node.width === 1 && width(node.left) === width(node.right), fail, 'widths differ'),
  shift: (node, width, fail) => expect(width(node.arg) === node.width, fail, 'width differs'),
  lookup: (node, _, fail) => checkContents(node.contents, node.width, fail),
  sum: (node, _, fail) => expect(node.stages >= 0 && node.terms.every((term) => term.shift >= 0), fail, 'negative shift or stages'),
  multiply: (node, _, fail) => expect(node.stages >= 0, fail, 'negative stages'),
  popcount: (node, width, fail) => expect(node.width >= bitsFor(width(node.arg)), fail, 'too narrow'),
  thresholds: (node, _, fail) => {
    expect(node.width >= bitsFor(node.levels.length), fail, 'too narrow');
    expect(node.levels.every((level, i) => i === 0 || node.levels[i - 1] <= level), fail, 'levels do not ascend');
  },
  linear: (node, width, fail) => {
    expect(width(node.arg) === node.columns * node.elementWidth, fail, 'elements do not fill the operand');
    expect(node.width === node.rows * node.resultWidth && node.matrix.length === node.rows * node.columns, fail, 'sizes do not fit');
  },
  register: (node, width, fail) => expect(width(node.next) === node.width, fail, 'width differs'),
  delay: (node, width, fail) => expect(width(node.arg) === node.width && node.cycles >= 1, fail, 'width differs, or no cycle'),
  rom: (node, _, fail) => checkContents(node.contents, node.width, fail),
  ram: (node, width, fail) => expect(width(node.writeData) === node.width && width(node.writeEnable) === 1 && node.depth >= 1, fail, 'widths differ'),
  'instance-output': () => {},
};

function checkContents(contents: readonly bigint[], width: number, fail: Fail): void {
  expect(contents.every((value) => value >= 0n && value < 1n << BigInt(width)), fail, 'an entry does not fit');
}
