import { bitsOf, integerType, isSigned, type RequantizeNode, type ThresholdNode } from '../../../src/fixed/ir.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';
import { term } from '../../rtl/builder.ts';
import type { MemoryStyle, Signal } from '../../rtl/ir.ts';
import { unipolar, type WideWire, type Wire } from '../integer.ts';
import type { Loads } from '../loadable.ts';
import { codeOfCount, limited, roundedShift, type Context } from './constant.ts';
import { levelAt, requantizeStages, times } from './stored.ts';

/** An elementwise operator whose parameters can be written at run time. */
export type RewritableNode = ThresholdNode | RequantizeNode;

export function isRewritable(node: ElementwiseNode | undefined): node is RewritableNode {
  return node !== undefined && node.op !== 'table' && node.rewritable !== undefined;
}

/** Where the parameters of all lanes lie. */
export interface ParameterMemory {
  readonly loads: Loads;
  readonly style: (depth: number, width: number) => MemoryStyle;
}

/**
 * The operator on one element a lane; lane l serves channel turn * lanes + l. The parameters of a turn are one word of a memory, lane 0
 * least significant. `address` counts the turns and stands one clock cycle before the elements do. As late as `storedElementwise`.
 */
export function rewritableElementwise(
  node: RewritableNode, xs: readonly Wire[], address: Signal, turns: number, context: Context, memory: ParameterMemory,
): Signal[] {
  const fields = node.op === 'threshold' ? thresholdFields(node, xs[0]) : requantizeFields(node);
  const width = fields.reduce((sum, { bits }) => sum + bits, 0);
  const words = Array.from({ length: turns }, (_, turn) => packed(xs.flatMap((_x, lane) => {
    const channel = (turn * xs.length + lane) % node.channels;
    return fields.map(({ bits, value }) => ({ bits, value: value(channel) }));
  })));
  const word = memory.loads.memory(address, { name: node.op === 'threshold' ? 'thresholds' : 'factors', width: width * xs.length, words }, {
    enable: context.enable, style: memory.style(turns, width * xs.length),
    comment: `${xs.length} x ${node.op === 'threshold' ? `${node.steps} levels and whether the staircase falls` : 'multiplier and offset'} a word`,
  });
  return xs.map((x, lane) => {
    let low = lane * width;
    const parts = fields.map(({ bits }) => {
      const part = context.builder.slice(word, low, bits);
      low += bits;
      return part;
    });
    const wire = unipolar(context.builder, x);
    if (node.op === 'threshold') return staircase(node, wire, parts, context);
    return requantized(node, wire, parts, { address, stages: requantizeStages(node, x.type, context.timing) }, context);
  });
}

/** A parameter of a channel and its bits in memory. */
interface Field {
  readonly bits: number;
  readonly value: (channel: number) => bigint;
}

function packed(parts: readonly { readonly bits: number; readonly value: bigint }[]): bigint {
  const text = [...parts].reverse().map(({ bits, value }) => BigInt.asUintN(bits, value).toString(2).padStart(bits, '0')).join('');
  return BigInt(`0b${text}`);
}

function thresholdFields(node: ThresholdNode, { type }: Wire): Field[] {
  const bits = bitsOf(integerType(type.low, type.high + 1));
  const levels = Array.from({ length: node.steps }, (_, step): Field => (
    { bits, value: (channel) => BigInt(levelAt(node, type, channel, step)) }));
  return [...levels, { bits: 1, value: (channel) => (node.falling[channel] ? 1n : 0n) }];
}

function staircase(node: ThresholdNode, x: Wire, parts: readonly Signal[], { builder, timing, enable }: Context): Signal {
  const signed = isSigned(x.type);
  const value = builder.resize(x.signal, builder.width(parts[0]), signed);
  const reached = parts.slice(0, node.steps).map((level) => builder.compare('le', level, value, signed));
  const stages = timing.thresholds(node.steps, bitsOf(x.type));
  const flags = builder.register(node.steps, { next: builder.concat(reached), enable });
  const count = builder.popcount(flags, { stages: stages - 1, enable });
  return codeOfCount(builder, count, node.steps, builder.delay(parts[node.steps], stages, enable), node.type);
}

function requantizeFields({ multipliers, offsets, rewritable }: RequantizeNode): Field[] {
  const { multiplierBits, offsetBits } = rewritable!;
  const multiplier = multiplierBits === 0 ? [] : [{ bits: multiplierBits, value: (channel: number) => multipliers[channel] }];
  return [...multiplier, { bits: offsetBits, value: (channel) => offsets[channel] }];
}

function requantized(
  node: RequantizeNode, x: Wire, parts: readonly Signal[], { address, stages }: { address: Signal; stages: number }, context: Context,
): Signal {
  const { builder, enable } = context;
  const { multiplierBits, offsetBits } = node.rewritable!;
  const product = multiplierBits === 0 ? times(x, address, node.multipliers, stages, context) : multiplied(x, parts[0], stages, context);
  const offset = builder.delay(parts[parts.length - 1], stages, enable);
  const limit = 1n << BigInt(offsetBits - 1);
  const rounded = roundedShift(builder, product, { terms: [term(offset, { signed: true })], constant: 0n, low: -limit, high: limit - 1n }, node);
  return builder.register(bitsOf(node.type), { next: limited(builder, rounded, node), enable });
}

function multiplied(x: Wire, factor: Signal, stages: number, { builder, enable }: Context): WideWire {
  const largest = 1n << BigInt(builder.width(factor) - 1);
  const ends = [BigInt(x.type.low), BigInt(x.type.high)].map((end) => largest * (end < 0n ? -end : end));
  const bound = ends[0] > ends[1] ? ends[0] : ends[1];
  const width = bound.toString(2).length + 1;
  const signal = builder.multiply(x.signal, isSigned(x.type), factor, true, width, { stages, enable });
  return { signal, low: -bound, high: bound };
}
