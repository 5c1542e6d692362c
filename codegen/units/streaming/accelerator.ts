import { greatestCommonDivisor } from '../../../src/base/divisors.ts';
import { UniqueNames } from '../../../src/base/names.ts';
import { bitsOf, type FixedGraph, type IntegerType, type ValueId } from '../../../src/fixed/ir.ts';
import { sizeOf } from '../../../src/graph/tensor.ts';
import type { Folding } from '../../../src/schedule/folding.ts';
import type { Stage } from '../../../src/schedule/performance.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import { unitsOf, type Unit } from '../../../src/schedule/units.ts';
import { DesignBuilder, ModuleBuilder, type Wire } from '../../rtl/builder.ts';
import type { MemoryStyle, Module, Signal } from '../../rtl/ir.ts';
import { narrowStream, registerSlice, streamFifo, widenStream } from '../../../hdl-templates/index.ts';
import { wholeBytes, type Accelerator, type Probe, type StreamPort } from '../accelerator.ts';
import { streamingElementwise } from './elementwise.ts';
import { streamFork } from './fork.ts';
import { streamingMatrix, type StreamingUnit } from './matrix.ts';
import { inputPrefix, streamingVector } from './vector.ts';

/** Beats that a FIFO between units holds at most; one whole vector if that is less. */
const LARGEST_FIFO = 1024;

/** A stream inside the top module: beats of `elements` elements. `ready` is driven by whoever reads it. */
interface Stream {
  readonly valid: Signal;
  readonly ready: Wire;
  readonly data: Signal;
  readonly elements: number;
  readonly type: IntegerType;
  /** Number of the stage in the performance model. */
  readonly stage: number;
}

