import { activationLayers } from './activation.ts';
import { arithmeticLayers } from './arithmetic.ts';
import { linearLayers } from './linear.ts';
import { multiThresholdLayers } from './multi-threshold.ts';
import { quantLayers } from './quant.ts';
import { reductionLayers } from './reduction.ts';
import { shapeLayers } from './shape.ts';
import { truncLayers } from './trunc.ts';
import type { LayerKind } from './kind.ts';

/** Every layer that bitloom knows. */
export const LAYERS: readonly LayerKind[] = [
  ...quantLayers, ...truncLayers, ...multiThresholdLayers, ...linearLayers, ...arithmeticLayers, ...activationLayers, ...shapeLayers,
  ...reductionLayers,
];

const byName = new Map(LAYERS.map((kind) => [kind.operator, kind]));

export function findLayer(operator: string): LayerKind | undefined {
  return byName.get(operator);
}
