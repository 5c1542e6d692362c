import { topModule, type Design } from '../../codegen/rtl/ir.ts';
import type { Simulator } from '../../codegen/rtl/simulator.ts';
import { Random } from '../verilog/random.ts';

/** Values of every input port for each cycle: random beats with pauses, kept until they are taken. */
export class RandomTraffic {
  private readonly random: Random;
  private readonly streams: { readonly prefix: string; readonly input: boolean; readonly width: number; busy: boolean }[] = [];

  constructor(design: Design, seed: number, private readonly simulator: Simulator, private readonly percent = 30) {
    this.random = new Random(seed);
    for (const { name, direction } of topModule(design).ports) {
      if (!name.endsWith('_tvalid')) continue;
      const prefix = name.slice(0, -'_tvalid'.length);
      const { width } = topModule(design).ports.find((port) => port.name === `${prefix}_tdata`)!;
      this.streams.push({ prefix, input: direction === 'input', width, busy: false });
    }
  }

  /** The ports of the coming cycle; the engine that the traffic was made for must stand right before it. */
  next(): Map<string, bigint> {
    const { random, simulator } = this;
    const ports = new Map<string, bigint>();
    for (const stream of this.streams) {
      const moves = !random.chance(this.percent);
      if (!stream.input) {
        ports.set(`${stream.prefix}_tready`, moves ? 1n : 0n);
        continue;
      }
      if (stream.busy || !moves) {
        if (!stream.busy) ports.set(`${stream.prefix}_tvalid`, 0n);
        continue;
      }
      stream.busy = true;
      ports.set(`${stream.prefix}_tvalid`, 1n);
      ports.set(`${stream.prefix}_tdata`, random.value(stream.width));
    }
    for (const [port, value] of ports) simulator.input(port).set(value);
    simulator.settle();
    for (const stream of this.streams) {
      if (stream.input && simulator.signal(`${stream.prefix}_tready`).getNumber() === 1) stream.busy = false;
    }
    return ports;
  }
}

/** Lets both engines take the same traffic for some cycles; `compare` is called in each of them after signals have settled. */
export function runLockstep(design: Design, [leader, follower]: readonly [Simulator, Simulator], seed: number, cycles: number, compare: (cycle: number) => void): void {
  for (const engine of [leader, follower]) {
    engine.reset();
    engine.setReset(true);
    for (let cycle = 0; cycle < 4; cycle++) engine.clock();
    engine.setReset(false);
  }
  const traffic = new RandomTraffic(design, seed, leader);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const ports = traffic.next();
    for (const [port, value] of ports) follower.input(port).set(value);
    follower.settle();
    compare(cycle);
    leader.clock();
    follower.clock();
  }
}
