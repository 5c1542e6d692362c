import { userError } from '../../base/diagnostic.ts';
import { identifier, UniqueNames } from '../../base/names.ts';
import { argumentsOf, type FixedInput, type FixedNode, type QuantizerCodes, type ValueId } from '../../fixed/ir.ts';
import type { Expression } from '../../graph/expression.ts';
import type { GraphNode } from '../../graph/ir.ts';
import { reals } from '../../graph/reals.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import type { ScalarOperator } from '../../number/scalar.ts';
import { identityIndex, liftedMap, sameIndex } from './view.ts';
import { broadcastShape } from '../../graph/broadcast.ts';

/** Layers whose weights can be written at run time, by identifier. */
export type Rewritable = 'all' | ReadonlySet<string>;

/** A node without what the context adds to it. */
export type Unplaced<Node> = Node extends unknown ? Omit<Node, 'name' | 'origins'> : never;

/** The fixed-point graph under construction, and the layer that is lowered. */
export class LoweringContext {
  readonly nodes: FixedNode[] = [];
  readonly inputs: FixedInput[] = [];
  readonly reals = reals();
  private readonly names = new UniqueNames();
  private readonly arrangements = new Map<ValueId, { index: Int32Array; value: ValueId }[]>();
  private current: GraphNode | undefined;

  constructor(private readonly choice: Rewritable = new Set()) {}

  get layer(): GraphNode {
    return this.current!;
  }

  get allRewritable(): boolean {
    return this.choice === 'all';
  }

  /** Whether the layer's weights can be written at run time: because all can, or because the layer was named. */
  get rewritable(): 'all' | 'named' | undefined {
    if (this.choice === 'all') return 'all';
    return this.choice.has(identifier(this.layer.name)) ? 'named' : undefined;
  }

  /** Whether what lies between the value and the products before it depends on weights that can be written, and no quantizer is between. */
  dependsOnRewritable(value: ValueId): boolean {
    const node = this.nodes[value];
    switch (node.op) {
      case 'dot': return node.rewritable !== undefined;
      case 'gather': case 'window': case 'extreme': case 'add': case 'multiply':
        return argumentsOf(node).some((arg) => this.dependsOnRewritable(arg));
      default: return false;
    }
  }

  /** Says which layer the following nodes belong to. */
  enter(layer: GraphNode): void {
    this.current = layer;
  }

  /** Adds a node; it is named after the layer where no name is given. */
  place(node: Unplaced<FixedNode>, name = this.layer.name): ValueId {
    const { low, high } = node.type;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
      throw this.error('too-wide', `${this.layer.name} needs integers of more than 53 bits`, 'use narrower inputs or weights, or related scales');
    }
    return this.nodes.push({ ...node, name: this.names.take(name), origins: [this.layer.origin] } as FixedNode) - 1;
  }

  /** Says that a value's elements are a quantizer's codes. */
  note(value: ValueId, codes: QuantizerCodes): void {
    const node = this.nodes[value];
    this.nodes[value] = { ...node, codes: [...(node.codes ?? []), codes] };
  }

  variable(value: ValueId, shape: readonly number[] = this.nodes[value].shape): Expression {
    const own: Expression = { op: 'variable', shape: this.nodes[value].shape, variable: { kind: 'value', value } };
    return shape.join() === own.shape.join() ? own : { op: 'gather', args: [own], shape, index: identityIndex(sizeOf(shape)) };
  }

  constant(tensor: RealTensor): Expression {
    return { op: 'constant', shape: tensor.shape, tensor };
  }

  /** An elementwise operator over at most one variable. */
  map(operator: ScalarOperator, ...args: readonly Expression[]): Expression {
    if (args.every((arg) => arg.op === 'constant')) return this.constant(this.reals.map(operator, args.map((arg) => arg.tensor)));
    return liftedMap(operator, args, this.reals) ?? { op: 'map', operator, args, shape: broadcastShape(args.map((arg) => arg.shape)) };
  }

  /** scale * tensor + offset. */
  affine(tensor: Expression, scale: RealTensor, offset: RealTensor): Expression {
    const scaled = isNumber(scale, 1) ? tensor : this.map({ op: 'multiply' }, tensor, this.constant(scale));
    return isNumber(offset, 0) ? scaled : this.map({ op: 'add' }, scaled, this.constant(offset));
  }

  /** The value with its elements in another order, or some of them; the value itself where all are wanted in order. */
  arranged(value: ValueId, index: Int32Array | undefined, shape: readonly number[]): ValueId {
    if (index === undefined) return value;
    const known = this.arrangements.get(value) ?? [];
    const before = known.find((each) => sameIndex(each.index, index));
    if (before !== undefined) return before.value;
    const { name, type } = this.nodes[value];
    const made = this.place({ op: 'gather', args: [value], index, shape, type }, `${name}_arranged`);
    this.arrangements.set(value, [...known, { index, value: made }]);
    return made;
  }

  error(code: string, message: string, help: string): Error {
    return userError(code, message, { origin: this.layer.origin, help });
  }
}

/** Whether all elements are exactly one number. */
export function isNumber(tensor: RealTensor, number: number): boolean {
  return tensor.errors === undefined && tensor.values.every((value) => value === number);
}
