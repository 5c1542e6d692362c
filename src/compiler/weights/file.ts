import type { Accelerator } from '../../../codegen/units/accelerator.ts';
import { loadWords } from '../../../codegen/units/load-bench.ts';
import { layoutHash } from '../../../codegen/units/shell.ts';
import { decodingOf, encodingOf } from '../driver/conversion.ts';

/** The letters BLMW. */
export const WEIGHTS_MAGIC = 0x574d4c42;

/**
 * What drivers write to change the network: `BLMW`, hash of the layout, number of words, number of bytes of the text at the end, all in
 * 32 bits with the least significant byte first; then the words in the order of the layout; then a text in JSON, how the host encodes
 * inputs and decodes outputs.
 * @param accelerator holds the words of the network at power-up
 */
export function weightsFile(accelerator: Accelerator): Uint8Array {
  const words = loadWords(accelerator);
  const text = new TextEncoder().encode(hostConversions(accelerator));
  const bytes = new Uint8Array(16 + 4 * words.length + text.length);
  const view = new DataView(bytes.buffer);
  [WEIGHTS_MAGIC, layoutHash(accelerator), words.length, text.length].forEach((value, i) => view.setUint32(4 * i, value, true));
  words.forEach(({ value }, i) => view.setUint32(16 + 4 * i, Number(value), true));
  bytes.set(text, 16 + 4 * words.length);
  return bytes;
}

function hostConversions({ graph, inputs, outputs }: Accelerator): string {
  const list = (values: Float64Array | Int32Array): string => `[${Array.from(values, literal).join(', ')}]`;
  const object = (entries: Readonly<Record<string, string | undefined>>): string =>
    `{${Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [`"${key}": ${value}`])).join(', ')}}`;
  const order = (found: { order?: Int32Array } | undefined): string | undefined => (found?.order === undefined ? undefined : list(found.order));
  const encodings = inputs.map(({ type }, i) => {
    const found = encodingOf(graph.inputs[i], type);
    return object({ thresholds: found === undefined ? undefined : list(found.thresholds), order: order(found) });
  });
  const decodings = outputs.map(({ type }, i) => {
    const found = decodingOf(graph.outputs[i], type);
    return found === undefined ? object({}) : object({ scale: list(found.scale), offset: list(found.offset), order: order(found) });
  });
  return object({ inputs: `[${encodings.join(', ')}]`, outputs: `[${decodings.join(', ')}]` });
}

/** Python's JSON knows infinity. */
function literal(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? 'Infinity' : '-Infinity';
}
