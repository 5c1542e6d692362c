import { dispatch, type OpTable } from '../../src/base/table.ts';
import type { FlatDesign } from '../../codegen/rtl/flatten.ts';
import type { BitwiseNode, ConcatNode, ExtendNode, MuxNode, Node, ReduceNode, Signal, SliceNode, SumNode, Term } from '../../codegen/rtl/ir.ts';
import { mapOperands, operandsOf } from '../../codegen/rtl/operands.ts';
import { evaluationOrder, isState } from '../../codegen/rtl/order.ts';
import { limitOf, onesAtMost, tieToEven, zeroAtLeast, type GateRules } from './gates.ts';
import { LeanNodes, rewriteState, type LeanDesign } from './graph.ts';

/**
 * Rewrites combinational logic: constants folded, slices and concatenations resolved to where their bits come from, equal nodes
 * made one. State stays as it is, but for its operands.
 */
export function simplify(flat: FlatDesign): LeanDesign {
  const lean = new LeanNodes(flat);
  const standIn = Int32Array.from(flat.nodes, (_, signal) => signal);
  for (const signal of flat.order) {
    const node = flat.nodes[signal];
    if (isState(node) || node.op === 'input' || node.op === 'ram') continue;
    standIn[signal] = simplified(lean, signal, mapOperands(node, (operand) => standIn[operand]));
  }
  // A direct ram is combinational in its address and state in its words: it keeps its number.
  rewriteState(lean.nodes, flat, standIn);
  lean.nodes.forEach((node, signal) => { if (node.op === 'sum' && node.stages > 0) lean.nodes[signal] = withPlainTerms(lean, node); });
  const { paths, outputs } = flat;
  return { nodes: lean.nodes, order: liveOrder(lean.nodes, roots(flat, standIn)), paths, outputs, standIn };
}

/** State and ports. */
function roots(flat: FlatDesign, standIn: Int32Array): Signal[] {
  const kept = flat.nodes.flatMap((node, signal) => (isState(node) || node.op === 'ram' || node.op === 'input' ? [signal] : []));
  return [...kept, ...Array.from(flat.outputs.values(), (signal) => standIn[signal])];
}

/** Orders what the roots depend on, themselves included; the rest of the nodes are not computed. */
export function liveOrder(nodes: readonly Node[], roots: readonly Signal[]): Signal[] {
  const live = new Uint8Array(nodes.length);
  const pending: Signal[] = [];
  const visit = (signal: Signal): void => {
    if (live[signal] === 1) return;
    live[signal] = 1;
    pending.push(signal);
  };
  roots.forEach(visit);
  for (let signal = pending.pop(); signal !== undefined; signal = pending.pop()) operandsOf(nodes[signal]).forEach(visit);
  const idle: Node = { op: 'constant', name: '', width: 1, value: 0n };
  return evaluationOrder(nodes.map((node, signal) => (live[signal] === 1 ? node : idle))).filter((signal) => live[signal] === 1);
}

function simplified(lean: LeanNodes, signal: Signal, node: Node): Signal {
  return dispatch(RULES, node, lean) ?? lean.keep(signal, node);
}

/** A signal of the same value, or nothing where the node stays. */
type Rule<N> = (node: N, lean: LeanNodes) => Signal | undefined;
const stays = (): undefined => undefined;
const ones = (width: number): bigint => (1n << BigInt(width)) - 1n;

const RULES: OpTable<Node, Signal | undefined, [LeanNodes]> = {
  input: stays,
  constant: (node, lean) => lean.constant(node.value, node.width),
  slice: (node, lean) => sliceOf(lean, node.arg, node.low, node.width),
  concat: (node, lean) => tieToEven(lean, node, gateRules(lean)) ?? concatOf(lean, node.args),
  extend: (node, lean) => extendOf(lean, node),
  not: (node, lean) => notOf(lean, node.arg),
  bitwise: (node, lean) => zeroAtLeast(lean, node, gateRules(lean)) ?? bitwiseOf(lean, node),
  reduce: ({ kind, arg }, lean) => reduceOf(lean, kind, arg),
  mux: (node, lean) => limitOf(lean, node, gateRules(lean)) ?? muxOf(lean, node),
  compare: stays,
  shift: stays,
  lookup: stays,
  sum: (node, lean) => lean.add(withPlainTerms(lean, node)),
  // One bit counts itself.
  popcount: ({ arg, width }, lean) => (lean.width(arg) > 1 ? undefined : width === 1 ? arg : lean.add({ op: 'extend', width, arg, signed: false })),
  multiply: stays, thresholds: stays, linear: stays,
  register: stays, delay: stays, rom: stays, ram: stays, 'instance-output': stays,
} satisfies { [K in Node['op']]: Rule<Extract<Node, { op: K }>> };

