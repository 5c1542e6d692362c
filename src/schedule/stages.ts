import { readsOf } from './access.ts';
import type { Stage } from './performance.ts';

/** A handshake between two stages in the present cycle. */
export interface Channel {
  valid: boolean;
  ready: boolean;
}

/** A stage at work. */
export interface Running {
  /** Sets the outputs' `valid` from the state (and, for a fork, the inputs' `valid`). */
  offer(): void;
  /** Sets the inputs' `ready` from the state, the outputs' `ready` and all `valid`. */
  accept(): void;
  /** The clock edge; says whether anything of the state changed. */
  clock(cycle: number): boolean;
  /** FIFOs: the most beats held so far. */
  peak?(): number;
}

export interface Surroundings {
  readonly inputs: readonly Channel[];
  readonly outputs: readonly Channel[];
  readonly frames: number;
  /** Cycles in which beats of a source or sink moved. */
  readonly record: number[];
}

type Starters = { readonly [K in Stage['kind']]: (stage: Extract<Stage, { kind: K }>, around: Surroundings) => Running };

export function startStage(stage: Stage, around: Surroundings): Running {
  return (STARTERS[stage.kind] as (stage: Stage, around: Surroundings) => Running)(stage, around);
}

function taken(channel: Channel): boolean {
  return channel.valid && channel.ready;
}

const STARTERS: Starters = {
  source: ({ beats }, { outputs: [output], frames, record }) => {
    let left = beats * frames;
    return {
      offer: () => { output.valid = left > 0; },
      accept: () => {},
      clock: (cycle) => {
        if (!taken(output)) return false;
        left--;
        record.push(cycle);
        return true;
      },
    };
  },

  sink: ({ beats }, { inputs: [input], frames, record }) => {
    let left = beats * frames;
    return {
      offer: () => {},
      accept: () => { input.ready = true; },
      clock: (cycle) => {
        if (!input.valid || left === 0) return false;
        left--;
        record.push(cycle);
        return true;
      },
    };
  },

  slice: (_, around) => queue(2, around),
  fifo: ({ depth }, around) => queue(depth, around),

  widen: ({ ratio }, { inputs: [input], outputs: [output] }) => {
    let count = 0;
    let full = false;
    return {
      offer: () => { output.valid = full; },
      accept: () => { input.ready = !full || output.ready; },
      clock: () => {
        const moved = taken(output) || taken(input);
        if (taken(output)) full = false;
        if (taken(input)) {
          count = (count + 1) % ratio;
          if (count === 0) full = true;
        }
        return moved;
      },
    };
  },

  narrow: ({ ratio }, { inputs: [input], outputs: [output] }) => {
    let left = 0;
    return {
      offer: () => { output.valid = left > 0; },
      accept: () => { input.ready = left === 0 || (left === 1 && output.ready); },
      clock: () => {
        const moved = taken(output) || taken(input);
        if (taken(output)) left--;
        if (taken(input)) left = ratio;
        return moved;
      },
    };
  },

  matrix: ({ groups, beats, latency }, around) => {
    let step = 0;
    return pipeline(latency, around, {
      reads: () => step < beats,
      step: () => {
        const finished = step % beats === beats - 1;
        step = (step + 1) % (groups * beats);
        return finished;
      },
    });
  },

  pipeline: ({ latency }, around) => pipeline(latency, around, { reads: () => true, step: () => true }),

  sequence: ({ turns }, { inputs, outputs: [output] }) => {
    let turn = 0;
    let held = false;
    return {
      offer: () => { output.valid = held; },
      accept: () => {
        const enabled = !held || output.ready;
        inputs.forEach((channel, arg) => { channel.ready = enabled && turns[turn] === arg; });
      },
      clock: () => {
        if (held && !output.ready) return false;
        const before = held;
        held = inputs[turns[turn]].valid;
        if (held) turn = (turn + 1) % turns.length;
        return before || held;
      },
    };
  },

  access: ({ access }, { inputs: [input], outputs: [output] }) => {
    const { needs, releases, words, depth } = access;
    const reads = readsOf(access);
    const steps = needs.length;
    const increments = needs.map((need, step) => (step === steps - 1 ? words + needs[0] : needs[step + 1]) - need);
    let free = depth;
    let fresh = -needs[0];
    let step = 0;
    let read = 0;
    let held = false;
    return {
      offer: () => { output.valid = held; },
      accept: () => { input.ready = free > 0; },
      clock: () => {
        const wrote = taken(input);
        const go = read > 0 || fresh >= 0;
        if (wrote) {
          free--;
          fresh++;
        }
        if (held && !output.ready) return wrote;
        const moved = wrote || held || go;
        held = go;
        if (!go) return moved;
        if (++read === reads) {
          read = 0;
          free += releases[step];
          fresh -= increments[step];
          step = (step + 1) % steps;
        }
        return moved;
      },
    };
  },

  prefix: ({ beats }, { inputs: [input], outputs: [output] }) => {
    let sent = 0;
    return {
      offer: () => { output.valid = sent < beats || input.valid; },
      accept: () => { input.ready = sent === beats && output.ready; },
      clock: () => {
        if (!taken(output)) return false;
        if (sent < beats) sent++;
        return true;
      },
    };
  },

  lines: ({ lines: { words, pixels, steps, seen } }, { inputs: [input], outputs: [output] }) => {
    let word = 0;
    let pixel = 0;
    let held = false;
    return {
      offer: () => { output.valid = held; },
      accept: () => { input.ready = (!held || output.ready) && pixel < pixels; },
      clock: () => {
        if (held && !output.ready) return false;
        const go = pixel >= pixels || input.valid;
        const moved = held || go;
        held = go && seen[pixel] === 1;
        if (go && ++word === words) {
          word = 0;
          pixel = (pixel + 1) % steps;
        }
        return moved;
      },
    };
  },

  fork: (_, { inputs: [input], outputs }) => {
    const sent = outputs.map(() => false);
    return {
      offer: () => outputs.forEach((channel, i) => { channel.valid = input.valid && !sent[i]; }),
      accept: () => { input.ready = outputs.every((channel, i) => sent[i] || channel.ready); },
      clock: () => {
        const passed = taken(input);
        let moved = passed;
        outputs.forEach((channel, i) => {
          const before = sent[i];
          sent[i] = input.valid && !passed && (before || channel.ready);
          if (sent[i] !== before) moved = true;
        });
        return moved;
      },
    };
  },
};

