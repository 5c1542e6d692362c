import { dispatch, type OpTable } from '../../base/table.ts';
import type {
  Argument, BinaryOperator, Expression, Fold, Program, Quantization, Shape, SignedNumber, Statement, Subscript, TensorLiteral,
} from './ast.ts';

/** Longest line that is not broken where it can be. */
const WIDEST = 100;

/**
 * The program in its canonical form: one space around operators, no needless parentheses, at most one empty line between statements,
 * settings indented under the network's name, comments where they are. What it prints parses to the same program.
 */
export function printProgram({ statements }: Program): string {
  const lines: string[] = [];
  statements.forEach((statement, i) => {
    if (statement.gap === true && i > 0) lines.push('');
    const indent = isSetting(statements, i) ? '  ' : '';
    const remark = statement.remark === undefined ? '' : `  ${printComment(statement.remark)}`;
    lines.push(`${indent}${printStatement(statement)}${remark}`);
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** Settings, and the comments among them, belong to the network above. */
function isSetting(statements: readonly Statement[], at: number): boolean {
  for (let i = at; i < statements.length; i++) {
    if (statements[i].op !== 'comment') return statements[i].op === 'setting';
    if (i > at && statements[i].gap === true) return false;
  }
  return false;
}

function printComment(text: string): string {
  return text === '' ? '#' : `# ${text}`;
}

export function printStatement(statement: Statement): string {
  return dispatch(STATEMENTS, statement);
}

const STATEMENTS: OpTable<Statement, string> = {
  comment: ({ text }) => printComment(text),
  network: ({ name }) => `network ${name.text}`,
  setting: ({ key, value, unit }) => `${key.text} ${value.text}${unit === undefined ? '' : ` ${unit.text}`}`,
  input: ({ name, shape, to }) => `input ${name.text} : ${printShape(shape)}${to === undefined ? '' : ` ${printQuantization(to)}`}`,
  const: (node) => {
    const parts = [
      ...(node.shape === undefined ? [] : [printShape(node.shape)]), ...(node.codes === true ? ['codes'] : []),
      ...(node.to === undefined ? [] : [printQuantization(node.to)]),
    ];
    return assigned(`const ${node.name.text}${parts.length === 0 ? '' : ` : ${parts.join(' ')}`}`, node.value);
  },
  state: ({ name, shape, to, value }) =>
    assigned(`state ${name.text} : ${printShape(shape)}${to === undefined ? '' : ` ${printQuantization(to)}`}`, value),
  next: ({ name, value, fold }) => assigned(`next ${name.text}`, value, fold),
  output: ({ name, value, fold }) => (value === undefined ? `output ${name.text}` : assigned(`output ${name.text}`, value, fold)),
  assign: ({ names, value, fold }) => assigned(names.map((name) => name.text).join(', '), value, fold),
};

function assigned(target: string, value: Expression, fold?: Fold): string {
  const tail = fold === undefined ? '' : ` ${printFold(fold)}`;
  const flat = `${target} = ${printExpression(value)}${tail}`;
  return flat.length <= WIDEST ? flat : `${target} = ${broken(value) ?? printExpression(value)}${tail}`;
}

/** An expression on several lines, where it has brackets around it; undefined where it has none. */
function broken(expression: Expression): string | undefined {
  switch (expression.op) {
    case 'tensor': {
      const rows = expression.entries.some((entry) => entry.op === 'tensor');
      return filled('[', expression.entries.map((entry) => (entry.op === 'tensor' ? printTensor(entry) : entry.text)), ']', rows);
    }
    case 'call': return filled(`${expression.layer.text}(`, expression.args.map(printArgument), ')', false);
    case 'quantize': {
      const arg = broken(expression.arg);
      return arg === undefined ? undefined : `${arg} as ${printQuantization(expression.to)}`;
    }
    case 'binary': case 'index': case 'name': case 'negate': case 'number': case 'text': return undefined;
  }
}

/** Items between brackets, as many a line as fit, or one. */
function filled(open: string, items: readonly string[], close: string, single: boolean): string {
  const lines: string[] = [];
  items.forEach((item, i) => {
    const text = i === items.length - 1 ? item : `${item},`;
    const last = lines[lines.length - 1];
    if (!single && last !== undefined && last.length + text.length + 3 <= WIDEST) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  });
  return [open, ...lines.map((line) => `  ${line}`), close].join('\n');
}

function printFold({ factors }: Fold): string {
  return `fold(${factors.map(({ name, value }) => `${name.text} = ${value.text}`).join(', ')})`;
}

export function printShape({ extents }: Shape): string {
  return `[${extents.map((extent) => extent.text).join(', ')}]`;
}

function printQuantization({ format, scale }: Quantization): string {
  return scale === undefined ? format.text : `${format.text} * ${within(scale, SCALE)}`;
}

// ---- expressions -----------------------------------------------------------------------------------------------------------------

/** How tightly an operator binds. */
const [QUANTIZE, COMPARE, SUM, PRODUCT, UNARY, POSTFIX, PRIMARY] = [0, 1, 2, 3, 4, 5, 6];

const BINDING: Readonly<Record<BinaryOperator, number>> = {
  '+': SUM, '-': SUM, '*': PRODUCT, '/': PRODUCT, '@': PRODUCT, '<': COMPARE, '<=': COMPARE, '>': COMPARE, '>=': COMPARE, '==': COMPARE,
};

/** A scale is a product. */
const SCALE = PRODUCT;

export function printExpression(expression: Expression): string {
  return dispatch(EXPRESSIONS, expression);
}

/** In parentheses where it binds less tightly than its place asks for. */
function within(expression: Expression, binding: number): string {
  const text = printExpression(expression);
  return bindingOf(expression) < binding ? `(${text})` : text;
}

function bindingOf(expression: Expression): number {
  switch (expression.op) {
    case 'quantize': return QUANTIZE;
    case 'binary': return BINDING[expression.operator];
    case 'negate': return UNARY;
    case 'index': return POSTFIX;
    case 'number': case 'text': case 'name': case 'tensor': case 'call': return PRIMARY;
  }
}

const EXPRESSIONS: OpTable<Expression, string> = {
  number: ({ text }) => text,
  text: ({ value }) => JSON.stringify(value),
  name: ({ name }) => name,
  tensor: (node) => printTensor(node),
  negate: ({ arg }) => `-${within(arg, UNARY)}`,
  binary: ({ operator, left, right }) => {
    const binding = BINDING[operator];
    // Comparisons do not go on: both sides bind more tightly. All others group to the left.
    return `${within(left, binding === COMPARE ? binding + 1 : binding)} ${operator} ${within(right, binding + 1)}`;
  },
  call: ({ layer, args }) => `${layer.text}(${args.map(printArgument).join(', ')})`,
  index: ({ arg, subscripts }) => `${within(arg, POSTFIX)}[${subscripts.map(printSubscript).join(', ')}]`,
  quantize: ({ arg, to }) => `${within(arg, QUANTIZE)} as ${printQuantization(to)}`,
};

function printTensor({ entries }: TensorLiteral): string {
  return `[${entries.map((entry) => (entry.op === 'tensor' ? printTensor(entry) : entry.text)).join(', ')}]`;
}

function printArgument({ name, value }: Argument): string {
  return `${name === undefined ? '' : `${name.text} = `}${printExpression(value)}`;
}

function printSubscript(subscript: Subscript): string {
  if (subscript.kind === 'place') return subscript.place.text;
  const { start, end, step } = subscript;
  const text = (bound: SignedNumber | undefined): string => bound?.text ?? '';
  return `${text(start)}:${text(end)}${step === undefined ? '' : `:${text(step)}`}`;
}
