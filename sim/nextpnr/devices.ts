import { userError } from '../../src/base/diagnostic.ts';

/** A part that nextpnr places on, with its packages. */
export interface PlacementDevice {
  readonly name: string;
  readonly summary: string;
  /** By package: pins that a design may use, one less than the data sheet has (the reset of some parts shares one). */
  readonly packages: Readonly<Record<string, number>>;
}

/** iCE40 parts; the first package is taken where none is named. Counts of pins are those of Lattice's data sheets. */
export const PLACEMENT_DEVICES: readonly PlacementDevice[] = [
  { name: 'hx8k', summary: 'iCE40HX8K', packages: { ct256: 205, cm225: 177, cb132: 94 } },
  { name: 'hx4k', summary: 'iCE40HX4K', packages: { tq144: 106, cb132: 94 } },
  { name: 'hx1k', summary: 'iCE40HX1K', packages: { tq144: 95, cb132: 94, vq100: 71 } },
  { name: 'lp8k', summary: 'iCE40LP8K', packages: { cm225: 177, cm121: 92, cm81: 62 } },
  { name: 'lp1k', summary: 'iCE40LP1K', packages: { cm121: 94, cm81: 62, cb81: 61, cm49: 34 } },
  { name: 'up5k', summary: 'iCE40UP5K', packages: { sg48: 38 } },
];

export interface Part {
  readonly device: PlacementDevice;
  readonly package: string;
  readonly pins: number;
}

/** The part of these names. @throws UserError where there is none */
export function findPart(name: string, packageName?: string): Part {
  const device = PLACEMENT_DEVICES.find(each => each.name === name);
  if (device === undefined) {
    const help = `there are ${PLACEMENT_DEVICES.map(each => each.name).join(', ')}`;
    throw userError('unknown-device', `no device is called ${name}`, { help });
  }
  const chosen = packageName ?? Object.keys(device.packages)[0];
  const pins = device.packages[chosen];
  if (pins === undefined) {
    throw userError('unknown-package', `${device.summary} has no package ${chosen}`, { help: `it has ${Object.keys(device.packages).join(', ')}` });
  }
  return { device, package: chosen, pins };
}
