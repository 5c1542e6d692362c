import { identifier, UniqueNames } from '../../base/names.ts';
import { writeNpy } from '../../base/npy.ts';
import type { Place } from '../../base/text/source.ts';
import type { Attribute, Graph, GraphNode } from '../../graph/ir.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import type { Argument, Expression, Fold, Shape, Statement, TensorEntry, Word } from './ast.ts';
import { traceUse, type NodeUse } from './export-use.ts';
import { KEYWORDS } from './keywords.ts';
import { layerName } from './elaborate/layer-names.ts';
import { printProgram } from './print.ts';

/** A network as text, and the files of its large constants by their names. */
export interface BloomFiles {
  readonly text: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Constants up to this size stand where they are read; up to the second, in a statement of their own; beyond, in a file. */
const [INLINE, WRITTEN] = [8, 64];

const nowhere: Place = { start: 0, end: 0 };

/**
 * Any network as a `.bloom` program that computes the same: layer for layer, with shapes and axes as the graph has them
 * (`batch explicit`); what depends on constants alone is computed. Tensors are called as in the graph, as far as their names are words.
 */
export function bloomOf(graph: Graph): BloomFiles {
  return new Exporter(graph).run();
}

class Exporter {
  private readonly names = new Map<string, string>();
  private readonly taken = new UniqueNames([...KEYWORDS, '_']);
  private readonly files = new Map<string, Uint8Array>();
  private readonly constants = new Map<string, RealTensor>();
  private readonly statements: Statement[] = [];
  private readonly declared = new Set<string>();
  private readonly use: ReadonlyMap<GraphNode, NodeUse>;
  private readonly read: ReadonlySet<string>;

  constructor(private readonly graph: Graph) {
    this.use = traceUse(graph);
    for (const [name, tensor] of graph.constants) this.constants.set(name, tensor);
    for (const { literals } of this.use.values()) for (const [name, tensor] of literals) this.constants.set(name, tensor);
    const states = graph.states ?? [];
    const remaining = graph.nodes.filter((node) => this.use.get(node)!.literals.size === 0);
    this.read = new Set([...remaining.flatMap((node) => this.use.get(node)!.inputs), ...graph.outputs, ...states.map((state) => state.next)]);
  }

  run(): BloomFiles {
    const { graph } = this;
    const network = identifier(graph.name);
    this.add({ op: 'network', name: word(KEYWORDS.includes(network) ? `${network}_` : network), at: nowhere });
    this.addSettings();
    graph.inputs.forEach(({ name, shape }, i) =>
      this.add({ op: 'input', name: this.word(name), shape: shapeOf(shape), at: nowhere, ...(i === 0 ? { gap: true } : {}) }));
    for (const { name, shape, initial } of graph.states ?? []) {
      const same = initial.values.every((value) => value === initial.values[0]);
      this.add({ op: 'state', name: this.word(name), shape: shapeOf(shape), value: same ? number(initial.values[0]) : this.value(initial, `${name}_initial`), at: nowhere });
    }
    for (const node of graph.nodes) if (this.use.get(node)!.literals.size === 0) this.addNode(node);
    for (const { name, next } of graph.states ?? []) this.add({ op: 'next', name: this.word(name), value: this.tensor(next), at: nowhere });
    for (const name of graph.outputs) {
      this.tensor(name);
      this.add({ op: 'output', name: this.word(name), at: nowhere });
    }
    return { text: printProgram({ statements: this.statements }), files: this.files };
  }

  private add(statement: Statement): void {
    this.statements.push(statement);
  }

  private addSettings(): void {
    const { style, clock, target } = this.graph.wishes ?? {};
    const setting = (key: string, value: string, unit?: string): void =>
      this.add({ op: 'setting', key: word(key), value: word(value), ...(unit === undefined ? {} : { unit: word(unit) }), at: nowhere });
    setting('batch', 'explicit');
    if (style !== undefined) setting('style', style);
    if (clock !== undefined) setting('clock', `${clock}`, 'ns');
    if (target !== undefined) setting('target', target);
  }

  private addNode(node: GraphNode): void {
    const { inputs: read, attributes, version } = this.use.get(node)!;
    const inputs = trimmed(read).map((name): Argument => ({ value: name === '' ? variable('_') : this.tensor(name) }));
    const settings = [...Object.entries(attributes), ...(version === undefined ? [] : [['version', version] as const])]
      .map(([name, value]): Argument => ({ name: word(name), value: attribute(value) }));
    const outputs = trimmed(node.outputs).map((name) => (name === '' ? word('_') : this.word(name)));
    const call: Expression = { op: 'call', layer: word(layerName(node.kind)), args: [...inputs, ...settings], at: nowhere };
    const fold = this.fold(node.name);
    this.add({ op: 'assign', names: outputs, value: call, at: nowhere, ...(fold === undefined ? {} : { fold }) });
  }

  private fold(name: string): Fold | undefined {
    const factors = Object.entries(this.graph.wishes?.folding?.[name] ?? {});
    return factors.length === 0 ? undefined
      : { factors: factors.map(([key, value]) => ({ name: word(key.toLowerCase()), value: word(`${value}`) })), at: nowhere };
  }

  /** A tensor that is read: its name, or, of a small constant, its numbers. Constants are declared where they are first read. */
  private tensor(name: string): Expression {
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
function trimmed(names: readonly string[]): readonly string[] {
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
