import { expect, it } from 'vitest';
import { flatten } from '../../codegen/rtl/flatten.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { topModule } from '../../codegen/rtl/ir.ts';
import { compileDesign, COPIES, Emulator, LaneEmulator, lanesOf, type LaneCode } from '../../emulator/index.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { Random } from '../verilog/random.ts';
import { plainInstructions, vectorInstructions } from './instructions.ts';
import { runLockstep } from './lockstep.ts';

/** A wrong instruction for a right one, of the same type. */
const WRONG = new Map<number, number>([
  [op.i64Add, op.i64Sub], [op.i64Sub, op.i64Add], [op.i64And, op.i64Or], [op.i64Or, op.i64Xor], [op.i64Xor, op.i64Or],
  [op.i64Shl, op.i64ShrU], [op.i64ShrU, op.i64Shl], [op.i64Eq, op.i64Ne], [op.i64Ne, op.i64Eq], [op.i64Mul, op.i64Add],
  [op.i64LtU, op.i64GeU], [op.i64LtS, op.i64GeS], [op.i64LeS, op.i64GtS],
]);
const CYCLES = 400;
const MUTANTS = 40;

it('a wrong instruction in the generated code is caught by the comparison of all registers', async () => {
  const { accelerator: { design } } = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { style: 'streaming', target: 'xc7' });
  const flat = flatten(design);
  const state = [...flat.paths].filter(([, signal]) => isState(flat.nodes[signal])).map(([path]) => path);
  const right = new Emulator(compileDesign(flat));
  const sites = plainInstructions(compileDesign(flat).fast.bytes).filter(({ opcode }) => WRONG.has(opcode));
  expect(sites.length).toBeGreaterThan(300);
  const random = new Random(11);
  const catches = (wrong: Emulator): boolean => {
    const pairs = state.map((path) => [right.signal(path), wrong.signal(path)] as const);
    try {
      runLockstep(design, [right, wrong], 6, (cycle) => cycle < CYCLES, () => {
        for (const [a, b] of pairs) if (a.get() !== b.get()) throw new Error('caught');
      });
    } catch (error) {
      if ((error as Error).message === 'caught' || error instanceof WebAssembly.RuntimeError) return true;
      throw error;
    }
    return false;
  };
  expect(catches(new Emulator(compileDesign(flat)))).toBe(false);
  let caught = 0;
  for (let mutant = 0; mutant < MUTANTS; mutant++) {
    const compiled = compileDesign(flat);
    const { at, opcode } = random.pick(sites);
    compiled.fast.bytes[at] = WRONG.get(opcode)!;
    if (catches(new Emulator(compiled))) caught++;
  }
  // Some are in code that only other runs reach (streams in WebAssembly), or change nothing (or for xor of bits that never meet).
  expect(caught / MUTANTS).toBeGreaterThan(0.7);
});

/** A wrong vector instruction for a right one. */
const WRONG_VECTOR = new Map<number, number>([
  [0x8e, 0x91], [0x91, 0x8e], [0x4e, 0x50], [0x51, 0x4e], [0x4d, 0x62], [0x62, 0x4d], [0x95, 0x8e], [0x65, 0x66], [0x66, 0x65], [0x27, 0x23], [0x71, 0x6e],
]);

it('a wrong vector instruction in the code of copies side by side is caught by the comparison of what they keep', async () => {
  const { accelerator: { design } } = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { style: 'streaming', target: 'xc7' });
  const flat = flatten(design);
  const random = new Random(12);
  const right = lanesOf(flat, COPIES)!;
  const sites = vectorInstructions(right.bytes).filter(({ opcode }) => WRONG_VECTOR.has(opcode));
  expect(sites.length).toBeGreaterThan(100);
  const state = [...flat.paths.values()].filter((signal) => isState(flat.nodes[signal]) && right.live.has(signal));
  const [input] = right.streams.filter((stream) => stream.input);
  const { width } = topModule(design).ports.find(({ name }) => name === `${input.prefix}_tdata`)!;
  const each = Math.ceil(width / 64);
  const words = Array.from({ length: COPIES }, () => BigUint64Array.from({ length: CYCLES * each }, () => random.value(64)));
  const outputs = right.streams.filter((stream) => !stream.input).map(({ prefix }) => ({ prefix, count: CYCLES }));
  const run = { inputs: [{ prefix: input.prefix, words }], outputs, stall: { seed: 3, percent: 30 } };
  const trace = (code: LaneCode): string => {
    const emulator = new LaneEmulator(code);
    const session = emulator.begin(run);
    const seen: string[] = [];
    for (let cycle = 0; cycle < CYCLES; cycle += 20) {
      session.advance(20);
      seen.push(state.map((signal) => emulator.value(signal, 2)).join());
    }
    return seen.join('\n');
  };
  const expected = trace(right);
  expect(trace(lanesOf(flat, COPIES)!)).toBe(expected);
  let caught = 0;
  for (let mutant = 0; mutant < MUTANTS; mutant++) {
    const bytes = right.bytes.slice();
    const { at, opcode } = random.pick(sites);
    // Opcodes of 128 and more take a second byte, which stays.
    bytes[at] = (WRONG_VECTOR.get(opcode)! & 127) | (opcode & 128);
    if (opcode < 128 === WRONG_VECTOR.get(opcode)! < 128 && trace({ ...right, bytes }) !== expected) caught++;
  }
  expect(caught / MUTANTS).toBeGreaterThan(0.7);
});
