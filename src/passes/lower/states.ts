import { userError } from '../../base/diagnostic.ts';
import { Rational } from '../../base/rational.ts';
import { integerType, type IntegerType } from '../../fixed/ir.ts';
import { rationalTensor } from '../../graph/elements.ts';
import type { Expression } from '../../graph/expression.ts';
import type { Graph, GraphState } from '../../graph/ir.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import { integerRange, parseFormat } from '../../number/formats/index.ts';
import type { LoweringAlgebra } from './algebra.ts';
import { commonDivisorOfRationals, rationalElement } from './grid.ts';
import { onGrid, operandOf, rationalsOf, scalarTensor, type Operand } from './operands.ts';

/**
 * Places the value that a state is read from: integers on the grid of the number format that its next value is put into. `close`
 * connects what it becomes, when that exists.
 * @throws UserError where the next value has no number format, or an initial value is none of its numbers
 */
export function placeState(
  algebra: LoweringAlgebra, graph: Graph, state: GraphState, tensors: Map<string, Expression>,
): { close: () => void } {
  const { context } = algebra;
  const maker = graph.nodes.find((node) => node.outputs.includes(state.next));
  const scale = maker?.kind === 'Format' ? scaleOf(graph, maker.inputs[1]) : undefined;
  if (maker === undefined || scale === undefined) {
    throw userError('state', `nothing puts what state ${state.name} becomes into a number format`, {
      origin: maker?.origin ?? graph.name, help: `quantize it: next ${state.name} = (…) as fixed<8,1>`,
    });
  }
  const format = parseFormat(maker.attributes.format as string);
  const grid = Rational.multiply(scale, format.unit);
  const { low, high } = integerRange(format);
  const type = integerType(low, high);
  const initial = Float64Array.from({ length: sizeOf(state.shape) }, (_, i) => {
    const at = i % state.initial.values.length;
    const value = rationalElement(state.initial, at);
    const units = value === undefined ? undefined : Rational.divide(value, grid);
    if (units === undefined || units.denominator !== 1n || units.numerator < BigInt(type.low) || units.numerator > BigInt(type.high)) {
      throw userError('state', `the initial value ${state.initial.values[at]} of state ${state.name} is no number of ${format.text}`, {
        origin: maker.origin, help: 'begin with 0, or with a multiple of the scale',
      });
    }
    return Number(units.numerator);
  });
  context.enter(maker);
  const value = context.place({ op: 'state', shape: state.shape, type, initial, next: -1 }, state.name);
  tensors.set(state.name, context.affine(context.variable(value), rationalTensor(grid), scalarTensor(0)));
  return {
    close: () => {
      context.enter(maker);
      const operand = operandOf(context, tensors.get(state.next)!);
      const node = context.nodes[value];
      if (context.nodes[operand.value].type.bipolar) {
        context.nodes[value] = { ...node, next: ofTwoValues(algebra, operand, grid, type, state) } as typeof node;
        return;
      }
      const finer = commonDivisorOfRationals([...rationalsOf(context, operand.scale), ...rationalsOf(context, operand.offset), grid]);
      if (Rational.compare(finer, grid) !== 0) throw new Error(`${state.name}: its next value lies off its grid`);
      const next = widened(algebra, onGrid(context, operand, grid), type, state);
      context.nodes[value] = { ...node, next } as typeof node;
    },
  };
}

/** A value of two, which is kept as one bit whatever the two are, as integers of the state's type. */
function ofTwoValues({ context }: LoweringAlgebra, operand: Operand, grid: Rational, type: IntegerType, { name, shape }: GraphState): number {
  const [scales, offsets] = [rationalsOf(context, operand.scale), rationalsOf(context, operand.offset)];
  const channels = Math.max(scales.length, offsets.length);
  const contents = Float64Array.from({ length: 3 * channels }, (_, i) => {
    const channel = Math.floor(i / 3);
    const [scale, offset] = [scales[channel % scales.length], offsets[channel % offsets.length]];
    // Between the two there is nothing.
    const value = i % 3 === 2 ? Rational.add(offset, scale) : Rational.subtract(offset, scale);
    const units = Rational.divide(value, grid);
    if (units.denominator !== 1n) throw new Error(`${name}: its next value lies off its grid`);
    return Number(units.numerator);
  });
  return context.place({ op: 'table', arg: operand.value, channels, contents, shape, type }, `${name}_next`);
}

/** The value as one of a wider type, in as many bits as the state has. */
function widened({ context }: LoweringAlgebra, value: number, type: IntegerType, { name, shape }: GraphState): number {
  const own = context.nodes[value].type;
  if (own.low === type.low && own.high === type.high && own.bipolar === type.bipolar) return value;
  return context.place(
    { op: 'requantize', arg: value, channels: 1, multipliers: [1n], offsets: [0n], shift: 0, rounding: 'floor', shape, type }, `${name}_next`,
  );
}

function scaleOf(graph: Graph, name: string | undefined): Rational | undefined {
  if (name === undefined || name === '') return Rational.ONE;
  const tensor: RealTensor | undefined = graph.constants.get(name);
  return tensor?.values.length === 1 ? rationalElement(tensor, 0) : undefined;
}
