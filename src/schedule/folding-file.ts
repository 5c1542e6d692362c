import { userError } from '../base/diagnostic.ts';
import { nearest } from '../base/suggest.ts';
import type { FixedGraph } from '../fixed/ir.ts';
import { whyNoDelta } from './changes.ts';
import type { FifoDepths } from './fifos.ts';
import type { Folding } from './folding.ts';
import { foldsOf, WEIGHT_MEMORIES, type Fold, type WeightMemory } from './plan.ts';
import type { Unit } from './units.ts';

/** The text of a folding file and its name. */
export interface FoldingFile {
  readonly text: string;
  readonly fileName: string;
}

/** Name of the FIFO in front of a unit's input. */
export function fifoName(unit: string, input: number): string {
  return `${unit}_in${input || ''}_fifo`;
}

interface Entry {
  readonly PE?: number;
  readonly SIMD?: number;
  readonly inFIFODepths?: readonly number[];
  readonly ram_style?: string;
  /** Whether words of weights that are all zero are left out. */
  readonly sparse?: boolean;
  /** Whether sums are kept from vector to vector, so that cycles follow the elements that change. */
  readonly delta?: boolean;
  /** 1: the unit's weights can be written at run time. */
  readonly runtime_writeable_weights?: number;
}

/** Lets bitloom choose. */
const AUTOMATIC = 'auto';
const HELP = 'write {"layer": {"PE": 4, "SIMD": 8, "inFIFODepths": [32]}, …}';

/**
 * A folding from the text of a `folding_config.json`: layer name to
 * `{"PE": n, "SIMD": m, "inFIFODepths": [beats, …], "ram_style": "auto" | "block" | "distributed",
 * "sparse": true, "delta": true}` and, read before by {@link rewritableUnits}, `"runtime_writeable_weights": 1`. Layers,
 * factors and memories that are not named stay as in `base`, FIFOs that are not named are sized; `Defaults` and other keys of a layer are ignored.
 * @throws UserError on malformed JSON, unknown layers (all at once, with suggestions) and factors that do not divide
 */
export function readFolding(
  { text, fileName }: FoldingFile, units: readonly Unit[], graph: FixedGraph, base: Folding,
): { folding: Folding; fifos: FifoDepths } {
  const fail = (message: string, help: string): never => {
    throw userError('folding', message, { origin: fileName, help });
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return fail(`not JSON: ${(error as Error).message}`, HELP);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return fail('not an object', HELP);
  const names = units.map((unit) => unit.name);
  const entries = Object.entries(parsed).filter(([name]) => name !== 'Defaults');
  const unknown = entries.filter(([name]) => !names.includes(name)).map(([name]) => {
    const near = nearest(name, names);
    return near === undefined ? `"${name}"` : `"${name}" (did you mean "${near}"?)`;
  });
  if (unknown.length > 0) fail(`no layer is called ${unknown.join(', ')}`, `the layers are ${names.join(', ')}`);

  const folding = new Map(base);
  const fifos = new Map<string, number>();
  for (const [name, value] of entries) {
    if (typeof value !== 'object' || value === null) fail(`"${name}" is no object`, HELP);
    const unit = units.find((each) => each.name === name)!;
    const { PE, SIMD, inFIFODepths = [], ram_style, sparse, delta } = value as Entry;
    const refuse = (message: string, help: string): never => fail(`"${name}": ${message}`, help);
    const before = base.get(name)!;
    if (delta === true) expectDelta(unit, sparse, refuse);
    const fold = closest(foldsOf(unit, graph), before, { pe: PE, simd: SIMD, sparse, delta }, refuse);
    const memory = memoryOf(unit, ram_style, before, refuse);
    folding.set(name, { ...fold, ...(memory === undefined ? {} : { memory }) });
    if (!Array.isArray(inFIFODepths) || inFIFODepths.length > unit.inputs.length) {
      refuse(`inFIFODepths has not one number for each of ${unit.inputs.length} inputs`, HELP);
    }
    inFIFODepths.forEach((depth, input) => {
      if (!Number.isInteger(depth) || depth < 1) refuse(`a FIFO of ${depth} beats`, 'depths are whole numbers from 1 up');
      fifos.set(fifoName(name, input), depth);
    });
  }
  return { folding, fifos };
}

/** Units whose weights a folding file wants to be written at run time; mistakes in the file are told by {@link readFolding}. */
export function rewritableUnits(file: FoldingFile | undefined): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(file?.text ?? '{}');
  } catch {
    return [];
  }
  return Object.entries(parsed ?? {}).filter(([, entry]) => (entry as Entry | null)?.runtime_writeable_weights === 1).map(([name]) => name);
}

