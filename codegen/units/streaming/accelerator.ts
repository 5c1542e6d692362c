import { UniqueNames } from '../../../src/base/names.ts';
import { bitsOf, type FixedGraph, type StateNode, type ValueId } from '../../../src/fixed/ir.ts';
import { sizeOf } from '../../../src/graph/tensor.ts';
import type { FifoDepths } from '../../../src/schedule/fifos.ts';
import type { Folding } from '../../../src/schedule/folding.ts';
import { fifoName } from '../../../src/schedule/folding-file.ts';
import type { Network } from '../../../src/schedule/performance.ts';
import { planOf, type Fold } from '../../../src/schedule/plan.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import { unitsOf, type Unit } from '../../../src/schedule/units.ts';
import { DesignBuilder, ModuleBuilder } from '../../rtl/builder.ts';
import { registerSlice } from '../../../hdl-templates/index.ts';
import { wholeBytes, type Accelerator, type Probe, type StreamPort } from '../accelerator.ts';
import { constructUnit } from './construct.ts';
import { counter } from './control.ts';
import { sliceCost } from './cost.ts';
import { Plumbing, type Stream } from './plumbing.ts';
import { streamPrefix } from './prefix.ts';

/** Beats that a FIFO between units holds at most; one whole frame if that is less. */
const LARGEST_FIFO = 1024;

export interface StreamingOptions {
  readonly folding: Folding;
  readonly timing: Timing;
  /** Decides how deep the FIFOs are; `widths` are the bits of their beats. A whole frame, within limits, where absent. */
  readonly sizeFifos?: (network: Network, widths: ReadonlyMap<string, number>) => FifoDepths;
}

/** A dataflow pipeline: one unit a layer, FIFOs between them, AXI4-Stream at the border. */
export function streamingAccelerator(graph: FixedGraph, options: StreamingOptions): Accelerator {
  return new Assembly(graph, options).build();
}

class Assembly {
  private readonly units: Unit[];
  private readonly design = new DesignBuilder();
  private readonly names = new UniqueNames();
  private readonly top: ModuleBuilder;
  private readonly plumbing: Plumbing;
  private readonly streams = new Map<ValueId, Stream[]>();
  private readonly probes: Probe[] = [];
  private readonly layers: { module: string; summary: string }[] = [];
  private readonly inputs: StreamPort[] = [];
  private readonly outputs: StreamPort[] = [];
  private readonly readers = new Map<ValueId, number>();

  constructor(private readonly graph: FixedGraph, private readonly options: StreamingOptions) {
    this.units = unitsOf(graph);
    this.top = new ModuleBuilder(this.names.take(graph.name), [
      `${graph.name}: streaming accelerator, one unit a layer`,
      'AXI4-Stream in and out; element 0 of a beat in the least significant bits',
    ]);
    this.plumbing = new Plumbing(this.top, this.design, options.timing.target);
    for (const unit of this.units) for (const arg of unit.inputs) this.readers.set(arg, (this.readers.get(arg) ?? 0) + 1);
    for (const node of graph.nodes) if (node.op === 'state') this.readers.set(node.next, (this.readers.get(node.next) ?? 0) + 1);
    for (const output of graph.outputs) this.readers.set(output.value, (this.readers.get(output.value) ?? 0) + 1);
  }

  build(): Accelerator {
    this.graph.inputs.forEach(({ value }, i) => this.input(value, i));
    const rings = this.graph.nodes.flatMap((node, id) => (node.op === 'state' ? [this.state(node, id)] : []));
    for (const unit of this.units) this.unit(unit);
    for (const close of rings) close();
    this.graph.outputs.forEach(({ value }, i) => this.output(value, i));
    const { network, fifoWidths } = this.plumbing;
    this.plumbing.resizeFifos(this.options.sizeFifos?.(network, fifoWidths) ?? new Map());
    const loads = this.plumbing.loader.finish();
    this.design.add(this.top.finish());
    return {
      graph: this.graph, style: 'streaming', design: this.design.finish(), inputs: this.inputs, outputs: this.outputs,
      probes: this.probes, network: this.plumbing.network, layers: this.layers,
      estimates: this.plumbing.estimates, ...(loads.length === 0 ? {} : { loads }),
    };
  }

  private input(value: ValueId, number: number): void {
    const node = this.graph.nodes[value];
    const elements = sizeOf(node.shape);
    const perBeat = this.elementsWanted(value);
    const bits = perBeat * bitsOf(node.type);
    const prefix = `s_axis_${number}`;
    const valid = this.top.input(`${prefix}_tvalid`, 1);
    const data = this.top.input(`${prefix}_tdata`, wholeBytes(bits), `${node.name}: ${perBeat} elements of ${bitsOf(node.type)} bits a beat`);
    const ready = this.top.wire(1, { name: `${prefix}_accepted` });
    this.top.output(`${prefix}_tready`, ready.signal);
    const stage = this.plumbing.stage(prefix, { kind: 'source', beats: elements / perBeat }, []);
    this.inputs.push({ prefix, value, type: node.type, elements, elementsPerBeat: perBeat, dataWidth: wholeBytes(bits) });
    const stream: Stream = { valid, ready, data: this.top.slice(data, 0, bits), elements: perBeat, type: node.type, stage };
    const slice = registerSlice.model({ WIDTH: bits });
    this.publish(value, this.plumbing.through(slice, [stream], `${prefix}_slice`, { kind: 'slice' }, stream, sliceCost(bits)), node.name);
  }

