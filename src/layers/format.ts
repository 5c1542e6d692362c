import { floatFieldsOf } from '../number/formats/float.ts';
import { parseFormat, type NumberFormat } from '../number/formats/index.ts';
import type { Staircase } from '../number/staircase.ts';
import { layer, type Formula } from './formula.ts';
import { matrixProduct } from './matmul.ts';
import { checkScale } from './quant.ts';

/** Domain of bitloom's own layers. */
export const OWN_DOMAINS = ['bitloom'];

function formatOf<T>(f: Formula<T>): NumberFormat {
  return parseFormat(f.text('format', ''));
}

/** The tensor's scale (1 where it is left out) times the format's unit: what its integers are multiplied with. */
function gridOf<T>(f: Formula<T>, format: NumberFormat, scaleInput: number): T {
  const unit = f.rational(format.unit);
  return f.has(scaleInput) ? f.multiply(checkScale(f, scaleInput), unit) : unit;
}

/** The codes of activations, and the integers that they stand for; see `FormatQuantizer`. */
interface Quantized<T> {
  readonly codes: T;
  readonly integers: T;
}

/** Real numbers in units of the format become its integers. */
function quantized<T>(f: Formula<T>, format: NumberFormat, units: T, tensorName: string): Quantized<T> {
  const { quantizer } = format;
  if (quantizer.kind === 'uniform') {
    const { low, high, rounding, overflow } = quantizer;
    const bounds = { low, high };
    const codes = overflow === 'wrap' ? f.algebra.integer(f.round(units, rounding), bounds, tensorName, 'wrap')
      : f.algebra.integer(f.round(f.clamp(units, low, high), rounding), bounds, tensorName);
    return { codes, integers: codes };
  }
  const { integers, boundaries, upper, first } = quantizer;
  if (integers.length === 2) {
    const boundary = f.constant(boundaries[0]);
    const reached = upper[0] ? f.lessOrEqual(boundary, units) : f.map({ op: 'less' }, boundary, units);
    const chosen = f.select(reached, f.constant(integers[1]), f.constant(integers[0]));
    const codes = f.algebra.integer(chosen, { low: integers[0], high: integers[1] }, tensorName);
    return { codes, integers: codes };
  }
  const { encode, decode } = staircasesOf(format);
  const codes = f.algebra.integer(f.map({ op: 'staircase', steps: encode }, units), { low: first, high: first + integers.length - 1 }, tensorName);
  return { codes, integers: decode === undefined ? codes : f.map({ op: 'staircase', steps: decode }, codes) };
}

const staircases = new WeakMap<NumberFormat, { encode: Staircase; decode?: Staircase }>();

/** Units to codes, and codes to integers unless they are the same. */
function staircasesOf(format: NumberFormat): { encode: Staircase; decode?: Staircase } {
  const known = staircases.get(format);
  if (known !== undefined) return known;
  if (format.quantizer.kind === 'uniform') throw new Error(`${format.text} has no staircase`);
  const { integers, boundaries, upper, first } = format.quantizer;
  const encode: Staircase = { boundaries, upper, values: Float64Array.from(integers, (_, i) => first + i) };
  const same = integers.every((integer, i) => integer === first + i);
  const decode: Staircase = {
    boundaries: Float64Array.from(boundaries, (_, i) => first + i + 0.5), upper: upper.map(() => true), values: integers,
  };
  const made = same ? { encode } : { encode, decode };
  staircases.set(format, made);
  return made;
}

/** integers * grid, of a grid that broadcasts to them. */
function coded<T>(f: Formula<T>, integers: T, grid: T, format: NumberFormat): T {
  f.broadcastShape([f.shape(integers), f.shape(grid)]);
  return f.algebra.coded(integers, grid, format.text);
}

/** scale * unit * integers of stored codes. */
function decoded<T>(f: Formula<T>): T {
  const format = formatOf(f);
  const codes = f.wholeNumbers(0, 'the codes');
  const values = Float64Array.from(codes, (code) => {
    const integer = code >= 0 && code < 2 ** format.bits ? format.integer(code) : undefined;
    if (integer === undefined) throw f.error('code', `${code} is no code of ${format.text}`, `codes go from 0 to ${2 ** format.bits - 1}`);
    return Number(integer);
  });
  const shape = f.shape(f.input(0, 'the codes'));
  return coded(f, f.algebra.constant({ shape, values }), gridOf(f, format, 1), format);
}

/** Both factors as ordinals of one floating-point format, their L-Mul products summed exactly, scaled back. */
function lmulProduct<T>(f: Formula<T>): T {
  const format = formatOf(f);
  const fields = floatFieldsOf(format);
  if (fields === undefined) throw f.error('number-format', `${format.text} is no floating-point format`, 'L-Mul adds the fields of floats: use float<4,3>');
  const [name] = f.node.outputs;
  const ordinals = (input: number, what: string, scale: number): T =>
    quantized(f, format, f.divide(f.input(input, what), gridOf(f, format, scale)), `${name} ${what}`).codes;
  const [x, w] = [ordinals(0, 'x', 2), ordinals(1, 'w', 3)];
  const product = f.multiply(matrixProduct(f, x, w, fields), f.rational(format.unit));
  const scales = [2, 3].filter((input) => f.has(input)).map((input) => f.input(input, 'a scale'));
  return scales.reduce((scaled, scale) => f.multiply(scaled, scale), product);
}

export const formatLayers = [
  layer('Format', 'puts a tensor into a number format', (f) => {
    const format = formatOf(f);
    const grid = gridOf(f, format, 1);
    const { integers } = quantized(f, format, f.divide(f.input(0, 'x'), grid), f.node.outputs[0]);
    return coded(f, integers, grid, format);
  }, { domains: OWN_DOMAINS }),
  layer('Decode', 'the values of stored codes of a number format', decoded, { domains: OWN_DOMAINS }),
  layer('LMulMatMul', 'matrix product of L-Mul products of floating-point numbers', lmulProduct, { domains: OWN_DOMAINS }),
];
