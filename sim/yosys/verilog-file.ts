import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The text of a Verilog file of this folder, `models/xilinx.v`. */
export function verilogFile(path: string): string {
  // Compiled code stands in dist/sim/yosys; the Verilog stays in the source tree.
  const places = [`./${path}`, `../../../sim/yosys/${path}`].map(place => fileURLToPath(new URL(place, import.meta.url)));
  const place = places.find(candidate => existsSync(candidate));
  if (place === undefined) throw new Error(`${path} is missing beside the synthesis`);
  return readFileSync(place, 'utf8');
}
