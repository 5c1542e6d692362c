import type { Running, Surroundings } from './stages.ts';

/** Steps of a pipeline, some of which finish a beat. */
interface Pipeline {
  /** The first `beats` steps of `groups` times as many read; those of the other groups have what they need. */
  readonly groups: number;
  readonly beats: number;
  readonly latency: number;
  /** No step is made while a result is on its way. */
  readonly overlaps?: boolean;
  /** Every step finishes a beat. */
  readonly endless: boolean;
  /** Steps from one on, counted from 0 in each group, until a beat is finished, that one included. */
  readonly stepsToEnd: (step: number) => number;
}

/** A pipeline that stands still while a finished beat waits at its end. */
export function startPipeline(
  { groups, beats, latency, overlaps = true, endless, stepsToEnd }: Pipeline, { inputs, outputs: [output] }: Surroundings,
): Running {
  // Time is counted in moves. `ends` are the moves after which finished beats stand at the end, a circle of `size` from `head` on.
  const ends = new Float64Array(latency + 1);
  let head = 0;
  let size = 0;
  let now = 0;
  let step = 0;
  let went = false;
  let going = false;
  let wasReading = true;
  const atEnd = (): boolean => size > 0 && ends[head] === now;
  const reading = (): boolean => step < beats;
  const stepping = (): boolean => overlaps || size === 0;
  const come = (end: number): void => { ends[(head + size++) % ends.length] = end; };
  const go = (): void => {
    head = (head + 1) % ends.length;
    size--;
  };
  return {
    offer: () => { output.valid = atEnd(); },
    accept: () => {
      const ready = (!atEnd() || output.ready) && stepping() && reading();
      for (const channel of inputs) channel.ready = ready && inputs.every((other) => other === channel || other.valid);
    },
    clock: () => {
      went = atEnd();
      if (went && !output.ready) return false;
      wasReading = reading();
      going = stepping() && (!wasReading || inputs.every((channel) => channel.valid));
      const moved = going || size > 0;
      if (went) go();
      if (going) {
        if (stepsToEnd(step) === 1) come(now + latency);
        step = (step + 1) % (groups * beats);
      }
      now++;
      return moved;
    },
    calm: () => {
      if (!overlaps || atEnd() !== went || reading() !== wasReading) return 0;
      const unread = !going || groups === 1 ? Infinity : (reading() ? beats : groups * beats) - step;
      if (!went) return Math.min(unread, size > 0 ? ends[head] - now : Infinity, going ? stepsToEnd(step) - 1 + latency : Infinity);
      // Beat after beat: as long as they follow each other.
      const last = ends[(head + size - 1) % ends.length];
      if (last - now !== size - 1) return 1;
      return going && endless && size === latency ? unread : Math.min(unread, size);
    },
    skip: (count) => {
      if (went && going && endless && size === latency) {
        for (let i = 0; i < size; i++) ends[(head + i) % ends.length] += count;
      } else {
        for (let i = 0; went && i < count; i++) go();
        if (going) for (let steps = stepsToEnd(step); steps <= count; steps += stepsToEnd(step + steps)) come(now + steps - 1 + latency);
      }
      if (going) step = (step + count) % (groups * beats);
      now += count;
    },
  };
}
