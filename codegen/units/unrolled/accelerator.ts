import { userError } from '../../../src/base/diagnostic.ts';
import { UniqueNames } from '../../../src/base/names.ts';
import { bitsOf, type FixedGraph, type ValueId } from '../../../src/fixed/ir.ts';
import { sizeOf } from '../../../src/graph/tensor.ts';
import type { Network } from '../../../src/schedule/performance.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import { unitsOf } from '../../../src/schedule/units.ts';
import { registerSlice } from '../../../hdl-templates/index.ts';
import { DesignBuilder, ModuleBuilder } from '../../rtl/builder.ts';
import type { Module, Signal } from '../../rtl/ir.ts';
import { wholeBytes, type Accelerator, type Probe, type StreamPort } from '../accelerator.ts';
import { delayedFlag } from '../streaming/control.ts';
import { inputPrefix } from '../streaming/vector.ts';
import { ALL_CHOICES, unrolledLayer, type RowChoices } from './layer.ts';

/**
 * The whole network as one pipeline with a new inference each clock cycle: module `NAME_core` (room, in_valid, in0 … to out_valid,
 * out0 …) and around it module `NAME` with AXI4-Stream ports, one vector a beat, and back pressure.
 */
export function unrolledAccelerator(graph: FixedGraph, timing: Timing, choices: RowChoices = ALL_CHOICES): Accelerator {
  const state = graph.nodes.find((node) => node.op === 'state');
  if (state !== undefined) {
    throw userError('no-unrolled-state', `${state.name}: a new inference each clock cycle cannot wait for what the last one left`, {
      ...(state.origins.length === 0 ? {} : { origin: state.origins.join(', ') }), help: 'take --style streaming',
    });
  }
  const design = new DesignBuilder();
  const names = new UniqueNames();
  const topName = names.take(graph.name);
  const core = buildCore(graph, { timing, choices }, design, names, topName);
  const slices = [...graph.inputs, ...graph.outputs].map(({ value }) =>
    design.add(registerSlice.model({ WIDTH: sizeOf(graph.nodes[value].shape) * bitsOf(graph.nodes[value].type) })));
  const top = buildShell(graph, core.module, slices.slice(0, graph.inputs.length), slices.slice(graph.inputs.length), topName);
  design.add(top);
  return {
    graph, style: 'unrolled', design: design.finish(), layers: core.layers, probes: core.probes,
    network: networkOf(graph, core.latency),
    inputs: graph.inputs.map(({ value }, i) => port(graph, value, `s_axis_${i}`)),
    outputs: graph.outputs.map(({ value }, i) => port(graph, value, `m_axis_${i}`)),
  };
}

interface Core {
  readonly module: Module;
  readonly latency: number;
  readonly layers: Accelerator['layers'];
  readonly probes: Probe[];
}

function buildCore(graph: FixedGraph, { timing, choices }: { timing: Timing; choices: RowChoices }, design: DesignBuilder, names: UniqueNames, topName: string): Core {
  const builder = new ModuleBuilder(names.take(`${topName}_core`), [
    `${graph.name}: the network as one pipeline, a new inference each clock cycle while no result waits for room`,
  ]);
  // Made here once more than around the core: it goes to every register, and what goes with it in the shell shall not wait for such a net.
  const moves = builder.wire(1, { name: 'enable', comment: 'the pipeline moves unless a result waits' });
  const enable = moves.signal;
  const room = builder.input('room', 1, 'there is room for the result that leaves next');
  const valid = builder.input('in_valid', 1);
  // Each value with the number of cycles after which it stands on its signal.
  const arrived = new Map<ValueId, { signal: Signal; cycle: number }>();
  graph.inputs.forEach(({ value }, i) => {
    const { type, shape, name } = graph.nodes[value];
    arrived.set(value, { signal: builder.input(`in${i}`, sizeOf(shape) * bitsOf(type), name), cycle: 0 });
  });
  const layers: { module: string; summary: string }[] = [];
  const seen: { value: ValueId; signal: Signal; cycle: number }[] = [];
  for (const unit of unitsOf(graph)) {
    const layer = unrolledLayer(names.take(`${topName}_${unit.name}`), unit, graph, timing, choices);
    design.add(layer.module);
    layers.push({ module: layer.module.name, summary: layer.module.comment[0] });
    const cycle = Math.max(...unit.inputs.map((value) => arrived.get(value)!.cycle));
    const inputs: Record<string, Signal> = { enable };
    unit.inputs.forEach((value, i) => {
      const arg = arrived.get(value)!;
      inputs[inputPrefix(i)] = builder.delay(arg.signal, cycle - arg.cycle, enable);
    });
    const { out } = builder.instance(`${unit.name}_layer`, layer.module, inputs, layer.module.comment[0]);
    const signal = builder.slice(out, 0, builder.width(out), { name: unit.name });
    arrived.set(unit.output, { signal, cycle: cycle + layer.latency });
    seen.push({ value: unit.output, signal, cycle: cycle + layer.latency });
  }
  const latency = Math.max(...graph.outputs.map(({ value }) => arrived.get(value)!.cycle), 1);
  const flags = [valid];
  for (let cycle = 1; cycle <= latency; cycle++) flags.push(delayedFlag(builder, flags[cycle - 1], 1, enable, `valid_at_${cycle}`));
  builder.output('out_valid', flags[latency]);
  moves.connect(builder.or([builder.not(flags[latency]), room]));
  graph.outputs.forEach(({ value }, i) => {
    const { signal, cycle } = arrived.get(value)!;
    builder.output(`out${i}`, builder.delay(signal, latency - cycle, enable));
  });
  const probes = seen.filter(({ cycle }) => cycle <= latency).map(({ value, signal, cycle }): Probe => ({
    value, type: graph.nodes[value].type, elementsPerBeat: sizeOf(graph.nodes[value].shape),
    valid: `core.${builder.nameOf(flags[cycle])}`, ready: 'enable', data: `core.${builder.nameOf(signal)}`,
  }));
  return { module: design.add(builder.finish()), latency, layers, probes };
}

