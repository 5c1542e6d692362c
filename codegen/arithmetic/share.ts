import type { InputRange, SumGraph, Term } from './graph.ts';
import { nodeOrder } from './graph.ts';
import { PriorityQueue } from './priority.ts';
import { bitsOfSpan, spanOf, spansOf } from './spans.ts';

/** Sources, differences of shifts and signs fit together into 30 bits. */
const MOST_SOURCES = 4096;
const MOST_SHIFT = 16;
/** Graphs with more pairs are left as they are: to count them all would take too long. */
const MOST_PAIRS = 12_000_000;

/** Two terms, up to a common shift and sign: source `a`, and source `b` shifted by `shift` (below zero: `a` is), perhaps subtracted. */
interface Pair {
  readonly a: number;
  readonly b: number;
  readonly shift: number;
  readonly opposite: boolean;
}

function keyOf(first: Term, second: Term): number {
  const swap = first.source > second.source || (first.source === second.source && first.shift > second.shift);
  const [a, b] = swap ? [second, first] : [first, second];
  const shift = b.shift - a.shift;
  if (shift < -MOST_SHIFT || shift >= MOST_SHIFT) return -1;
  return ((a.source * MOST_SOURCES + b.source) * 2 * MOST_SHIFT + shift + MOST_SHIFT) * 2 + (a.negative === b.negative ? 0 : 1);
}

function pairOf(key: number): Pair {
  const rest = key >> 1;
  const sources = Math.floor(rest / (2 * MOST_SHIFT));
  return {
    a: Math.floor(sources / MOST_SOURCES), b: sources % MOST_SOURCES,
    shift: (rest % (2 * MOST_SHIFT)) - MOST_SHIFT, opposite: (key & 1) === 1,
  };
}

export interface ShareOptions {
  /** Look-up tables that taking one bit out of a heap costs. */
  readonly bitCost: number;
  /** What sharing a pair must save at least, in look-up tables. */
  readonly least: number;
  /** The most sums on the way to a shared one. */
  readonly depth: number;
  /** What a pair's saving is multiplied by, so that a search sees other orders; 1 unless told. */
  readonly favour?: (pair: number) => number;
}

/**
 * Sums of two terms that several nodes have in common become nodes of their own, the one that saves most first. A bit taken out of a heap
 * costs half a look-up table; an adder of two numbers a whole one for each bit in which they overlap.
 */
