import { UserError, userError } from '../../../base/diagnostic.ts';
import type { ErrorReport } from '../../../base/text/report.ts';
import type { Place } from '../../../base/text/source.ts';
import { meant, nearest } from '../../../base/suggest.ts';
import type { Attribute, GraphNode } from '../../../graph/ir.ts';
import { sizeOf, type RealTensor } from '../../../graph/tensor.ts';
import { TracingAlgebra, type Traced } from '../../../graph/tracing.ts';
import type { LayerKind } from '../../../layers/kind.ts';
import { DomainError } from '../../../number/ball.ts';
import { UndecidedError } from '../../../number/enclosure.ts';
import { isMatrixProduct, isProduct, isQuantizer, snakeCase, versionFor } from './layer-names.ts';
import { GivenUp, literalOf, showShape, type Value } from './value.ts';

/** Most elements of one tensor. */
export const LARGEST_TENSOR = 2 ** 22;

const TOO_LARGE = `a tensor may have ${LARGEST_TENSOR} elements`;

/** Layers that make a tensor as large as an input says: numbers of which input, and whether they multiply the size of the first. */
const SIZES: Readonly<Record<string, readonly { readonly input: number; readonly times: boolean }[]>> = {
  ConstantOfShape: [{ input: 0, times: false }], Expand: [{ input: 1, times: false }], Tile: [{ input: 1, times: true }],
  Upsample: [{ input: 1, times: true }], Resize: [{ input: 2, times: true }, { input: 3, times: false }],
};

interface Draft {
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly version: number;
  readonly origin: string;
}

/** Of a matrix product: what its folding divides. */
export interface Extents {
  readonly rows: number;
  readonly columns: number;
}

/** One layer to be added. */
export interface Layer {
  readonly kind: LayerKind;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Its outputs; `_` for one that is not wanted. One where absent. */
  readonly outputs?: readonly string[];
  readonly version?: number;
  readonly place: Place;
  /** Where its attributes are written, by name. */
  readonly places?: Readonly<Record<string, Place>>;
}