/** Where the file wants a product's weights; what is not said stays as before. */
function memoryOf(
  unit: Unit, style: string | undefined, before: Fold, refuse: (message: string, help: string) => never,
): WeightMemory | undefined {
  if (style === undefined) return before.memory;
  if (unit.kind !== 'matrix') return refuse('ram_style, where no weights are', 'it is for layers with weights');
  const memory = WEIGHT_MEMORIES.find((each) => each === style);
  if (memory === undefined && style !== AUTOMATIC) refuse(`no memory is called "${style}"`, `use one of ${[AUTOMATIC, ...WEIGHT_MEMORIES].join(', ')}`);
  return memory;
}

/** Refuses to follow the changes of what has none, or whose sums cannot be kept. */
function expectDelta(unit: Unit, sparse: boolean | undefined, refuse: (message: string, help: string) => never): void {
  const why = unit.kind === 'matrix' ? whyNoDelta(unit) : 'it is no product';
  if (why !== undefined) refuse(`cannot follow the changes of its vector: ${why}`, 'leave delta out');
  if (sparse === true) refuse('sparse and delta at the same time', 'leave out one of both: weights that are left out have no place in a column');
}

/** The legal fold with the factors that are given; those that are not stay as they were where that is possible. */
function closest(
  folds: readonly Fold[], before: Fold, { pe, simd, sparse, delta }: { pe?: number; simd?: number; sparse?: boolean; delta?: boolean },
  fail: (message: string, help: string) => never,
): Fold {
  const check = (what: string, given: number | undefined, legal: readonly number[]): void => {
    if (given === undefined || legal.includes(given)) return;
    const sorted = [...new Set(legal)].sort((a, b) => a - b);
    fail(`${what} ${given} does not divide ${sorted[sorted.length - 1]}`, `use one of ${sorted.join(', ')}`);
  };
  check('PE', pe, folds.map((fold) => fold.pe));
  check('SIMD', simd, folds.filter((fold) => pe === undefined || fold.pe === pe).map((fold) => fold.simd));
  const fitting = folds.filter((fold) => (pe ?? fold.pe) === fold.pe && (simd ?? fold.simd) === fold.simd);
  // Who asks for one form does not want the other.
  const wanted = { sparse: sparse ?? (delta !== true && before.sparse === true), delta: delta ?? (sparse !== true && before.delta === true) };
  const alike = fitting.filter((fold) => (fold.sparse ?? false) === wanted.sparse && (fold.delta ?? false) === wanted.delta);
  if (sparse !== undefined && alike.length === 0) {
    fail(`no words of weights are all zero, or too few, with PE ${pe ?? before.pe} and SIMD ${simd ?? before.simd}`, 'leave sparse out, or take smaller factors');
  }
  const legal = alike.length > 0 ? alike : fitting;
  return legal.find((fold) => fold.pe === (pe ?? before.pe) && fold.simd === (simd ?? before.simd)) ?? legal[0];
}

/** Folding and FIFO depths in the form that {@link readFolding} reads. */
export function printFolding(folding: Folding, units: readonly Unit[], fifos: FifoDepths): string {
  const entries = units.map((unit): [string, Entry] => {
    const { name, inputs } = unit;
    const { pe, simd, memory, sparse, delta } = folding.get(name)!;
    const form = { ...(sparse === undefined ? {} : { sparse }), ...(delta === undefined ? {} : { delta }) };
    const placed = { ...form, ...(memory === undefined ? {} : { ram_style: memory }) };
    const written = unit.kind === 'matrix' && unit.dot.rewritable !== undefined ? { runtime_writeable_weights: 1 } : {};
    return [name, { PE: pe, SIMD: simd, inFIFODepths: inputs.map((_, input) => fifos.get(fifoName(name, input))!), ...placed, ...written }];
  });
  const lines = entries.map(([name, entry]) => `  ${JSON.stringify(name)}: ${JSON.stringify(entry).replace(/([,:])/g, '$1 ')}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
