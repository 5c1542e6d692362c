import { UserError } from '../../base/diagnostic.ts';
import { identifier, UniqueNames } from '../../base/names.ts';
import { writeNpy } from '../../base/npy.ts';
import type { Place } from '../../base/text/source.ts';
import type { Attribute, Graph, GraphNode } from '../../graph/ir.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import type {
  Argument, BinaryOperator, Expression, Fold, Format, Quantization, Shape, Statement, TensorEntry, Word,
} from './ast.ts';
import { SampleForm, Unsayable, type WrittenCall } from './export-sample.ts';
import { traceUse, type NodeUse } from './export-use.ts';
import { sameMeaning } from './fingerprint.ts';
import { importBloom } from './import.ts';
import { KEYWORDS } from './keywords.ts';
import { isProduct, isQuantizer, layerName } from './elaborate/layer-names.ts';
import { printExpression, printProgram } from './print.ts';

/** A network as text, and the files of its large constants by their names. */
export interface BloomFiles {
  readonly text: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Constants up to this size stand where they are read; up to the second, in a statement of their own; beyond, in a file. */
const [INLINE, WRITTEN] = [8, 32];

/** Layers that are operators of the language. */
const INFIX: Readonly<Record<string, BinaryOperator>> = {
  Add: '+', Sub: '-', Mul: '*', Div: '/', MatMul: '@', Less: '<', LessOrEqual: '<=', Greater: '>', GreaterOrEqual: '>=', Equal: '==',
};

/** A part of a statement is at most so long. */
const LONGEST_PART = 72;

const nowhere: Place = { start: 0, end: 0 };

/**
 * Any network as a `.bloom` program that computes the same, layer for layer; what depends on constants alone is computed. Tensors are
 * called as in the graph, as far as their names are words. Shapes and axes are those of a sample where that is proven to mean the same;
 * otherwise they are the graph's (`batch explicit`).
 */
export function bloomOf(graph: Graph): BloomFiles {
  return sampleForm(graph) ?? new Exporter(graph, true).run();
}

function sampleForm(graph: Graph): BloomFiles | undefined {
  try {
    const written = new Exporter(graph, false).run();
    const again = importBloom(new TextEncoder().encode(written.text), `${graph.name}.bloom`, (path) => written.files.get(path)!);
    return sameMeaning(graph, again) ? written : undefined;
  } catch (error) {
    if (error instanceof Unsayable || error instanceof UserError) return undefined;
    throw error;
  }
}

/** An expression that stands where it is read, the number of products in it, and how they are folded. */
interface Part {
  readonly value: Expression;
  readonly products: number;
  readonly fold?: Fold;
}

class Exporter {
  private readonly names = new Map<string, string>();
  private readonly taken = new UniqueNames([...KEYWORDS, '_']);
  private readonly files = new Map<string, Uint8Array>();
  private readonly constants = new Map<string, RealTensor>();
  private readonly statements: Statement[] = [];
  private readonly declared = new Set<string>();
  private readonly pending = new Map<string, Part>();
  private readonly use: ReadonlyMap<GraphNode, NodeUse>;
  private readonly read: ReadonlySet<string>;
  /** Absent where shapes and axes are written as the graph has them. */
  private readonly form: SampleForm | undefined;

  constructor(private readonly graph: Graph, explicitBatch: boolean) {
    const { uses, tensors } = traceUse(graph);
    this.use = uses;
    for (const [name, tensor] of graph.constants) this.constants.set(name, tensor);
    for (const { literals } of this.use.values()) for (const [name, tensor] of literals) this.constants.set(name, tensor);
    this.form = explicitBatch ? undefined : new SampleForm(graph, tensors, this.constants);
    const states = graph.states ?? [];
    const remaining = graph.nodes.filter((node) => this.use.get(node)!.literals.size === 0);
    this.read = new Set([...remaining.flatMap((node) => this.use.get(node)!.inputs), ...graph.outputs, ...states.map((state) => state.next)]);
  }

