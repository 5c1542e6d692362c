import { bitsOf } from '../../fixed/ir.ts';
import { networkHash, SHELL_IDENTITY, shellRegisters } from '../../../codegen/units/shell.ts';
import type { StreamPort } from '../../../codegen/units/accelerator.ts';
import type { CompiledNetwork } from '../compile.ts';
import { decodingOf, encodingOf } from './conversion.ts';
import { LOAD_WEIGHTS, pythonLayout, READ_WEIGHTS } from './weights.ts';

/** A Python module that needs numpy alone: encodes inputs, packs and unpacks beats, decodes outputs, reads the shell's registers. */
export function pythonDriver(compiled: CompiledNetwork): string {
  const { accelerator, graph } = compiled;
  const inputs = accelerator.inputs.map((port, i) => {
    const encoding = encodingOf(accelerator.graph.inputs[i], port.type);
    return stream(port, [
      ['shape', tuple(graph.inputs.find(({ name }) => name === accelerator.graph.inputs[i].source)!.shape)],
      ...(encoding === undefined ? [] : [['thresholds', numbers(encoding.thresholds)] as const]),
      ...(encoding?.order === undefined ? [] : [['order', `[${encoding.order.join(', ')}]`] as const]),
    ]);
  });
  const outputs = accelerator.outputs.map((port, i) => {
    const decoding = decodingOf(accelerator.graph.outputs[i], port.type);
    return stream(port, [
      ['shape', tuple(accelerator.graph.outputs[i].shape)],
      ...(decoding === undefined ? [] : [['scale', uniform(decoding.scale)], ['offset', uniform(decoding.offset)]] as const),
      ...(decoding?.order === undefined ? [] : [['order', `[${decoding.order.join(', ')}]`] as const]),
    ]);
  });
  return [
    `"""${graph.name}: host side of the accelerator. Needs numpy alone; DMA and registers are whatever the platform has."""`,
    ...(accelerator.loads === undefined ? [] : ['import json', '']), 'import numpy as np', '',
    `IDENTITY = 0x${SHELL_IDENTITY.toString(16)}`, `NETWORK = 0x${networkHash(accelerator).toString(16)}`,
    `REGISTERS = {${shellRegisters(accelerator).map(({ name, address }) => `"${name}": 0x${address.toString(16).padStart(2, '0')}`).join(', ')}}`,
    `INPUTS = [${inputs.join(', ')}]`, `OUTPUTS = [${outputs.join(', ')}]`,
    ...pythonLayout(accelerator),
    accelerator.loads === undefined ? FUNCTIONS : `${READ_WEIGHTS}${FUNCTIONS}${LOAD_WEIGHTS}`,
  ].join('\n');
}

function stream({ prefix, type, elements, elementsPerBeat, dataWidth }: StreamPort, more: readonly (readonly [string, string])[]): string {
  const entries: (readonly [string, string])[] = [
    ['prefix', `"${prefix}"`], ['bits', String(bitsOf(type))], ['low', String(type.low)], ['high', String(type.high)],
    ['bipolar', type.bipolar ? 'True' : 'False'], ['elements', String(elements)], ['per_beat', String(elementsPerBeat)],
    ['beat_bits', String(dataWidth)], ...more,
  ];
  return `{\n${entries.map(([key, value]) => `    "${key}": ${value},\n`).join('')}}`;
}

function tuple(shape: readonly number[]): string {
  return `(${shape.map((size) => `${size},`).join(' ')})`;
}

function numbers(values: Float64Array): string {
  return `np.array([${Array.from(values, (value) => (Number.isFinite(value) ? String(value) : value > 0 ? 'np.inf' : '-np.inf')).join(', ')}])`;
}

/** One number where all are equal. */
function uniform(values: Float64Array): string {
  return values.every((value) => value === values[0]) ? String(values[0]) : numbers(values);
}

