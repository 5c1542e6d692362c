import type { FixedGraph, FixedNode } from './ir.ts';

/** What of a node cannot be written at run time, as plain numbers and texts; long lists by length and hash. */
export type NodeStructure = Readonly<Record<string, unknown>>;

/** Names and records do not matter to hardware. */
const BESIDE = ['name', 'origins', 'codes'];

/** By operator: what may be written where the node is rewritable. */
const WRITTEN: Partial<Record<FixedNode['op'], readonly string[]>> = {
  dot: ['weights'], threshold: ['levels', 'falling'], requantize: ['multipliers', 'offsets'],
};

/** Lists up to this length are told number by number. */
const SHORT = 8;

/**
 * All of a graph that stays when weights are written at run time, node by node: networks of equal structures run on the same hardware
 * with other words in its memories.
 */
export function structureOf(graph: FixedGraph): NodeStructure[] {
  return graph.nodes.map((node) => {
    const written = 'rewritable' in node && node.rewritable !== undefined ? WRITTEN[node.op] ?? [] : [];
    const fixed = node.op === 'requantize' && node.rewritable?.multiplierBits === 0 ? ['offsets'] : written;
    return Object.fromEntries(Object.entries(node).flatMap(([key, value]): [string, unknown][] => (
      BESIDE.includes(key) || fixed.includes(key) || value === undefined ? [] : [[key, plain(value)]])));
  });
}

/** 32-bit FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = Array.from(value as ArrayLike<unknown>, plain);
    return list.length <= SHORT ? list : `${list.length} numbers (${hashOf(list.join()).toString(16)})`;
  }
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  return value;
}
