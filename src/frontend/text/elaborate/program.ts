import { dispatch, type OpTable } from '../../../base/table.ts';
import type { ErrorReport } from '../../../base/text/report.ts';
import type { Place } from '../../../base/text/source.ts';
import type { Graph, GraphInput, GraphState, Wishes } from '../../../graph/ir.ts';
import { sizeOf, type RealTensor } from '../../../graph/tensor.ts';
import { findLayer } from '../../../layers/index.ts';
import { namesRead } from '../ast.ts';
import type { ConstStatement, Expression, Fold, Quantization, Shape, StateStatement, Statement, Word } from '../ast.ts';
import type { ParsedProgram } from '../parse.ts';
import { printExpression } from '../print.ts';
import { GraphBuilder, LARGEST_TENSOR, type Extents } from './builder.ts';
import { elaborateSeveral } from './calls.ts';
import { fileTensor, inlineTensor, type ReadFile } from './constants.ts';
import { elaborate, scaleOf, type Context } from './expressions.ts';
import { formatNamed, quantized } from './quantize.ts';
import { Scope } from './scope.ts';
import { readFold, readSettings, type Settings } from './settings.ts';
import { GivenUp, literalOf, shapeOf, showShape, type Value } from './value.ts';

/** Names that a statement declares. */
function declaredBy(statement: Statement): readonly Word[] {
  switch (statement.op) {
    case 'input': case 'const': case 'state': return [statement.name];
    case 'output': return statement.value === undefined ? [] : [statement.name];
    case 'assign': return statement.names.filter(({ text }) => text !== '_');
    case 'comment': case 'network': case 'setting': case 'next': return [];
  }
}

/** Makes the graph that a program describes; all mistakes go to the report, and the graph means something only where there is none. */
export function elaborateProgram(program: ParsedProgram, fileName: string, readFile: ReadFile, report: ErrorReport): Graph {
  return new Elaboration(program, readFile, report).run(fileName);
}

interface StateEntry {
  readonly statement: StateStatement;
  readonly value: Value;
  readonly initial: RealTensor;
  next?: { readonly tensor: string; readonly at: Place };
}

class Elaboration {
  private readonly builder: GraphBuilder;
  private readonly scope: Scope;
  private readonly settings: Settings;
  private readonly context: Context;
  private readonly inputs: GraphInput[] = [];
  private readonly outputs: { readonly name: string; readonly at: Place }[] = [];
  private readonly states = new Map<string, StateEntry>();
  private readonly folding: Record<string, { PE?: number; SIMD?: number }> = {};
  private readonly syntaxErrors: number;

  constructor(private readonly program: ParsedProgram, private readonly readFile: ReadFile, private readonly report: ErrorReport) {
    this.syntaxErrors = report.count;
    const declared = new Map<string, Place>();
    for (const statement of program.statements) {
      for (const { text, at } of declaredBy(statement)) {
        const first = declared.get(text);
        if (first === undefined) declared.set(text, at);
        else report.error(at, 'duplicate', `${text} is given twice, first in line ${report.source.locate(first.start).line}`, 'choose another name');
      }
    }
    this.builder = new GraphBuilder(report, new Set(declared.keys()));
    for (const name of program.lost) if (!declared.has(name)) declared.set(name, { start: 0, end: 0 });
    this.scope = new Scope(declared);
    for (const name of program.lost) this.scope.define(name, { start: 0, end: 0 }, undefined);
    this.settings = readSettings(program.statements.filter((statement) => statement.op === 'setting'), report);
    this.context = { builder: this.builder, scope: this.scope, explicitBatch: this.settings.explicitBatch };
  }

