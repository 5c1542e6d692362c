import { verilogFile } from '../../sim/yosys/verilog-file.ts';

/** What synthesis sees: the form in cells, with models of these. */
export function asSynthesized(files: ReadonlyMap<string, string>): Map<string, string> {
  const seen = [...files].map(([name, text]): [string, string] => [name, name.endsWith('.v') ? `\`define SYNTHESIS\n${text}` : text]);
  return new Map([...seen, ['xilinx.v', verilogFile('models/xilinx.v')]]);
}
