/**
 * When beats move: a network of streaming units without their data. Every unit's handshake is modelled as the hardware has it, so
 * that the cycle of each beat is predicted exactly.
 */
export type Stage =
  /** Offers `beats` beats a frame as fast as they are taken. */
  | { readonly kind: 'source'; readonly beats: number }
  | { readonly kind: 'sink'; readonly beats: number }
  | { readonly kind: 'fifo'; readonly depth: number }
  /** Two entries, both sides registered. */
  | { readonly kind: 'slice' }
  | { readonly kind: 'widen'; readonly ratio: number }
  | { readonly kind: 'narrow'; readonly ratio: number }
  /** Takes `beats` beats in the first of `groups` rounds; gives one beat a round. */
  | { readonly kind: 'matrix'; readonly groups: number; readonly beats: number; readonly latency: number }
  /** One beat from each input gives one beat. */
  | { readonly kind: 'pipeline'; readonly latency: number }
  | { readonly kind: 'fork' };

/** Stages by number; `inputs` are the stages whose output each reads, in port order. A fork's readers take its outputs in turn. */
export interface Network {
  readonly stages: readonly Stage[];
  readonly inputs: readonly (readonly number[])[];
}

/** The cycles in which each source's beats were taken and each sink's beats arrived; cycle 0 is the first after reset. */
export interface Performance {
  readonly sources: readonly (readonly number[])[];
  readonly sinks: readonly (readonly number[])[];
}

interface Channel {
  valid: boolean;
  ready: boolean;
}

interface Running {
  readonly inputs: readonly Channel[];
  readonly outputs: readonly Channel[];
  /** Sets the outputs' `valid` from the state (and, for a fork, the inputs' `valid`). */
  offer(): void;
  /** Sets the inputs' `ready` from the state, the outputs' `ready` and all `valid`. */
  accept(): void;
  /** The clock edge. */
  clock(cycle: number): void;
}

/** Runs the network, stage after stage in their order, until `frames` frames have arrived in every sink. */
export function predict(network: Network, frames: number, cycleLimit = 100_000_000): Performance {
  const { stages } = network;
  const readers = stages.map(() => [] as Channel[]);
  const inputChannels = network.inputs.map((sources) => sources.map((source) => {
    const channel: Channel = { valid: false, ready: false };
    readers[source].push(channel);
    return channel;
  }));
  const sources: number[][] = [];
  const sinks: number[][] = [];
  let missing = 0;
  const running = stages.map((stage, i) => {
    const record: number[] = [];
    if (stage.kind === 'source') sources.push(record);
    if (stage.kind === 'sink') {
      sinks.push(record);
      missing += stage.beats * frames;
    }
    const done = (): void => { missing--; };
    return start(stage, inputChannels[i], readers[i], frames, record, done);
  });
  for (let cycle = 0; missing > 0; cycle++) {
    if (cycle > cycleLimit) throw new Error(`no end after ${cycleLimit} cycles`);
    for (const unit of running) unit.offer();
    for (let i = running.length - 1; i >= 0; i--) running[i].accept();
    for (const unit of running) unit.clock(cycle);
  }
  return { sources, sinks };
}

function start(
  stage: Stage, inputs: readonly Channel[], outputs: readonly Channel[], frames: number, record: number[], done: () => void,
): Running {
  const [input] = inputs;
  const [output] = outputs;
  const taken = (channel: Channel): boolean => channel.valid && channel.ready;
  switch (stage.kind) {
    case 'source': {
      let left = stage.beats * frames;
      return {
        inputs, outputs,
        offer: () => { output.valid = left > 0; },
        accept: () => {},
        clock: (cycle) => {
          if (!taken(output)) return;
          left--;
          record.push(cycle);
        },
      };
    }
    case 'sink': {
      let left = stage.beats * frames;
      return {
        inputs, outputs,
        offer: () => {},
        accept: () => { input.ready = true; },
        clock: (cycle) => {
          if (!input.valid || left === 0) return;
          left--;
          record.push(cycle);
          done();
        },
      };
    }
    case 'slice':
    case 'fifo': {
      const depth = stage.kind === 'slice' ? 2 : stage.depth;
      let count = 0;
      return {
        inputs, outputs,
        offer: () => { output.valid = count > 0; },
        accept: () => { input.ready = count < depth; },
        clock: () => { count += (taken(input) ? 1 : 0) - (taken(output) ? 1 : 0); },
      };
    }
    case 'widen': {
      let count = 0;
      let full = false;
      return {
        inputs, outputs,
        offer: () => { output.valid = full; },
        accept: () => { input.ready = !full || output.ready; },
        clock: () => {
          if (taken(output)) full = false;
          if (!taken(input)) return;
          count = (count + 1) % stage.ratio;
          if (count === 0) full = true;
        },
      };
    }
    case 'narrow': {
      let left = 0;
      return {
        inputs, outputs,
        offer: () => { output.valid = left > 0; },
        accept: () => { input.ready = left === 0 || (left === 1 && output.ready); },
        clock: () => {
          if (taken(output)) left--;
          if (taken(input)) left = stage.ratio;
        },
      };
    }
    case 'matrix':
    case 'pipeline': {
      const [groups, beats] = stage.kind === 'matrix' ? [stage.groups, stage.beats] : [1, 1];
      const finished = new Array<boolean>(stage.latency).fill(false);
      let step = 0;
      const enabled = (): boolean => !output.valid || output.ready;
      const reading = (): boolean => step < beats;
      const available = (): boolean => !reading() || inputs.every((channel) => channel.valid);
      return {
        inputs, outputs,
        offer: () => { output.valid = finished[stage.latency - 1]; },
        accept: () => {
          const ready = enabled() && reading();
          for (const channel of inputs) channel.ready = ready && inputs.every((other) => other === channel || other.valid);
        },
        clock: () => {
          if (!enabled()) return;
          const go = available();
          finished.pop();
          finished.unshift(go && step % beats === beats - 1);
          if (go) step = (step + 1) % (groups * beats);
        },
      };
    }
    case 'fork': {
      const sent = outputs.map(() => false);
      return {
        inputs, outputs,
        offer: () => outputs.forEach((channel, i) => { channel.valid = input.valid && !sent[i]; }),
        accept: () => { input.ready = outputs.every((channel, i) => sent[i] || channel.ready); },
        clock: () => {
          const passed = taken(input);
          outputs.forEach((channel, i) => { sent[i] = input.valid && !passed && (sent[i] || channel.ready); });
        },
      };
    }
  }
}
