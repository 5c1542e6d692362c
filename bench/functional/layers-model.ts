import type { DotNode, FixedGraph, WindowNode } from '../../src/fixed/ir.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { encodeModel } from '../../src/frontend/onnx/codec.ts';
import {
  AttributeType, ElementType, type OnnxAttribute, type OnnxNode, type OnnxTensor, type OnnxValueInfo,
} from '../../src/frontend/onnx/schema.ts';
import { floatTensor } from '../../src/frontend/onnx/tensor-values.ts';

/**
 * A chain of the same layers in float32 as a plain ONNX file, for whole batches: a Conv for each product of windows (channels first,
 * as ONNX has them), a MatMul for each other one, a Relu between two of them. Quantizers are left out: it answers something else than the
 * network, and computes the least that any float32 network of these layers must.
 */
export function layersModel(graph: FixedGraph, batch: number): { readonly bytes: Uint8Array; readonly shape: readonly number[] } {
  const node: OnnxNode[] = [];
  const initializer: OnnxTensor[] = [];
  let last = 'x';
  const append = (opType: string, inputs: readonly string[], attribute: OnnxAttribute[] = []): void => {
    const name = `${opType}_${node.length}`;
    node.push({ opType, input: [last, ...inputs], output: [name], attribute, metadataProps: [] });
    last = name;
  };
  const constant = (dims: readonly number[], values: Float32Array): string => {
    initializer.push(floatTensor(`w${initializer.length}`, [...dims], values));
    return `w${initializer.length - 1}`;
  };
  const dots = graph.nodes.filter((each) => each.op === 'dot');
  const input = graph.nodes[graph.inputs[0].value].shape;
  const first = graph.nodes[dots[0].arg];
  let image = first.op === 'window';
  const shape = first.op === 'window' ? [batch, first.channels, first.height, first.width] : [batch, sizeOf(input)];
  dots.forEach((dot, i) => {
    const arg = graph.nodes[dot.arg];
    if (arg.op === 'window') append('Conv', [constant(...kernelOf(dot, arg))], geometryOf(dot, arg));
    else if (image && arg.shape.length === 4) {
      append('Conv', [constant([dot.rows, dot.columns, 1, 1], Float32Array.from(dot.weights))], [ints('kernel_shape', [1, 1])]);
    } else {
      if (dot.groups !== 1) throw new Error(`${dot.name}: a product in groups that is no convolution`);
      if (image) append('Flatten', []);
      image = false;
      const transposed = Float32Array.from(dot.weights, (_, at) => dot.weights[(at % dot.rows) * dot.columns + Math.floor(at / dot.rows)]);
      append('MatMul', [constant([dot.columns, dot.rows], transposed)]);
    }
    if (i < dots.length - 1) append('Relu', []);
  });
  const value = (name: string, dims: readonly number[]): OnnxValueInfo =>
    ({ name, metadataProps: [], type: { tensorType: { elemType: ElementType.float, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } } });
  const result = [batch, dots[dots.length - 1].rows];
  const bytes = encodeModel({
    irVersion: 8, opsetImport: [{ domain: '', version: 17 }], metadataProps: [],
    graph: {
      name: 'float', node, initializer, sparseInitializer: [], input: [value('x', shape)],
      output: [value(last, image ? [...result, 1, 1] : result)], valueInfo: [], quantizationAnnotation: [], metadataProps: [],
    },
  });
  return { bytes, shape };
}

function attribute(name: string, type: number, value: Partial<OnnxAttribute>): OnnxAttribute {
  return { name, type, floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [], typeProtos: [], ...value };
}

const ints = (name: string, values: readonly number[]): OnnxAttribute => attribute(name, AttributeType.ints, { ints: [...values] });

function geometryOf({ groups }: DotNode, { kernel, stride, dilation, pad }: WindowNode): OnnxAttribute[] {
  return [
    ints('kernel_shape', kernel), ints('strides', stride), ints('dilations', dilation), ints('pads', pad),
    attribute('group', AttributeType.int, { i: groups }),
  ];
}

/** The weights of a convolution as [row][channel of the group][tap]. */
function kernelOf({ groups, rows, columns, weights }: DotNode, { kernel, order }: WindowNode): [number[], Float32Array] {
  const taps = kernel[0] * kernel[1];
  const channels = columns / taps;
  const values = Float32Array.from({ length: weights.length }, (_, at) => {
    const [row, channel, tap] = [Math.floor(at / columns), Math.floor((at % columns) / taps), at % taps];
    return weights[row * columns + (order === 'pixel' ? tap * channels + channel : channel * taps + tap)];
  });
  return [[groups * rows, channels, ...kernel], values];
}