  run(fileName: string): Graph {
    for (const statement of this.program.statements) this.elaborate(statement);
    this.checkWhole();
    const { nodes } = this.builder;
    const outputs = this.outputs.map(({ name }) => name);
    const states = [...this.states.values()].map(({ statement, value, initial, next }): GraphState =>
      ({ name: statement.name.text, shape: value.traced.shape, initial, next: next?.tensor ?? '' }));
    const read = new Set([...nodes.flatMap((node) => node.inputs), ...outputs, ...states.map((state) => state.next)]);
    const constants = new Map([...this.builder.constants].filter(([name]) => read.has(name)));
    const network = this.program.statements.find((statement) => statement.op === 'network');
    const { style, clock, target } = this.settings;
    const folding = Object.keys(this.folding).length === 0 ? undefined : this.folding;
    const wishes: Wishes = Object.fromEntries(Object.entries({ style, clock, target, folding }).filter(([, wish]) => wish !== undefined));
    return {
      name: network?.name.text ?? fileName.replace(/\.bloom$/i, ''), inputs: this.inputs, outputs, constants, nodes,
      ...(states.length === 0 ? {} : { states }), ...(Object.keys(wishes).length === 0 ? {} : { wishes }),
    };
  }

  /** Elaborates one statement; after a mistake its names are known to be unknown. */
  private elaborate(statement: Statement): void {
    try {
      dispatch(this.statements, statement);
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      this.builder.abandon();
      // What it would have read is not called unused besides.
      for (const name of namesRead(statement)) this.scope.expect(name);
      for (const { text, at } of declaredBy(statement)) if (!this.scope.isKnown(text)) this.scope.define(text, at, undefined);
    }
  }

  private readonly statements: OpTable<Statement, void> = {
    comment: () => {},
    network: ({ name, at }) => {
      const [first] = this.program.statements.filter((statement) => statement.op !== 'comment');
      if (first.at !== at) this.report.error(name.at, 'network', 'the name of the network comes first', 'move this line to the top');
    },
    setting: () => {},
    input: ({ name, shape, to, at }) => {
      const value = this.builder.given(name.text, this.graphShape(shape), !this.settings.explicitBatch);
      this.inputs.push({ name: name.text, shape: value.traced.shape });
      if (to === undefined) return this.define([name], [value]);
      // The network's input keeps the name; what the others read is the quantized tensor.
      const number = this.quantize(value, to, at);
      const { results } = this.builder.finish([number], [this.builder.unique(`${name.text}_number`)]);
      this.define([name], results);
    },
    const: (statement) => this.define([statement.name], this.end([this.constantOf(statement)], [statement.name])),
    state: (statement) => {
      const { name, shape, to, at } = statement;
      const extents = this.graphShape(shape);
      const initial = this.filled(this.numbersOf(statement.value), shape, statement.value.at);
      const value = this.builder.given(name.text, extents, !this.settings.explicitBatch);
      if (to !== undefined) this.checkInitial(initial, to, at, statement.value.at);
      this.builder.abandon();
      this.states.set(name.text, { statement, value, initial: { ...initial, shape: extents } });
      this.define([name], [value]);
    },
    next: ({ name, value, fold, at }) => {
      const entry = this.states.get(name.text);
      if (entry === undefined) {
        const known = [...this.states.keys()];
        if (this.scope.isKnown(name.text) && this.scope.declaration(name.text) !== undefined && known.length === 0) throw new GivenUp();
        return this.builder.fail(name.at, 'state', `${name.text} is no state`,
          known.length === 0 ? `declare it: state ${name.text} : [32] fixed<8,1> = 0` : `the states are ${known.join(', ')}`);
      }
      if (entry.next !== undefined) {
        return this.builder.fail(name.at, 'duplicate',
          `the next ${name.text} is given twice, first in line ${this.builder.lineOf(entry.next.at)}`, 'remove one of them');
      }
      entry.next = { tensor: '', at };
      const result = this.nextValue(entry, value);
      const label = { text: this.builder.unique(`${name.text}_next`), at: name.at };
      const [{ tensor }] = this.end([result], [label], fold);
      entry.next = { tensor, at };
    },
    output: ({ name, value, fold }) => {
      const twice = this.outputs.find((each) => each.name === name.text);
      if (twice !== undefined) this.builder.fail(name.at, 'duplicate', `${name.text} is an output already`, 'remove one of them');
      if (value === undefined) {
        const known = elaborate({ op: 'name', name: name.text, at: name.at }, this.context);
        const named = known.tensor === name.text && !this.inputs.some((input) => input.name === name.text) ? known : this.identity(known, name.at);
        const [result] = named === known ? [known] : this.builder.finish([named], [this.builder.unique(`${name.text}_output`)]).results;
        this.outputs.push({ name: result.tensor, at: name.at });
        return;
      }
      const result = elaborate(value, this.context);
      const results = this.end([this.builder.isFresh(result) ? result : this.identity(result, value.at)], [name], fold);
      this.define([name], results);
      this.scope.read(name.text);
      this.outputs.push({ name: name.text, at: name.at });
    },
    assign: ({ names, value, fold }) => {
      const results = elaborateSeveral(value, names.map((name) => name.text), this.context);
      this.define(names, this.end(results, names, fold));
    },
  };

