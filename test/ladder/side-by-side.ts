import { DesignBuilder, ModuleBuilder } from '../../codegen/rtl/builder.ts';
import type { Design, Module } from '../../codegen/rtl/ir.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';

/** What the ports of accelerator `i` begin with. */
export function prefixOf(i: number, prefix: string): string {
  return `n${i}_${prefix}`;
}

/** One design with all accelerators next to each other: what takes a while to build for simulation is built once. Their names must differ. */
export function sideBySide(accelerators: readonly Accelerator[]): Design {
  const design = new DesignBuilder();
  const known = new Map<string, Module>();
  for (const { design: { modules } } of accelerators) {
    for (const module of modules) {
      const other = known.get(module.name);
      if (other === undefined) design.add(module);
      else if (!sameModule(other, module)) throw new Error(`two modules are called ${module.name}`);
      known.set(module.name, module);
    }
  }
  const top = new ModuleBuilder('side_by_side');
  accelerators.forEach(({ design: { modules } }, i) => {
    const core = modules[modules.length - 1];
    const inputs = core.ports.filter(({ direction }) => direction === 'input');
    const outputs = top.instance(`unit${i}`, core, Object.fromEntries(inputs.map(({ name, width }) => [name, top.input(prefixOf(i, name), width)])));
    for (const [name, signal] of Object.entries(outputs)) top.output(prefixOf(i, name), signal);
  });
  design.add(top.finish());
  return design.finish();
}

function sameModule(a: Module, b: Module): boolean {
  const text = (module: Module): string => JSON.stringify(module, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return a === b || text(a) === text(b);
}
