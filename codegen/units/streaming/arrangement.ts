import type { WindowNode } from '../../../src/fixed/ir.ts';
import { stepsOf, type GroupPlan, type WindowPlan } from '../../../src/schedule/plan.ts';

/** Where the elements of each group stand in the beats of a vector. */
export interface Arrangement {
  /** By lane: the places of its elements in a beat, the same in every beat. */
  readonly places: readonly (readonly number[])[];
  /** The column of each element: ((block * beats + beat) * lanes + lane) * elements of a lane + i. */
  readonly columns: Int32Array;
}

/**
 * By place in the stream: which element of a window, in the order of the fixed-point graph, stands there. A window comes span by span,
 * in a span tap by tap.
 */
export function windowOrder({ kernel, channels, order }: WindowNode, { span }: Pick<WindowPlan, 'span'>): Int32Array {
  const taps = kernel[0] * kernel[1];
  const places = new Int32Array(taps * channels);
  let place = 0;
  for (let first = 0; first < channels; first += span) {
    for (let tap = 0; tap < taps; tap++) {
      for (let channel = first; channel < first + span; channel++) {
        places[place++] = order === 'pixel' ? tap * channels + channel : channel * taps + tap;
      }
    }
  }
  return places;
}

/** Throws an `Error` where a beat holds elements of other groups than its block's, or of some group more than of another. */
export function arrangementOf(groups: number, columns: number, plan: GroupPlan, simd: number, order?: Int32Array): Arrangement {
  const { lanes, beats } = plan;
  const own = simd / lanes;
  const table = new Int32Array(groups * columns);
  const places: number[][] = Array.from({ length: lanes }, () => []);
  stepsOf(plan).forEach(({ block, beat }, step) => {
    const start = step * simd;
    const filled = new Array<number>(lanes).fill(0);
    for (let place = 0; place < simd; place++) {
      const element = order === undefined ? start + place : order[start + place];
      const lane = Math.floor(element / columns) - block * lanes;
      const i = filled[lane]++;
      if (start === 0) places[lane].push(place);
      else if (places[lane]?.[i] !== place) throw new Error(`element ${element} stands in another place than the first beat's`);
      table[(block * beats + beat) * simd + lane * own + i] = element % columns;
    }
  });
  if (places.some((each) => each.length !== own)) throw new Error('groups share a beat unevenly');
  return { places, columns: table };
}
