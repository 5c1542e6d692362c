import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { importOnnx } from '../../src/frontend/onnx/import.ts';
import { ElementType } from '../../src/frontend/onnx/schema.ts';
import { floatTensor } from '../../src/frontend/onnx/tensor-values.ts';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import { printGraph } from '../../src/graph/printer.ts';
import { findLayer } from '../../src/layers/index.ts';
import { attributes, graphAttribute, integers, model, node, value } from './models.ts';

function errorOf(bytes: Uint8Array): UserError {
  try {
    importOnnx(bytes, 'net.onnx');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('importOnnx', () => {
  it('reads constants exactly, among them those that old files list as inputs', () => {
    const graph = importOnnx(model({
      node: [node('Add', ['x', 'w'], ['y'])], initializer: [floatTensor('w', [2], [Math.fround(0.1), -0])],
      input: [value('x', [1, 2]), value('w', [2])],
    }), 'net.onnx');
    expect(graph.inputs).toEqual([{ name: 'x', shape: [1, 2] }]);
    expect(graph.outputs).toEqual(['y']);
    expect(graph.constants.get('w')).toEqual({ shape: [2], values: Float64Array.of(Math.fround(0.1), -0) });
    expect(graph.name).toBe('net');
  });

  it('leaves out constants and inputs that nothing reads, whatever they hold', () => {
    const unread = { ...floatTensor('unread', [1], [0]), rawData: Uint8Array.of(0, 0, 0xc0, 0x7f) };
    const graph = importOnnx(model({
      node: [node('Relu', ['x'], ['y'])], initializer: [unread], input: [value('x', [1, 2]), value('other', ['n', null])],
    }), 'net.onnx');
    expect([...graph.constants.keys()]).toEqual([]);
    expect(graph.inputs.map((input) => input.name)).toEqual(['x']);
  });

  it.each([[['batch', 2]], [[null, 2]], [[0, 2]], [[1, 2]]])('takes one sample of an input of [%s]', (dims) => {
    const graph = importOnnx(model({ node: [node('Relu', ['x'], ['y'])], input: [value('x', dims)] }), 'net.onnx');
    expect(graph.inputs[0].shape).toEqual([1, 2]);
  });

  it('keeps names, and makes unique ones', () => {
    const graph = importOnnx(model({
      node: [
        node('Relu', ['x'], ['a'], { name: 'act_2' }), node('Relu', ['a'], ['b'], { name: 'act' }),
        node('Relu', ['b'], ['c'], { name: 'act' }),
        node('Neg', ['c'], ['y']),
      ],
    }), 'net.onnx');
    expect(graph.nodes.map((each) => each.name)).toEqual(['act_2', 'act', 'act_2_2', 'Neg_3']);
    expect(graph.nodes[3].origin).toBe('net.onnx › Neg_3');
  });

  it('sorts nodes', () => {
    const graph = importOnnx(
      model({ node: [node('Neg', ['b'], ['y']), node('Abs', ['a'], ['b']), node('Relu', ['x'], ['a'])] }), 'net.onnx',
    );
    expect(graph.nodes.map((each) => each.kind)).toEqual(['Relu', 'Abs', 'Neg']);
  });

  it('finds the version of each domain, and takes 1 where a domain is not imported', () => {
    const nodes = [
      node('Relu', ['x'], ['a'], { domain: 'ai.onnx' }), node('BipolarQuant', ['a', 's'], ['b'], { domain: 'onnx.brevitas' }),
      node('BipolarQuant', ['b', 's'], ['y'], { domain: 'qonnx.custom_op.general' }),
    ];
    const graph = importOnnx(model({ node: nodes, initializer: [floatTensor('s', [], [1])] }, [
      { version: 9 }, { domain: 'qonnx.custom_op.general', version: 2 },
    ]), 'net.onnx');
    expect(graph.nodes.map((each) => each.version)).toEqual([9, 1, 2]);
  });

  it('reads attributes, of files without types too', () => {
    const typed = attributes({ a: 0.5, b: 'text', c: [1, -2] });
    const untyped = typed.map(({ type: _, ...rest }) => ({ ...rest, name: `${rest.name}0` }));
    const graph = importOnnx(model({ node: [node('Relu', ['x'], ['y'], { attribute: [...typed, ...untyped] })] }), 'net.onnx');
    expect(graph.nodes[0].attributes).toEqual({ a: 0.5, b: 'text', c: [1, -2], a0: 0.5, b0: 'text', c0: [1, -2] });
  });

  it('leaves out outputs that nothing reads', () => {
    const graph = importOnnx(
      model({ node: [node('TopK', ['x', 'k'], ['best', 'y'])], initializer: [integers('k', [1], [1])] }), 'net.onnx',
    );
    expect(graph.nodes[0].outputs).toEqual(['', 'y']);
  });

  it('divides shapes as the integers they are, and real numbers as real numbers', () => {
    const graph = importOnnx(model({
      node: [
        node('Shape', ['x'], ['shape']), node('Div', ['shape', 'two'], ['half']), node('Reshape', ['x', 'half'], ['z']),
        node('Div', ['z', 'z'], ['y']),
      ],
      initializer: [integers('two', [2], [1, 2])], input: [value('x', [3, 3])], output: [value('half', [2]), value('y', [3])],
    }), 'net.onnx');
    expect(graph.nodes.map((each) => each.attributes.integer)).toEqual([undefined, 1, undefined, undefined]);
  });

  it('prints one line a layer', () => {
    const graph = importOnnx(model({
      node: [
        node('Add', ['x', 'w'], ['a']),
        node('Clip', ['a', '', 'high'], ['y'], { name: 'limit', attribute: attributes({ note: 'n', axes: [1, 2] }) }),
      ],
      initializer: [floatTensor('w', [2], [1, 2]), floatTensor('high', [], [2])],
    }), 'net.onnx');
    expect(printGraph(graph)).toBe([
      'graph net',
      '  input x [1,2]',
      '  Add_0: a = Add(x, w [2])',
      '  limit: y = Clip(a, -, high []) {note=n, axes=[1,2]}',
      '  output y',
      '',
    ].join('\n'));
  });

  it('gives a graph that evaluates', () => {
    const graph = importOnnx(model({
      node: [node('MatMul', ['x', 'w'], ['a']), node('Quant', ['a', 's', 'z', 'b'], ['y'], { domain: 'onnx.brevitas' })],
      initializer: [
        floatTensor('w', [2, 1], [0.5, 0.25]), floatTensor('s', [], [0.5]), floatTensor('z', [], [0]), integers('b', [], [4]),
      ],
    }), 'net.onnx');
    const codes: number[][] = [];
    const result = evaluate(prepareGraph(graph, findLayer), new Map([['x', { shape: [1, 2], values: Float64Array.of(1, 3) }]]),
      (_, tensor) => codes.push([...tensor.values]));
    expect([...result.get('y')!.values]).toEqual([1]);
    expect(codes).toEqual([[2]]);
  });
});

describe('a malformed file', () => {
  const relu = node('Relu', ['x'], ['y']);
  const nan = { ...floatTensor('w', [2], [0, 0]), rawData: Uint8Array.of(0, 0, 0, 0, 0, 0, 0xc0, 0x7f) };

  it.each([
    [
      'a missing tensor', model({ node: [node('Add', ['x', 'w'], ['y'])] }),
      /missing-tensor.*net\.onnx › Add_0.*w is given by nothing/,
    ],
    ['an output that nothing computes', model({ node: [node('Relu', ['x'], ['z'])] }), /missing-tensor.*output y/],
    [
      'a cycle', model({ node: [node('Add', ['x', 'b'], ['a']), node('Neg', ['a'], ['b']), node('Abs', ['b'], ['y'])] }),
      /cycle.*Add_0/,
    ],
    ['a node that reads itself', model({ node: [node('Add', ['x', 'y'], ['y'])] }), /cycle.*Add_0/],
    ['two nodes with one output', model({ node: [relu, node('Neg', ['x'], ['y'])] }), /duplicate-tensor.*Neg_1.*tensor y/],
    ['a node that gives an input', model({ node: [node('Neg', ['x'], ['x']), relu] }), /duplicate-tensor.*Neg_0.*tensor x/],
    [
      'two constants with one name', model({
        node: [node('Add', ['x', 'w'], ['y'])], initializer: [floatTensor('w', [], [1]), floatTensor('w', [], [2])],
      }),
      /duplicate-tensor.*two constants are called w/,
    ],
    [
      'two inputs with one name', model({ node: [relu], input: [value('x', [1, 2]), value('x', [1, 3])] }),
      /duplicate-tensor.*two inputs are called x/,
    ],
    [
      'NaN in a constant', model({ node: [node('Add', ['x', 'w'], ['y'])], initializer: [nan] }),
      /not-finite.*net\.onnx › w.*element 1 is NaN/,
    ],
    [
      'infinity in a constant', model({
        node: [node('Add', ['x', 'w'], ['y'])], initializer: [floatTensor('w', [1], [-Infinity])],
      }),
      /not-finite.*net\.onnx › w.*element 0 is -Infinity/,
    ],
    [
      'an open dimension', model({ node: [relu], input: [value('x', [1, 'width'])] }),
      /unknown-shape.*net\.onnx › x.*dimension 1 .* width.*\n.*fixed/,
    ],
    ['an anonymous dimension', model({ node: [relu], input: [value('x', [1, null])] }), /unknown-shape.*dimension 1 .* unknown/],
    ['an empty dimension', model({ node: [relu], input: [value('x', [1, 0])] }), /unknown-shape.*dimension 1/],
    ['an input without a shape', model({ node: [relu], input: [{ name: 'x', metadataProps: [] }] }), /unknown-shape.*no shape/],
    ['an absurd input', model({ node: [relu], input: [value('x', [1, 2 ** 16, 2 ** 16])] }), /too-large.*\[1, 65536, 65536\]/],
    [
      'an absurd constant', model({
        node: [node('Add', ['x', 'w'], ['y'])], initializer: [{ ...floatTensor('w', [], [1]), dims: [2 ** 16, 2 ** 16] }],
      }),
      /bad-dims.*net\.onnx › w/,
    ],
    [
      'dims that disagree with the data', model({
        node: [node('Add', ['x', 'w'], ['y'])], initializer: [{ ...floatTensor('w', [], [1]), dims: [3] }],
      }),
      /bad-tensor-data.*net\.onnx › w.*12 bytes.* 4/,
    ],
    [
      'text as a constant', model({
        node: [node('Add', ['x', 'w'], ['y'])], initializer: [{ ...floatTensor('w', [], [1]), dataType: ElementType.string }],
      }),
      /unsupported-element-type.*string/,
    ],
    ['no input', model({ node: [relu], input: [] }), /no-input/],
    ['no output', model({ node: [relu], output: [] }), /no-output/],
    [
      'a sparse constant', model({
        node: [node('Add', ['x', 'w'], ['y'])], sparseInitializer: [{ values: floatTensor('w', [1], [1]), dims: [2] }],
      }), /sparse-constant.*net\.onnx › w/,
    ],
  ])('%s', (_, bytes, message) => {
    const error = errorOf(bytes);
    expect(error.message).toMatch(message);
    expect(error.diagnostics).toHaveLength(1);
  });
});

describe('unsupported operators', () => {
  it('are all reported at once, before anything else, each with a way out', () => {
    const error = errorOf(model({
      node: [
        node('LSTM', ['x', 'missing'], ['a'], { name: 'lstm1' }), node('Matmul', ['a', 'a'], ['b']), node('Relu', ['b'], ['c']),
        node('If', ['c'], ['d'], { attribute: [graphAttribute('then_branch')] }), node('Quant', ['d'], ['e']),
        node('Foo', ['e'], ['f'], { domain: 'com.example' }), node('ConvTransposed', ['f'], ['g']),
        node('Abs', ['g'], ['y'], { attribute: [graphAttribute('body')] }),
      ],
    }));
    expect(error.diagnostics.map(({ code, origin, message, help }) => [code, origin, message, help])).toEqual([
      ['lstm1', 'operator LSTM is not supported', 'recurrence and control flow cannot be compiled; export the network unrolled'],
      ['Matmul_1', 'operator Matmul is not supported', 'did you mean MatMul?'],
      ['If_3', 'operator If is not supported', 'recurrence and control flow cannot be compiled; export the network unrolled'],
      [
        'Quant_4', 'operator Quant is not supported',
        'Quant is known in domain qonnx.custom_op.general, onnx.brevitas, finn.custom_op.general, qonnx.custom_op.channels_last',
      ],
      ['Foo_5', 'operator com.example.Foo is not supported', expect.stringMatching(/\w/)],
      ['ConvTransposed_6', 'operator ConvTransposed is not supported', 'did you mean ConvTranspose?'],
      ['Abs_7', 'operator Abs contains a graph', expect.stringContaining('unrolled')],
    ].map(([name, ...rest]) => ['unsupported-operator', `net.onnx › ${name}`, ...rest]));
  });
});
