import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { prepareGraph } from '../../src/graph/evaluator.ts';
import type { Attribute } from '../../src/graph/ir.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import { findLayer } from '../../src/layers/index.ts';
import { counting, matrix, scalar, tensor, vector } from './case.ts';

interface Wrong {
  readonly inputs: readonly (RealTensor | 'input' | undefined)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly version?: number;
  readonly outputs?: readonly string[];
}

/** A graph of one layer; inputs that are 'input' are the network's, of shape [1, 2, 3]. */
function prepare(operator: string, { inputs, attributes = {}, version = 21, outputs = ['y'] }: Wrong): void {
  const names = inputs.map((each, i) => (each === undefined ? '' : `x${i}`));
  prepareGraph({
    name: 'test', outputs: outputs.filter((name) => name !== ''),
    inputs: inputs.flatMap((each, i) => (each === 'input' ? [{ name: names[i], shape: [1, 2, 3] }] : [])),
    constants: new Map(inputs.flatMap((each, i) => (typeof each === 'object' ? [[names[i], each]] : []))),
    nodes: [{ kind: operator, name: operator, inputs: names, outputs, attributes, version, origin: `net.onnx › ${operator}_0` }],
  }, findLayer);
}

const ONE = scalar(1);
const ZERO = scalar(0);