  // ---- parts of statements -------------------------------------------------------------------------------------------------------

  /** Ends the statement and notes its folding. */
  private end(results: readonly Value[], names: readonly Word[], fold?: Fold): Value[] {
    const { results: named, hardware, product } = this.builder.finish(results, names.map((name) => name.text));
    if (fold !== undefined) this.fold(fold, names[0].text, hardware, product);
    return named;
  }

  private fold(fold: Fold, name: string, hardware: boolean, product: Extents | undefined): void {
    if (!hardware) this.report.error(fold.at, 'fold', 'there is nothing to fold here', 'the statement makes no hardware');
    else this.folding[name] = readFold(fold, product, this.report);
  }

  private define(names: readonly Word[], values: readonly Value[]): void {
    names.forEach(({ text, at }, i) => { if (text !== '_' && !this.scope.isKnown(text)) this.scope.define(text, at, values[i]); });
  }

  private graphShape(shape: Shape): readonly number[] {
    const extents = this.extents(shape);
    return this.settings.explicitBatch ? extents : [1, ...extents];
  }

  private extents(shape: Shape): readonly number[] {
    const extents = shape.extents.map(({ text, at }) => {
      const extent = Number(text);
      if (!Number.isInteger(extent) || extent < 1) this.builder.fail(at, 'shape', `an extent of ${text}`, 'extents are whole numbers from 1 on');
      return extent;
    });
    if (sizeOf(extents) > LARGEST_TENSOR) this.builder.fail(shape.at, 'too-large', `a tensor of ${showShape(extents)}`,
      `a tensor may have ${LARGEST_TENSOR} elements`);
    return extents;
  }

  private quantize(value: Value, to: Quantization, at: Place): Value {
    return quantized(value, to.format, elaborate(scaleOf(to), this.context), { whole: at, scale: to.scale?.at }, this.builder);
  }

  /** Reports a format that does not exist, so that the rest of the statement can be looked at too. */
  private isFormat({ format }: Quantization): boolean {
    try {
      formatNamed(format, this.builder);
      return true;
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      return false;
    }
  }

  private identity(value: Value, at: Place): Value {
    return this.builder.add({ kind: findLayer('Identity')!, inputs: [value], place: at })[0];
  }

  private constantOf({ shape, codes, to, value, at }: ConstStatement): Value {
    const known = to === undefined || this.isFormat(to);
    const numbers = this.filled(this.numbersOf(value), shape, value.at);
    if (!known) throw new GivenUp();
    const constant = this.builder.constant(numbers, 'values');
    if (to === undefined) return constant;
    const scale = elaborate(scaleOf(to), this.context);
    return quantized(constant, to.format, scale, { whole: at, scale: to.scale?.at }, this.builder, codes === true);
  }

