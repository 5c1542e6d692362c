import { dispatch, type OpTable } from '../../src/base/table.ts';
import { bitsOf, integerType, isSigned, type ArgumentNode, type IntegerType } from '../../src/fixed/ir.ts';
import type { Timing } from '../../src/schedule/timing.ts';
import type { VectorUnit } from '../../src/schedule/units.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import type { ModuleBuilder } from '../rtl/builder.ts';
import type { Signal } from '../rtl/ir.ts';
import { divide, divideLatency } from './divide.ts';
import { encode } from './elementwise/constant.ts';
import { element, multiples, productRange, unipolar, widened, type Bus } from './integer.ts';
import { squareRoot, squareRootLatency } from './square-root.ts';

type VectorNode = VectorUnit['node'];

interface Context {
  readonly builder: ModuleBuilder;
  readonly timing: Timing;
  readonly enable?: Signal;
}

/** An operator on whole vectors: all elements of the arguments at once, the result after {@link vectorLatency} clock cycles. */
export function vectorOperator(node: VectorNode, args: readonly Bus[], context: Context): Bus {
  const elements = dispatch(OPERATORS, node, args, context);
  const { builder } = context;
  return { signal: builder.concat(elements), count: sizeOf(node.shape), type: node.type };
}

export function vectorLatency(node: VectorNode, args: readonly IntegerType[], timing: Timing): number {
  return dispatch(LATENCIES, node, args, timing);
}

const LATENCIES: OpTable<VectorNode, number, [readonly IntegerType[], Timing]> = {
  gather: () => 1,
  add: (node, _args, timing) => timing.sum(digits(node.coefficients), bitsOf(node.type)),
  multiply: (_node, args, timing) => timing.multiply(bitsOf(args[0]), bitsOf(args[1])),
  divide: divideLatency,
  'square-root': (_node, [type], timing) => squareRootLatency(type, timing),
  argument: (node) => Math.max(1, Math.ceil(Math.log2(node.length))),
};

/** Each gives the node's elements in `bitsOf(node.type)` bits. */
const OPERATORS: OpTable<VectorNode, Signal[], [readonly Bus[], Context]> = {
  gather: (node, args, { builder, enable }) => {
    const all = args.flatMap((bus) => Array.from({ length: bus.count }, (_, i) => ({ bus, i })));
    const bits = bitsOf(node.type);
    return Array.from(node.index, (source) => {
      const { bus, i } = all[source];
      const wire = element(builder, bus, i);
      return node.type.bipolar ? wire.signal : widened(builder, unipolar(builder, wire), bits);
    }).map((signal) => builder.register(bits, { next: signal, enable }));
  },

  add: (node, args, { builder, timing, enable }) => Array.from({ length: args[0].count }, (_, i) => {
    const terms = args.flatMap((bus, which) => multiples(unipolar(builder, element(builder, bus, i)), node.coefficients[which]));
    return builder.sum(terms, 0, bitsOf(node.type), { stages: timing.sum(digits(node.coefficients), bitsOf(node.type)), enable });
  }),

  multiply: (node, [left, right], { builder, timing, enable }) => Array.from({ length: left.count }, (_, i) => {
    const [a, b] = [unipolar(builder, element(builder, left, i)), unipolar(builder, element(builder, right, i))];
    const stages = timing.multiply(bitsOf(left.type), bitsOf(right.type));
    const type = productRange(a.type, b.type);
    const product = builder.multiply(a.signal, isSigned(a.type), b.signal, isSigned(b.type), bitsOf(type), { stages, enable });
    return builder.resize(product, bitsOf(node.type), isSigned(type));
  }),

  divide: (node, [left, right], context) => Array.from({ length: left.count }, (_, i) => {
    const { builder } = context;
    const divisor = right === undefined ? { signal: builder.constant(1, 1), type: integerType(1, 1) } : unipolar(builder, element(builder, right, i));
    return divide(node, unipolar(builder, element(builder, left, i)), divisor, context);
  }),

  'square-root': (node, [bus], context) => Array.from({ length: bus.count }, (_, i) =>
    context.builder.resize(squareRoot(element(context.builder, bus, i), context), bitsOf(node.type), false)),

  argument: (node, [bus], context) => {
    const { length } = node;
    return Array.from({ length: sizeOf(node.shape) }, (_, vector) => tournament(node, bus, vector * length, length, context));
  },
};

/** The coefficient's ones: as many addends. */
function digits(coefficients: readonly number[]): number {
  return coefficients.reduce((sum, value) => sum + Math.abs(value).toString(2).replace(/0/g, '').length, 0);
}

/** The index of the best element: neighbours are compared round by round, a register after each. */
function tournament(node: ArgumentNode, bus: Bus, start: number, length: number, { builder, enable }: Context): Signal {
  const bits = bitsOf(node.type);
  const indexType = integerType(0, length - 1);
  let players = Array.from({ length }, (_, i) => ({
    value: element(builder, bus, start + i).signal, index: builder.constant(encode(i, indexType, bits), bits),
  }));
  const signed = isSigned(bus.type);
  const rounds = Math.max(1, Math.ceil(Math.log2(length)));
  const keep = (signal: Signal): Signal => builder.register(builder.width(signal), { next: signal, enable });
  for (let round = 0; round < rounds; round++) {
    const winners = [];
    for (let i = 0; i < players.length; i += 2) {
      const [left, right] = [players[i], players[i + 1]];
      if (right === undefined) {
        winners.push({ value: keep(left.value), index: keep(left.index) });
        continue;
      }
      const [low, high] = node.kind === 'maximum' ? [left.value, right.value] : [right.value, left.value];
      const rightWins = builder.compare(node.tie === 'first' ? 'lt' : 'le', low, high, signed);
      winners.push({
        value: keep(builder.mux(rightWins, [left.value, right.value])), index: keep(builder.mux(rightWins, [left.index, right.index])),
      });
    }
    players = winners;
  }
  return players[0].index;
}

