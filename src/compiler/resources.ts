import { addResources, type Resources } from '../schedule/devices.ts';
import type { InstanceSynthesis } from '../../sim/yosys/synthesize.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';

/** An instance of the top module: what it was estimated to take, and what synthesis made of it. */
export interface ResourceRow {
  readonly instance: string;
  readonly estimate: Resources;
  readonly measured: Resources;
}

/** Estimate and measurement of each instance that has an estimate; look-up tables used as memory count as look-up tables. */
export function resourceRows({ estimates = new Map<string, Resources>() }: Accelerator, children: readonly InstanceSynthesis[]): ResourceRow[] {
  return children.flatMap(({ instance, cells: { lut, lutram, ff, bram, dsp } }) => {
    const estimate = estimates.get(instance);
    return estimate === undefined ? [] : [{ instance, estimate, measured: { lut: lut + lutram, ff, bram, dsp } }];
  });
}

/** `units estimated at 1,656 LUT, 846 FF, 2 BRAM; Yosys counts 1,626, 662, 3; median error of a unit 15 % (LUT), 9 % (FF)`. */
export function describeResources(rows: readonly ResourceRow[]): string {
  const sum = (of: 'estimate' | 'measured'): Resources => addResources(...rows.map((row) => row[of]));
  const [estimate, measured] = [sum('estimate'), sum('measured')];
  const number = (value: number): string => (Number.isInteger(2 * value) ? value : Math.round(value)).toLocaleString('en-US');
  const errors = (['lut', 'ff'] as const).flatMap((kind) => {
    const error = medianError(rows, kind);
    return error === undefined ? [] : [`${(100 * error).toFixed(0)} % (${kind.toUpperCase()})`];
  });
  return `units estimated at ${number(estimate.lut)} LUT, ${number(estimate.ff)} FF, ${number(estimate.bram)} BRAM; ` +
    `Yosys counts ${number(measured.lut)}, ${number(measured.ff)}, ${number(measured.bram)}; median error of a unit ${errors.join(', ')}`;
}

/** By instance: the estimate beside the count, and by how much it is off. */
export function resourceTable(rows: readonly ResourceRow[]): string[][] {
  const error = (estimate: number, measured: number): string => (measured === 0 ? '' : `${((100 * (estimate - measured)) / measured).toFixed(0)} %`);
  return [
    ['unit', 'LUT est.', 'LUT', 'error', 'FF est.', 'FF', 'error', 'BRAM est.', 'BRAM'],
    ...rows.map(({ instance, estimate, measured }) => [
      instance, estimate.lut.toFixed(0), measured.lut.toFixed(0), error(estimate.lut, measured.lut), estimate.ff.toFixed(0), measured.ff.toFixed(0),
      error(estimate.ff, measured.ff), String(estimate.bram), String(measured.bram),
    ]),
  ];
}

/** The median of |estimate - measured| / measured over instances that take enough of a kind to matter; undefined where none does. */
export function medianError(rows: readonly ResourceRow[], kind: keyof Resources, least = 20): number | undefined {
  const errors = rows.filter(({ measured }) => measured[kind] >= least)
    .map(({ estimate, measured }) => Math.abs(estimate[kind] - measured[kind]) / measured[kind]).sort((a, b) => a - b);
  return errors.length === 0 ? undefined : errors[errors.length >> 1];
}
