import { describe, expect, it } from 'vitest';
import { compileNetwork, STYLES, type Style } from '../../src/compiler/compile.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { EXAMPLE_FORMATS, parseFormat } from '../../src/number/formats/index.ts';
import { activationsNetwork, lmulNetwork, weightsNetwork } from './networks.ts';

const full = process.env.BITLOOM_TEST_FULL !== undefined;

/** Climbs the whole ladder; the netlist with every format in one network. */
async function climb(network: Graph, style: Style, netlist: boolean): Promise<void> {
  const compiled = compileNetwork(network, { style, target: 'lut6' });
  const samples = randomSamples(compiled, 12);
  const { rungs } = await verify(compiled, samples, { rtlSamples: 2, verilatorSamples: 12, netlistSamples: 4, netlist });
  for (const rung of rungs) if (rung.name !== 'Verilator = netlist after synthesis' || netlist) expect(rung, rung.name).toMatchObject({ status: 'passed' });
}

/** Lists of at most `size`. */
function groups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

/** Activations of more than 12 bits that are no integers would need tables that nobody builds. */
const ACTIVATIONS = EXAMPLE_FORMATS.filter((format) => parseFormat(format).bits <= 12 && parseFormat(format).unit.numerator === 1n);
const FLOATS = ['float<4,3>', 'float<3,2,all>', 'float<2,1>'];

describe('number formats up the ladder', () => {
  for (const style of STYLES) {
    for (const input of ['int5', 'bipolar', 'binary']) {
      it(`weights of every format, ${style}, ${input} elements`, { timeout: 900_000 }, async () => {
        await climb(weightsNetwork('weights', input, EXAMPLE_FORMATS, 11), style, full);
      });
    }
    it.runIf(full || style === 'streaming')(`activations of every format, ${style}`, { timeout: 900_000 }, async () => {
      for (const [i, formats] of groups(ACTIVATIONS, 16).entries()) await climb(activationsNetwork(`activations${i}`, formats, 12), style, full);
    });
    it(`L-Mul, ${style}`, { timeout: 900_000 }, async () => {
      await climb(lmulNetwork('lmul', FLOATS, 13), style, full);
    });
  }
});

describe('rounding and overflow of activations', () => {
  const modes = ['rnd_conv', 'rnd', 'rnd_min_inf', 'rnd_inf', 'rnd_zero', 'trn', 'trn_zero', 'ceil', 'away'];
  const formats = modes.flatMap((mode) => ['sat', 'sat_sym', 'wrap'].map((overflow) => `fixed<6,3,${mode},${overflow}>`));
  it('every mode with every overflow, streaming', { timeout: 900_000 }, async () => {
    await climb(activationsNetwork('rounding', formats, 14), 'streaming', false);
  });
});

describe('constant activations', () => {
  it('weights of zero make every quantizer constant, and the ladder holds', { timeout: 300_000 }, async () => {
    const network = activationsNetwork('constants', ['bipolar', 'int4', 'shift<3>', 'shift0<3>', 'float<2,1>'], 12);
    const zeros = network.constants.get('first_codes')!.values.fill(0);
    expect(zeros.every((code) => code === 0)).toBe(true);
    for (const style of STYLES) await climb(network, style, false);
  });
});
