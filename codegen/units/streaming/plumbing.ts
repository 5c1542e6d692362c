import { greatestCommonDivisor } from '../../../src/base/divisors.ts';
import { bitsOf, type IntegerType } from '../../../src/fixed/ir.ts';
import { NOTHING, type Resources } from '../../../src/schedule/devices.ts';
import type { Network, Stage } from '../../../src/schedule/performance.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import type { DesignBuilder, ModuleBuilder, Wire } from '../../rtl/builder.ts';
import type { Module, Signal } from '../../rtl/ir.ts';
import { blockFifo, narrowStream, streamFifo, widenStream } from '../../../hdl-templates/index.ts';
import { fifoCost, narrowCost, widenCost } from './cost.ts';
import { streamFork } from './fork.ts';
import type { LoadableMemory } from '../loadable.ts';
import { Loader } from './loader.ts';
import { fifoStyle } from './memory-cost.ts';
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
  /** By instance: what it is estimated to take. */
  readonly estimates = new Map<string, Resources>();
  /** Bits of a beat of each FIFO, by name. */
  readonly fifoWidths = new Map<string, number>();

  readonly loader: Loader;

  constructor(readonly top: ModuleBuilder, private readonly design: DesignBuilder, private readonly target: Target) {
    this.loader = new Loader(top);
  }

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
    module: Module, inputs: readonly Stream[], name: string, stage: Stage, result: Pick<Stream, 'type' | 'elements'>,
    estimate: Resources, comment?: string, memories: readonly LoadableMemory[] = [],
  ): Stream {
    this.estimates.set(name, estimate);
    return this.connect(this.design.add(module), inputs, name, stage, result, comment, this.loader.ports(name.replace(/_unit$/, ''), memories));
  }

  private connect(
    module: Module, inputs: readonly Stream[], name: string, stage: Stage, result: Pick<Stream, 'type' | 'elements'>, comment?: string,
    more: Readonly<Record<string, Signal>> = {},
  ): Stream {
    const ready = this.top.wire(1, { name: `${name}_ready` });
    const ports: Record<string, Signal> = { ...more, out_ready: ready.signal };
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

  /**
   * A stream that is made of a later one: a FIFO whose input is connected when that exists. `close` sends the later stream, with beats
   * like those of the FIFO, through a module of its own into it.
   */
  ring(type: IntegerType, elements: number, name: string): { stream: Stream; close: (later: Stream, prefix: Module, stage: Stage) => void } {
    const width = elements * bitsOf(type);
    const [valid, data, ready] = [
      this.top.wire(1, { name: `${name}_in_valid` }), this.top.wire(width, { name: `${name}_in_data` }), this.top.wire(1, { name: `${name}_in_ready` }),
    ];
    const open: Stream = { valid: valid.signal, data: data.signal, ready, elements, type, stage: -1 };
    const stream = this.fifo(open, 2, `${name}_fifo`);
    return {
      stream,
      close: (later, prefix, stage) => {
        const first = this.through(prefix, [later], `${name}_prefix`, stage, later, { ...NOTHING, lut: width, ff: 2 }, prefix.comment[0]);
        valid.connect(first.valid);
        data.connect(first.data);
        first.ready.connect(ready.signal);
        this.inputs[stream.stage] = [first.stage];
      },
    };
  }

  /** Gives every FIFO the depth that is named, or leaves it as it was; deep and wide ones go into block memory, which no cycle shows. */
  resizeFifos(depths: ReadonlyMap<string, number>): void {
    this.stages.forEach((stage, i) => {
      if (stage.kind !== 'fifo') return;
      const name = this.names[i];
      const [depth, width] = [depths.get(name) ?? stage.depth, this.fifoWidths.get(name)!];
      this.stages[i] = { kind: 'fifo', depth };
      this.estimates.set(name, fifoCost(depth, width, this.target));
      const template = fifoStyle(depth, width, this.target) === 'block' ? blockFifo : streamFifo;
      this.top.replaceInstance(name, this.design.add(template.model({ WIDTH: width, DEPTH: depth })));
    });
  }

  /** The same elements, `elements` a beat. */
  converted(stream: Stream, elements: number, name: string): Stream {
    const bits = bitsOf(stream.type);
    if (elements === stream.elements) return stream;
    if (elements % stream.elements === 0) {
      const ratio = elements / stream.elements;
      const module = widenStream.model({ WIDTH: stream.elements * bits, RATIO: ratio });
      return this.through(module, [stream], `${name}_widen`, { kind: 'widen', ratio }, { ...stream, elements },
        widenCost(stream.elements * bits, ratio));
    }
    const common = greatestCommonDivisor(elements, stream.elements);
    const ratio = stream.elements / common;
    const module = narrowStream.model({ WIDTH: common * bits, RATIO: ratio });
    const narrow = this.through(module, [stream], `${name}_narrow`, { kind: 'narrow', ratio }, { ...stream, elements: common },
      narrowCost(common * bits, ratio));
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
