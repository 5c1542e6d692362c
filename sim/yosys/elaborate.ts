import { cacheKey, type SynthesisCache } from './cache.ts';
import { yosysVersion, type YosysPool } from './pool.ts';
import { readRtlil, type RtlilModule } from './rtlil.ts';

const FIRST_NUMBER = 'first_number.il';

/**
 * The modules below `top` with their parameters applied, the instantiated before the instantiating. `files` holds Verilog
 * (`.v`) and whatever the Verilog reads (`.mem`). Throws a `UserError` if Yosys does not accept them.
 */
export async function elaborate(
  files: ReadonlyMap<string, string>, top: string, pool: YosysPool, cache: SynthesisCache,
): Promise<RtlilModule[]> {
  const sources = [...files.keys()].filter(name => name.endsWith('.v'));
  // Cells of a target that the Verilog instantiates itself are known while it is read, and are no modules of the design.
  const inCells = sources.some(name => /^ *(LUT6_2|CARRY[48]) /m.test(files.get(name)!));
  const script = [
    `read_rtlil ${FIRST_NUMBER}`, ...(inCells ? ['read_verilog -lib +/xilinx/cells_sim.v'] : []), `read_verilog ${sources.join(' ')}`,
    `hierarchy -check -top ${top}`, ...(inCells ? ['delete =A:blackbox =A:whitebox'] : []), 'write_rtlil design.il',
  ].join('; ');
  const key = cacheKey('elaborate', yosysVersion, script, [...files]);
  let text = await cache.read<string>(key);
  if (text === undefined) {
    const result = await pool.run({
      subject: `module ${top}`,
      script,
      // Names that Yosys makes up are sorted as text: numbers of one length keep their order.
      files: { ...Object.fromEntries(files), [FIRST_NUMBER]: 'autoidx 100000000\n' },
      results: ['design.il'],
    });
    text = result.files['design.il'];
    await cache.write(key, text);
  }
  return childrenFirst(new Map(readRtlil(text).map(module => [module.name, module])), top);
}

function childrenFirst(modules: ReadonlyMap<string, RtlilModule>, top: string): RtlilModule[] {
  const order = new Set<RtlilModule>();
  const visit = (name: string) => {
    const module = modules.get(name)!;
    if (order.has(module)) return;
    for (const child of new Set(module.children.values())) visit(child);
    order.add(module);
  };
  visit(top);
  return [...order];
}
