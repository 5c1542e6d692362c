import { DesignBuilder, ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { synthesize, type SynthesisReport } from '../../sim/yosys/index.ts';

/** A sum of `width` bits between registers in an instance `adder`. */
export async function adder(width: number, target: string, cacheFolder: string): Promise<SynthesisReport> {
  const unit = new ModuleBuilder('unit');
  const [left, right] = ['left', 'right'].map((name) => unit.register(width, { next: unit.input(`${name}_in`, width), name }));
  unit.output('result', unit.register(width, { next: unit.sum([term(left), term(right)], 0, width), name: 'total' }));
  const design = new DesignBuilder();
  const inner = design.add(unit.finish());
  const top = new ModuleBuilder('top');
  const { result } = top.instance('adder', inner, { left_in: top.input('a', width), right_in: top.input('b', width) });
  top.output('c', result);
  design.add(top.finish());
  return synthesize(emitVerilog(design.finish()), 'top', { target, cacheFolder });
}
