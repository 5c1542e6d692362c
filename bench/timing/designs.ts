import { aroundLogic, DELAYS } from '../../codegen/arithmetic/delays.ts';
import { longestLogic, placeRegisters, popcountLevels, productLevels, sumLevels, thresholdLevels, type Level } from '../../codegen/arithmetic/levels.ts';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import type { Design, Signal } from '../../codegen/rtl/ir.ts';
import { withFewPins } from '../../codegen/units/few-pins.ts';
import { compileNetwork, type CompileOptions } from '../../src/compiler/compile.ts';
import { loadNetwork } from '../../src/frontend/index.ts';

/** A design whose clock is predicted and measured. */
export interface TimedDesign {
  readonly name: string;
  readonly design: Design;
  readonly top: string;
  /** Prefixes of names that say nothing. */
  readonly inside: readonly string[];
  /** Nanoseconds that registers are placed for. */
  readonly clock: number;
  /** Clock period that the plan of registers predicts, before there is a netlist. */
  readonly planned: number;
}

/**
 * An operation between registers. Its bits come from a shift register with a register of their own behind each, so that few pins feed it and
 * the shift register's place does not matter; the result leaves by way of a second register.
 */
function between(name: string, width: number, levels: readonly Level[], stages: number, operation: (builder: ModuleBuilder, bits: Signal, enable: Signal) => Signal): TimedDesign {
  const builder = new ModuleBuilder(`timed_${name}`.replace(/\W+/g, '_'));
  const serial = builder.input('serial', 1);
  const enable = builder.input('enable', 1);
  const shifted = builder.register(width, { name: 'shifted' });
  builder.drive(shifted, width === 1 ? serial : builder.concat([serial, builder.slice(shifted, 0, width - 1)]));
  const operands = builder.register(width, { name: 'operands', next: shifted, enable });
  const result = operation(builder, operands, enable);
  builder.output('leaves', builder.register(builder.width(result), { next: result, name: 'kept' }));
  const module = builder.finish();
  const planned = aroundLogic(DELAYS.ice40) + longestLogic(levels, placeRegisters(levels, stages, 0));
  return { name, design: { modules: [module] }, top: module.name, inside: [], clock: 1, planned };
}

function sum(terms: number, width: number, stages: number): TimedDesign {
  return between(`sum of ${terms} of ${width} bits in ${stages}`, terms * width,
    sumLevels(terms, width, width + Math.ceil(Math.log2(terms)), DELAYS.ice40), stages, (builder, bits, enable) => builder.sum(
    Array.from({ length: terms }, (_, i) => term(builder.slice(bits, i * width, width), { signed: true })), 0,
    width + Math.ceil(Math.log2(terms)), { stages, enable }));
}

function popcount(width: number, stages: number): TimedDesign {
  return between(`popcount of ${width} in ${stages}`, width,
    popcountLevels(width, DELAYS.ice40), stages, (builder, bits, enable) => builder.popcount(bits, { stages, enable }));
}

function thresholds(levels: number, width: number, stages: number): TimedDesign {
  return between(`${levels} thresholds of ${width} bits in ${stages}`, width,
    thresholdLevels(levels, width, DELAYS.ice40), stages, (builder, bits, enable) => builder.thresholds(
    bits, true, Array.from({ length: levels }, (_, i) => BigInt(Math.floor(((i + 0.43) * 2 ** width) / levels) - 2 ** (width - 1))), { stages, enable }));
}

function multiply(left: number, right: number, stages: number): TimedDesign {
  return between(`product of ${left} by ${right} bits in ${stages}`, left + right,
    productLevels(left, right, DELAYS.ice40), stages, (builder, bits, enable) => builder.multiply(
    builder.slice(bits, 0, left), true, builder.slice(bits, left, right), true, left + right, { stages, enable }));
}

function linear(rows: number, columns: number, width: number, stages: number): TimedDesign {
  let state = 12345;
  const matrix = Int32Array.from({ length: rows * columns }, () => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16) % 15 - 7);
  const resultWidth = width + 4 + Math.ceil(Math.log2(columns));
  return between(`matrix ${rows} by ${columns} in ${stages}`, columns * width,
    sumLevels(Math.ceil(columns * 1.9), width + 2, resultWidth, DELAYS.ice40), stages, (builder, bits, enable) => builder.linear(
    bits, { elementWidth: width, signed: true, columns, rows, resultWidth, matrix }, { stages, enable }));
}

export const UNITS: readonly TimedDesign[] = [
  sum(2, 16, 1), sum(8, 8, 1), sum(16, 6, 2), popcount(24, 1), popcount(64, 1), popcount(128, 2), thresholds(3, 12, 1), thresholds(15, 10, 1),
  thresholds(15, 14, 2), multiply(6, 6, 1), multiply(8, 8, 2), linear(6, 8, 4, 1), linear(8, 8, 4, 2),
];

async function network(name: string, path: string, options: CompileOptions, pins: number): Promise<TimedDesign> {
  const { accelerator, clock, period } = compileNetwork(await loadNetwork(path), options);
  const { design, top, inside } = withFewPins(accelerator, pins);
  return { name, design, top, inside: [inside, 'core.'], clock, planned: period };
}

/** Networks that fit into an HX8K. */
export async function networks(target: string, pins: number): Promise<TimedDesign[]> {
  const digits = 'examples/digits/digits.onnx';
  const made = [
    await network('digits, 256 cycles', digits, { target, goal: { kind: 'interval', cycles: 256 } }, pins),
    await network('digits, 5000 LUT', digits, { target, clock: 15.2, goal: { kind: 'budget', budget: { lut: 5000 }, what: 'a budget' } }, pins),
    await network('lmul', 'examples/blocks/lmul.bloom', { target, style: 'streaming' }, pins),
  ];
  return made;
}