  run(): BloomFiles {
    const { graph } = this;
    const network = identifier(graph.name);
    this.add({ op: 'network', name: word(KEYWORDS.includes(network) ? `${network}_` : network), at: nowhere });
    this.addSettings();
    graph.inputs.forEach(({ name, shape }, i) => {
      const quantizer = this.inputQuantizer(name);
      const to = quantizer === undefined ? {} : { to: this.quantization(quantizer) };
      this.add({ op: 'input', name: this.word(name), shape: this.shape(shape), ...to, at: nowhere, ...(i === 0 ? { gap: true } : {}) });
      // In the language an input with a format is the quantized tensor.
      if (quantizer !== undefined) this.names.set(quantizer.outputs[0], this.word(name).text);
    });
    for (const { name, shape, initial } of graph.states ?? []) {
      const same = initial.values.every((value) => value === initial.values[0]);
      const written = { ...initial, shape: this.form?.sample(shape) ?? shape };
      const value = same ? number(initial.values[0]) : this.value(written, `${name}_initial`);
      this.add({ op: 'state', name: this.word(name), shape: this.shape(shape), value, at: nowhere });
    }
    const done = new Set(graph.inputs.map(({ name }) => this.inputQuantizer(name)));
    for (const node of graph.nodes) if (this.use.get(node)!.literals.size === 0 && !done.has(node)) this.addNode(node);
    for (const { name, next } of graph.states ?? []) this.add({ op: 'next', name: this.word(name), value: this.tensor(next), at: nowhere });
    for (const name of graph.outputs) {
      this.tensor(name);
      this.add({ op: 'output', name: this.word(name), at: nowhere });
    }
    return { text: printProgram({ statements: this.statements }), files: this.files };
  }

  private shape(shape: readonly number[]): Shape {
    return shapeOf(this.form?.sample(shape) ?? shape);
  }

  private add(statement: Statement): void {
    this.statements.push(statement);
  }

  private addSettings(): void {
    const { style, clock, target } = this.graph.wishes ?? {};
    const setting = (key: string, value: string, unit?: string): void =>
      this.add({ op: 'setting', key: word(key), value: word(value), ...(unit === undefined ? {} : { unit: word(unit) }), at: nowhere });
    if (this.form === undefined) setting('batch', 'explicit');
    if (style !== undefined) setting('style', style);
    if (clock !== undefined) setting('clock', `${clock}`, 'ns');
    if (target !== undefined) setting('target', target);
  }

  /** The node that puts an input into a number format, if nothing else reads the input. */
  private inputQuantizer(input: string): GraphNode | undefined {
    const readers = this.graph.nodes.filter((node) => node.inputs.includes(input));
    const [reader] = readers;
    const alone = readers.length === 1 && !this.graph.outputs.includes(input) && reader.kind === 'Format' && reader.inputs.indexOf(input) === 0;
    return alone && this.isConstantScale(reader) ? reader : undefined;
  }

  private isConstantScale({ inputs }: GraphNode): boolean {
    const scale = this.constants.get(inputs[1] ?? '');
    return inputs.length < 2 || inputs[1] === '' || (scale !== undefined && sizeOf(scale.shape) <= INLINE);
  }

  private quantization({ inputs, attributes }: GraphNode): Quantization {
    const format: Format = { text: String(attributes.format), at: nowhere };
    const scale = this.constants.get(inputs[1] ?? '');
    return scale === undefined || (scale.shape.length === 0 && scale.values[0] === 1) ? { format } : { format, scale: literal(scale) };
  }