/** As they are applied to what hardware's gates read. */
function gateRules(lean: LeanNodes): GateRules {
  return {
    slice: (arg, low, width) => sliceOf(lean, arg, low, width), not: (arg) => notOf(lean, arg),
    reduce: (kind, arg) => reduceOf(lean, kind, arg),
    and: (args) => bitwiseOf(lean, { op: 'bitwise', name: '', kind: 'and', width: 1, args }),
  };
}

function sliceOf(lean: LeanNodes, arg: Signal, low: number, width: number): Signal {
  const source = lean.at(arg);
  if (low === 0 && width === source.width) return arg;
  switch (source.op) {
    case 'slice': return sliceOf(lean, source.arg, source.low + low, width);
    case 'constant': return lean.constant(source.value >> BigInt(low), width);
    case 'bitwise': {
      const limited = low === 0 && source.kind === 'or' ? onesAtMost(lean, source, width, gateRules(lean)) : undefined;
      if (limited !== undefined) return limited;
      break;
    }
    case 'not': return width <= 64 ? notOf(lean, sliceOf(lean, source.arg, low, width)) : lean.add({ op: 'slice', width, arg, low });
    case 'extend': {
      const inner = lean.width(source.arg);
      if (low + width <= inner) return sliceOf(lean, source.arg, low, width);
      if (low >= inner && !source.signed) return lean.constant(0n, width);
      break;
    }
    case 'concat': {
      const pieces: Signal[] = [];
      let at = 0;
      for (const piece of source.args) {
        const end = at + lean.width(piece);
        const [from, to] = [Math.max(low, at), Math.min(low + width, end)];
        if (from < to) pieces.push(sliceOf(lean, piece, from - at, to - from));
        at = end;
      }
      return concatOf(lean, pieces);
    }
    default:
  }
  return lean.add({ op: 'slice', width, arg, low } satisfies Omit<SliceNode, 'name'>);
}

/** Fewer values are not computed together. */
const LANES = 6;
const WIDEST_LANE = 32;

/** Whether signals may be lanes of a vector: alike, and not only bits of something. */
function areLanes(lean: LeanNodes, signals: readonly Signal[]): boolean {
  const first = lean.at(signals[0]);
  if (signals.length < LANES || first.width > WIDEST_LANE || first.op === 'slice' || first.op === 'constant') return false;
  return signals.every((signal) => lean.at(signal).op === first.op && lean.width(signal) === first.width);
}

function concatOf(lean: LeanNodes, args: readonly Signal[]): Signal {
  const all = piecesOf(lean, args, () => true);
  // What is computed side by side stays together among other bits.
  const pieces = areLanes(lean, all) ? all : piecesOf(lean, args, (inner) => !areLanes(lean, inner));
  if (pieces.length === 1) return pieces[0];
  const inverted = pieces.map((piece) => lean.at(piece));
  if (pieces.length > 2 && inverted.every((node) => node.op === 'not')) {
    const inner = concatOf(lean, inverted.map((node) => (node as Extract<Node, { op: 'not' }>).arg));
    if (lean.at(inner).op !== 'concat') return notOf(lean, inner);
  }
  const width = pieces.reduce((sum, piece) => sum + lean.width(piece), 0);
  return lean.add({ op: 'concat', width, args: pieces } satisfies Omit<ConcatNode, 'name'>);
}

/** What lies side by side, with those concatenations that `opens` lets taken apart. */
function piecesOf(lean: LeanNodes, args: readonly Signal[], opens: (args: readonly Signal[]) => boolean): Signal[] {
  const pieces: Signal[] = [];
  for (const arg of args) {
    const node = lean.at(arg);
    for (const piece of node.op === 'concat' && opens(node.args) ? node.args : [arg]) {
      const last = pieces[pieces.length - 1];
      const joined = last === undefined ? undefined : join(lean, last, piece);
      if (joined === undefined) pieces.push(piece);
      else pieces[pieces.length - 1] = joined;
    }
  }
  return pieces;
}

/** One signal for two that lie side by side, `low` below `high`. */
function join(lean: LeanNodes, low: Signal, high: Signal): Signal | undefined {
  const [a, b] = [lean.at(low), lean.at(high)];
  if (a.op === 'constant' && b.op === 'constant') return lean.constant((b.value << BigInt(a.width)) | a.value, a.width + b.width);
  if (a.op !== 'slice' || b.op !== 'slice' || a.arg !== b.arg || a.low + a.width !== b.low) return undefined;
  return sliceOf(lean, a.arg, a.low, a.width + b.width);
}

