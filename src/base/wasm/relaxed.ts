import { simd } from './instructions.ts';
import { ModuleBuilder } from './module.ts';

/**
 * Whether this engine runs relaxed vector instructions. Those of them that bitloom emits are exact: their operands never leave the range in
 * which all machines agree.
 */
export function hasRelaxedVectors(): boolean {
  const module = new ModuleBuilder();
  const code = module.function();
  code.i32(0);
  for (const at of [0, 16]) {
    code.i32(0);
    code.emit(...simd.v128Load, 0);
    code.offset(at);
  }
  code.emit(...simd.i16x8RelaxedDotI8x16I7x16S, ...simd.v128Store, 0, 0);
  return WebAssembly.validate(module.bytes());
}
