import { Rational } from '../../base/rational.ts';
import { EXAMPLE_FORMATS, FORMAT_FAMILIES, parseFormat } from './index.ts';

/** The reference table of families: how each is written, what it means, how it is multiplied, its form in ONNX, who published it. */
export function familyRows(): string[][] {
  return [
    ['format', 'meaning', 'product with an activation', 'ONNX form', 'source'],
    ...FORMAT_FAMILIES.map(({ syntax, summary, datapath, onnx, source }) => [code(syntax), summary, datapath, onnx ?? '', source ?? '']),
  ];
}

/** The reference table of examples: canonical text, bits of a code, number of different values, least and greatest of them, unit. */
export function exampleRows(): string[][] {
  return [
    ['format', 'bits', 'values', 'least', 'greatest', 'unit'],
    ...EXAMPLE_FORMATS.map((example) => {
      const format = parseFormat(example);
      const integers = new Set<bigint>();
      for (let code = 0; code < 2 ** format.bits; code++) {
        const integer = format.integer(code);
        if (integer !== undefined) integers.add(integer);
      }
      const ascending = [...integers].sort((a, b) => (a < b ? -1 : 1));
      const value = (integer: bigint): string => shown(Rational.multiply(Rational.fromBigint(integer), format.unit));
      return [code(format.text), `${format.bits}`, `${ascending.length}`, value(ascending[0]), value(ascending[ascending.length - 1]), shown(format.unit)];
    }),
  ];
}

/** A Markdown table; the first row is its head. */
export function markdownTable([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return text.split(', ').map((part) => `\`${part}\``).join(', ');
}

/** Small numbers exactly, others by powers of two or six digits. */
function shown(value: Rational): string {
  const decimal = Rational.toDecimal(value);
  if (decimal.length <= 10) return decimal;
  const number = Rational.toDouble(value);
  const exponent = Math.log2(Math.abs(number));
  return Number.isInteger(exponent) ? `${number < 0 ? '-' : ''}2^${exponent}` : number.toPrecision(6);
}
