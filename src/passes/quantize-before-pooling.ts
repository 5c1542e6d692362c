import { evaluateFixed } from '../fixed/evaluator.ts';
import {
  bitsOf, type ExtremeNode, type FixedGraph, type FixedNode, type InputNode, type IntegerType, type RequantizeNode, type TableNode, type ThresholdNode,
  type WindowNode,
} from '../fixed/ir.ts';
import { usesOf } from '../fixed/uses.ts';
import type { FixedPass } from './pass.ts';

type Quantizer = ThresholdNode | RequantizeNode | TableNode;

/**
 * The largest of quantized elements is the quantized largest one, where the quantizer rises; where it falls, it is the smallest. Windows
 * then hold codes of few bits instead of accumulators, and the quantizer joins the product before it.
 */
export const quantizeBeforePooling: FixedPass = {
  name: 'quantize-before-pooling',
  summary: 'quantizes before maxima and minima of windows, where that makes elements narrower',
  run: (graph) => {
    const uses = usesOf(graph);
    const alone = (id: number): boolean => uses[id] === 1 && graph.nodes[id].codes === undefined;

    const nodes: FixedNode[] = [...graph.nodes];
    graph.nodes.forEach((node, id) => {
      if (node.op !== 'threshold' && node.op !== 'requantize' && node.op !== 'table') return;
      const extreme = nodes[node.arg];
      if (extreme.op !== 'extreme' || !alone(node.arg)) return;
      const window = nodes[extreme.arg];
      if (window.op !== 'window' || window.order !== 'channel' || !alone(extreme.arg)) return;
      const image = nodes[window.arg];
      const direction = directionOf(node, image.type);
      if (direction === undefined || window.channels % node.channels !== 0 || bitsOf(node.type) >= bitsOf(image.type)) return;
      // Entries of a table are counted from the low end of what it reads.
      if (node.op === 'table' && (image.type.low !== extreme.type.low || image.type.high !== extreme.type.high)) return;

      const { codes, ...quantizer } = node;
      const kind: ExtremeNode['kind'] = direction === 'rising' ? extreme.kind : extreme.kind === 'maximum' ? 'minimum' : 'maximum';
      const fill = quantized(node, window, graph);
      nodes[extreme.arg] = { ...quantizer, arg: window.arg, shape: image.shape };
      nodes[node.arg] = { ...window, arg: extreme.arg, fill, type: node.type };
      nodes[id] = { ...extreme, arg: node.arg, kind, type: node.type, ...(codes === undefined ? {} : { codes }) };
    });
    return { ...graph, nodes };
  },
};

/** What the places outside of the image become. */
function quantized(node: Quantizer, { type, fill, channels }: WindowNode, graph: FixedGraph): Float64Array {
  const places: InputNode = { op: 'input', name: 'fill', shape: [channels], type, origins: [] };
  const values = Float64Array.from({ length: channels }, (_, channel) => fill[fill.length === 1 ? 0 : channel]);
  const filled: FixedGraph = { name: graph.name, nodes: [places, { ...node, arg: 0, shape: [channels] }], inputs: [], outputs: [] };
  const codes = evaluateFixed(filled, new Map([[0, values]]))[1];
  return codes.every((code) => code === codes[0]) ? codes.slice(0, 1) : codes;
}

/** Whether all channels of a quantizer rise, or all fall; undefined where neither is the case. */
function directionOf(node: Quantizer, { low, high, bipolar }: IntegerType): 'rising' | 'falling' | undefined {
  switch (node.op) {
    case 'threshold': return agreed(node.falling.map((falling) => (falling ? -1 : 1)));
    case 'requantize': return node.overflow === 'wrap' ? undefined : agreed(node.multipliers.map((m) => (m < 0n ? -1 : 1)));
    case 'table': {
      const entries = high - low + 1;
      const step = bipolar ? 2 : 1;
      let [rises, falls] = [false, false];
      for (let channel = 0; channel < node.channels; channel++) {
        for (let i = channel * entries + step; i < (channel + 1) * entries; i += step) {
          rises ||= node.contents[i] > node.contents[i - step];
          falls ||= node.contents[i] < node.contents[i - step];
        }
      }
      return rises && falls ? undefined : falls ? 'falling' : 'rising';
    }
  }
}

function agreed(signs: readonly number[]): 'rising' | 'falling' | undefined {
  if (signs.every((sign) => sign > 0)) return 'rising';
  return signs.every((sign) => sign < 0) ? 'falling' : undefined;
}