  /** A FIFO that holds what the state is; the returned function connects what it becomes, behind its initial elements. */
  private state(node: StateNode, value: ValueId): () => void {
    const { type, name, initial } = node;
    const elements = this.elementsWanted(value);
    const { stream, close } = this.plumbing.ring(type, elements, name);
    this.publish(value, stream, name);
    return () => {
      const next = this.plumbing.converted(this.take(node.next), elements, `${name}_next`);
      const prefix = streamPrefix(this.names.take(`${this.top.name}_${name}_prefix`), name, type, elements, initial);
      close(next, prefix, { kind: 'prefix', beats: initial.length / elements });
    };
  }

  /** What the first reader of a value takes in a beat. */
  private elementsWanted(value: ValueId): number {
    const reader = this.units.find((unit) => unit.inputs.includes(value));
    if (reader === undefined) return sizeOf(this.graph.nodes[value].shape);
    return planOf(reader, this.fold(reader), this.graph).inputs[reader.inputs.indexOf(value)];
  }

  private fold(unit: Unit): Fold {
    const fold = this.options.folding.get(unit.name);
    if (fold === undefined) throw new Error(`no folding for ${unit.name}`);
    return fold;
  }

  private unit(unit: Unit): void {
    const { timing } = this.options;
    const plan = planOf(unit, this.fold(unit), this.graph);
    const args = unit.inputs.map((value, i) => this.buffered(this.take(value), value, plan.inputs[i], unit.name, i));
    const stream = constructUnit(unit, this.fold(unit), args, {
      graph: this.graph, plumbing: this.plumbing, names: this.names, timing,
      built: ({ module }) => this.layers.push({ module: module.name, summary: module.comment[0] }),
    });
    this.publish(unit.output, stream, unit.name);
  }

  /** Makes the stream of a value available to all of its readers. */
  private publish(value: ValueId, stream: Stream, name: string): void {
    const valid = this.top.slice(stream.valid, 0, 1, { name: `${name}_valid` });
    const data = this.top.slice(stream.data, 0, this.top.width(stream.data), { name: `${name}_data` });
    this.probes.push({
      value, type: stream.type, elementsPerBeat: stream.elements,
      valid: this.top.nameOf(valid), ready: this.top.nameOf(stream.ready.signal), data: this.top.nameOf(data),
    });
    this.streams.set(value, this.plumbing.fork({ ...stream, valid, data }, this.readers.get(value) ?? 0, name));
  }

  /** The next unread copy of a value's stream. */
  private take(value: ValueId): Stream {
    const stream = this.streams.get(value)?.shift();
    if (stream === undefined) throw new Error(`value ${value} has no stream left`);
    return stream;
  }

  /**
   * As many elements in a beat as the reader wants, and a FIFO: behind a widening, before a narrowing, so that it takes and gives the
   * wider beats and the reader never waits for a conversion while it takes beats one after another.
   */
  private buffered(stream: Stream, value: ValueId, elements: number, unit: string, input: number): Stream {
    const { plumbing } = this;
    const size = sizeOf(this.graph.nodes[value].shape);
    const queue = (before: Stream): Stream =>
      plumbing.fifo(before, Math.min(LARGEST_FIFO, Math.max(2, size / before.elements)), fifoName(unit, input));
    const name = `${unit}_in${input || ''}`;
    return elements > stream.elements ? queue(plumbing.converted(stream, elements, name)) : plumbing.converted(queue(stream), elements, name);
  }

  private output(value: ValueId, number: number): void {
    const node = this.graph.nodes[value];
    const prefix = `m_axis_${number}`;
    const stream = this.take(value);
    const bits = this.top.width(stream.data);
    const module = registerSlice.model({ WIDTH: bits });
    const slice = this.plumbing.through(module, [stream], `${prefix}_slice`, { kind: 'slice' }, stream, sliceCost(bits));
    const ready = this.top.input(`${prefix}_tready`, 1);
    slice.ready.connect(ready);
    this.top.output(`${prefix}_tvalid`, slice.valid);
    this.top.output(`${prefix}_tdata`, this.top.resize(slice.data, wholeBytes(bits), false));
    const elements = sizeOf(node.shape);
    const beats = elements / stream.elements;
    const beat = counter(this.top, beats, this.top.and([slice.valid, ready]), `${prefix}_beat`);
    this.top.output(`${prefix}_tlast`, beat.isLast);
    this.plumbing.stage(prefix, { kind: 'sink', beats }, [slice.stage]);
    this.outputs.push({ prefix, value, type: node.type, elements, elementsPerBeat: stream.elements, dataWidth: wholeBytes(bits) });
  }
}