export function sharePairs(graph: SumGraph, ranges: readonly InputRange[], { bitCost, least, depth, favour }: ShareOptions): SumGraph {
  const { inputs } = graph;
  const pairs = graph.nodes.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  if (pairs > MOST_PAIRS || inputs + graph.nodes.length >= MOST_SOURCES) return graph;
  const rows: Term[][] = graph.nodes.map(terms => [...terms]);
  const spans = spansOf(graph, ranges, nodeOrder(graph));
  const widths = spans.map(bitsOfSpan);
  const depths = widths.map(() => 0);
  const counts = new Map<number, number>();
  const queue = new PriorityQueue();

  const savingOf = (key: number, uses: number): number => {
    const { a, b, shift } = pairOf(key);
    if (depths[a] >= depth || depths[b] >= depth) return 0;
    const width = bitsOfSpan(spans[a] * 2 ** Math.max(0, -shift) + spans[b] * 2 ** Math.max(0, shift));
    // Below the other term's lowest bit nothing is added.
    const adder = width - Math.abs(shift) - (shift === 0 ? 1 : 0);
    const saving = uses * (widths[a] + widths[b] - width) * bitCost - adder;
    return favour === undefined ? saving : saving * favour(key);
  };
  const add = (key: number, change: number): void => {
    if (key < 0) return;
    const uses = (counts.get(key) ?? 0) + change;
    counts.set(key, uses);
    if (change > 0 && uses > 1) {
      const saving = savingOf(key, uses);
      if (saving > least) queue.push(key, saving);
    }
  };
  // The sum of two single bits has two bits itself: nothing is saved.
  const canSave = (first: Term, second: Term): boolean => widths[first.source] > 1 || widths[second.source] > 1;
  const countPairs = (term: Term, row: readonly Term[], change: number): void => {
    for (const other of row) if (other !== term && canSave(term, other)) add(keyOf(term, other), change);
  };
  for (const row of rows) {
    row.forEach((term, index) => {
      for (let i = 0; i < index; i++) {
        if (!canSave(term, row[i])) continue;
        const key = keyOf(term, row[i]);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    });
  }
  counts.delete(-1);
  counts.forEach((uses, key) => {
    const saving = uses > 1 ? savingOf(key, uses) : 0;
    if (saving > least) queue.push(key, saving);
  });

  while (queue.size > 0 && inputs + rows.length < MOST_SOURCES) {
    const { key, priority } = queue.pop();
    const saving = savingOf(key, counts.get(key) ?? 0);
    if (saving <= least) continue;
    if (saving < priority - 1e-9) {
      queue.push(key, saving);
      continue;
    }
    const pair = pairOf(key);
    const matches = rows.map(row => matchesIn(row, pair));
    const uses = matches.reduce((sum, found) => sum + found.length, 0);
    const actual = savingOf(key, uses);
    if (actual < saving - 1e-9) {
      // Overlapping pairs were counted; the pair waits for its turn with what it really saves.
      counts.set(key, uses);
      if (actual > least) queue.push(key, actual);
      continue;
    }
    const low = Math.min(0, pair.shift);
    const terms: Term[] = [
      { source: pair.a, shift: -low, negative: false }, { source: pair.b, shift: pair.shift - low, negative: pair.opposite },
    ];
    const source = inputs + rows.length;
    spans[source] = spanOf(terms, spans);
    widths[source] = bitsOfSpan(spans[source]);
    depths[source] = 1 + Math.max(depths[pair.a], depths[pair.b]);
    matches.forEach((found, index) => {
      const row = rows[index];
      for (const [first, second] of found) {
        for (const term of [first, second]) {
          countPairs(term, row, -1);
          row.splice(row.indexOf(term), 1);
        }
        const shared: Term = { source, shift: first.shift + low, negative: first.negative };
        countPairs(shared, row, 1);
        row.push(shared);
      }
    });
    counts.set(key, 0);
    rows.push(terms);
  }
  return { inputs, nodes: rows, outputs: graph.outputs };
}

/** Disjoint occurrences of the pair, `a` first. */
function matchesIn(row: readonly Term[], { a, b, shift, opposite }: Pair): [Term, Term][] {
  const firsts = row.filter(({ source }) => source === a);
  if (firsts.length === 0) return [];
  const seconds = row.filter(({ source }) => source === b);
  const used = new Set<Term>();
  const result: [Term, Term][] = [];
  for (const first of firsts) {
    if (used.has(first)) continue;
    const second = seconds.find(term => (
      term !== first && !used.has(term) && term.shift - first.shift === shift && (term.negative !== first.negative) === opposite
    ));
    if (second === undefined) continue;
    used.add(first).add(second);
    result.push([first, second]);
  }
  return result;
}

/** Look-up tables that a sum of terms takes, by and large: half of one for each bit that goes, more where the last adder is not full. */
export function sumCost(bits: number, width: number, terms: number, bitCost: number): number {
  return (bits - width) * bitCost + (terms % 2 === 0 ? width / 4 : 0);
}

/** Nodes that are not used often enough to pay are written out where they are used. */
export function inlineNodes(graph: SumGraph, ranges: readonly InputRange[], bitCost: number): SumGraph {
  const { inputs, outputs } = graph;
  const nodes = graph.nodes.map(terms => [...terms]);
  const kept = new Set(outputs.filter(node => node !== undefined));
  for (;;) {
    const order = nodeOrder({ inputs, nodes, outputs });
    const spans = spansOf({ inputs, nodes, outputs }, ranges, order);
    const uses = new Int32Array(nodes.length);
    for (const node of order) for (const { source } of nodes[node]) if (source >= inputs) uses[source - inputs]++;
    const inlined = new Set<number>();
    for (const node of order) {
      // One level at a time: what it reads must still be there.
      if (kept.has(node) || nodes[node].some(({ source }) => inlined.has(source - inputs))) continue;
      const bits = nodes[node].reduce((sum, { source }) => sum + bitsOfSpan(spans[source]), 0);
      const width = bitsOfSpan(spans[inputs + node]);
      if (uses[node] * (bits - width) * bitCost <= nodeCost(nodes[node], bits, width)) inlined.add(node);
    }
    if (inlined.size === 0) return { inputs, nodes, outputs };
    for (const node of order) {
      nodes[node] = nodes[node].flatMap(term => {
        if (term.source < inputs || !inlined.has(term.source - inputs)) return [term];
        return nodes[term.source - inputs].map(({ source, shift, negative }) => (
          { source, shift: shift + term.shift, negative: negative !== term.negative }
        ));
      });
    }
  }

  function nodeCost(terms: readonly Term[], bits: number, width: number): number {
    if (terms.length !== 2) return sumCost(bits, width, terms.length, bitCost);
    const shift = Math.abs(terms[0].shift - terms[1].shift);
    return width - shift - (shift === 0 ? 1 : 0);
  }
}
