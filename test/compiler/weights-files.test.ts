import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { encodeSample } from '../../src/compiler/host.ts';
import { packageOf } from '../../src/compiler/package.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { weightsFile, WEIGHTS_MAGIC } from '../../src/compiler/weights/file.ts';
import { acceleratorFor, type PackageFiles } from '../../src/compiler/weights/layout.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { evaluateFixed } from '../../src/fixed/evaluator.ts';
import { layoutHash, loadWindow, networkHash, SHELL_IDENTITY } from '../../codegen/units/shell.ts';
import { loadBeats, loadWords } from '../../codegen/units/load-bench.ts';
import { retrained } from './retrained.ts';

const digits = await loadNetwork(resolve(import.meta.dirname, '../../examples/digits/digits.onnx'));
const ternary = await loadNetwork(resolve(import.meta.dirname, '../../examples/digits-ternary/digits-ternary.onnx'));
const made = compileNetwork(digits, { runtimeWeights: 'all' });
const files = packageOf(made, randomSamples(made, 1));
const text = (name: string): string => files.get(name) as string;
const folder = 'made';
const description: PackageFiles = { folder, description: text('bitloom.json'), folding: text('folding.json') };
const other = retrained(digits, 5);
const accelerator = acceleratorFor(other, description);
const numpy = (await execa('python3', ['-c', 'import numpy'], { reject: false })).exitCode === 0;
const compiler = (await execa('cc', ['--version'], { reject: false })).exitCode === 0;

/** What a driver has to write: byte address and word. */
const expected = loadBeats(made.accelerator, loadWords(accelerator)).map((beat) => [Number(beat >> 32n), Number(beat & 0xffffffffn)]);