function extendOf(lean: LeanNodes, { arg, width, signed }: Omit<ExtendNode, 'name' | 'op'>): Signal | undefined {
  const inner = lean.at(arg);
  if (inner.width === width) return arg;
  if (inner.op === 'constant') return lean.constant(signed ? BigInt.asIntN(inner.width, inner.value) : inner.value, width);
  if (inner.op === 'extend' && !inner.signed) return lean.add({ op: 'extend', width, arg: inner.arg, signed: false });
  if (inner.op === 'extend' && signed) return lean.add({ op: 'extend', width, arg: inner.arg, signed: true });
  return undefined;
}

function notOf(lean: LeanNodes, arg: Signal): Signal {
  const inner = lean.at(arg);
  if (inner.op === 'not') return inner.arg;
  if (inner.op === 'constant') return lean.constant(~inner.value, inner.width);
  if (inner.op === 'compare' && (inner.kind === 'eq' || inner.kind === 'ne')) {
    const { op, width, signed, left, right } = inner;
    return lean.add({ op, width, kind: inner.kind === 'eq' ? 'ne' : 'eq', signed, left, right });
  }
  return lean.add({ op: 'not', width: inner.width, arg });
}

function bitwiseOf(lean: LeanNodes, { kind, args, width }: BitwiseNode): Signal {
  const neutral = kind === 'and' ? ones(width) : 0n;
  let constant = neutral;
  const rest: Signal[] = [];
  for (const arg of args) {
    const value = lean.constantOf(arg);
    if (value === undefined) {
      if (kind === 'xor' || !rest.includes(arg)) rest.push(arg);
    } else {
      constant = kind === 'and' ? constant & value : kind === 'or' ? constant | value : constant ^ value;
    }
  }
  if (rest.length === 0) return lean.constant(constant, width);
  if ((kind === 'and' && constant === 0n) || (kind === 'or' && constant === ones(width))) return lean.constant(constant, width);
  if (kind === 'xor' && constant === ones(width)) {
    return notOf(lean, rest.length === 1 ? rest[0] : lean.add({ op: 'bitwise', kind, width, args: rest }));
  }
  if (constant !== neutral) rest.push(lean.constant(constant, width));
  return rest.length === 1 ? rest[0] : lean.add({ op: 'bitwise', kind, width, args: rest });
}

/** As a comparison, which has lanes; wide ones stay. */
function reduceOf(lean: LeanNodes, kind: ReduceNode['kind'], arg: Signal): Signal {
  const width = lean.width(arg);
  if (width === 1) return arg;
  if (kind === 'xor' || width > WIDEST_LANE) return lean.add({ op: 'reduce', kind, arg, width: 1 });
  const right = lean.constant(kind === 'or' ? 0n : ones(width), width);
  return lean.add({ op: 'compare', kind: kind === 'or' ? 'ne' : 'eq', signed: false, left: arg, right, width: 1 });
}

function muxOf(lean: LeanNodes, { select, args, width }: MuxNode): Signal | undefined {
  const value = lean.constantOf(select);
  if (value !== undefined) return args[value < BigInt(args.length) ? Number(value) : args.length - 1];
  if (args.every((arg) => arg === args[0])) return args[0];
  const choice = lean.at(select);
  if (args.length === 2 && choice.op === 'not' && choice.width === 1) {
    return lean.add({ op: 'mux', width, select: choice.arg, args: [args[1], args[0]] });
  }
  if (args.length > 2 && choice.width === 1) return muxOf(lean, { op: 'mux', name: '', width, select, args: args.slice(0, 2) });
  return undefined;
}

/** Terms without extensions and constants. */
function withPlainTerms(lean: LeanNodes, node: SumNode): SumNode {
  let { constant } = node;
  const terms: Term[] = [];
  for (let term of node.terms) {
    for (let inner = lean.at(term.arg); inner.op === 'extend' && (inner.signed === term.signed || !inner.signed); inner = lean.at(term.arg)) {
      // Zeros above the operand make it positive, whichever way the wide value is read.
      if (!inner.signed && inner.width === lean.width(inner.arg)) break;
      term = { ...term, arg: inner.arg, signed: inner.signed };
    }
    const value = lean.constantOf(term.arg);
    if (value === undefined) {
      terms.push(term);
      continue;
    }
    const number = (term.signed ? BigInt.asIntN(lean.width(term.arg), value) : value) << BigInt(term.shift);
    constant += term.negative ? -number : number;
  }
  return { ...node, terms, constant: BigInt.asIntN(node.width, constant) };
}
