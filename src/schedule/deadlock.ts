import type { Channel, Running } from './stages.ts';
import type { Network } from './performance.ts';

/** Why nothing moves: the ring of stages of which each waits for the next. */
export interface DeadlockReport {
  readonly cycle: number;
  readonly waits: readonly { readonly stage: string; readonly waitsFor: string; readonly why: string }[];
  /** FIFOs that are full and stand in the ring. */
  readonly full: readonly { readonly stage: string; readonly depth: number }[];
}

/** Nothing can ever move again. */
export class Deadlock extends Error {
  constructor(readonly report: DeadlockReport) {
    super(describeDeadlock(report));
    this.name = 'Deadlock';
  }
}

/** `deadlock in cycle 812: …`, who waits for whom, a line each. */
export function describeDeadlock({ cycle, waits, full }: DeadlockReport): string {
  const fifos = full.map(({ stage, depth }) => `${stage} (${depth} beats)`).join(', ');
  return [
    `deadlock: nothing moves after cycle ${cycle}${fifos === '' ? '' : `; full: ${fifos}`}`,
    ...waits.map(({ stage, waitsFor, why }) => `  ${stage} waits for ${waitsFor}: ${why}`),
  ].join('\n');
}

/**
 * In a state that never changes each stage waits: for the stage in front of it where a beat is missing, for the stage behind it where
 * its beat is not taken. Following them leads into the ring.
 */
export function findDeadlock(
  network: Network, channels: readonly (readonly Channel[])[], running: readonly Running[], cycle: number,
): DeadlockReport {
  const { stages, inputs, names } = network;
  const waitOf = (stage: number): { next: number; why: string } | undefined => {
    // A beat that is offered and not taken comes first: a stage that holds one waits for its reader.
    for (let reader = 0; reader < stages.length; reader++) {
      const port = inputs[reader].findIndex((source, i) => source === stage && channels[reader][i].valid && !channels[reader][i].ready);
      if (port >= 0) return { next: reader, why: stages[reader].kind === 'fifo' ? 'it is full' : 'it takes no beat' };
    }
    const missing = channels[stage].findIndex((channel) => !channel.valid);
    return missing < 0 ? undefined : { next: inputs[stage][missing], why: 'no beat comes' };
  };

  const path: { stage: number; next: number; why: string }[] = [];
  let stage = stages.findIndex(({ kind }) => kind === 'sink');
  while (!path.some((step) => step.stage === stage)) {
    const wait = waitOf(stage);
    if (wait === undefined) break;
    path.push({ stage, ...wait });
    stage = wait.next;
  }
  const start = Math.max(0, path.findIndex((step) => step.stage === stage));
  const ring = path.slice(start);
  return {
    cycle,
    waits: ring.map((step) => ({ stage: names[step.stage], waitsFor: names[step.next], why: step.why })),
    full: ring.flatMap(({ stage: each }) => {
      const here = stages[each];
      return here.kind === 'fifo' && running[each].peak?.() === here.depth ? [{ stage: names[each], depth: here.depth }] : [];
    }),
  };
}
