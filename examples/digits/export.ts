import {
  AttributeType, ElementType, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxValueInfo,
} from '../../src/frontend/onnx/schema.ts';
import { floatTensor } from '../../src/frontend/onnx/tensor-values.ts';
import { EPSILON } from './batch-norm.ts';
import { SIZE } from './draw.ts';
import { PIXEL_CENTRE, WIDTHS, type Network } from './network.ts';

const QONNX = 'qonnx.custom_op.general';

/** The binarized network as a QONNX model from 8-bit pixels [1, 1, SIZE, SIZE] to scores [1, 10]; weights stay latent. */
export function exportNetwork(network: Network): OnnxModel {
  const builder = new GraphBuilder();
  const one = builder.constant('one', [], [1]);
  const pixels = builder.add('Quant', 'quant_image', [
    'image', one, builder.constant('zero', [], [0]), builder.constant('pixel_bits', [], [8]),
  ], [integer('signed', 0), integer('narrow', 0), text('rounding_mode', 'ROUND')], QONNX);
  const centred = builder.add('Sub', 'centre_image', [pixels, builder.constant('pixel_centre', [], [PIXEL_CENTRE])]);
  const bits = builder.add('BipolarQuant', 'quant_0', [centred, one], [], QONNX);
  let value = builder.add('Flatten', 'flatten', [bits], [integer('axis', 1)]);
  network.dense.forEach((dense, index) => {
    const number = index + 1;
    const latent = builder.constant(`dense_${number}_weight`, [WIDTHS[index], WIDTHS[number]], dense.weights.value);
    const weight = builder.add('BipolarQuant', `quant_dense_${number}_weight`, [latent, one], [], QONNX);
    const sums = builder.add('MatMul', `dense_${number}`, [value, weight]);
    const norm = network.norms[index];
    const perChannel = (part: string, data: Float64Array) => builder.constant(`norm_${number}_${part}`, [data.length], data);
    const last = number === network.dense.length;
    const normalized = builder.add('BatchNormalization', `norm_${number}`, [
      sums, perChannel('scale', norm.scale.value), perChannel('shift', norm.shift.value),
      perChannel('mean', norm.mean), perChannel('variance', norm.variance),
    ], [float('epsilon', EPSILON)], undefined, last ? 'scores' : undefined);
    value = last ? normalized : builder.add('BipolarQuant', `quant_${number}`, [normalized, one], [], QONNX);
  });
  return {
    irVersion: 7,
    producerName: 'bitloom example digits',
    opsetImport: [{ domain: '', version: 13 }, { domain: QONNX, version: 1 }],
    metadataProps: [],
    graph: {
      name: 'digits',
      node: builder.nodes,
      initializer: builder.initializers,
      input: [floatValue('image', [1, 1, SIZE, SIZE])],
      output: [floatValue('scores', [1, WIDTHS.at(-1)!])],
      sparseInitializer: [], valueInfo: [], quantizationAnnotation: [], metadataProps: [],
    },
  };
}

/** Gathers nodes and constants; both methods return the name of the value that they made. */
class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];

  constant(name: string, dims: readonly number[], data: ArrayLike<number>): string {
    this.initializers.push(floatTensor(name, dims, data));
    return name;
  }

  add(
    opType: string, name: string, input: string[], attribute: OnnxAttribute[] = [], domain?: string, output = `${name}_out`,
  ): string {
    this.nodes.push({ opType, name, input, output: [output], attribute, domain, metadataProps: [] });
    return output;
  }
}

function attribute(name: string, type: number, value: Partial<OnnxAttribute>): OnnxAttribute {
  return { name, type, floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [], typeProtos: [], ...value };
}

function integer(name: string, i: number): OnnxAttribute {
  return attribute(name, AttributeType.int, { i });
}

function float(name: string, f: number): OnnxAttribute {
  return attribute(name, AttributeType.float, { f });
}

function text(name: string, value: string): OnnxAttribute {
  return attribute(name, AttributeType.string, { s: new TextEncoder().encode(value) });
}

function floatValue(name: string, dims: readonly number[]): OnnxValueInfo {
  const shape = { dim: dims.map((dimValue) => ({ dimValue })) };
  return { name, type: { tensorType: { elemType: ElementType.float, shape } }, metadataProps: [] };
}
