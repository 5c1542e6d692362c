import { decodeModel, encodeModel } from '../../src/frontend/onnx/codec.ts';
import { ElementType, type OnnxGraph, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from '../../src/frontend/onnx/schema.ts';
import { floatTensor, tensorValues } from '../../src/frontend/onnx/tensor-values.ts';
import { codeBounds, QUANTIZER_DOMAINS } from '../../src/layers/quant.ts';

/** Of the standard's operators: the newest whose axes are attributes, as the files have them. */
const OPSET = 12;

/**
 * How a quantizer is written in the standard's operators: `divide` is Div, Clip, Round, Mul; `multiply` has the reciprocal of the scale
 * instead, which rounds differently once in a while; `pair` is Clip, QuantizeLinear, DequantizeLinear.
 */
export type QuantizerForm = 'divide' | 'multiply' | 'pair';
export const QUANTIZER_FORMS: readonly QuantizerForm[] = ['divide', 'multiply', 'pair'];

/**
 * The whole network of a QONNX or QDQ file in the standard's operators of float32, for batches of any size. Layers, batch norms and scales
 * stay as the file has them; weights are constants that onnxruntime folds. Zero points of activations go into the bounds of Clip.
 */
export function wholeModel(bytes: Uint8Array, form: QuantizerForm): Uint8Array {
  const { graph } = decodeModel(bytes, 'the network');
  const writer = new Writer(graph, form);
  for (const node of graph.node) writer.write(node);
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return encodeModel({
    irVersion: 8, opsetImport: [{ domain: '', version: OPSET }], metadataProps: [],
    graph: {
      name: 'whole', node: writer.nodes, initializer: writer.constants, sparseInitializer: [], valueInfo: [], quantizationAnnotation: [],
      metadataProps: [], input: graph.input.filter(({ name }) => !constants.has(name)).map(batched), output: graph.output.map(batched),
    },
  });
}

/** The same tensor with any number of samples. */
function batched({ name, type }: OnnxValueInfo): OnnxValueInfo {
  const [, ...dim] = type!.tensorType!.shape!.dim;
  return { name, metadataProps: [], type: { tensorType: { elemType: ElementType.float, shape: { dim: [{ dimParam: 'N' }, ...dim] } } } };
}

class Writer {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  private readonly initializers: ReadonlyMap<string, OnnxTensor>;
  private made = 0;

  constructor(graph: OnnxGraph, private readonly form: QuantizerForm) {
    this.initializers = new Map(graph.initializer.map((tensor) => [tensor.name!, tensor]));
    this.constants.push(...graph.initializer.filter(({ dataType }) => dataType === ElementType.float || dataType === ElementType.int64));
  }

  write(node: OnnxNode): void {
    const { opType, domain = '' } = node;
    if (opType === 'QuantizeLinear') this.quantizeLinear(node);
    else if (opType === 'DequantizeLinear') this.dequantizeLinear(node);
    else if (!QUANTIZER_DOMAINS.includes(domain)) this.nodes.push(node);
    else if (opType === 'BipolarQuant') this.bipolar(node);
    else if (opType === 'Quant') this.quant(node);
    else throw new Error(`${opType}: no operators of the standard are known for it`);
  }

  private bipolar({ input: [x, scale], output: [y] }: OnnxNode): void {
    const negative = this.constant([], this.numbers(scale).map((value) => -value));
    this.append('Where', [this.append('GreaterOrEqual', [x, this.constant([], [0])]), scale, negative], y);
  }

  private quant({ input: [x, scale, zero, width], output: [y], attribute }: OnnxNode): void {
    const flag = (name: string): boolean => attribute.find((each) => each.name === name)?.i === 1;
    const { low, high } = codeBounds(this.numbers(width)[0], flag('signed'), flag('narrow'));
    if (this.numbers(zero).some((value) => value !== 0)) throw new Error(`${y}: a zero point`);
    if (this.form === 'pair' && !this.initializers.has(x)) {
      const [unit] = this.numbers(scale);
      const clipped = this.append('Clip', [x, ...[low, high].map((code) => this.constant([], [Math.fround(code * unit)]))]);
      const parameters = [this.constant([], [unit]), this.zeroPoint(0)];
      this.append('DequantizeLinear', [this.append('QuantizeLinear', [clipped, ...parameters]), ...parameters], y);
    } else this.append('Mul', [this.codes(x, scale, low, high), scale], y);
  }

  /** Codes less the zero point as float32. */
  private quantizeLinear({ input: [x, scale, zero], output: [y] }: OnnxNode): void {
    const [at] = this.numbers(zero);
    if (this.form === 'pair') this.append('QuantizeLinear', [x, scale, this.zeroPoint(at)], y);
    else this.codes(x, scale, -128 - at, 127 - at, y);
  }

  private dequantizeLinear({ input: [x, scale, zero], output: [y] }: OnnxNode): void {
    const tensor = this.initializers.get(x);
    if (tensor === undefined) {
      if (this.form === 'pair') this.append('DequantizeLinear', [x, scale, this.zeroPoint(this.numbers(zero)[0])], y);
      else this.append('Mul', [x, scale], y);
      return;
    }
    // Per row, or one for all.
    const { dims, data } = tensorValues(tensor, x);
    const [scales, zeros] = [this.numbers(scale), this.numbers(zero)];
    const real = data.map((code, i) => {
      const row = Math.floor((i * (dims[0] ?? 1)) / data.length);
      return Math.fround((code - zeros[zeros.length === 1 ? 0 : row]) * scales[scales.length === 1 ? 0 : row]);
    });
    this.constants.push(floatTensor(y, dims, real));
  }

  private codes(x: string, scale: string, low: number, high: number, y?: string): string {
    const [inverse] = this.numbers(scale).map((value) => Math.fround(1 / value));
    const own = this.form === 'multiply' && !this.initializers.has(x);
    const units = own ? this.append('Mul', [x, this.constant([], [inverse])]) : this.append('Div', [x, scale]);
    return this.append('Round', [this.append('Clip', [units, ...[low, high].map((bound) => this.constant([], [bound]))])], y);
  }

  private append(opType: string, input: readonly string[], name = `own_${this.made++}`): string {
    this.nodes.push({ opType, input: [...input], output: [name], attribute: [], metadataProps: [] });
    return name;
  }

  private numbers(name: string): number[] {
    const tensor = this.initializers.get(name);
    if (tensor === undefined) throw new Error(`${name}: no constant`);
    return [...tensorValues(tensor, name).data];
  }

  private constant(dims: readonly number[], values: readonly number[]): string {
    const name = `own_${this.made++}`;
    this.constants.push(floatTensor(name, dims, values));
    return name;
  }

  private zeroPoint(value: number): string {
    const name = `own_${this.made++}`;
    this.constants.push({ ...floatTensor(name, [], []), dataType: ElementType.int8, rawData: Uint8Array.of(value & 255) });
    return name;
  }
}