  private addNode(node: GraphNode): void {
    const fold = this.fold(node.name);
    const [first] = node.inputs;
    const constant = this.constants.get(first);
    if ((node.kind === 'Format' || node.kind === 'Decode') && constant !== undefined && this.isConstantScale(node)) {
      const codes = node.kind === 'Decode' ? { codes: true as const } : {};
      const name = this.word(node.outputs[0]);
      this.add({ op: 'const', name, ...codes, to: this.quantization(node), value: this.value(constant, node.outputs[0]), at: nowhere });
      return;
    }
    const products = this.productsIn(node);
    const parts = node.inputs.flatMap((name) => this.pending.get(name) ?? []);
    const part: Part = { value: this.expression(node), products, fold: fold ?? parts.find((each) => each.fold !== undefined)?.fold };
    for (const name of node.inputs) this.pending.delete(name);
    if (this.isPart(node) && printExpression(part.value).length <= LONGEST_PART) this.pending.set(node.outputs[0], part);
    else this.assign(node.outputs, part);
  }

  private assign(outputs: readonly string[], { value, fold }: Part): void {
    const names = trimmed(outputs).map((name) => (name === '' ? word('_') : this.word(name)));
    this.add({ op: 'assign', names, value, at: nowhere, ...(fold === undefined ? {} : { fold }) });
  }

  /** The node's result has one reader, and is no stored code: it can stand where it is read. */
  private isPart({ kind, outputs }: GraphNode): boolean {
    if (trimmed(outputs).length !== 1 || outputs[0] === '' || isQuantizer(kind)) return false;
    const [name] = outputs;
    const states = this.graph.states ?? [];
    const readers = this.graph.nodes.flatMap(({ inputs }) => inputs.filter((input) => input === name)).length;
    return readers === 1 && !this.graph.outputs.includes(name) && !states.some((state) => state.next === name);
  }

  /** Products in the node's expression; where that would be several, those of the inputs get statements of their own first. */
  private productsIn({ kind, inputs }: GraphNode): number {
    const own = isProduct(kind) ? 1 : 0;
    const parts = inputs.flatMap((name) => (this.pending.has(name) ? [[name, this.pending.get(name)!] as const] : []));
    const sum = parts.reduce((count, [, part]) => count + part.products, own);
    if (sum <= 1) return sum;
    for (const [name, part] of parts) {
      if (part.products === 0) continue;
      this.pending.delete(name);
      this.assign([name], part);
    }
    return own;
  }

  private expression(node: GraphNode): Expression {
    const use = this.use.get(node)!;
    const { kind, inputs: read, attributes, version }: WrittenCall = this.form?.call(node, use) ?? { kind: node.kind, ...use };
    const operator = INFIX[kind];
    if (node.kind === 'Format' && this.isConstantScale(node)) {
      return { op: 'quantize', arg: this.tensor(node.inputs[0]), to: this.quantization(node), at: nowhere };
    }
    if (operator !== undefined && read.length === 2 && version === undefined && Object.keys(attributes).length === 0) {
      const [left, right] = read.map((each) => this.argument(each));
      return { op: 'binary', operator, left, right, at: nowhere };
    }
    const inputs = trimmed(read).map((each): Argument => ({ value: this.argument(each) }));
    const settings = [...Object.entries(attributes), ...(version === undefined ? [] : [['version', version] as const])]
      .map(([name, value]): Argument => ({ name: word(name), value: attribute(value) }));
    return { op: 'call', layer: word(layerName(kind)), args: [...inputs, ...settings], at: nowhere };
  }

  private argument(input: string | readonly number[]): Expression {
    return typeof input !== 'string' ? list(input) : input === '' ? variable('_') : this.tensor(input);
  }

  private fold(name: string): Fold | undefined {
    const factors = Object.entries(this.graph.wishes?.folding?.[name] ?? {});
    return factors.length === 0 ? undefined
      : { factors: factors.map(([key, value]) => ({ name: word(key.toLowerCase()), value: word(`${value}`) })), at: nowhere };
  }

