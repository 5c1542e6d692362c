import { readsOf, type Access } from './access.ts';
import type { Lines } from './lines.ts';
import { taken, type Running, type Surroundings } from './stages.ts';

/** A ring of memory that is read by a program. */
export function startAccess(access: Access, { inputs: [input], outputs: [output] }: Surroundings): Running {
  const { needs, releases, words, depth } = access;
  const reads = readsOf(access);
  const steps = needs.length;
  const increments = needs.map((need, step) => (step === steps - 1 ? words + needs[0] : needs[step + 1]) - need);
  let free = depth;
  let fresh = -needs[0];
  let step = 0;
  let read = 0;
  let held = false;
  let wasHeld = false;
  let wrote = false;
  let blocked = false;
  let gone = false;
  const write = (count: number): void => {
    free -= count;
    fresh += count;
  };
  /** No more than are left of the step. */
  const advance = (count: number): void => {
    read += count;
    if (read < reads) return;
    read = 0;
    free += releases[step];
    fresh -= increments[step];
    step = (step + 1) % steps;
  };
  return {
    offer: () => { output.valid = held; },
    accept: () => { input.ready = free > 0; },
    clock: () => {
      wrote = taken(input);
      gone = read > 0 || fresh >= 0;
      blocked = held && !output.ready;
      wasHeld = held;
      if (wrote) write(1);
      if (blocked) return wrote;
      held = gone;
      if (gone) advance(1);
      return wrote || wasHeld || gone;
    },
    calm: () => {
      if (held !== wasHeld) return 0;
      // A word that was let go is room again.
      if (!blocked && gone && read === 0) return 0;
      const room = wrote ? free : Infinity;
      if (blocked) return room;
      return Math.min(room, gone ? reads - read : wrote ? -fresh : Infinity);
    },
    skip: (count) => {
      if (wrote) write(count);
      if (!blocked && gone) advance(count);
    },
  };
}

/** Line buffers through which an image is shifted. */
export function startLines({ words, pixels, steps, seen }: Lines, { inputs: [input], outputs: [output] }: Surroundings): Running {
  let word = 0;
  let pixel = 0;
  let held = false;
  let wasHeld = false;
  let wasInside = true;
  let going = false;
  /** By step: those from there on that show windows as it does, on the same side of the image's end. */
  const alike = new Int32Array(steps);
  for (let i = steps - 1; i >= 0; i--) {
    const goesOn = i + 1 < steps && i + 1 !== pixels && seen[i + 1] === seen[i];
    alike[i] = goesOn ? alike[i + 1] + 1 : 1;
  }
  return {
    offer: () => { output.valid = held; },
    accept: () => { input.ready = (!held || output.ready) && pixel < pixels; },
    clock: () => {
      if (held && !output.ready) return false;
      wasInside = pixel < pixels;
      wasHeld = held;
      going = !wasInside || input.valid;
      held = going && seen[pixel] === 1;
      if (going && ++word === words) {
        word = 0;
        pixel = (pixel + 1) % steps;
      }
      return wasHeld || going;
    },
    calm: () => {
      if (!going || held !== wasHeld || (pixel < pixels) !== wasInside || (seen[pixel] === 1) !== held) return 0;
      return alike[pixel] * words - word;
    },
    skip: (count) => {
      word += count;
      pixel = (pixel + Math.floor(word / words)) % steps;
      word %= words;
    },
  };
}
