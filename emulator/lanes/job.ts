import { copiesJob, type BeatResult, type CopiesRun, type StreamJob } from '../stream-run.ts';
import type { LaneCode } from './compile.ts';

/** Lays a run out from the end of the design's own memory on; its result is one for each copy. */
export function laneJob(request: CopiesRun, { streams, layout, copies, control, design }: LaneCode): StreamJob<BeatResult[]> {
  return copiesJob(request, {
    end: layout.bytes, streams, control, copies, wordsOf: ({ data }) => Math.ceil(design.copies.nodes[data].width / 64),
  });
}