  /** A tensor that is read: its name, or what it is made of. Large constants are declared where they are first read. */
  private tensor(name: string): Expression {
    const part = this.pending.get(name);
    if (part !== undefined) return part.value;
    const constant = this.constants.get(name);
    if (constant === undefined) return variable(this.word(name).text);
    if (!this.graph.outputs.includes(name) && sizeOf(constant.shape) <= INLINE && writable(constant)) return literal(constant);
    if (!this.declared.has(name)) {
      this.declared.add(name);
      this.add({ op: 'const', name: this.word(name), value: this.value(constant, name), at: nowhere });
    }
    return variable(this.word(name).text);
  }

  /** Numbers as they are written in a statement: in a file where they are many. */
  private value(tensor: RealTensor, name: string): Expression {
    if (sizeOf(tensor.shape) <= WRITTEN && writable(tensor)) return literal(tensor);
    const file = `${this.word(name).text}.npy`;
    this.files.set(file, writeNpy(tensor.shape, tensor.values, typeFor(tensor.values)));
    return { op: 'text', value: file, at: nowhere };
  }

  private word(tensor: string): Word {
    const known = this.names.get(tensor);
    if (known !== undefined) return word(known);
    // What nothing reads may stay so where its name says it.
    const unread = this.isResult(tensor) && !this.read.has(tensor);
    const name = unread ? `_${this.taken.take(`unread_${tensor.replace(/^_unread_/, '')}`)}` : this.taken.take(tensor);
    this.names.set(tensor, name);
    return word(name);
  }

  private isResult(tensor: string): boolean {
    return this.graph.nodes.some((node) => node.outputs.includes(tensor));
  }
}

/** Without what is left out at the end. */
function trimmed<T>(names: readonly T[]): readonly T[] {
  const last = names.findLastIndex((name) => name !== '');
  return names.slice(0, last + 1);
}

/** The language has no rows of length 0. */
function writable({ shape }: RealTensor): boolean {
  return sizeOf(shape) > 0;
}

function typeFor(values: Float64Array): 'i1' | 'f4' | 'f8' {
  if (values.every((value) => Number.isInteger(value) && Math.abs(value) < 128 && !Object.is(value, -0))) return 'i1';
  return values.every((value) => Math.fround(value) === value) ? 'f4' : 'f8';
}

// ---- parts of the tree -----------------------------------------------------------------------------------------------------------

function word(text: string): Word {
  return { text, at: nowhere };
}

function variable(name: string): Expression {
  return { op: 'name', name, at: nowhere };
}

function shapeOf(extents: readonly number[]): Shape {
  return { extents: extents.map((extent) => word(`${extent}`)), at: nowhere };
}

function written(value: number): string {
  return Object.is(value, -0) ? '-0' : `${value}`;
}

function number(value: number): Expression {
  const size = written(Math.abs(value));
  const positive: Expression = Number.isFinite(value) ? { op: 'number', text: size, at: nowhere } : variable('inf');
  return value < 0 || Object.is(value, -0) ? { op: 'negate', arg: positive, at: nowhere } : positive;
}

function list(values: readonly number[]): Expression {
  return { op: 'tensor', entries: values.map((value) => ({ op: 'signed', text: written(value), at: nowhere })), at: nowhere };
}

function literal({ shape, values }: RealTensor): Expression {
  if (shape.length === 0) return number(values[0]);
  const entries = (from: number, depth: number): TensorEntry[] => {
    const inner = sizeOf(shape.slice(depth + 1));
    return Array.from({ length: shape[depth] }, (_, i): TensorEntry => (depth === shape.length - 1
      ? { op: 'signed', text: written(values[from + i]), at: nowhere }
      : { op: 'tensor', entries: entries(from + i * inner, depth + 1), at: nowhere }));
  };
  return { op: 'tensor', entries: entries(0, 0), at: nowhere };
}

function attribute(value: Attribute): Expression {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return { op: 'text', value, at: nowhere };
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return list(value);
  throw new Error('an attribute that the language cannot say');
}
