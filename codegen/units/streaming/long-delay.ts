import { NOTHING, type Resources } from '../../../src/schedule/devices.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import type { ModuleBuilder } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import { counter } from './control.ts';
import { ramCost, ramStyle } from './memory-cost.ts';

/** The longest delay in shift registers. */
const SHORT = 32;

/** The value of so many enabled clock edges ago: a short delay in shift registers, a long one in memory whose one address goes round. */
export function longDelay(builder: ModuleBuilder, word: Signal, cycles: number, enable: Signal, name: string, target: Target): Signal {
  if (cycles <= SHORT) return builder.delay(word, cycles, enable, { name });
  const depth = cycles - 1;
  const address = counter(builder, depth, enable, `${name}_place`).value;
  return builder.ram({
    name, depth, writeEnable: enable, writeAddress: address, writeData: word, readAddress: address, readEnable: enable, read: 'registered',
    style: ramStyle(depth, builder.width(word), target),
  });
}

/** What a delay of `bits` takes, its counter apart. */
export function longDelayCost(cycles: number, bits: number, target: Target): Resources {
  if (cycles === 0) return NOTHING;
  if (cycles <= SHORT) return { ...NOTHING, lut: bits * Math.ceil(cycles / 32), ff: bits };
  return ramCost(cycles, bits, target);
}