/** Operator, what is wrong, the node, and what the message must say. */
const WRONG: readonly (readonly [string, string, Wrong, RegExp])[] = [
  ['Quant', 'a fractional width', { inputs: ['input', ONE, ZERO, scalar(2.5)] }, /bit width 2\.5/],
  ['Quant', 'one signed bit', { inputs: ['input', ONE, ZERO, ONE] }, /one signed bit.*\n.*BipolarQuant/],
  ['Quant', 'no bits', { inputs: ['input', ONE, ZERO, ZERO] }, /bit width 0/],
  ['Quant', 'widths that differ', { inputs: ['input', ONE, ZERO, vector(2, 3)] }, /bit width 2, 3/],
  ['Quant', 'a scale of zero', { inputs: ['input', ZERO, ZERO, ONE] }, /scale 0/],
  ['Quant', 'a negative scale', { inputs: ['input', scalar(-0.5), ZERO, ONE] }, /scale -0\.5/],
  ['Quant', 'a computed scale', { inputs: ['input', 'input', ZERO, ONE] }, /the scale depends on the network's input/],
  ['Quant', 'a computed zero point', { inputs: ['input', ONE, 'input', ONE] }, /the zero point depends on the network's input/],
  ['Quant', 'a computed width', { inputs: ['input', ONE, ZERO, 'input'] }, /the bit width depends/],
  [
    'Quant', 'an unknown rounding', { inputs: ['input', ONE, ZERO, scalar(4)], attributes: { rounding_mode: 'NEAR' } },
    /rounding mode NEAR.*\n.*HALF_UP/,
  ],
  [
    'Quant', 'scales that do not fit', { inputs: ['input', vector(1, 1), ZERO, scalar(4)] },
    /shapes \[1, 2, 3\] and \[2\] do not broadcast/,
  ],
  ['Quant', 'a missing width', { inputs: ['input', ONE, ZERO] }, /input 3 \(the bit width\) is missing/],
  ['BipolarQuant', 'a negative scale', { inputs: ['input', scalar(-1)] }, /scale -1/],
  ['Trunc', 'more bits than before', { inputs: ['input', ONE, ZERO, scalar(3), scalar(4)] }, /3 bits are truncated to 4/],
  [
    'MultiThreshold', 'rows for other channels', { inputs: ['input', counting(3, 2)] },
    /thresholds of shape \[3, 2\] for \[1, 2, 3\]/,
  ],
  ['MultiThreshold', 'no thresholds', { inputs: ['input', tensor([2, 0], [])] }, /thresholds of shape \[2, 0\]/],
  [
    'MultiThreshold', 'an unknown layout', { inputs: ['input', counting(1, 2)], attributes: { data_layout: 'CHWN' } },
    /layout CHWN/,
  ],
  ['MatMul', 'extents that differ', { inputs: ['input', counting(2, 2)] }, /\[1, 2, 3\] times \[2, 2\]/],
  [
    'MatMul', 'batches that differ', { inputs: [counting(2, 1, 1), counting(3, 1, 1)] },
    /shapes \[2\] and \[3\] do not broadcast/,
  ],
  ['Gemm', 'extents that differ', { inputs: [matrix([1, 2]), matrix([1, 2])] }, /\[1, 2\] times \[1, 2\]/],
  ['Gemm', 'an addend larger than the product', { inputs: [matrix([1]), matrix([1]), vector(1, 2)] }, /C of \[2\] for \[1, 1\]/],
  ['Gemm', 'B without rows', { inputs: [matrix([1]), vector(1)] }, /B is \[1\]/],
  [
    'BatchNormalization', 'other channels', { inputs: ['input', vector(1), ...[1, 2, 3].map(() => vector(1, 1))] },
    /1 values of scale for 2 channels/,
  ],
  [
    'BatchNormalization', 'training', { inputs: ['input', ONE, ONE, ONE, ONE], attributes: { training_mode: 1 } },
    /statistics of the batch/,
  ],
  [
    'BatchNormalization', 'training in old files', { inputs: ['input', ONE, ONE, ONE, ONE], version: 6 },
    /statistics of the batch/,
  ],
  ['Dropout', 'training', { inputs: ['input', ONE, ONE] }, /training mode/],
  ['Add', 'shapes that do not fit', { inputs: ['input', vector(1, 2)] }, /do not broadcast/],
  ['Add', 'a missing tensor', { inputs: ['input'] }, /input 1 \(B\) is missing/],
  [
    'Add', 'an axis too far back', { inputs: ['input', counting(2, 3)], attributes: { axis: 2, broadcast: 1 }, version: 6 },
    /from axis 2 on/,
  ],
  ['Max', 'no tensor', { inputs: [] }, /input 0 .* is missing/],
  ['Reciprocal', 'division by zero', { inputs: [ZERO] }, /has no value/],
  ['PRelu', 'slopes that do not fit', { inputs: [ONE, vector(1, 2)] }, /slopes of \[2\]/],
  ['Clip', 'several limits', { inputs: ['input', vector(1, 2, 3)] }, /min of shape \[3\]/],
  [
    'Clip', 'no number as a limit', { inputs: ['input'], attributes: { max: NaN }, version: 6 },
    /attribute max is no finite number/,
  ],
  ['Cast', 'text', { inputs: ['input'], attributes: { to: 8 } }, /element type STRING/],
  ['Gelu', 'an unknown formula', { inputs: ['input'], attributes: { approximate: 'sigmoid' } }, /approximation sigmoid/],
  ['LeakyRelu', 'text as a number', { inputs: ['input'], attributes: { alpha: 'x' } }, /attribute alpha/],
  ['Reshape', 'other sizes', { inputs: ['input', vector(4, 2)] }, /6 elements of \[1, 2, 3\] do not fill \[4, 2\]/],
  ['Reshape', 'two open extents', { inputs: ['input', vector(-1, -1)] }, /to \[-1, -1\]/],
  ['Reshape', 'an open extent that does not divide', { inputs: ['input', vector(-1, 4)] }, /to \[-1, 4\]/],
  ['Reshape', 'a computed shape', { inputs: [ONE, 'input'] }, /shape depends on the network's input/],
  ['Reshape', 'a fraction', { inputs: ['input', vector(1.5, 4)] }, /holds fractions/],
  ['Flatten', 'an axis out of range', { inputs: ['input'], attributes: { axis: 4 } }, /axis 4 of 3 dimensions/],
  ['Squeeze', 'an extent that is not 1', { inputs: ['input', vector(1)] }, /axes 1 of \[1, 2, 3\]/],
  ['Unsqueeze', 'an axis twice', { inputs: ['input', vector(0, 0)] }, /axes 0, 0/],
  ['Unsqueeze', 'no axes', { inputs: ['input'] }, /axes are missing/],
  ['Transpose', 'a dimension twice', { inputs: ['input'], attributes: { perm: [0, 1, 1] } }, /order 0, 1, 1/],
  ['Concat', 'shapes that do not fit', { inputs: ['input', counting(1, 3, 2)], attributes: { axis: 1 } }, /cannot be joined/],
  ['Concat', 'single numbers', { inputs: [ONE, ONE], attributes: { axis: 0 } }, /single numbers/],
  [
    'Split', 'unequal parts in old files', { inputs: ['input'], attributes: { axis: 2 }, version: 13, outputs: ['y', 'z'] },
    /3 elements into 2/,
  ],
  [
    'Split', 'parts that do not add up', { inputs: ['input', vector(1, 1)], attributes: { axis: 2 }, outputs: ['y', 'z'] },
    /into 1 \+ 1/,
  ],
  ['Slice', 'a step of zero', { inputs: ['input', vector(0), vector(1), vector(0), vector(0)] }, /step of 0/],
  ['Slice', 'ends of another number', { inputs: ['input', vector(0), vector(1, 2)] }, /different length/],
  ['Slice', 'computed places', { inputs: [ONE, 'input', 'input'] }, /starts depends/],
  ['Gather', 'an index out of range', { inputs: ['input', scalar(1)] }, /index 1 of 1 elements/],
  ['Gather', 'computed indices', { inputs: [vector(1, 2), 'input'] }, /the index depends/],
  ['Gather', 'a single number', { inputs: [ONE, ZERO] }, /no elements/],
  ['Tile', 'too few repeats', { inputs: ['input', vector(2)] }, /repeats 2 of 3 dimensions/],
  ['Expand', 'shapes that do not fit', { inputs: ['input', vector(4, 3)] }, /do not broadcast/],
  ['ReduceSum', 'an axis out of range', { inputs: ['input', vector(3)] }, /axis 3 of a tensor with 3 dimensions/],
  ['ArgMax', 'an axis out of range', { inputs: ['input'], attributes: { axis: -4 } }, /axis -4/],
  ['TopK', 'more than one', { inputs: ['input', vector(2)] }, /the 2 first/],
  ['Constant', 'text', { inputs: [], attributes: { value_string: 'x' } }, /without numbers/],
  ['Relu', 'a second output', { inputs: ['input'], outputs: ['y', 'z'] }, /output 1 \(z\) is read/],
];

describe('a layer that cannot be', () => {
  it.each(WRONG)('%s: %s', (operator, _, node, message) => {
    let thrown: unknown;
    try {
      prepare(operator, node);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    const { diagnostics } = thrown as UserError;
    expect((thrown as Error).message).toMatch(message);
    expect(diagnostics.map((each) => each.origin)).toEqual([`net.onnx › ${operator}_0`]);
    if (operator !== 'Reciprocal') expect(diagnostics[0].help).toMatch(/\w/);
  });
});
