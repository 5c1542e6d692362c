import { greatestCommonDivisor } from '../../../src/base/divisors.ts';
import { bitsOf, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Network, Stage } from '../../../src/schedule/performance.ts';
import type { DesignBuilder, ModuleBuilder, Wire } from '../../rtl/builder.ts';
import type { Module, Signal } from '../../rtl/ir.ts';
import { narrowStream, streamFifo, widenStream } from '../../../hdl-templates/index.ts';
import { streamFork } from './fork.ts';
import { inputPrefix } from './vector.ts';

/** A stream inside the top module: beats of `elements` elements. `ready` is driven by whoever reads it. */
export interface Stream {
  readonly valid: Signal;
  readonly ready: Wire;
  readonly data: Signal;
  readonly elements: number;
  readonly type: IntegerType;
  /** Number of the stage in the performance model. */
  readonly stage: number;
}

/** Connects streams in the top module, and keeps the performance model of what it builds. */
export class Plumbing {
  private readonly stages: Stage[] = [];
  private readonly inputs: number[][] = [];
  private readonly names: string[] = [];
  /** Bits of a beat of each FIFO, by name. */
  readonly fifoWidths = new Map<string, number>();

  constructor(readonly top: ModuleBuilder, private readonly design: DesignBuilder) {}

  get network(): Network {
    return { stages: this.stages, inputs: this.inputs, names: this.names };
  }

  stage(name: string, stage: Stage, inputs: readonly number[]): number {
    this.inputs.push([...inputs]);
    this.names.push(name);
    return this.stages.push(stage) - 1;
  }

  /** Sends streams through a module with one output; `type` and `elements` say what comes out. */
  through(
    module: Module, inputs: readonly Stream[], name: string, stage: Stage, result: Pick<Stream, 'type' | 'elements'>, comment?: string,
  ): Stream {
    return this.connect(this.design.add(module), inputs, name, stage, result, comment);
  }

  private connect(
    module: Module, inputs: readonly Stream[], name: string, stage: Stage, result: Pick<Stream, 'type' | 'elements'>, comment?: string,
  ): Stream {
    const ready = this.top.wire(1, { name: `${name}_ready` });
    const ports: Record<string, Signal> = { out_ready: ready.signal };
    inputs.forEach((input, i) => {
      ports[`${inputPrefix(i)}_valid`] = input.valid;
      ports[`${inputPrefix(i)}_data`] = input.data;
    });
    const outputs = this.top.instance(name, module, ports, comment);
    inputs.forEach((input, i) => input.ready.connect(outputs[`${inputPrefix(i)}_ready`]));
    const number = this.stage(name, stage, inputs.map((input) => input.stage));
    return { ...result, valid: outputs.out_valid, data: outputs.out_data, ready, stage: number };
  }

  /** A FIFO; {@link resizeFifos} gives it its final depth and its module. */
  fifo(stream: Stream, depth: number, name: string): Stream {
    const width = this.top.width(stream.data);
    this.fifoWidths.set(name, width);
    return this.connect(streamFifo.model({ WIDTH: width, DEPTH: depth }), [stream], name, { kind: 'fifo', depth }, stream);
  }

  /** Gives every FIFO the depth that is named, or leaves it as it was. */
  resizeFifos(depths: ReadonlyMap<string, number>): void {
    this.stages.forEach((stage, i) => {
      if (stage.kind !== 'fifo') return;
      const name = this.names[i];
      const depth = depths.get(name) ?? stage.depth;
      this.stages[i] = { kind: 'fifo', depth };
      this.top.replaceInstance(name, this.design.add(streamFifo.model({ WIDTH: this.fifoWidths.get(name)!, DEPTH: depth })));
    });
  }

  /** The same elements, `elements` a beat. */
  converted(stream: Stream, elements: number, name: string): Stream {
    const bits = bitsOf(stream.type);
    if (elements === stream.elements) return stream;
    if (elements % stream.elements === 0) {
      const ratio = elements / stream.elements;
      const module = widenStream.model({ WIDTH: stream.elements * bits, RATIO: ratio });
      return this.through(module, [stream], `${name}_widen`, { kind: 'widen', ratio }, { ...stream, elements });
    }
    const common = greatestCommonDivisor(elements, stream.elements);
    const ratio = stream.elements / common;
    const module = narrowStream.model({ WIDTH: common * bits, RATIO: ratio });
    const narrow = this.through(module, [stream], `${name}_narrow`, { kind: 'narrow', ratio }, { ...stream, elements: common });
    return this.converted(narrow, elements, name);
  }

  /** The stream for each of several readers. */
  fork(stream: Stream, readers: number, name: string): Stream[] {
    if (readers <= 1) return [stream];
    const fork = this.design.add(streamFork(this.top.width(stream.data), readers));
    const wires = Array.from({ length: readers }, (_, i) => this.top.wire(1, { name: `${name}_reader${i}_ready` }));
    const ports = this.top.instance(`${name}_fork`, fork, {
      in_valid: stream.valid, in_data: stream.data, ...Object.fromEntries(wires.map((wire, i) => [`out${i}_ready`, wire.signal])),
    });
    stream.ready.connect(ports.in_ready);
    const stage = this.stage(`${name}_fork`, { kind: 'fork' }, [stream.stage]);
    return wires.map((ready, i) => ({ ...stream, valid: ports[`out${i}_valid`], data: ports[`out${i}_data`], ready, stage }));
  }
}
