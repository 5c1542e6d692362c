import { layer, type Formula } from './formula.ts';
import { sizeOf, type RealTensor } from '../graph/tensor.ts';

/** The tensor that an attribute is. */
function tensorAttribute<T>(f: Formula<T>, name: string): RealTensor | undefined {
  const value = f.node.attributes[name];
  return typeof value === 'object' && 'values' in value && 'shape' in value ? value : undefined;
}

/** Layers whose result is known when the network is compiled. */
export const constantLayers = [
  layer('Constant', 'a tensor in the file', (f) => {
    const tensor = tensorAttribute(f, 'value');
    if (tensor !== undefined) return f.algebra.constant(tensor);
    const { value_float: float, value_int: integer, value_floats: floats, value_ints: integers } = f.node.attributes;
    const single = float ?? integer;
    if (typeof single === 'number') return f.constant(single);
    const list = floats ?? integers;
    if (Array.isArray(list)) return f.vector(list as number[]);
    throw f.error('attribute', 'a constant without numbers', 'only numeric constants are supported');
  }),
  layer('ConstantOfShape', 'a tensor of one value', (f) =>
    f.filled(f.extents(0, 'the shape'), tensorAttribute(f, 'value')?.values[0] ?? 0)),
  layer('Shape', 'the extents of a tensor', (f) => {
    const shape = f.shape(f.input(0, 'data'));
    return f.vector(shape.slice(f.number('start', 0), f.number('end', shape.length)));
  }),
  layer('Size', 'the number of elements', (f) => f.constant(sizeOf(f.shape(f.input(0, 'data'))))),
];
