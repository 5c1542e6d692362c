import { bitsOf, isSigned, type FixedGraph, type FixedOutput, type IntegerType, type ValueId } from '../fixed/ir.ts';
import type { Integers } from '../fixed/evaluator.ts';
import type { RealTensor } from '../graph/tensor.ts';
import { decoderOf } from './decoder.ts';
import { encoderOf } from './encoder.ts';
import type { StreamPort } from '../../codegen/units/accelerator.ts';

/** One sample: the real values of each input of the network, by name. */
export type Sample = ReadonlyMap<string, Float64Array>;

/** The integers of the fixed-point graph's inputs for a sample, exactly as the network's own first quantizers round them. */
export function encodeSample(graph: FixedGraph, sample: Sample): Map<ValueId, Integers> {
  return new Map(graph.inputs.map(({ value, source, encoder }) => {
    const values = sample.get(source)!;
    return [value, encoderOf(encoder, values.length, graph.nodes[value]).encode(values)];
  }));
}

/** The network's real output for the integers of an output value. */
export function decodeOutput(graph: FixedGraph, output: FixedOutput, integers: Integers): RealTensor {
  return decoderOf(output, integers.length, graph.nodes[output.value].type).decode(integers);
}

/** The integers of one vector as beats of TDATA: element 0 in the least significant bits, zero above the last. */
export function toBeats(port: Pick<StreamPort, 'type' | 'elementsPerBeat'>, integers: Integers): bigint[] {
  const bits = bitsOf(port.type);
  const beats: bigint[] = [];
  for (let start = 0; start < integers.length; start += port.elementsPerBeat) {
    let text = '';
    for (let i = start + port.elementsPerBeat - 1; i >= start; i--) text += pattern(integers[i], port.type, bits);
    beats.push(BigInt(`0b${text}`));
  }
  return beats;
}

/** The integers that beats carry, in the same order. */
export function fromBeats(port: Pick<StreamPort, 'type' | 'elementsPerBeat'>, beats: readonly bigint[]): Integers {
  const bits = bitsOf(port.type);
  const width = bits * port.elementsPerBeat;
  const integers = new Float64Array(beats.length * port.elementsPerBeat);
  beats.forEach((beat, b) => {
    const text = beat.toString(2).padStart(width, '0');
    for (let i = 0; i < port.elementsPerBeat; i++) {
      const end = text.length - i * bits;
      integers[b * port.elementsPerBeat + i] = integerOf(text.slice(end - bits, end), port.type);
    }
  });
  return integers;
}

function pattern(value: number, type: IntegerType, bits: number): string {
  if (type.bipolar) return value > 0 ? '1' : '0';
  return (value < 0 ? 2 ** bits + value : value).toString(2).padStart(bits, '0');
}

function integerOf(text: string, type: IntegerType): number {
  if (type.bipolar) return text === '1' ? 1 : -1;
  const value = Number(`0b${text}`);
  return isSigned(type) && text[0] === '1' ? value - 2 ** text.length : value;
}
