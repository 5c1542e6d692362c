import type { RealTensor } from './tensor.ts';

/** A value an ONNX attribute can have here. */
export type Attribute = number | string | readonly number[] | readonly string[] | RealTensor;

/**
 * One layer of the network as its author wrote it. `kind` names a row of the layer registry; what it computes is said there, once,
 * by `LayerKind.meaning`.
 */
export interface GraphNode {
  readonly kind: string;
  /** Unique in the graph; the file's own name where it has one, otherwise made of kind and number. */
  readonly name: string;
  /** Tensor names; '' for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Operator set version that the file imports for the node's domain. */
  readonly version: number;
  /** Where it comes from, for messages: `model.onnx › Conv_3`. */
  readonly origin: string;
}

export interface GraphInput {
  readonly name: string;
  /** Leading batch dimension included, as the file says; symbolic or unknown dimensions are 1. */
  readonly shape: readonly number[];
  /** Number type of its elements (`uint8`), where the file says that they are integers. */
  readonly type?: string;
}

/** A tensor that keeps its value from one sample to the next. */
export interface GraphState {
  /** Tensor that reads it. */
  readonly name: string;
  /** Leading batch dimension included, as of inputs. */
  readonly shape: readonly number[];
  readonly initial: RealTensor;
  /** Tensor that it becomes. */
  readonly next: string;
}

/** What the network's author wants of the hardware, where no flag says otherwise. */
export interface Wishes {
  readonly style?: string;
  /** Clock period in nanoseconds. */
  readonly clock?: number;
  readonly target?: string;
  /** By name of the layer. */
  readonly folding?: Readonly<Record<string, { readonly PE?: number; readonly SIMD?: number }>>;
}

/** A network of real values and quantizers: layers in the order of their evaluation, one sample (batch 1) at a time. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  /** Tensor names. */
  readonly outputs: readonly string[];
  readonly constants: ReadonlyMap<string, RealTensor>;
  readonly nodes: readonly GraphNode[];
  readonly states?: readonly GraphState[];
  readonly wishes?: Wishes;
}
