import { layer } from './formula.ts';

/** ONNX's element types in the order of their numbers; before version 6 of the operator set the attribute is the name. */
const ELEMENT_TYPES = [
  'UNDEFINED', 'FLOAT', 'UINT8', 'INT8', 'UINT16', 'INT16', 'INT32', 'INT64', 'STRING', 'BOOL', 'FLOAT16', 'DOUBLE', 'UINT32',
  'UINT64', 'COMPLEX64', 'COMPLEX128', 'BFLOAT16',
];

/**
 * Real numbers stay as they are in every floating-point type: the reference is exact, without their rounding. What is cast to an
 * integer type is taken to be in its range.
 */
export const castLayer = layer('Cast', 'change of element type; to integers, fractions are dropped', (f) => {
  const x = f.input(0, 'x');
  const { to } = f.node.attributes;
  const name = typeof to === 'string' ? to.toUpperCase() : ELEMENT_TYPES[f.number('to')];
  if (name === 'BOOL') return f.subtract(f.constant(1), f.map({ op: 'equal' }, x, f.constant(0)));
  if (/^U?INT/.test(name)) return f.round(x, 'to-zero');
  if (/^(BFLOAT16|FLOAT16|FLOAT|DOUBLE)$/.test(name)) return x;
  throw f.error('element-type', `a change to element type ${name ?? to}`, 'cast to a floating-point, integer or boolean type');
});