/** AXI4-Stream around the core; register slices cut the paths of ready signals. The pipeline stands still while results wait. */
function buildShell(graph: FixedGraph, core: Module, inputSlices: readonly Module[], outputSlices: readonly Module[], name: string): Module {
  const builder = new ModuleBuilder(name, [`${graph.name}: the pipeline ${core.name} with AXI4-Stream ports, one vector a beat`]);
  const enable = builder.wire(1, { name: 'enable', comment: 'the pipeline moves unless a result waits' });
  const accepting = inputSlices.map((_, i) => builder.wire(1, { name: `in${i}_ready` }));
  const inputs = inputSlices.map((slice, i) => {
    const node = graph.nodes[graph.inputs[i].value];
    const valid = builder.input(`s_axis_${i}_tvalid`, 1);
    const bits = sizeOf(node.shape) * bitsOf(node.type);
    const data = builder.input(`s_axis_${i}_tdata`, wholeBytes(bits), node.name);
    const ports = builder.instance(`s_axis_${i}_slice`, slice, {
      in_valid: valid, in_data: builder.slice(data, 0, bits), out_ready: accepting[i].signal,
    });
    builder.output(`s_axis_${i}_tready`, ports.in_ready);
    return ports;
  });
  const valids = inputs.map((ports) => ports.out_valid);
  accepting.forEach((wire, i) => wire.connect(builder.and([enable.signal, ...valids.filter((_, other) => other !== i)])));
  const leaves = outputSlices.map((_, i) => builder.wire(1, { name: `out${i}_room` }));
  const rooms = leaves.map((wire) => wire.signal);
  const room = builder.and(rooms);
  const results = builder.instance('core', core, {
    room, in_valid: builder.and(valids), ...Object.fromEntries(inputs.map((ports, i) => [`in${i}`, ports.out_data])),
  });

  // A result leaves when every output has room for it.
  enable.connect(builder.or([builder.not(results.out_valid), room]));
  outputSlices.forEach((slice, i) => {
    const bits = builder.width(results[`out${i}`]);
    const ports = builder.instance(`m_axis_${i}_slice`, slice, {
      in_valid: builder.and([results.out_valid, ...rooms.filter((_, other) => other !== i)]), in_data: results[`out${i}`],
      out_ready: builder.input(`m_axis_${i}_tready`, 1),
    });
    leaves[i].connect(ports.in_ready);
    builder.output(`m_axis_${i}_tvalid`, ports.out_valid);
    builder.output(`m_axis_${i}_tdata`, builder.resize(ports.out_data, wholeBytes(bits), false));
    builder.output(`m_axis_${i}_tlast`, builder.constant(1, 1));
  });
  return builder.finish();
}

function networkOf(graph: FixedGraph, latency: number): Network {
  const sources = graph.inputs.length;
  const stages: Network['stages'][number][] = [];
  const inputs: number[][] = [];
  graph.inputs.forEach(() => { stages.push({ kind: 'source', beats: 1 }); inputs.push([]); });
  graph.inputs.forEach((_, i) => { stages.push({ kind: 'slice' }); inputs.push([i]); });
  const core = stages.push({ kind: 'pipeline', latency }) - 1;
  inputs.push(graph.inputs.map((_, i) => sources + i));
  if (graph.outputs.length > 1) { stages.push({ kind: 'fork' }); inputs.push([core]); }
  const last = stages.length - 1;
  graph.outputs.forEach(() => { stages.push({ kind: 'slice' }); inputs.push([last]); });
  graph.outputs.forEach((_, i) => { stages.push({ kind: 'sink', beats: 1 }); inputs.push([last + 1 + i]); });
  return { stages, inputs, names: stages.map((stage, i) => `${stage.kind}_${i}`) };
}

function port(graph: FixedGraph, value: ValueId, prefix: string): StreamPort {
  const { shape, type } = graph.nodes[value];
  const elements = sizeOf(shape);
  return { prefix, value, type, elements, elementsPerBeat: elements, dataWidth: wholeBytes(elements * bitsOf(type)) };
}
