import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';

/** Attribute of that name; an infinite one limits nothing. */
function limitAttribute<T>(f: Formula<T>, name: string): T | undefined {
  const value = f.node.attributes[name];
  return value === Infinity || value === -Infinity || value === undefined ? undefined : f.constant(f.number(name));
}

function limitInput<T>(f: Formula<T>, index: number, name: string): T | undefined {
  const limit = f.optional(index);
  if (limit === undefined) return undefined;
  const shape = f.shape(limit);
  if (sizeOf(shape) !== 1) {
    throw f.error('shapes', `${name} of shape [${shape.join(', ')}]`, 'the limits of Clip are single numbers');
  }
  return f.reshape(limit, []);
}

export const clipLayer = layer('Clip', 'limits between min and max', (f) => {
  const x = f.input(0, 'x');
  const attributes = f.node.version < 11;
  const low = attributes ? limitAttribute(f, 'min') : limitInput(f, 1, 'min');
  const high = attributes ? limitAttribute(f, 'max') : limitInput(f, 2, 'max');
  const raised = low === undefined ? x : f.maximum(x, low);
  return high === undefined ? raised : f.minimum(raised, high);
});
