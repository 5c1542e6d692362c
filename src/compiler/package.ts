import { portsOf } from '../../codegen/testbench/ports.ts';
import { emitTestbench, type StreamVectors } from '../../codegen/testbench/testbench.ts';
import { printFolding } from '../schedule/folding-file.ts';
import { unitsOf } from '../schedule/units.ts';
import { verilogOf, type CompiledNetwork } from './compile.ts';
import { simulate, simulatorFor, topOf } from './engines.ts';
import type { Sample } from './host.ts';
import { predictSpeed } from './latency.ts';

/**
 * The files of a compiled network: Verilog, a testbench that runs on its own with vectors computed from the samples, the folding, and
 * `bitloom.json`, which says what each stream carries.
 */
export function packageOf(compiled: CompiledNetwork, samples: readonly Sample[]): Map<string, string> {
  const { accelerator } = compiled;
  const top = topOf(accelerator);
  const files = new Map<string, string>();
  const verilog = verilogOf(compiled);
  for (const [name, text] of verilog) files.set(`verilog/${name}`, text);
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
    predicted: predictSpeed(accelerator.network),
    inputs: accelerator.inputs.map(describePort), outputs: accelerator.outputs.map(describePort),
    layers: accelerator.layers, notes: compiled.notes,
  }, null, 2)}\n`);
  return files;
}

type Port = CompiledNetwork['accelerator']['inputs'][number];

function describePort({ prefix, type, elements, elementsPerBeat, dataWidth }: Port): object {
  return { prefix, type: type.bipolar ? 'bipolar' : `int[${type.low}..${type.high}]`, elements, elementsPerBeat, dataWidth };
}
