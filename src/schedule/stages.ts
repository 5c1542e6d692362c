import { startDelta } from './stages-of-delta.ts';
import { startAccess, startLines } from './stages-of-memory.ts';
import { startPipeline } from './stages-of-pipelines.ts';
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
  /**
   * Asked after an edge at which the state changed: in how many of the cycles that follow this stage's own signals stay what they were in the
   * cycle before, if all others do. The edges of these cycles are left to `skip`.
   */
  calm(): number;
  /** So many edges at once, that of cycle `from` first, under signals as they were when `calm` was asked; no more than it said. */
  skip(count: number, from: number): void;
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

export function taken(channel: Channel): boolean {
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
      calm: () => left,
      skip: (count, from) => {
        left -= count;
        for (let cycle = from; cycle < from + count; cycle++) record.push(cycle);
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
      // The end of a frame is seen in its cycle.
      calm: () => (left === 0 ? 0 : (left + beats - 1) % beats),
      skip: (count, from) => {
        left -= count;
        for (let cycle = from; cycle < from + count; cycle++) record.push(cycle);
      },
    };
  },

  slice: (_, around) => queue(2, around),
  fifo: ({ depth }, around) => queue(depth, around),

  widen: ({ ratio }, { inputs: [input], outputs: [output] }) => {
    let count = 0;
    let full = false;
    let wasFull = false;
    let came = false;
    return {
      offer: () => { output.valid = full; },
      accept: () => { input.ready = !full || output.ready; },
      clock: () => {
        wasFull = full;
        came = taken(input);
        const went = taken(output);
        if (went) full = false;
        if (came) {
          count = (count + 1) % ratio;
          if (count === 0) full = true;
        }
        return came || went;
      },
      calm: () => (!full && !wasFull && came ? ratio - count : 0),
      skip: (cycles) => {
        count = (count + cycles) % ratio;
        if (count === 0) full = true;
      },
    };
  },

  narrow: ({ ratio }, { inputs: [input], outputs: [output] }) => {
    let left = 0;
    let came = false;
    return {
      offer: () => { output.valid = left > 0; },
      accept: () => { input.ready = left === 0 || (left === 1 && output.ready); },
      clock: () => {
        came = taken(input);
        const went = taken(output);
        if (went) left--;
        if (came) left = ratio;
        return came || went;
      },
      // With one beat left the next may come.
      calm: () => (came ? 0 : left - 1),
      skip: (cycles) => { left -= cycles; },
    };
  },

  matrix: ({ groups, beats, burst, latency, overlaps }, around) => startPipeline({
    groups, beats, latency, overlaps, endless: burst === beats, stepsToEnd: (step) => Math.max(1, beats - burst + 1 - (step % beats)),
  }, around),
  runs: ({ lengths, latency, overlaps }, around) => {
    const toEnd = Int32Array.from([...lengths].flatMap((length) => Array.from({ length }, (_, step) => length - step)));
    return startPipeline({
      groups: 1, beats: toEnd.length, latency, overlaps, endless: toEnd.length === lengths.length, stepsToEnd: (step) => toEnd[step % toEnd.length],
    }, around);
  },
  delta: startDelta,
  pipeline: ({ latency, overlaps }, around) => startPipeline({ groups: 1, beats: 1, latency, overlaps, endless: true, stepsToEnd: () => 1 }, around),

  sequence: ({ turns }, { inputs, outputs: [output] }) => {
    let turn = 0;
    let held = false;
    let wasHeld = false;
    const same = runsOf(turns);
    return {
      offer: () => { output.valid = held; },
      accept: () => {
        const enabled = !held || output.ready;
        inputs.forEach((channel, arg) => { channel.ready = enabled && turns[turn] === arg; });
      },
      clock: () => {
        if (held && !output.ready) return false;
        wasHeld = held;
        held = inputs[turns[turn]].valid;
        if (held) turn = (turn + 1) % turns.length;
        return wasHeld || held;
      },
      // Of the run that the last turn belonged to.
      calm: () => (held && wasHeld && turns[turn] === turns[(turn + turns.length - 1) % turns.length] ? same[turn] : 0),
      skip: (cycles) => { turn = (turn + cycles) % turns.length; },
    };
  },

  access: ({ access }, around) => startAccess(access, around),
  lines: ({ lines }, around) => startLines(lines, around),

  prefix: ({ beats }, { inputs: [input], outputs: [output] }) => {
    let sent = 0;
    let own = true;
    return {
      offer: () => { output.valid = sent < beats || input.valid; },
      accept: () => { input.ready = sent === beats && output.ready; },
      clock: () => {
        own = sent < beats;
        if (!taken(output)) return false;
        if (own) sent++;
        return true;
      },
      calm: () => (own ? beats - sent : Infinity),
      skip: (cycles) => { if (own) sent += cycles; },
    };
  },

  fork: (_, { inputs: [input], outputs }) => {
    const sent = outputs.map(() => false);
    let even = true;
    return {
      offer: () => outputs.forEach((channel, i) => { channel.valid = input.valid && !sent[i]; }),
      accept: () => { input.ready = outputs.every((channel, i) => sent[i] || channel.ready); },
      clock: () => {
        const passed = taken(input);
        let moved = passed;
        even = passed;
        outputs.forEach((channel, i) => {
          const before = sent[i];
          sent[i] = input.valid && !passed && (before || channel.ready);
          if (before) even = false;
          if (sent[i] !== before) moved = true;
        });
        return moved;
      },
      calm: () => (even ? Infinity : 0),
      skip: () => {},
    };
  },
};

/** By place in the circle: how many equal elements follow from there, itself included. */
function runsOf(circle: readonly number[]): number[] {
  const runs = new Array<number>(circle.length).fill(Infinity);
  const breaks = circle.findIndex((element, i) => element !== circle[(i + 1) % circle.length]);
  if (breaks < 0) return runs;
  for (let i = 0, run = 0; i < circle.length; i++) {
    const place = (breaks - i + circle.length) % circle.length;
    run = circle[place] === circle[(place + 1) % circle.length] ? run + 1 : 1;
    runs[place] = run;
  }
  return runs;
}

/** Beats that wait in line; what goes in at an edge can leave in the next cycle. */
function queue(depth: number, { inputs: [input], outputs: [output] }: Surroundings): Running {
  let count = 0;
  let most = 0;
  let came = false;
  let went = false;
  return {
    offer: () => { output.valid = count > 0; },
    accept: () => { input.ready = count < depth; },
    clock: () => {
      came = taken(input);
      went = taken(output);
      count += (came ? 1 : 0) - (went ? 1 : 0);
      if (count > most) most = count;
      return came || went;
    },
    calm: () => {
      if (came && went) return Infinity;
      if (came) return count > 1 ? depth - count : 0;
      return count + 1 < depth ? count : 0;
    },
    skip: (cycles) => {
      count += cycles * ((came ? 1 : 0) - (went ? 1 : 0));
      if (count > most) most = count;
    },
    peak: () => most,
  };
}