describe('files of weights', () => {
  it('begin with a letterhead and hold every word', () => {
    const bytes = weightsFile(accelerator);
    const view = new DataView(bytes.buffer);
    expect([0, 4, 8].map((at) => view.getUint32(at, true))).toEqual([WEIGHTS_MAGIC, layoutHash(made.accelerator), expected.length]);
    expect(expected.map((_, i) => view.getUint32(16 + 4 * i, true))).toEqual(expected.map(([, word]) => word));
    expect(weightsFile(made.accelerator)).toEqual(files.get(`driver/${'digits'}.weights`));
    expect(bytes).not.toEqual(weightsFile(made.accelerator));
  });

  it('are not made for other layers, and say what differs', () => {
    expect(() => acceleratorFor(ternary, description)).toThrow(/operators where the hardware has|not what the hardware was made for/);
    const wider = { ...digits, constants: new Map(digits.constants) };
    wider.constants.set('pixel_bits', { shape: [], values: Float64Array.of(7) });
    expect(() => acceleratorFor(wider, description)).toThrow(/type is .*"high":127.* and was .*"high":255/);
    const plain = compileNetwork(digits);
    const without = packageOf(plain, randomSamples(plain, 1)).get('bitloom.json') as string;
    expect(() => acceleratorFor(other, { ...description, description: without })).toThrow(/cannot be written at run time/);
  });

  it('keep the folding', () => {
    expect(JSON.parse(text('folding.json'))).toMatchObject({ dense_1: { runtime_writeable_weights: 1 } });
    const named = compileNetwork(digits, { folding: { text: JSON.stringify({ dense_2: { runtime_writeable_weights: 1 } }), fileName: 'f.json' } });
    expect(named.accelerator.loads!.map(({ unit, name }) => `${unit} ${name}`)).toEqual(['dense_2 weights', 'dense_2 thresholds']);
    expect(() => compileNetwork(digits, { runtimeWeights: ['dense2'] })).toThrow(/no layer is called "dense2" \(did you mean "dense_2"\?\)/);
    expect(() => compileNetwork(digits, { runtimeWeights: 'all', style: 'unrolled' })).toThrow(/cannot be written at run time/);
  });

  it.skipIf(!numpy)('are loaded by the Python driver, which then encodes and decodes as the other network does', async () => {
    const place = mkdtempSync(join(tmpdir(), 'bitloom-weights-'));
    writeFileSync(join(place, 'driver.py'), text('driver/digits.py'));
    writeFileSync(join(place, 'other.weights'), weightsFile(accelerator));
    writeFileSync(join(place, 'damaged.weights'), weightsFile(accelerator).slice(0, -3));
    writeFileSync(join(place, 'foreign.weights'), foreign());
    const output = accelerator.outputs[0];
    const integers = evaluateFixed(accelerator.graph, encodeSample(accelerator.graph, randomSamples(made, 1)[0]))[output.value];
    writeFileSync(join(place, 'main.py'), `
import json, numpy as np, driver as d
class Registers:
    def __init__(self): self.writes, self.frames = [], 0
    def read(self, address):
        name = {value: key for key, value in d.REGISTERS.items()}[address]
        return {"identity": ${SHELL_IDENTITY}, "network": ${networkHash(made.accelerator)}, "weights_layout": ${layoutHash(made.accelerator)},
                "weights_written": len(self.writes), "frames_in": self.frames, "frames_out": 0}[name]
    def write(self, address, value): self.writes.append((address, value))
class Mapped(Registers):
    def __init__(self):
        super().__init__()
        self.array = np.zeros(${loadWindow(made.accelerator).offset / 2}, dtype=np.uint32)
    def read(self, address):
        return ${expected.length} * int(self.array.any()) if address == d.REGISTERS["weights_written"] else super().read(address)
registers, mapped, busy = Registers(), Mapped(), Registers()
busy.frames = 1
refused = []
for path, which in (("damaged.weights", registers), ("foreign.weights", registers), ("other.weights", busy)):
    try: d.Accelerator(None, None, which).load_weights(path)
    except (ValueError, RuntimeError) as error: refused.append(str(error))
assert registers.writes == []
d.Accelerator(None, None, registers).load_weights("other.weights")
d.Accelerator(None, None, mapped).load_weights("other.weights")
values = d.decode(np.array([${[...integers].join(', ')}]).reshape(1, -1)).reshape(-1)
array = [(4 * int(i), int(mapped.array[i])) for i in np.flatnonzero(mapped.array)]
print(json.dumps({"writes": registers.writes, "array": array, "refused": refused, "values": list(values)}))
`);
    const { stdout } = await execa('python3', ['main.py'], { cwd: place });
    const said = JSON.parse(stdout) as { writes: number[][]; array: number[][]; refused: string[]; values: number[] };
    expect(said.writes).toEqual(expected);
    const byAddress = (a: readonly number[], b: readonly number[]): number => a[0] - b[0];
    expect(said.array).toEqual(expected.filter(([, word]) => word !== 0).sort(byAddress));
    expect(said.refused).toEqual([expect.stringContaining('cut short'), expect.stringContaining('other hardware'), 'an inference is under way']);
    const host = new TextDecoder().decode(weightsFile(accelerator).slice(16 + 4 * expected.length));
    const decoder = JSON.parse(host) as { outputs: { scale: number[]; offset: number[] }[] };
    const { scale, offset } = decoder.outputs[0];
    said.values.forEach((value, i) => expect(value).toBeCloseTo(integers[i] * scale[i] + offset[i], 9));
  }, 60_000);

  it.skipIf(!compiler)('are loaded by the C function', async () => {
    const place = mkdtempSync(join(tmpdir(), 'bitloom-weights-'));
    writeFileSync(join(place, 'net.h'), text('driver/digits.h'));
    writeFileSync(join(place, 'other.weights'), weightsFile(accelerator));
    writeFileSync(join(place, 'main.c'), `
#include <stdio.h>
#include "net.h"
static uint32_t registers[${loadWindow(made.accelerator).offset / 2}], file[1 << 16];
int main(void) {
  FILE *from = fopen("other.weights", "rb");
  uint32_t length = (uint32_t)fread(file, 4, 1 << 16, from);
  printf("%d ", digits_load_weights(registers, file, 10));
  file[1] ^= 1; printf("%d ", digits_load_weights(registers, file, length)); file[1] ^= 1;
  printf("%d ", digits_load_weights(registers, file, length));
  registers[DIGITS_WEIGHTS_LAYOUT / 4] = DIGITS_WEIGHTS_LAYOUT_VALUE;
  registers[DIGITS_FRAMES_IN / 4] = 1; printf("%d ", digits_load_weights(registers, file, length)); registers[DIGITS_FRAMES_IN / 4] = 0;
  printf("%d", digits_load_weights(registers, file, length));
  for (uint32_t i = DIGITS_WEIGHTS_OFFSET / 4; i < sizeof registers / 4; i++) if (registers[i]) printf(" %u:%u", 4 * i, registers[i]);
  return 0;
}
`);
    await execa('cc', ['-std=c99', '-Wall', '-Wextra', '-Werror', '-o', 'main', 'main.c'], { cwd: place });
    const [a, b, c, d, e, ...words] = (await execa(join(place, 'main'), { cwd: place })).stdout.split(' ');
    // Memory does not count what is written.
    expect([a, b, c, d, e]).toEqual(['-1', '-2', '-3', '-4', '-5']);
    expect(words).toEqual(expected.filter(([, word]) => word !== 0).sort((x, y) => x[0] - y[0]).map(([address, word]) => `${address}:${word}`));
  }, 60_000);
});

/** Weights for hardware of another layout. */
function foreign(): Uint8Array {
  const compiled = compileNetwork(ternary, { runtimeWeights: 'all' });
  return weightsFile(compiled.accelerator);
}