/** Beats that wait in line; what goes in at an edge can leave in the next cycle. */
function queue(depth: number, { inputs: [input], outputs: [output] }: Surroundings): Running {
  let count = 0;
  let most = 0;
  return {
    offer: () => { output.valid = count > 0; },
    accept: () => { input.ready = count < depth; },
    clock: () => {
      const [came, went] = [taken(input), taken(output)];
      count += (came ? 1 : 0) - (went ? 1 : 0);
      if (count > most) most = count;
      return came || went;
    },
    peak: () => most,
  };
}

/** A pipeline that stands still while a finished beat waits; `step` makes a step and says whether it finishes a beat. */
function pipeline(
  latency: number, { inputs, outputs: [output] }: Surroundings, unit: { reads: () => boolean; step: () => boolean },
): Running {
  // A ring of the stages: the one at `last` stands at the output. `inside` counts the beats in them.
  const finished = new Uint8Array(latency);
  let last = 0;
  let inside = 0;
  const enabled = (): boolean => finished[last] === 0 || output.ready;
  const available = (): boolean => !unit.reads() || inputs.every((channel) => channel.valid);
  return {
    offer: () => { output.valid = finished[last] === 1; },
    accept: () => {
      const ready = enabled() && unit.reads();
      for (const channel of inputs) channel.ready = ready && inputs.every((other) => other === channel || other.valid);
    },
    clock: () => {
      if (!enabled()) return false;
      const go = available();
      const moved = go || inside > 0;
      inside -= finished[last];
      finished[last] = go && unit.step() ? 1 : 0;
      inside += finished[last];
      last = (last + latency - 1) % latency;
      return moved;
    },
  };
}
