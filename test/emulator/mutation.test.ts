import { expect, it } from 'vitest';
import { flatten } from '../../codegen/rtl/flatten.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { compileDesign, Emulator } from '../../emulator/index.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { Random } from '../verilog/random.ts';
import { plainInstructions } from './instructions.ts';
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
      runLockstep(design, [right, wrong], 6, CYCLES, () => {
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
