import fc from 'fast-check';
import type {
  Argument, BinaryOperator, Expression, Fold, Format, Program, Quantization, Shape, SignedNumber, Statement, Subscript, TensorEntry,
    TensorLiteral, Word,
} from '../../src/frontend/text/ast.ts';
import { KEYWORDS } from '../../src/frontend/text/keywords.ts';

const at = { start: 0, end: 0 };

const text = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/).filter((name) => !KEYWORDS.includes(name));
const word: fc.Arbitrary<Word> = text.map((name) => ({ text: name, at }));
const digits = fc.oneof(fc.nat(1000).map(String), fc.constantFrom('0.5', '1e-3', '2.5E+7', '.5', '3.', '0.00390625'));
const number: fc.Arbitrary<Word> = digits.map((each) => ({ text: each, at }));
const signed: fc.Arbitrary<SignedNumber> = fc.tuple(fc.boolean(), digits).map(([minus, each]) => ({ op: 'signed',
  text: `${minus ? '-' : ''}${each}`, at }));

const formatValue = fc.oneof(text, digits, digits.map((each) => `-${each}`));
const formatArg = fc.oneof(formatValue, fc.tuple(text, formatValue).map(([name, value]) => `${name}=${value}`));
const format: fc.Arbitrary<Format> = fc.tuple(text, fc.array(formatArg, { maxLength: 4 }))
  .map(([name, args]) => ({ text: args.length === 0 ? name : `${name}<${args.join(',')}>`, at }));

const comment = fc.string({ maxLength: 20 }).map((each) => each.replace(/[\n\r]/g, '').trim());

const { tensor } = fc.letrec<{ tensor: TensorLiteral; entry: TensorEntry }>((tie) => ({
  entry: fc.oneof({ depthSize: 'small' }, signed, tie('tensor')),
  tensor: fc.array(tie('entry'), { maxLength: 4 }).map((entries) => ({ op: 'tensor' as const, entries, at })),
}));

const OPERATORS: readonly BinaryOperator[] = ['+', '-', '*', '/', '@', '<', '<=', '>', '>=', '=='];

const subscript: fc.Arbitrary<Subscript> = fc.oneof(
  signed.map((place) => ({ kind: 'place' as const, place })),
  fc.record({ start: signed, end: signed, step: signed }, { requiredKeys: [] }).map((bounds) => ({ kind: 'range' as const, ...bounds })),
);

const { value, quantization } = fc.letrec<{ value: Expression; quantization: Quantization; argument: Argument }>((tie) => ({
  quantization: fc.record({ format, scale: tie('value') }, { requiredKeys: ['format'] }),
  argument: fc.record({ name: word, value: tie('value') }, { requiredKeys: ['value'] }),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true },
    text.map((name) => ({ op: 'name' as const, name, at })),
    digits.map((each) => ({ op: 'number' as const, text: each, at })),
    fc.string({ maxLength: 6 }).map((each) => ({ op: 'text' as const, value: each, at })),
    tensor,
    tie('value').map((arg) => ({ op: 'negate' as const, arg, at })),
    fc.tuple(fc.constantFrom(...OPERATORS), tie('value'), tie('value')).map(([operator, left, right]) => ({ op: 'binary' as const, operator,
      left, right, at })),
    fc.tuple(word, fc.array(tie('argument'), { maxLength: 3 })).map(([layer, args]) => ({ op: 'call' as const, layer, args, at })),
    fc.tuple(tie('value'), fc.array(subscript, { minLength: 1, maxLength: 3 })).map(([arg, subscripts]) => ({ op: 'index' as const, arg,
      subscripts, at })),
    fc.tuple(tie('value'), tie('quantization')).map(([arg, to]) => ({ op: 'quantize' as const, arg, to, at })),
  ),
}));

const shape: fc.Arbitrary<Shape> = fc.array(number, { maxLength: 3 }).map((extents) => ({ extents, at }));
const fold: fc.Arbitrary<Fold> = fc.array(fc.record({ name: word, value: number }), { minLength: 1, maxLength: 2 }).map((factors) => ({ factors,
  at }));

/** A line's comment and the empty line before it. */
const around = fc.record({ remark: comment, gap: fc.constant(true as const) }, { requiredKeys: [] });
const settingValue = fc.oneof(word, number);

const plain: fc.Arbitrary<Statement> = fc.oneof(
  word.map((name) => ({ op: 'network' as const, name, at })),
  fc.record({ op: fc.constant('setting' as const), key: fc.constantFrom('style', 'clock', 'target', 'batch').map((key) => ({ text: key, at })),
    value: settingValue, unit: word, at: fc.constant(at) }, { requiredKeys: ['op', 'key', 'value', 'at'] }),
  fc.record({ op: fc.constant('input' as const), name: word, shape, to: quantization, at: fc.constant(at) }, { requiredKeys: ['op', 'name',
    'shape', 'at'] }),
  fc.record({ op: fc.constant('const' as const), name: word, shape, codes: fc.constant(true as const), to: quantization, value,
    at: fc.constant(at) }, { requiredKeys: ['op', 'name', 'value', 'at'] })
    .map((node) => (node.to === undefined ? { ...node, codes: undefined } : node)),
  fc.record({ op: fc.constant('state' as const), name: word, shape, to: quantization, value, at: fc.constant(at) }, { requiredKeys: ['op',
    'name', 'shape', 'value', 'at'] }),
  fc.record({ op: fc.constant('next' as const), name: word, value, fold, at: fc.constant(at) }, { requiredKeys: ['op', 'name', 'value', 'at'] }),
  fc.record({ op: fc.constant('output' as const), name: word, value, fold, at: fc.constant(at) }, { requiredKeys: ['op', 'name', 'at'] })
    .map((node) => (node.value === undefined ? { ...node, fold: undefined } : node)),
  fc.record({ op: fc.constant('assign' as const), names: fc.array(word, { minLength: 1, maxLength: 3 }), value, fold, at: fc.constant(at) },
    { requiredKeys: ['op', 'names', 'value', 'at'] }),
);

const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.tuple(plain, around).map(([node, rest]) => ({ ...node, ...rest })),
  fc.tuple(comment, around).map(([each, { gap }]) => ({ op: 'comment' as const, text: each, at, ...(gap === undefined ? {} : { gap }) })),
);

/** Any program that the grammar can say, whether it means something or not. */
export const randomProgram: fc.Arbitrary<Program> = fc.array(statement, { maxLength: 6 })
  .map((statements) => ({ statements: statements.map((each, i) => (i === 0 ? { ...each, gap: undefined } : each)) }));
