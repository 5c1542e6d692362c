import type { Accelerator } from '../../../codegen/units/accelerator.ts';
import { banksOf } from '../../../codegen/units/loadable.ts';
import { layoutHash, loadWindow } from '../../../codegen/units/shell.ts';
import { WEIGHTS_MAGIC } from '../weights/file.ts';

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Runs of words that lie one behind the other, in the order of the file of weights: first word and count. */
function runsOf({ loads = [] }: Accelerator): { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const { base, stride, width, words } of loads) {
    for (let bank = 0; bank < banksOf(width); bank++) {
      const first = base + bank * stride;
      const last = runs[runs.length - 1];
      if (last !== undefined && last.first + last.count === first) last.count += words.length;
      else runs.push({ first, count: words.length });
    }
  }
  return runs;
}

/** The C function that writes a file of weights; nothing where none can be written. */
export function cLoader(accelerator: Accelerator, name: string): string[] {
  if (accelerator.loads === undefined) return [];
  const upper = name.toUpperCase();
  const runs = runsOf(accelerator);
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  return [
    '/* Weights and parameters that are written at run time. */',
    `#define ${upper}_WEIGHTS_OFFSET ${hex(loadWindow(accelerator).offset)}u`,
    `#define ${upper}_WEIGHTS_WORDS ${total}u`,
    `#define ${upper}_WEIGHTS_LAYOUT_VALUE ${hex(layoutHash(accelerator))}u`, '',
    '/*',
    ' * Writes a file of weights (`bitloom weights`), which was read into 32-bit words, least significant byte first. `registers` is the base of the',
    ' * AXI4-Lite slave. 0: done; -1: no file of weights, or cut short; -2: its layout is another; -3: the hardware is of another layout;',
    ' * -4: an inference is under way; -5: not every word was written.',
    ' */',
    `static inline int ${name}_load_weights(volatile uint32_t *registers, const uint32_t *file, uint32_t length) {`,
    `  static const uint32_t runs[][2] = {${runs.map(({ first, count }) => `{${first}u, ${count}u}`).join(', ')}};`,
    `  volatile uint32_t *place = registers + ${upper}_WEIGHTS_OFFSET / 4u;`,
    `  if (length < 4u + ${upper}_WEIGHTS_WORDS || file[0] != ${hex(WEIGHTS_MAGIC)}u) return -1;`,
    `  if (file[1] != ${upper}_WEIGHTS_LAYOUT_VALUE || file[2] != ${upper}_WEIGHTS_WORDS) return -2;`,
    `  if (registers[${upper}_WEIGHTS_LAYOUT / 4] != ${upper}_WEIGHTS_LAYOUT_VALUE) return -3;`,
    `  if (registers[${upper}_FRAMES_IN / 4] != registers[${upper}_FRAMES_OUT / 4]) return -4;`,
    `  uint32_t before = registers[${upper}_WEIGHTS_WRITTEN / 4];`,
    '  const uint32_t *word = file + 4;',
    '  for (uint32_t run = 0; run < sizeof runs / sizeof runs[0]; run++) {',
    '    for (uint32_t i = 0; i < runs[run][1]; i++) place[runs[run][0] + i] = *word++;',
    '  }',
    `  return registers[${upper}_WEIGHTS_WRITTEN / 4] - before == ${upper}_WEIGHTS_WORDS ? 0 : -5;`,
    '}', '',
  ];
}

/** The layout of weights in the Python driver; nothing where none can be written. */
export function pythonLayout(accelerator: Accelerator): string[] {
  if (accelerator.loads === undefined) return [];
  const runs = runsOf(accelerator).map(({ first, count }) => `(${first}, ${count})`).join(', ');
  return [`WEIGHTS = {"layout": ${hex(layoutHash(accelerator))}, "offset": ${hex(loadWindow(accelerator).offset)}, "runs": [${runs}]}`];
}

export const READ_WEIGHTS = `

def read_weights(path):
    """Words of a file that \`bitloom weights\` wrote, and how its network encodes inputs and decodes outputs."""
    with open(path, "rb") as file:
        data = file.read()
    header = np.frombuffer(data[:16], dtype="<u4")
    if len(header) < 4 or header[0] != ${hex(WEIGHTS_MAGIC)} or len(data) != 16 + 4 * int(header[2]) + int(header[3]):
        raise ValueError(f"{path} is no file of weights, or is cut short")
    if header[1] != WEIGHTS["layout"] or header[2] != sum(count for _, count in WEIGHTS["runs"]):
        raise ValueError(f"{path} was made for other hardware")
    words = np.frombuffer(data, dtype="<u4", offset=16, count=int(header[2]))
    return words, json.loads(data[16 + 4 * int(header[2]):])


def use_conversions(host):
    """From now on encode and decode as the network of the weights does."""
    for streams, entries in ((INPUTS, host["inputs"]), (OUTPUTS, host["outputs"])):
        for stream, entry in zip(streams, entries):
            for key in ("thresholds", "scale", "offset", "order"):
                stream.pop(key, None)
                if key in entry:
                    value = entry[key]
                    stream[key] = value if key == "order" else np.array(value, dtype=np.float64)
`;

export const LOAD_WEIGHTS = `
    def load_weights(self, path):
        """Writes the weights of another network of the same layers; between inferences only."""
        words, host = read_weights(path)
        if self.registers is None or self.read("weights_layout") != WEIGHTS["layout"]:
            raise RuntimeError("these are not the registers of the accelerator that the driver was made for")
        if self.read("frames_in") != self.read("frames_out"):
            raise RuntimeError("an inference is under way")
        before, at = self.read("weights_written"), 0
        # Where the registers are mapped as an array of words (PYNQ's MMIO has one), runs are copied at once.
        array = getattr(self.registers, "array", None)
        for first, count in WEIGHTS["runs"]:
            place = WEIGHTS["offset"] // 4 + first
            if array is not None:
                array[place:place + count] = words[at:at + count]
            else:
                for i in range(count):
                    self.registers.write(4 * (place + i), int(words[at + i]))
            at += count
        if (self.read("weights_written") - before) % 2 ** 32 != len(words):
            raise RuntimeError("not every word was written")
        use_conversions(host)
`;
