import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { noFiles } from '../language/programs.ts';

const WEIGHTS = '[[1, -1, 0], [0, 1, 1], [-1, 0, 1], [1, 1, -1], [0, -1, 0], [1, 0, 0]]';

/** Scales that are found for each token, in hardware, with divisions and roots done exactly. */
const NETWORKS = {
  absmax: `input x : [6] int8\nconst W : ternary = ${WEIGHTS}\nq, s = abs_max_quant(x, bits = 5)\noutput y = q @ W * s as fixed<10,9>`,
  'absmax, rounded half up': `input x : [6] int8\nconst W : ternary = ${WEIGHTS}\nq, s = abs_max_quant(x)\noutput y = q @ W * s as fixed<10,9,rnd>`,
  'minimum and offset':
    `input x : [6] int8\nconst W : ternary = ${WEIGHTS}\nq, s, low = min_max_quant(x, bits = 6)\noutput y = (q * s + low) @ W as fixed<12,10,rnd>`,
  'root mean square':
    `input x : [6] int8\nconst W : ternary = ${WEIGHTS}\nq, s = rms_norm_quant(x, scale = "ufixed<10,4,rnd>", epsilon = 0.5)\noutput y = q @ W * s as fixed<12,4,rnd>`,
  'quotients of activations, rounded in every way': ['rnd_conv', 'rnd', 'rnd_min_inf', 'rnd_inf', 'rnd_zero', 'trn', 'trn_zero', 'ceil', 'away']
    .reduce((text, mode, i) => `${text}\noutput y${i} = a / (b + 9) as fixed<9,4,${mode}>`, 'input x : [6] int6\na = x[0:3]\nb = x[3:] * 0.25 as int4'),
  'a root of a sum of squares': 'input x : [6] int12\nw = reduce_sum(x * x, keepdims = 1)\noutput y = sqrt(w) as ufixed<16,14,rnd>\noutput z = sqrt(w / 3 + 1) * 0.25 as ufixed<12,12,trn>',
};

describe('dynamic quantizers up the ladder', () => {
  for (const [name, text] of Object.entries(NETWORKS)) {
    it(name, { timeout: 300_000 }, async () => {
      const compiled = compileNetwork(importBloom(new TextEncoder().encode(`network dynamic\n${text}\n`), 'dynamic.bloom', noFiles));
      const samples = randomSamples(compiled, 24);
      const { rungs } = await verify(compiled, samples, { rtlSamples: 3, verilatorSamples: 24, netlistSamples: 0, netlist: false });
      for (const rung of rungs.filter((each) => each.name !== 'Verilator = netlist after synthesis')) expect(rung, rung.name).toMatchObject({ status: 'passed' });
    });
  }
});
