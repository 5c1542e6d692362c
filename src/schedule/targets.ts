/** What hardware is made for; what its cells take is in codegen/arithmetic/delays.ts. */
export interface Target {
  readonly name: string;
  readonly summary: string;
  /** Inputs of a look-up table. */
  readonly lutInputs: number;
  /** Clock that is aimed for where the user names none, in nanoseconds. */
  readonly defaultClock: number;
}

export const TARGETS: readonly Target[] = [
  { name: 'xc7', summary: 'AMD 7 series', lutInputs: 6, defaultClock: 5 },
  { name: 'xcup', summary: 'AMD UltraScale+', lutInputs: 6, defaultClock: 3 },
  { name: 'ice40', summary: 'Lattice iCE40 HX', lutInputs: 4, defaultClock: 15 },
  { name: 'ecp5', summary: 'Lattice ECP5', lutInputs: 4, defaultClock: 8 },
  { name: 'lut4', summary: 'generic look-up tables of 4 inputs', lutInputs: 4, defaultClock: 10 },
  { name: 'lut6', summary: 'generic look-up tables of 6 inputs', lutInputs: 6, defaultClock: 8 },
];

export function findTarget(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}
