import { portsOf } from '../../codegen/testbench/ports.ts';
import { emitTestbench, type StreamVectors } from '../../codegen/testbench/testbench.ts';
import { shellOf } from '../../codegen/units/shell.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { printFolding } from '../schedule/folding-file.ts';
import { unitsOf } from '../schedule/units.ts';
import { verilogOf, type CompiledNetwork } from './compile.ts';
import { cHeader } from './driver/header.ts';
import { pythonDriver } from './driver/python.ts';
import { simulate, simulatorFor, topOf } from './engines.ts';
import type { Sample } from './host.ts';
import { predictBestSpeed, predictSpeed } from './latency.ts';
import { weightsFile } from './weights/file.ts';
import { describeWeights } from './weights/layout.ts';

/**
 * The files of a compiled network: Verilog with an AXI4-Lite shell, a testbench that runs on its own with vectors computed from the
 * samples, drivers in C and Python, the folding, the weights that it starts with where they can be written at run time, and
 * `bitloom.json`, which says what each stream carries.
 */
export function packageOf(compiled: CompiledNetwork, samples: readonly Sample[]): Map<string, string | Uint8Array> {
  const { accelerator } = compiled;
  const top = topOf(accelerator);
  const files = new Map<string, string | Uint8Array>();
  const verilog = verilogOf(compiled);
  for (const [name, text] of verilog) files.set(`verilog/${name}`, text);
  files.set(`verilog/${top}_axi.v`, emitVerilog(shellOf(accelerator), compiled.emission).get(`${top}_axi.v`)!);
  files.set(`driver/${top}.h`, cHeader(compiled, top));
  files.set(`driver/${top}.py`, pythonDriver(compiled));
  if (accelerator.loads !== undefined) files.set(`driver/${top}.weights`, weightsFile(accelerator));
  const { inputBeats, beats } = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples);
  const vectors = (ports: readonly Port[], lists: readonly (readonly bigint[])[], framed: boolean): StreamVectors[] =>
    ports.map(({ prefix, elements, elementsPerBeat }, i) => (
      { prefix, beats: lists[i], ...(framed ? { frame: elements / elementsPerBeat } : {}) }));
  const testbench = emitTestbench(
    top, portsOf(verilog.get(`${top}.v`)!, top), vectors(accelerator.inputs, inputBeats, false),
    vectors(accelerator.outputs, beats, true),
  );
  for (const [name, text] of testbench) files.set(`testbench/${name}`, text);
  if (compiled.folding !== undefined) files.set('folding.json', printFolding(compiled.folding, unitsOf(compiled.fixed), compiled.fifos!));
  files.set('bitloom.json', `${JSON.stringify({
    network: compiled.graph.name, top, style: accelerator.style, target: compiled.target.name, clockNs: compiled.clock,
    predicted: predictSpeed(accelerator.network), predictedWithoutChanges: predictBestSpeed(accelerator.network),
    inputs: accelerator.inputs.map(describePort), outputs: accelerator.outputs.map(describePort),
    layers: accelerator.layers, notes: compiled.notes, ...describeWeights(compiled),
  }, null, 2)}\n`);
  return files;
}

type Port = CompiledNetwork['accelerator']['inputs'][number];

function describePort({ prefix, type, elements, elementsPerBeat, dataWidth }: Port): object {
  return { prefix, type: type.bipolar ? 'bipolar' : `int[${type.low}..${type.high}]`, elements, elementsPerBeat, dataWidth };
}