/**
 * Collects the nodes and constants of a graph, statement by statement. Each layer's meaning runs at once over the tracing algebra, so
 * that shapes are known and mistakes are found where they are written.
 */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly constants = new Map<string, RealTensor>();
  private readonly algebra = new TracingAlgebra();
  private readonly numbers = new Map<number, Value>();
  private drafts: Draft[] = [];
  private literals: { readonly tensor: string; readonly value: RealTensor; readonly what: string }[] = [];
  /** Tensors that nodes give. */
  private readonly computed = new Set<string>();
  private count = 0;
  private extents: Extents | undefined;

  /**
   * @param taken names of tensors and nodes that generated ones must not have
   */
  constructor(private readonly report: ErrorReport, private readonly taken: Set<string>) {}

  /** A tensor that is given from outside. */
  given(name: string, shape: readonly number[], batched: boolean): Value {
    return { tensor: name, traced: this.algebra.input(shape), batched };
  }

  number(value: number): Value {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    const tensor = this.unique(Object.is(value, -0) ? '-0' : `${value}`);
    const made = { tensor, traced: this.algebra.constant({ shape: [], values: Float64Array.of(value) }), batched: false };
    this.constants.set(tensor, (made.traced as { tensor: RealTensor }).tensor);
    this.numbers.set(value, made);
    return made;
  }

  /** A constant of the statement at hand, called after it and `what` it is. */
  constant(value: RealTensor, what: string): Value {
    const tensor = this.provisional();
    this.literals.push({ tensor, value, what });
    return { tensor, traced: this.algebra.constant(value), batched: false };
  }

  list(values: readonly number[], what: string): Value {
    return this.constant({ shape: [values.length], values: Float64Array.from(values) }, what);
  }

  /** Adds a layer; what can be computed exactly now becomes a constant. @throws GivenUp where it cannot be, which is reported */
  add(layer: Layer): Value[] {
    const { kind, inputs, place, attributes = {} } = layer;
    const outputs = (layer.outputs ?? ['']).map((name) => (name === '_' ? '' : this.provisional()));
    const origin = this.report.source.origin(place);
    const draft: Draft = {
      kind: kind.operator, inputs: inputs.map((value) => value?.tensor ?? ''), outputs, attributes,
      version: layer.version ?? versionFor(kind), origin,
    };
    const batched = inputs.some((value) => value?.batched === true);
    const results = this.meaningOf(layer, draft);
    for (const traced of results) {
      if (batched && traced.shape[0] !== 1) {
        this.fail(place, 'batch', `${snakeCase(kind.operator)} gives ${showShape(traced.shape)}, in which samples are mixed`,
          'a sample has no batch dimension: check shapes and axes');
      }
    }
    const known = results.map((traced) => ('tensor' in traced ? traced.tensor : undefined));
    // Numbers in a format stay what they are: layers that read them are not computed away.
    const plain = !inputs.some((value) => value !== undefined && 'tensor' in value.traced && this.computed.has(value.tensor));
    if (plain && known.every((tensor) => tensor !== undefined && tensor.errors === undefined) && !isQuantizer(kind.operator)) {
      return known.map((tensor) => this.constant(tensor!, snakeCase(kind.operator)));
    }
    this.drafts.push(draft);
    for (const tensor of outputs) this.computed.add(tensor);
    if (isMatrixProduct(kind.operator)) this.extents ??= { rows: results[0].shape.at(-1) ?? 1, columns: inputs[0]!.traced.shape.at(-1) ?? 1 };
    return results.map((traced, i) => ({ tensor: outputs[i], traced, batched }));
  }

  /** Whether the statement at hand made the value. */
  isFresh(value: Value): boolean {
    return this.drafts.some((draft) => draft.outputs.includes(value.tensor)) || this.literals.some((literal) => literal.tensor === value.tensor);
  }

  /**
   * Ends a statement: its nodes and constants get names after it, its results are called as it says.
   * @returns the results under their names, whether it has hardware (which is called after the first name), and its product
   */
  finish(results: readonly Value[], names: readonly string[]): { readonly results: Value[]; readonly hardware: boolean; readonly product?: Extents } {
    const stem = names.find((name) => name !== '_') ?? '_';
    const product = this.extents;
    const final = new Map<string, string>();
    results.forEach((value, i) => { if (value.tensor !== '' && this.isFresh(value) && !final.has(value.tensor)) final.set(value.tensor, names[i]); });
    const used = new Set([...this.drafts.flatMap((draft) => draft.inputs), ...results.map((result) => result.tensor)]);
    for (const { tensor, value, what } of this.literals.filter((literal) => used.has(literal.tensor))) {
      const name = final.get(tensor) ?? this.unique(`${stem}_${what}`);
      final.set(tensor, name);
      this.constants.set(name, value);
    }
    const main = this.drafts.findIndex((draft) => isProduct(draft.kind));
    const chosen = main < 0 ? this.drafts.length - 1 : main;
    const nodeNames = this.drafts.map(({ kind }, i) => (i === chosen ? stem : this.unique(`${stem}_${snakeCase(kind)}`)));
    this.drafts.forEach((draft, i) => {
      draft.outputs.forEach((tensor, k) => {
        if (tensor === '' || final.has(tensor)) return;
        const own = nodeNames[i] === stem ? this.unique(`${stem}_${snakeCase(draft.kind)}`) : nodeNames[i];
        final.set(tensor, k === 0 ? own : this.unique(`${own}_${k}`));
      });
    });
    const rename = (tensor: string): string => final.get(tensor) ?? tensor;
    for (const { outputs } of this.drafts) for (const tensor of outputs) this.computed.add(rename(tensor));
    this.drafts.forEach((draft, i) => {
      this.nodes.push({ ...draft, name: nodeNames[i], inputs: draft.inputs.map(rename), outputs: draft.outputs.map(rename) });
    });
    const hardware = this.drafts.length > 0;
    this.abandon();
    const named = (value: Value): Value => ({
      ...value, tensor: rename(value.tensor), ...(value.coded === undefined ? {} : { coded: { ...value.coded, scale: named(value.coded.scale) } }),
    });
    return { results: results.map(named), hardware, product };
  }

  /** A name that no tensor and no node has. */
  unique(wish: string): string {
    let name = wish;
    for (let i = 1; this.taken.has(name); i++) name = `${wish}_${i}`;
    this.taken.add(name);
    return name;
  }

  /** Forgets the statement at hand. */
  abandon(): void {
    this.drafts = [];
    this.literals = [];
    this.extents = undefined;
  }

  lineOf(place: Place): number {
    return this.report.source.locate(place.start).line;
  }

  /** @throws GivenUp */
  fail(place: Place, code: string, message: string, help?: string): never {
    this.report.error(place, code, message, help);
    throw new GivenUp();
  }

  private meaningOf(layer: Layer, draft: Draft): readonly Traced[] {
    const { kind, inputs, place, attributes = {}, places } = layer;
    this.checkSize(layer);
    const asked = new Set<string>();
    const read = new Set<number>();
    const watched = new Proxy(attributes, { get: (all, key) => { asked.add(String(key)); return all[key as string]; } });
    const args = new Proxy(inputs.map((value) => value?.traced), {
      get: (all, key) => { if (typeof key === 'string' && /^\d+$/.test(key)) read.add(Number(key)); return all[key as unknown as number]; },
    });
    const node: GraphNode = { ...draft, name: draft.outputs[0], attributes: watched };
    const name = snakeCase(kind.operator);
    this.algebra.origin = draft.origin;
    const results = this.explained(layer, () => kind.meaning(node, args, this.algebra));
    const vain = Object.keys(attributes).find((key) => !asked.has(key));
    if (vain !== undefined) {
      const near = nearest(vain, asked);
      const known = [...asked].sort().join(', ');
      this.fail(places?.[vain] ?? place, 'attribute', `${name} does nothing with ${vain}`,
        meant(near, known === '' ? 'remove it' : `it knows ${known}`));
    }
    const extra = inputs.findIndex((value, i) => value !== undefined && !read.has(i));
    if (extra >= 0) this.fail(place, 'argument', `${name} does nothing with its argument number ${extra + 1}`, `${name}: ${kind.summary}`);
    for (const { shape } of results) {
      if (sizeOf(shape) > LARGEST_TENSOR) this.fail(place, 'too-large', `${name} gives ${showShape(shape)}`, TOO_LARGE);
      if (sizeOf(shape) === 0) this.fail(place, 'empty', `${name} gives ${showShape(shape)}, which has no elements`, 'check shapes and places');
    }
    return results;
  }

  /** Refuses what would take long to make, only to be refused for its size. */
  private checkSize({ kind, inputs, place }: Layer): void {
    for (const { input, times } of SIZES[kind.operator] ?? []) {
      const literal = inputs[input] === undefined ? undefined : literalOf(inputs[input]);
      if (literal === undefined) continue;
      const size = literal.values.reduce((product, extent) => product * Math.abs(extent), times ? sizeOf(inputs[0]?.traced.shape ?? []) : 1);
      if (size > LARGEST_TENSOR) this.fail(place, 'too-large', `${snakeCase(kind.operator)} gives more than ${LARGEST_TENSOR} elements`, TOO_LARGE);
    }
  }

  /** Errors of a layer, told at the place where it is called. */
  private explained<T>({ place, kind, inputs }: Layer, compute: () => T): T {
    const batched = inputs.some((value) => value?.batched === true);
    try {
      return compute();
    } catch (error) {
      const told = asUserError(error);
      if (told === undefined) throw error;
      const way = `${snakeCase(kind.operator)}: ${kind.summary}`;
      for (const { code, message, help } of told.diagnostics) {
        // Layers know the batch dimension, and tensors by names that nobody gave; a file that others export is not at fault here.
        const batch = batched && /\[1[,\]]/.test(message) ? ' (the 1 in front is the batch)' : '';
        this.report.error(place, code, message.replace(/ \(\0\d+\)/g, '') + batch, help === undefined || /export/.test(help) ? way : help);
      }
      throw new GivenUp();
    }
  }

  private provisional(): string {
    return `\0${this.count++}`;
  }
}

function asUserError(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  if (error instanceof DomainError) return userError('undefined-value', `has no value: ${error.message}`);
  if (error instanceof UndecidedError) return userError('undecided', error.message);
  return undefined;
}
