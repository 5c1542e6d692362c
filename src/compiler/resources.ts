import type { Resources } from '../schedule/devices.ts';
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

/** The median of |estimate - measured| / measured over instances that take enough of a kind to matter; undefined where none does. */
export function medianError(rows: readonly ResourceRow[], kind: keyof Resources, least = 20): number | undefined {
  const errors = rows.filter(({ measured }) => measured[kind] >= least)
    .map(({ estimate, measured }) => Math.abs(estimate[kind] - measured[kind]) / measured[kind]).sort((a, b) => a - b);
  return errors.length === 0 ? undefined : errors[errors.length >> 1];
}
