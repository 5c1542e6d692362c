import type { FixedGraph } from '../../src/fixed/ir.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { encodeModel } from '../../src/frontend/onnx/codec.ts';
import { ElementType, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from '../../src/frontend/onnx/schema.ts';
import { floatTensor } from '../../src/frontend/onnx/tensor-values.ts';

/**
 * A dense network of the same layers in float32 as a plain ONNX file: a MatMul for each product and a Relu between two of them, for
 * whole batches. Quantizers are left out, which is in favour of whoever runs it.
 */
export function floatModel(graph: FixedGraph, batch: number): Uint8Array {
  const node: OnnxNode[] = [];
  const initializer: OnnxTensor[] = [];
  const dots = graph.nodes.filter((each) => each.op === 'dot');
  const size = sizeOf(graph.nodes[graph.inputs[0].value].shape);
  let last = 'x';
  dots.forEach((dot, i) => {
    if (dot.groups !== 1) throw new Error(`${dot.name}: dense networks only`);
    const transposed = Float32Array.from(dot.weights, (_, at) => dot.weights[(at % dot.rows) * dot.columns + Math.floor(at / dot.rows)]);
    initializer.push(floatTensor(`w${i}`, [dot.columns, dot.rows], transposed));
    node.push({ opType: 'MatMul', input: [last, `w${i}`], output: [`m${i}`], attribute: [], metadataProps: [] });
    last = `m${i}`;
    if (i === dots.length - 1) return;
    node.push({ opType: 'Relu', input: [last], output: [`r${i}`], attribute: [], metadataProps: [] });
    last = `r${i}`;
  });
  const value = (name: string, dims: readonly number[]): OnnxValueInfo =>
    ({ name, metadataProps: [], type: { tensorType: { elemType: ElementType.float, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } } });
  return encodeModel({
    irVersion: 8, opsetImport: [{ domain: '', version: 17 }], metadataProps: [],
    graph: {
      name: 'float', node, initializer, sparseInitializer: [], input: [value('x', [batch, size])],
      output: [value(last, [batch, dots[dots.length - 1].rows])], valueInfo: [], quantizationAnnotation: [], metadataProps: [],
    },
  });
}