  /** The numbers of a file, or of an expression of constants. */
  private numbersOf(value: Expression): RealTensor {
    if (value.op === 'text') return fileTensor(value, this.readFile, this.builder);
    if (value.op === 'tensor') return inlineTensor(value, this.builder);
    const literal = literalOf(elaborate(value, this.context));
    if (literal === undefined) return this.builder.fail(value.at, 'not-constant', 'this depends on the input', 'give it a name without const');
    return literal;
  }

  /** A single number fills the shape; everything else must have it. */
  private filled(tensor: RealTensor, shape: Shape | undefined, at: Place): RealTensor {
    if (shape === undefined) return tensor;
    const extents = this.extents(shape);
    if (tensor.shape.length === 0 && tensor.errors === undefined) {
      return { shape: extents, values: new Float64Array(sizeOf(extents)).fill(tensor.values[0]) };
    }
    if (tensor.shape.join() !== extents.join()) {
      this.builder.fail(at, 'shapes', `this is ${showShape(tensor.shape)}, the declared shape is ${showShape(extents)}`, 'correct one of them');
    }
    return tensor;
  }

  /** A state starts with numbers of its format. */
  private checkInitial(initial: RealTensor, to: Quantization, at: Place, valueAt: Place): void {
    const exact = literalOf(this.quantize(this.builder.constant(initial, 'initial'), to, at));
    const wrong = exact === undefined ? -1 : initial.values.findIndex((value, i) => value !== exact.values[i]);
    if (wrong >= 0) {
      this.builder.fail(valueAt, 'initial', `${initial.values[wrong]} is no number of ${written(to)}`,
        `the nearest is ${exact!.values[wrong]}`);
    }
  }

  /** What a state becomes: in its format, where it has one. */
  private nextValue({ statement, value: state }: StateEntry, expression: Expression): Value {
    const { name, to } = statement;
    const value = elaborate(expression, this.context);
    if (shapeOf(value).join() !== shapeOf(state).join()) {
      this.builder.fail(expression.at, 'shapes',
        `the next ${name.text} is ${showShape(shapeOf(value))}, the state is ${showShape(shapeOf(state))}`, 'a state keeps its shape');
    }
    if (to === undefined) return value;
    const { coded } = value;
    const scale = literalOf(elaborate(scaleOf(to), this.context));
    const same = coded !== undefined && coded.format === formatNamed(to.format, this.builder).text
      && scale !== undefined && sameNumbers(literalOf(coded.scale)!, scale);
    if (same) return value;
    if (expression.op !== 'quantize') return this.quantize(value, to, expression.at);
    return this.builder.fail(expression.to.format.at, 'format', `the state ${name.text} is ${written(to)}`, 'a state and what it becomes have one format');
  }

  /** What only the whole program shows. */
  private checkWhole(): void {
    const { text } = this.report.source;
    const start = { start: 0, end: Math.min(1, text.length) };
    for (const [name, { statement, next }] of this.states) {
      if (next === undefined) this.report.error(statement.name.at, 'state', `nothing says what ${name} becomes`, `add: next ${name} = …`);
    }
    // Statements that could not be read may have used or given anything.
    if (this.syntaxErrors > 0) return;
    for (const { name, at } of this.scope.unread()) {
      if (!name.startsWith('_')) this.report.error(at, 'unused', `${name} is never used`, 'use it, make it an output, or take the line out with #');
    }
    const ops = new Set(this.program.statements.map((statement) => statement.op));
    if (!ops.has('input')) this.report.error(start, 'no-input', 'the network has no input', 'declare one: input x : [16] int8');
    if (!ops.has('output')) this.report.error(start, 'no-output', 'the network has no output', 'declare one: output y = …');
  }
}

/** As the program says it: `fixed<8,1> * 0.5`. */
function written({ format, scale }: Quantization): string {
  return `${format.text}${scale === undefined ? '' : ` * ${printExpression(scale)}`}`;
}

function sameNumbers(a: RealTensor, b: RealTensor): boolean {
  return a.shape.join() === b.shape.join() && a.errors === undefined && b.errors === undefined && a.values.every((value, i) => value === b.values[i]);
}
