import { sliceVerilog, listText } from '../../codegen/arithmetic/slice-verilog.ts';
import type { Bit, Net, Netlist } from '../../codegen/arithmetic/netlist.ts';
import { cacheKey, SynthesisCache } from '../../sim/yosys/cache.ts';
import { YosysPool, yosysVersion } from '../../sim/yosys/pool.ts';

/** What Yosys counts. LUT1 to LUT6, LUT6_2 and INV are one each; the path is in cells. */
export interface Measured {
  readonly lut: number;
  readonly carry4: number;
  readonly path: number;
}

/** Ways to run the same synthesis. */
export const FLOWS = {
  flattened: ['-flatten', ''],
  hierarchical: ['', 'flatten;'],
  abc9: ['-flatten -abc9', ''],
} as const;
export type Flow = keyof typeof FLOWS;

/** A combinational module of a netlist's cells, `arg` to `result`. */
export function moduleOf(name: string, netlist: Netlist, inputs: readonly Net[], outputs: readonly Bit[]): string {
  const places = new Map(inputs.map((net, index) => [net, index]));
  const { lines, outputs: results } = sliceVerilog(netlist, outputs, { inputName: net => `arg[${places.get(net)}]` });
  return [
    `module ${name} (input wire [${inputs.length - 1}:0] arg, output wire [${outputs.length - 1}:0] result);`,
    ...lines, `assign result = ${listText(results)};`, 'endmodule', '',
  ].join('\n');
}

/** Runs the Yosys command with which the other tools were measured; results are kept on disk. */
export class Measurer {
  private readonly cache = new SynthesisCache();
  private readonly pool: YosysPool;

  constructor(workers: number, timeoutSeconds: number) {
    this.pool = new YosysPool(workers, timeoutSeconds);
  }

  async measure(text: string, top: string, flow: Flow = 'flattened'): Promise<Measured> {
    const [options, after] = FLOWS[flow];
    const script = [
      'read_verilog design.v', `synth_xilinx -family xc7 -nodsp -noiopad -noclkbuf ${options} -top ${top}`,
      `${after} tee -q -o path.txt ltp -noff`, 'tee -q -o cells.txt stat',
    ].join('; ');
    const key = cacheKey('qor', yosysVersion, script, text);
    const known = await this.cache.read<Measured>(key);
    if (known !== undefined) return known;
    const { files } = await this.pool.run({ subject: top, script, files: { 'design.v': text }, results: ['path.txt', 'cells.txt'] });
    const counts = new Map<string, number>();
    for (const line of files['cells.txt'].split('\n')) {
      const cell = /^\s*(?:(\d+)\s+(?:-\s+)?)?(LUT\d(?:_2)?|INV|CARRY4)\s*(\d+)?\s*$/.exec(line);
      if (cell !== null) counts.set(cell[2], Number(cell[1] ?? cell[3]));
    }
    const lut = [...counts].reduce((sum, [type, count]) => sum + (type === 'CARRY4' ? 0 : count), 0);
    const path = Number(/length=(\d+)/.exec(files['path.txt'])?.[1] ?? 0);
    const measured = { lut, carry4: counts.get('CARRY4') ?? 0, path };
    await this.cache.write(key, measured);
    return measured;
  }

  close(): void {
    this.pool.close();
  }
}
