import fc from 'fast-check';
import { it } from 'vitest';
import { designOf, recipes } from '../rtl/random-design.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { inputsOf } from '../rtl/random-design.ts';
it('x', () => {
  let nodes = 0, selfs = 0, selfRam = 0, cycles = 0, zero = 0, all = 0; let ds = 0;
  for (const r of fc.sample(recipes(), { numRuns: 300, seed: 20 })) {
    const d = designOf(r); ds++; cycles += r.stimuli.length;
    for (const m of d.modules) m.nodes.forEach((n, i) => { nodes++; if (operandsOf(n).includes(i)) { selfs++; if (n.op === 'ram') selfRam++; } });
    const e = evaluateDesign(d);
    for (const s of r.stimuli) { for (const { port, value } of inputsOf(d, s.choices)) e.input(port).set(value); e.clock(); }
    for (const s of e.signals()) { all++; if (e.signal(s.path).get() === 0n) zero++; }
  }
  console.log({ ds, nodes, selfs, selfRam, cycles, all, zero });
});
