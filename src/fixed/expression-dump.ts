import { listParts, writeList, writeName } from '../base/text/dump.ts';
import type { Token } from '../base/text/lexer.ts';
import { Rational } from '../base/rational.ts';
import type { Expression } from '../graph/expression.ts';
import type { RealTensor } from '../graph/tensor.ts';
import { isPoint, type Enclosure } from '../number/enclosure.ts';

/** Bits to which the irrational constants of host expressions are printed. */
const PRECISION = 256;

/** Prints expressions as lines, one a part; a part that several share is one line. */
export class ExpressionPrinter {
  readonly lines: string[] = [];
  private readonly names = new Map<Expression, string>();

  /** The name of the expression, whose lines are there then. */
  name(expression: Expression): string {
    const known = this.names.get(expression);
    if (known !== undefined) return known;
    const body = this.body(expression);
    const name = `e${this.names.size}`;
    this.names.set(expression, name);
    this.lines.push(`  ${name} : [${expression.shape.join(',')}] = ${body}`);
    return name;
  }

  private body(expression: Expression): string {
    switch (expression.op) {
      case 'variable': {
        const { variable } = expression;
        if (variable.kind === 'quotient') throw new Error('a quotient that no quantizer follows');
        return variable.kind === 'input' ? `variable input ${writeName(variable.name)}` : `variable %${variable.value}`;
      }
      case 'constant': return `constant ${writeTensor(expression.tensor)}`;
      case 'map': {
        const { operator, args } = expression;
        if (operator.op === 'staircase') {
          const { boundaries, upper, values } = operator.steps;
          const list = (numbers: ArrayLike<number>): string => writeList(numbers, false);
          return `staircase ${this.name(args[0])} boundaries ${list(boundaries)} upper ${list(upper.map(Number))} values ${list(values)}`;
        }
        const mode = operator.op === 'round' ? ` ${operator.mode}` : '';
        return `map ${operator.op}${mode} ${args.map((arg) => this.name(arg)).join(' ')}`;
      }
      case 'gather': return `gather ${expression.args.map((arg) => this.name(arg)).join(' ')} ${writeList(expression.index, false)}`;
    }
  }
}

/** Doubles, their error bounds where they are not exact, and then what the elements are: rationals, or intervals around irrational ones. */
function writeTensor({ values, errors, exact }: RealTensor): string {
  const doubles = writeList(values, false);
  if (errors === undefined) return doubles;
  const elements = Array.from(values, (_, i) => (errors[i] === 0 ? '0' : writeEnclosure(exact!(i, PRECISION))));
  return `${doubles} errors ${writeList(errors, false)} exact [${elements.join(' ')}]`;
}

function writeEnclosure(enclosure: Enclosure): string {
  const write = ({ numerator, denominator }: Rational): string => `${numerator}/${denominator}`;
  return isPoint(enclosure) ? write(enclosure.low) : `${write(enclosure.low)}..${write(enclosure.high)}`;
}

/** The tensor that {@link ExpressionPrinter} wrote; irrational elements are known as far as they were printed. */
export function readTensor(shape: readonly number[], values: Token, errors?: Token, exact?: Token): RealTensor {
  const doubles = Float64Array.from(listParts(values), Number);
  if (errors === undefined || exact === undefined) return { shape, values: doubles };
  const enclosures = listParts(exact).map((text): Enclosure => {
    const [low, high = low] = text.split('..').map(readRational);
    return { low, high };
  });
  return { shape, values: doubles, errors: Float64Array.from(listParts(errors), Number), exact: (index) => enclosures[index] };
}

function readRational(text: string): Rational {
  const match = /^(-?[0-9]+)(?:\/([1-9][0-9]*))?$/.exec(text);
  return match === null ? Rational.ZERO : Rational.of(BigInt(match[1]), BigInt(match[2] ?? 1));
}
