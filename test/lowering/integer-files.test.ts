import { expect, it } from 'vitest';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf } from '../../src/compiler/engines.ts';
import { importOnnx } from '../../src/frontend/onnx/import.ts';
import { describeCorpus } from '../corpus.ts';
import { constantInputs, nodeTests, real, type NodeTest } from '../frontend/node-tests.ts';

/** Tests of operators between codes: their files have integers at the border, and everything but the first input can be constant. */
const NAMES = /^test_(qlinearconv|qlinearmatmul_2D|convinteger_with(out)?_padding|matmulinteger)$/;

function onFixedEngine(test: NodeTest): void {
  const network = lowerNetwork(importOnnx(constantInputs(test, 1), `${test.name}.onnx`));
  const { shape, values } = real(test.inputs[0], test.name);
  const [sample] = samplesOf(network, { shape: [1, ...shape], data: values }, test.name);
  const expected = [...real(test.outputs[0], test.name).values];
  for (const engine of [new GraphEngine(network), new FixedEngine(network.fixed)]) {
    expect([...engine.run(sample).outputs[0].values]).toEqual(expected);
  }
}

describeCorpus('integer operators of files with integer inputs', () => {
  it('need no declared type and give the expected integers on the fixed-point engine', () => {
    const tests = nodeTests('onnx-node-tests').filter(({ name }) => NAMES.test(name));
    expect(tests.map(({ name }) => name)).toHaveLength(5);
    for (const test of tests) onFixedEngine(test);
  });
});
