import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import type { Design, Module } from '../../codegen/rtl/ir.ts';
import type { Random } from './random.ts';

/** Bits of the input that all modules of a gallery take theirs from. */
const STIMULUS = 512;

/**
 * Many modules side by side under one top, so that one build tests them all. Their inputs are parts of `stimulus` at random
 * places; the outputs of module `m` are those of the top called `<m>_<port>`.
 */
export function gallery(modules: readonly Module[], random: Random): Design {
  const b = new ModuleBuilder('gallery', ['Modules under test, side by side.']);
  const stimulus = b.input('stimulus', STIMULUS);
  for (const module of modules) {
    const inputs = module.ports.filter(port => port.direction === 'input').map(({ name, width }): [string, number] => {
      const copies = Array.from({ length: Math.ceil(width / STIMULUS) }, () => stimulus);
      const source = b.concat(copies);
      return [name, b.slice(source, random.integer(0, b.width(source) - width), width)];
    });
    const outputs = b.instance(`${module.name}_unit`, module, Object.fromEntries(inputs));
    for (const [port, signal] of Object.entries(outputs)) b.output(`${module.name}_${port}`, signal);
  }
  return { modules: [...modules, b.finish()] };
}

export function stimuli(random: Random, cycles: number): bigint[] {
  return Array.from({ length: cycles }, () => {
    let value = 0n;
    for (let bits = 0; bits < STIMULUS; bits += 64) value |= random.value(64) << BigInt(bits);
    return value;
  });
}
