import { flatten } from '../codegen/rtl/flatten.ts';
import { streamingAccelerator } from '../codegen/units/streaming/accelerator.ts';
import { compileDesign, Emulator } from '../emulator/index.ts';
import { table } from '../src/cli/tables.ts';
import { findTarget } from '../src/schedule/targets.ts';
import { Timing } from '../src/schedule/timing.ts';
import { binaryNetwork } from './emulator/networks.ts';
import { fullSpeed } from './emulator/stimulus.ts';

/**
 * How the emulator's cost grows with the network: binary layers of 10^4 to 10^8 bits of weights, folded alike (16 rows by 64 columns a
 * cycle), so that a cycle's work is the same and only the memories grow. `--json` prints one object, `--most N` stops at 10^N.
 */
const most = process.argv.includes('--most') ? Number(process.argv[process.argv.indexOf('--most') + 1]) : 8;
const rows: Record<string, number>[] = [];
for (let power = 4; power <= most; power++) {
  const size = 64 * Math.max(1, Math.round(Math.sqrt(10 ** power / 2) / 64));
  const graph = binaryNetwork(`bits_1e${power}`, [size, size, size]);
  const fold = { pe: 16, simd: 64 };
  const started = performance.now();
  const { design } = streamingAccelerator(graph, {
    timing: new Timing(findTarget('xc7')!, 5), folding: new Map([['dense_1', fold], ['dense_2', fold]]),
  });
  const built = performance.now();
  const compiled = compileDesign(flatten(design));
  const emulator = new Emulator(compiled);
  emulator.run(1);
  const ready = performance.now();
  for (const { name, values } of fullSpeed(design).ports) emulator.drive(name, values);
  emulator.play(50_000);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  let speed = 0;
  for (let turn = 0; turn < 4; turn++) {
    const before = process.cpuUsage().user;
    emulator.play(200_000);
    speed = Math.max(speed, 200_000 / (process.cpuUsage().user - before));
  }
  rows.push({
    weightBits: 2 * size * size, hardwareSeconds: (built - started) / 1000, emulatorSeconds: (ready - built) / 1000,
    codeBytes: compiled.fast.bytes.length, memoryBytes: compiled.layout.bytes, millionCycles: speed,
  });
}
if (process.argv.includes('--json')) console.log(JSON.stringify({ linear: rows }));
else {
  console.log(table([['weight bits', 'network to RTL, s', 'RTL to first cycle, s', 'code, bytes', 'memory, bytes', 'memory / weight bits', 'million cycles/s'],
    ...rows.map((row) => [`${row.weightBits}`, row.hardwareSeconds.toFixed(2), row.emulatorSeconds.toFixed(3), `${row.codeBytes}`, `${row.memoryBytes}`,
      ((8 * row.memoryBytes) / row.weightBits).toFixed(2), row.millionCycles.toFixed(2)])]));
}
