import { dispatch, type OpTable } from '../../src/base/table.ts';
import { flatten } from './flatten.ts';
import { bitsFor, type Design, type Module, type Node, type Signal } from './ir.ts';
import { operandsOf } from './operands.ts';

/**
 * Checks what every design must keep: operands that exist and have fitting widths, unique names, complete ports and instances, no
 * combinational loop. A violation is a fault of bitloom.
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
  const names = new Set<string>(['ap_clk', 'ap_rst_n']);
  const take = (name: string): void => {
    if (names.has(name)) throw new Error(`${module.name}: two things are called ${name}`);
    names.add(name);
  };
  const inputs = new Map(module.ports.filter((port) => port.direction === 'input').map((port) => [port.name, port]));
  module.nodes.forEach((node, signal) => {
    const fail = (what: string): never => { throw new Error(`${module.name}: ${node.name} (${node.op}): ${what}`); };
    take(node.name);
    if (!Number.isInteger(node.width) || node.width < 1) fail(`width ${node.width}`);
    for (const operand of operandsOf(node)) if (module.nodes[operand] === undefined) fail(`operand ${operand} does not exist`);
    const width = (operand: Signal): number => module.nodes[operand].width;
    if ('enable' in node && node.enable !== undefined && width(node.enable) !== 1) fail('enable is not one bit');
    if ('stages' in node && !(Number.isInteger(node.stages) && node.stages >= 0)) fail(`${node.stages} stages`);
    dispatch(CHECKS, node, width, fail);
    if (node.op === 'instance-output') {
      const instance = module.instances[node.instance] ?? fail('no such instance');
      const port = known.get(instance.module)?.ports.find((each) => each.name === node.port && each.direction === 'output');
      if (port === undefined || port.width !== node.width) fail(`${instance.module} has no such output`);
    }
    if (node.op === 'input' && inputs.get(node.name)?.signal !== signal) fail('no port');
  });
  checkPorts(module, take);
  for (const instance of module.instances) {
    take(instance.name);
    const used = known.get(instance.module);
    const fail = (what: string): never => { throw new Error(`${module.name}: ${instance.name}: ${what}`); };
    if (used === undefined) return fail(`module ${instance.module} does not stand before it`);
    const open = used.ports.filter((port) => port.direction === 'input');
    if (Object.keys(instance.inputs).length !== open.length) fail('wrong number of inputs');
    for (const port of open) {
      const signal = instance.inputs[port.name];
      if (signal === undefined || module.nodes[signal]?.width !== port.width) fail(`input ${port.name} is open or of another width`);
    }
  }
}

function checkPorts(module: Module, take: (name: string) => void): void {
  const inputs = new Set<string>();
  for (const { name, direction, width, signal } of module.ports) {
    const node = module.nodes[signal];
    const fail = (what: string): never => { throw new Error(`${module.name}: port ${name}: ${what}`); };
    if (node === undefined || node.width !== width) return fail(`no signal of ${width} bits drives it`);
    if (direction === 'output') {
      take(name);
      continue;
    }
    if (node.op !== 'input' || node.name !== name || inputs.has(name)) fail('not one input node');
    inputs.add(name);
  }
}

type Width = (signal: Signal) => number;
type Fail = (what: string) => void;

function expect(condition: boolean, fail: Fail, what: string): void {
  if (!condition) fail(what);
}

const CHECKS: OpTable<Node, void, [Width, Fail]> = {
  input: () => {},
  constant: (node, _, fail) => checkContents([node.value], node.width, fail),
  slice: (node, width, fail) => expect(node.low >= 0 && node.low + node.width <= width(node.arg), fail, 'bits do not exist'),
  concat: (node, width, fail) => {
    expect(node.args.reduce((sum, arg) => sum + width(arg), 0) === node.width, fail, 'widths do not add up');
  },
  extend: (node, width, fail) => expect(width(node.arg) <= node.width, fail, 'narrower than its operand'),
  not: (node, width, fail) => expect(width(node.arg) === node.width, fail, 'width differs'),
  bitwise: (node, width, fail) => {
    expect(node.args.length > 0 && node.args.every((arg) => width(arg) === node.width), fail, 'widths differ');
  },
  reduce: (node, _, fail) => expect(node.width === 1, fail, 'is not one bit'),
  mux: (node, width, fail) => {
    expect(node.args.length > 1 && node.args.every((arg) => width(arg) === node.width), fail, 'widths differ');
  },
  compare: (node, width, fail) => expect(node.width === 1 && width(node.left) === width(node.right), fail, 'widths differ'),
  shift: (node, width, fail) => expect(width(node.arg) === node.width, fail, 'width differs'),
  lookup: (node, _, fail) => checkContents(node.contents, node.width, fail),
  sum: (node, _, fail) => expect(node.terms.every(({ shift }) => Number.isInteger(shift) && shift >= 0), fail, 'negative shift'),
  multiply: () => {},
  popcount: (node, width, fail) => expect(node.width >= bitsFor(width(node.arg)), fail, 'too narrow'),
  thresholds: (node, _, fail) => {
    expect(node.width >= bitsFor(node.levels.length), fail, 'too narrow');
    expect(node.levels.every((level, i) => i === 0 || node.levels[i - 1] <= level), fail, 'levels do not ascend');
  },
  linear: (node, width, fail) => {
    expect(width(node.arg) === node.columns * node.elementWidth, fail, 'elements do not fill the operand');
    expect(node.width === node.rows * node.resultWidth, fail, 'rows do not fill the result');
    expect(node.matrix.length === node.rows * node.columns, fail, `${node.matrix.length} weights`);
  },
  register: (node, width, fail) => {
    expect(width(node.next) === node.width, fail, 'width differs');
    if (node.reset !== undefined) checkContents([node.reset], node.width, fail);
  },
  delay: (node, width, fail) => {
    expect(width(node.arg) === node.width, fail, 'width differs');
    expect(Number.isInteger(node.cycles) && node.cycles >= 1, fail, `${node.cycles} cycles`);
  },
  rom: (node, _, fail) => checkContents(node.contents, node.width, fail),
  ram: (node, width, fail) => {
    expect(width(node.writeData) === node.width && node.depth >= 1, fail, 'width differs, or no word');
    expect(width(node.writeEnable) === 1, fail, 'write enable is not one bit');
    expect(node.readEnable === undefined || width(node.readEnable) === 1, fail, 'read enable is not one bit');
    if (node.contents === undefined) return;
    expect(node.contents.length === node.depth, fail, `${node.contents.length} words of contents`);
    checkContents(node.contents, node.width, fail);
  },
  'instance-output': () => {},
};

function checkContents(contents: readonly bigint[], width: number, fail: Fail): void {
  expect(contents.every((value) => value >= 0n && value < 1n << BigInt(width)), fail, 'a value does not fit');
}
