import { meant } from '../../../base/suggest.ts';
import { nearName } from './near-name.ts';
import type { Attribute } from '../../../graph/ir.ts';
import { findLayer } from '../../../layers/index.ts';
import type { LayerKind } from '../../../layers/kind.ts';
import type { Argument, CallExpression, Expression } from '../ast.ts';
import { ELEMENTWISE, withBatch } from './axes.ts';
import type { GraphBuilder } from './builder.ts';
import { inlineTensor } from './constants.ts';
import { elaborate, elaborateAll, elementwise, type Context } from './expressions.ts';
import { CALLABLE, inputNames, layerCalled, SUGAR } from './layer-names.ts';
import { lmulProduct, product } from './product.ts';
import { literalOf, shapeOf, showShape, type Value } from './value.ts';

/** A call with one result. */
export function callLayer(call: CallExpression, context: Context): Value {
  return callWithResults(call, [''], context)[0];
}

/** A call that gives a tensor for each of the names, where it is not `_`. @throws GivenUp */
export function callWithResults(call: CallExpression, outputs: readonly string[], context: Context): Value[] {
  const { layer: { text: name, at }, args } = call;
  const { builder, scope } = context;
  if (name === SUGAR[0]) return [dense(call, context)];
  const kind = layerCalled(name);
  if (kind === undefined) {
    if (scope.declaration(name) !== undefined) return builder.fail(at, 'unknown-layer', `${name} is a tensor, not a layer`,
      'a product is written with *, an index with [ ]');
    const near = nearName(name, CALLABLE);
    return builder.fail(at, 'unknown-layer', `no layer is called ${name}`, meant(near, 'docs/language.md lists the layers'));
  }
  const version = args.find((arg) => arg.name?.text === 'version');
  const { inputs, attributes } = sorted(kind, args, version !== undefined, context);
  const number = version === undefined ? undefined : attributeOf(version.value, builder);
  if (number !== undefined && (typeof number !== 'number' || !Number.isInteger(number) || number < 1)) {
    return builder.fail(version!.value.at, 'attribute', 'a version is a whole number', 'write version = 13, say');
  }
  const places = Object.fromEntries(args.flatMap(({ name: word }) => (word === undefined ? [] : [[word.text, word.at]])));
  const layer = { kind, inputs, attributes, place: call.at, outputs, version: number as number | undefined, places };
  if (context.explicitBatch) return builder.add(layer);
  const tensors = inputs.filter((value) => value !== undefined);
  if (tensors.length === 2 && inputs.length === 2) {
    if (kind.operator === 'MatMul' && Object.keys(attributes).length === 0) return [product(tensors[0], tensors[1], call.at, builder)];
    if (kind.operator === 'LMulMatMul') return [lmulProduct(tensors[0], tensors[1], attributes, call.at, builder)];
  }
  if (ELEMENTWISE.has(kind.operator) && tensors.length > 0 && tensors.length === inputs.length && Object.keys(attributes).length === 0) {
    return [elementwise(kind.operator, tensors, call.at, context)];
  }
  return builder.add({ ...layer, ...withBatch({ kind, inputs, attributes, place: call.at }, builder) });
}

/** Arguments by their order and name: tensors that the layer reads, and its attributes. */
function sorted(
  kind: LayerKind, args: readonly Argument[], exact: boolean, context: Context,
): { inputs: (Value | undefined)[]; attributes: Record<string, Attribute> } {
  const { builder } = context;
  const names = exact ? [] : inputNames(kind);
  const inputs: (Value | undefined)[] = [];
  const attributes: Record<string, Attribute> = {};
  const tensors: { index: number; value: Expression }[] = [];
  const given = new Set<string | number>();
  args.forEach(({ name, value }, position) => {
    const input = name === undefined ? position : names.indexOf(name.text);
    const key = name !== undefined && input < 0 ? name.text : input;
    if (name === undefined && args.slice(0, position).some((before) => before.name !== undefined)) {
      builder.fail(value.at, 'argument', 'an argument without a name follows one with a name', 'name it, or move it to the front');
    }
    if (given.has(key)) builder.fail(name?.at ?? value.at, 'argument', `${name?.text ?? 'this'} is given twice`, 'remove one of them');
    given.add(key);
    if (typeof key === 'string') {
      if (key !== 'version') attributes[key] = attributeOf(value, builder);
    } else if (value.op === 'name' && value.name === '_') {
      inputs[key] = undefined;
    } else {
      tensors.push({ index: key, value });
    }
  });
  const values = elaborateAll(tensors.map(({ value }) => value), context);
  tensors.forEach(({ index }, i) => { inputs[index] = values[i]; });
  return { inputs: Array.from(inputs), attributes };
}

