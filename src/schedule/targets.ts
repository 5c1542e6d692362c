/** What a target's logic costs in time: enough to decide where registers go. Nanoseconds, typical mid-grade parts. */
export interface Target {
  readonly name: string;
  readonly summary: string;
  /** One look-up table with the wire to it. */
  readonly lutDelay: number;
  /** Carry chain, for each bit. */
  readonly carryDelay: number;
  /** Clock to output, set-up and skew of a flip-flop. */
  readonly registerDelay: number;
  /** Inputs of a look-up table. */
  readonly lutInputs: number;
  /** Clock that is aimed for where the user names none. */
  readonly defaultClock: number;
}

export const TARGETS: readonly Target[] = [
  { name: 'xc7', summary: 'AMD 7 series', lutDelay: 0.75, carryDelay: 0.03, registerDelay: 0.7, lutInputs: 6, defaultClock: 5 },
  { name: 'xcup', summary: 'AMD UltraScale+', lutDelay: 0.45, carryDelay: 0.015, registerDelay: 0.4, lutInputs: 6, defaultClock: 3 },
  { name: 'ice40', summary: 'Lattice iCE40 HX', lutDelay: 1.3, carryDelay: 0.19, registerDelay: 1.2, lutInputs: 4, defaultClock: 15 },
  { name: 'ecp5', summary: 'Lattice ECP5', lutDelay: 0.9, carryDelay: 0.06, registerDelay: 0.8, lutInputs: 4, defaultClock: 8 },
  { name: 'lut4', summary: 'generic look-up tables of 4 inputs', lutDelay: 1, carryDelay: 0.2, registerDelay: 1, lutInputs: 4, defaultClock: 10 },
  { name: 'lut6', summary: 'generic look-up tables of 6 inputs', lutDelay: 0.75, carryDelay: 0.2, registerDelay: 0.7, lutInputs: 6, defaultClock: 8 },
];

export function findTarget(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}