const FUNCTIONS = `

def encode(x, stream=INPUTS[0]):
    """Integers that the accelerator takes for inputs [frames, ...], exactly as the network's own quantizer rounds them."""
    x = np.asarray(x, dtype=np.float64).reshape(len(x), -1)
    if "thresholds" not in stream:
        raise NotImplementedError("the encoder is no staircase of thresholds: pass integers to pack()")
    codes = np.searchsorted(stream["thresholds"], x, side="right")
    codes = stream["low"] + codes * (2 if stream["bipolar"] else 1)
    return codes[:, stream["order"]] if "order" in stream else codes


def decode(integers, stream=OUTPUTS[0]):
    """Real outputs [frames, ...] for integers [frames, elements]; scale and offset are doubles."""
    if "scale" not in stream:
        raise NotImplementedError("the output is not linear in the integers")
    values = integers * stream["scale"] + stream["offset"]
    values = values[:, stream["order"]] if "order" in stream else values
    return values.reshape((len(integers),) + tuple(size for size in stream["shape"][1:]))


def pack(integers, stream=INPUTS[0]):
    """Bytes [frames, bytes] of the beats that carry integers [frames, elements], element 0 in the least significant bits."""
    codes = np.asarray(integers, dtype=np.int64).reshape(-1, stream["per_beat"])
    codes = (codes > 0).astype(np.int64) if stream["bipolar"] else codes
    bits = ((codes[:, :, None] >> np.arange(stream["bits"])) & 1).astype(np.uint8).reshape(len(codes), -1)
    padded = np.zeros((len(codes), stream["beat_bits"]), dtype=np.uint8)
    padded[:, : bits.shape[1]] = bits
    return np.packbits(padded, axis=1, bitorder="little").reshape(len(integers), -1)


def unpack(data, stream=OUTPUTS[0]):
    """Integers [frames, elements] that bytes [frames, bytes] carry."""
    beats = np.asarray(data, dtype=np.uint8).reshape(-1, stream["beat_bits"] // 8)
    bits = np.unpackbits(beats, axis=1, bitorder="little")[:, : stream["bits"] * stream["per_beat"]]
    bits = bits.reshape(len(beats), stream["per_beat"], stream["bits"]).astype(np.int64)
    codes = (bits << np.arange(stream["bits"])).sum(axis=2)
    if stream["bipolar"]:
        codes = 2 * codes - 1
    elif stream["low"] < 0:
        codes = np.where(codes >= 1 << (stream["bits"] - 1), codes - (1 << stream["bits"]), codes)
    return codes.reshape(-1, stream["elements"])


class Accelerator:
    """The accelerator behind a DMA engine with \`sendchannel\` and \`recvchannel\` (as PYNQ has them) and registers with \`read\` and \`write\`.

    \`allocate(shape, dtype)\` gives memory that the DMA engine reaches; \`registers\` may be None where the shell is not used.
    """

    def __init__(self, dma, allocate, registers=None):
        self.dma, self.allocate, self.registers = dma, allocate, registers
        if registers is not None and (self.read("identity"), self.read("network")) != (IDENTITY, NETWORK):
            raise RuntimeError("this is not the accelerator that the driver was made for")

    def read(self, name):
        return self.registers.read(REGISTERS[name])

    def clear(self):
        """Sets the shell's counters to 0."""
        self.registers.write(REGISTERS["control"], 1)

    def infer(self, x):
        """Real outputs for inputs [frames, ...]."""
        sent = pack(encode(x))
        source = self.allocate(sent.shape, np.uint8)
        source[:] = sent
        per_frame = OUTPUTS[0]["elements"] // OUTPUTS[0]["per_beat"] * (OUTPUTS[0]["beat_bits"] // 8)
        results = self.allocate((len(sent), per_frame), np.uint8)
        # TLAST ends each inference, and with it a transfer: one a frame.
        self.dma.sendchannel.transfer(source)
        for frame in range(len(sent)):
            self.dma.recvchannel.transfer(results[frame])
            self.dma.recvchannel.wait()
        self.dma.sendchannel.wait()
        return decode(unpack(results))
`;
