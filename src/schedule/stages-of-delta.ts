import type { DeltaStage } from './changes.ts';
import { taken, type Running, type Surroundings } from './stages.ts';

/**
 * Products of changed elements: a beat arrives in one place, is compared on its way into the next, and waits there for the last, where its changed
 * elements meet all rows, one element after the other; a beat without any goes no further than the second. All of it stands still while a
 * finished beat waits at the end.
 */
export function startDelta({ rounds, beats, passes, latency, overlaps }: DeltaStage, { inputs: [input], outputs: [output] }: Surroundings): Running {
  // Time is counted in moves. `ends` are the moves after which finished beats stand at the end, a circle of `size` from `head` on.
  const ends = new Float64Array(latency + 1);
  let head = 0;
  let size = 0;
  let now = 0;
  /** Beats that came. */
  let beat = 0;
  /** Beats in the first two places: their number, -1 where there is none. */
  let arrived = -1;
  let compared = -1;
  /** Steps that are left of the beat behind it. */
  let steps = 0;
  let stepsLast = false;
  let wasReady = false;
  let went = false;
  const atEnd = (): boolean => size > 0 && ends[head] === now;
  const come = (end: number): void => { ends[(head + size++) % ends.length] = end; };
  const passesOf = (place: number): number => passes[place % passes.length];
  const leaves = (): boolean => compared >= 0 && (passesOf(compared) === 0 || steps <= 1);
  const compares = (): boolean => arrived >= 0 && (compared < 0 || leaves());
  const takes = (): boolean => overlaps || beat % beats !== 0 || (arrived < 0 && compared < 0 && steps === 0 && size === 0);
  const step = (): void => {
    if (stepsLast && steps <= rounds) come(now + latency);
    steps--;
  };
  return {
    offer: () => { output.valid = atEnd(); },
    accept: () => { input.ready = (!atEnd() || output.ready) && (arrived < 0 || compares()) && takes(); },
    clock: () => {
      went = atEnd();
      wasReady = input.ready;
      if (went && !output.ready) return false;
      const came = taken(input);
      const moved = came || arrived >= 0 || compared >= 0 || steps > 0 || size > 0;
      const [left, moves] = [leaves(), compares()];
      if (went) {
        head = (head + 1) % ends.length;
        size--;
      }
      if (steps > 0) step();
      if (left) {
        const count = passesOf(compared);
        if (count > 0) {
          steps = count * rounds;
          stepsLast = compared % beats === beats - 1;
        }
        compared = -1;
      }
      if (moves) {
        compared = arrived;
        arrived = -1;
      }
      if (came) {
        arrived = beat;
        beat = (beat + 1) % (passes.length * beats);
      }
      now++;
      return moved;
    },
    // While beats wait for steps that go on.
    calm: () => {
      if (went || wasReady || arrived < 0 || compared < 0 || passesOf(compared) === 0 || steps <= 1) return 0;
      return Math.min(steps - 1, size > 0 ? ends[head] - now : latency);
    },
    skip: (count) => {
      for (let i = 0; i < count; i++, now++) step();
    },
  };
}