/** A number, a list of numbers or a text, as layers take them. */
function attributeOf(value: Expression, builder: GraphBuilder): Attribute {
  if (value.op === 'number') return Number(value.text);
  if (value.op === 'name' && value.name === 'inf') return Infinity;
  if (value.op === 'negate') {
    const positive = attributeOf(value.arg, builder);
    if (typeof positive === 'number') return -positive;
  }
  if (value.op === 'binary' && (value.operator === '/' || value.operator === '*')) {
    const [left, right] = [attributeOf(value.left, builder), attributeOf(value.right, builder)];
    if (typeof left === 'number' && typeof right === 'number') return value.operator === '/' ? left / right : left * right;
  }
  if (value.op === 'text') return value.value;
  if (value.op === 'tensor') {
    if (value.entries.length === 0) return [];
    const { shape, values } = inlineTensor(value, builder);
    if (shape.length === 1) return [...values];
  }
  return builder.fail(value.at, 'attribute', 'an attribute is a number, a list of numbers or a text', 'tensors come first, in order, without a name');
}

/** dense(x, W, bias = b): x @ W + b. */
function dense(call: CallExpression, context: Context): Value {
  const { builder } = context;
  const names = ['x', 'weights', 'bias'];
  const parts: (Expression | undefined)[] = [];
  call.args.forEach(({ name, value }, position) => {
    const index = name === undefined ? position : names.indexOf(name.text);
    if (index < 0) {
      const near = nearName(name!.text, names);
      builder.fail(name!.at, 'argument', `dense has no argument ${name!.text}`, meant(near, 'dense(x, weights, bias = b)'));
    }
    if (index > 2 || parts[index] !== undefined) builder.fail(value.at, 'argument', 'an argument too many', 'dense(x, weights, bias = b)');
    parts[index] = value;
  });
  const [x, weights, bias] = parts;
  if (x === undefined || weights === undefined) return builder.fail(call.at, 'argument', `${x === undefined ? 'x' : 'weights'} is missing`,
    'dense(x, weights, bias = b)');
  const values = elaborateAll(bias === undefined ? [x, weights] : [x, weights, bias], context);
  if (values[0].batched && literalOf(values[1]) !== undefined && values[1].traced.shape.length !== 2) {
    builder.fail(weights.at, 'shapes', `weights of shape ${showShape(shapeOf(values[1]))}`, 'weights are [inputs, outputs]');
  }
  const kind = findLayer('MatMul')!;
  const sum = context.explicitBatch ? builder.add({ kind, inputs: values.slice(0, 2), place: call.at })[0]
    : product(values[0], values[1], call.at, builder);
  return values.length === 2 ? sum : elementwise('Add', [sum, values[2]], call.at, context);
}

/** The value of an expression that gives a tensor for each name. @throws GivenUp */
export function elaborateSeveral(value: Expression, names: readonly string[], context: Context): Value[] {
  if (names.length === 1) return [elaborate(value, context)];
  if (value.op !== 'call') return context.builder.fail(value.at, 'several', `one tensor for ${names.length} names`,
    'only layers such as split give several tensors');
  const values = callWithResults(value, names, context);
  if (values.length < names.length) context.builder.fail(value.at, 'several', `${value.layer.text} gives one tensor for ${names.length} names`,
    'give it one name');
  return values;
}
