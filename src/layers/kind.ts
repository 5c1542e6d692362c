import type { Algebra } from '../graph/algebra.ts';
import type { GraphNode } from '../graph/ir.ts';

/** One kind of layer: how it is named in files, and what it computes. */
export interface LayerKind {
  /** Name of the operator in ONNX or QONNX: `Conv`, `BipolarQuant`. */
  readonly operator: string;
  /** Operator set domains under which it is found; '' is ONNX's own. */
  readonly domains: readonly string[];
  /** First and last operator set version with this meaning. */
  readonly versions?: readonly [number, number];
  /** One line for people. */
  readonly summary: string;
  /**
   * The layer's outputs, made of its inputs (undefined where an optional one is left out) by the primitives of an algebra.
   * @throws UserError where the node's attributes or shapes are not supported
   */
  meaning<T>(node: GraphNode, inputs: readonly (T | undefined)[], algebra: Algebra<T>): T[];
}