export interface StreamingOptions {
  readonly folding: Folding;
  readonly timing: Timing;
  readonly weightMemory?: MemoryStyle;
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
  private readonly stages: Stage[] = [];
  private readonly stageInputs: number[][] = [];
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
    for (const unit of this.units) for (const arg of unit.inputs) this.readers.set(arg, (this.readers.get(arg) ?? 0) + 1);
    for (const output of graph.outputs) this.readers.set(output.value, (this.readers.get(output.value) ?? 0) + 1);
  }

  build(): Accelerator {
    this.graph.inputs.forEach(({ value }, i) => this.input(value, i));
    for (const unit of this.units) this.unit(unit);
    this.graph.outputs.forEach(({ value }, i) => this.output(value, i));
    this.design.add(this.top.finish());
    return {
      graph: this.graph, style: 'streaming', design: this.design.finish(), inputs: this.inputs, outputs: this.outputs,
      probes: this.probes, network: { stages: this.stages, inputs: this.stageInputs }, layers: this.layers,
    };
  }

  private stage(stage: Stage, inputs: number[]): number {
    this.stageInputs.push(inputs);
    return this.stages.push(stage) - 1;
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
    const stage = this.stage({ kind: 'source', beats: elements / perBeat }, []);
    this.inputs.push({ prefix, value, type: node.type, elements, elementsPerBeat: perBeat, dataWidth: wholeBytes(bits) });
    const stream: Stream = { valid, ready, data: this.top.slice(data, 0, bits), elements: perBeat, type: node.type, stage };
    this.publish(value, this.through(registerSlice.model({ WIDTH: bits }), stream, `${prefix}_slice`, { kind: 'slice' }), node.name);
  }

  /** What the first reader of a value takes in a beat. */
  private elementsWanted(value: ValueId): number {
    const reader = this.units.find((unit) => unit.inputs.includes(value));
    const size = sizeOf(this.graph.nodes[value].shape);
    if (reader === undefined) return size;
    return reader.kind === 'vector' ? this.fold(reader).simd : this.elementsIn(reader, 0);
  }

  private fold(unit: Unit): { pe: number; simd: number } {
    const fold = this.options.folding.get(unit.name);
    if (fold === undefined) throw new Error(`no folding for ${unit.name}`);
    return fold;
  }

  /** Elements in a beat of the unit's input. */
  private elementsIn(unit: Unit, argument: number): number {
    if (unit.kind === 'vector') return sizeOf(this.graph.nodes[unit.inputs[argument]].shape);
    return unit.kind === 'matrix' ? this.fold(unit).simd : this.fold(unit).pe;
  }

  private unit(unit: Unit): void {
    const args = unit.inputs.map((value, i) => this.buffered(this.take(value), value, this.elementsIn(unit, i), `${unit.name}_in${i || ''}`));
    const built = this.construct(unit, args);
    this.design.add(built.module);
    this.layers.push({ module: built.module.name, summary: built.module.comment[0] });

    const ready = this.top.wire(1, { name: `${unit.name}_ready` });
    const inputs: Record<string, Signal> = { out_ready: ready.signal };
    args.forEach((arg, i) => {
      inputs[`${inputPrefix(i)}_valid`] = arg.valid;
      inputs[`${inputPrefix(i)}_data`] = arg.data;
    });
    const ports = this.top.instance(`${unit.name}_unit`, built.module, inputs, built.module.comment[0]);
    args.forEach((arg, i) => arg.ready.connect(ports[`${inputPrefix(i)}_ready`]));

    const node = this.graph.nodes[unit.output];
    const stage = this.stage(this.timingModel(unit, built.latency), args.map((arg) => arg.stage));
    const elements = unit.kind === 'vector' ? sizeOf(node.shape) : this.fold(unit).pe;
    this.publish(unit.output, { valid: ports.out_valid, ready, data: ports.out_data, elements, type: node.type, stage }, unit.name);
  }

  private construct(unit: Unit, args: readonly Stream[]): StreamingUnit {
    const { timing, weightMemory } = this.options;
    const name = this.names.take(`${this.top.name}_${unit.name}`);
    switch (unit.kind) {
      case 'matrix': return streamingMatrix(name, unit, args[0].type, this.fold(unit), timing, weightMemory);
      case 'elementwise':
        return streamingElementwise(name, unit, args[0].type, args[0].elements, sizeOf(this.graph.nodes[unit.output].shape), timing);
      case 'vector': return streamingVector(name, unit, args.map((arg) => ({ count: arg.elements, type: arg.type })), timing);
    }
  }

  private timingModel(unit: Unit, latency: number): Stage {
    if (unit.kind !== 'matrix') return { kind: 'pipeline', latency };
    const { pe, simd } = this.fold(unit);
    return { kind: 'matrix', groups: unit.dot.rows / pe, beats: unit.dot.columns / simd, latency };
  }

  /** Makes the stream of a value available to all of its readers. */
  private publish(value: ValueId, stream: Stream, name: string): void {
    const valid = this.top.slice(stream.valid, 0, 1, { name: `${name}_valid` });
    const data = this.top.slice(stream.data, 0, this.top.width(stream.data), { name: `${name}_data` });
    this.probes.push({
      value, type: stream.type, elementsPerBeat: stream.elements,
      valid: this.top.nameOf(valid), ready: this.top.nameOf(stream.ready.signal), data: this.top.nameOf(data),
    });
    const readers = this.readers.get(value) ?? 0;
    if (readers <= 1) {
      this.streams.set(value, [{ ...stream, valid, data }]);
      return;
    }
    const fork = this.design.add(streamFork(this.top.width(data), readers));
    const wires = Array.from({ length: readers }, (_, i) => this.top.wire(1, { name: `${name}_reader${i}_ready` }));
    const ports = this.top.instance(`${name}_fork`, fork, {
      in_valid: valid, in_data: data, ...Object.fromEntries(wires.map((wire, i) => [`out${i}_ready`, wire.signal])),
    });
    stream.ready.connect(ports.in_ready);
    const stage = this.stage({ kind: 'fork' }, [stream.stage]);
    this.streams.set(value, wires.map((ready, i) => ({ ...stream, valid: ports[`out${i}_valid`], data: ports[`out${i}_data`], ready, stage })));
  }

  /** The next unread copy of a value's stream. */
  private take(value: ValueId): Stream {
    const stream = this.streams.get(value)?.shift();
    if (stream === undefined) throw new Error(`value ${value} has no stream left`);
    return stream;
  }

  /**
   * As many elements in a beat as the reader wants, and a FIFO that holds a whole vector: behind a widening, before a narrowing, so that
   * it takes and gives the wider beats and the reader never waits for a conversion while it takes beats one after another.
   */
  private buffered(stream: Stream, value: ValueId, elements: number, name: string): Stream {
    const size = sizeOf(this.graph.nodes[value].shape);
    const queue = (before: Stream): Stream => {
      const depth = Math.min(LARGEST_FIFO, Math.max(2, size / before.elements));
      const module = streamFifo.model({ WIDTH: this.top.width(before.data), DEPTH: depth });
      return this.through(module, before, `${name}_fifo`, { kind: 'fifo', depth });
    };
    return elements > stream.elements ? queue(this.converted(stream, elements, name)) : this.converted(queue(stream), elements, name);
  }

  private converted(stream: Stream, elements: number, name: string): Stream {
    const bits = bitsOf(stream.type);
    if (elements === stream.elements) return stream;
    if (elements % stream.elements === 0) {
      const ratio = elements / stream.elements;
      const module = widenStream.model({ WIDTH: stream.elements * bits, RATIO: ratio });
      return { ...this.through(module, stream, `${name}_widen`, { kind: 'widen', ratio }), elements };
    }
    const common = greatestCommonDivisor(elements, stream.elements);
    const ratio = stream.elements / common;
    const module = narrowStream.model({ WIDTH: common * bits, RATIO: ratio });
    return this.converted({ ...this.through(module, stream, `${name}_narrow`, { kind: 'narrow', ratio }), elements: common }, elements, name);
  }

  /** Sends a stream through a module with one input and one output. */
  private through(module: Module, stream: Stream, name: string, stage: Stage): Stream {
    const added = this.design.add(module);
    const ready = this.top.wire(1, { name: `${name}_ready` });
    const ports = this.top.instance(name, added, { in_valid: stream.valid, in_data: stream.data, out_ready: ready.signal });
    stream.ready.connect(ports.in_ready);
    return { ...stream, valid: ports.out_valid, data: ports.out_data, ready, stage: this.stage(stage, [stream.stage]) };
  }

  private output(value: ValueId, number: number): void {
    const node = this.graph.nodes[value];
    const prefix = `m_axis_${number}`;
    const stream = this.take(value);
    const bits = this.top.width(stream.data);
    const slice = this.through(registerSlice.model({ WIDTH: bits }), stream, `${prefix}_slice`, { kind: 'slice' });
    slice.ready.connect(this.top.input(`${prefix}_tready`, 1));
    this.top.output(`${prefix}_tvalid`, slice.valid);
    this.top.output(`${prefix}_tdata`, this.top.resize(slice.data, wholeBytes(bits), false));
    const elements = sizeOf(node.shape);
    this.stage({ kind: 'sink', beats: elements / stream.elements }, [slice.stage]);
    this.outputs.push({ prefix, value, type: node.type, elements, elementsPerBeat: stream.elements, dataWidth: wholeBytes(bits) });
  }
}
