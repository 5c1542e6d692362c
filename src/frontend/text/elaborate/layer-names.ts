import { LAYERS } from '../../../layers/index.ts';
import type { LayerKind } from '../../../layers/kind.ts';

/** `BatchNormalization` as a function is called: `batch_normalization`. */
export function snakeCase(operator: string): string {
  return operator.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase();
}

/** Short names beside those of the registry. */
const ALIASES: Readonly<Record<string, string>> = { lmul: 'LMulMatMul', prelu: 'PRelu', matmul: 'MatMul' };

/** Layers that the language makes of others. */
export const SUGAR = ['dense'] as const;

const byName = new Map<string, LayerKind>(LAYERS.map((kind) => [snakeCase(kind.operator), kind]));
for (const [alias, operator] of Object.entries(ALIASES)) {
  const kind = LAYERS.find((each) => each.operator === operator);
  if (kind !== undefined) byName.set(alias, kind);
}

export function layerCalled(name: string): LayerKind | undefined {
  return byName.get(name);
}

/** Everything that can be called. */
export const CALLABLE: readonly string[] = [...SUGAR, ...byName.keys()];

/** Names of the inputs of layers with several, for arguments by name; whatever is not here is an attribute. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  BatchNormalization: ['x', 'scale', 'bias', 'mean', 'variance'],
  BipolarQuant: ['x', 'scale'],
  Clip: ['x', 'min', 'max'],
  Conv: ['x', 'weights', 'bias'],
  ConvTranspose: ['x', 'weights', 'bias'],
  DequantizeLinear: ['x', 'scale', 'zero_point'],
  Expand: ['x', 'shape'],
  Gather: ['x', 'indices'],
  Gemm: ['a', 'b', 'c'],
  IntQuant: ['x', 'scale', 'zero_point', 'bits'],
  MultiThreshold: ['x', 'thresholds'],
  PRelu: ['x', 'slope'],
  Pad: ['x', 'pads', 'value', 'axes'],
  Quant: ['x', 'scale', 'zero_point', 'bits'],
  QuantizeLinear: ['x', 'scale', 'zero_point'],
  ReduceMax: ['x', 'axes'],
  ReduceMean: ['x', 'axes'],
  ReduceMin: ['x', 'axes'],
  ReduceSum: ['x', 'axes'],
  Reshape: ['x', 'shape'],
  Resize: ['x', '_', 'scales', 'sizes'],
  Slice: ['x', 'starts', 'ends', 'axes', 'steps'],
  Split: ['x', 'split'],
  Squeeze: ['x', 'axes'],
  Tile: ['x', 'repeats'],
  TopK: ['x', 'k'],
  Unsqueeze: ['x', 'axes'],
  Where: ['condition', 'x', 'y'],
};

export function inputNames(kind: LayerKind): readonly string[] {
  return INPUTS[kind.operator] ?? [];
}

/** Operator set that calls are of: the newest, in which lists are inputs. Quantizers have their own. */
const NEWEST = 18;

export function versionFor({ domains, versions }: LayerKind): number {
  const version = domains.includes('') ? NEWEST : 1;
  return versions === undefined ? version : Math.min(Math.max(version, versions[0]), versions[1]);
}

export function isMatrixProduct(operator: string): boolean {
  return /MatMul$|^Gemm$/.test(operator);
}

/** Layers whose nodes give a statement's hardware its name: the products, which all else in the statement is folded into. */
export function isProduct(operator: string): boolean {
  return isMatrixProduct(operator) || /^Conv|^QLinear|Integer$/.test(operator);
}

/** Layers that store codes: of constants too, which are not computed away. */
export function isQuantizer(operator: string): boolean {
  return /Quant|^Format$|^Decode$|^Trunc$|^MultiThreshold$/.test(operator);
}

/** The shortest name of a layer. */
export function layerName(operator: string): string {
  return Object.entries(ALIASES).find(([, aliased]) => aliased === operator)?.[0] ?? snakeCase(operator);
}
