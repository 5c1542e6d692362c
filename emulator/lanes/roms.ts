import type { Node, RomNode, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import type { LeanDesign } from '../lean/graph.ts';
import type { Range } from './range.ts';

/** A part of the words of a constant memory, sign or zero extended in memory. */
export interface Field {
  readonly low: number;
  readonly width: number;
  readonly signed: boolean;
  readonly bits: 16 | 32;
  /** Bytes from the start of the row. */
  readonly at: number;
}

/**
 * A constant memory that only the copies read, part by part: its words are taken apart when code is made, and its output becomes the
 * place of a row of parts. Row 0 is zero, as the output is at power-up; word k is row k + 1.
 */
export interface FieldRom {
  readonly pointers: RomNode;
  readonly fields: readonly Field[];
  readonly rowBytes: number;
  readonly contents: readonly bigint[];
  /** The slices that are read from rows. */
  readonly slices: readonly Signal[];
}

/** Tables of more bytes than this stay as they are. */
const MOST_BYTES = 1 << 24;

export function findRoms({ nodes, order, outputs, standIn }: LeanDesign, own: (signal: Signal) => boolean): Map<Signal, FieldRom> {
  const readers = new Map<Signal, Signal[]>();
  for (const signal of order) {
    for (const operand of new Set(operandsOf(nodes[signal]))) readers.set(operand, [...readers.get(operand) ?? [], signal]);
  }
  const ports = new Set([...outputs.values()].map((signal) => standIn[signal]));
  const found = new Map<Signal, FieldRom>();
  for (const signal of order) {
    const node = nodes[signal];
    if (node.op !== 'rom' || own(signal) || ports.has(signal)) continue;
    const slices = readers.get(signal) ?? [];
    const whole = slices.length > 0 && slices.every((reader) => isField(nodes[reader], signal) && !ports.has(reader)
      && (readers.get(reader) ?? []).every((last) => own(last) && readsNumber(nodes[last], reader)));
    if (!whole) continue;
    const rom = fieldsOf(node, slices, nodes, (slice) => (readers.get(slice) ?? []).some((last) => readsSigned(nodes[last], slice)));
    if (rom.rowBytes * (node.contents.length + 1) <= MOST_BYTES) found.set(signal, rom);
  }
  return found;
}

function isField(node: Node, rom: Signal): boolean {
  return node.op === 'slice' && node.arg === rom && node.width <= 32;
}

function readsNumber(node: Node, operand: Signal): boolean {
  switch (node.op) {
    case 'sum':
    case 'multiply':
    case 'compare': return !('enable' in node) || node.enable !== operand;
    case 'bitwise':
    case 'not': return true;
    default: return false;
  }
}

function readsSigned(node: Node, operand: Signal): boolean {
  if (node.op === 'sum') return node.terms.some((term) => term.arg === operand && term.signed);
  if (node.op === 'multiply') return (node.left === operand && node.leftSigned) || (node.right === operand && node.rightSigned);
  return node.op === 'compare' && node.signed;
}

function fieldsOf(node: RomNode, slices: readonly Signal[], nodes: readonly Node[], signedOf: (slice: Signal) => boolean): FieldRom {
  let at = 0;
  const fields = slices.map((slice): Field => {
    const { low, width } = nodes[slice] as Extract<Node, { op: 'slice' }>;
    const bits = width <= 16 ? 16 : 32;
    const field: Field = { low, width, signed: signedOf(slice), bits, at };
    at += bits / 8;
    return field;
  });
  const rowBytes = 16 * Math.ceil(at / 16);
  const pointers: RomNode = { ...node, width: 32, contents: node.contents.map((_, k) => BigInt((k + 1) * rowBytes)) };
  return { pointers, fields, rowBytes, contents: node.contents, slices };
}

/** The rows of a memory, one behind the other. */
export function rowsOf({ fields, rowBytes, contents }: FieldRom): Int8Array {
  const bytes = new Int8Array(rowBytes * (contents.length + 1));
  const view = new DataView(bytes.buffer);
  contents.forEach((word, k) => {
    for (const { low, width, signed, bits, at } of fields) {
      const value = Number((signed ? BigInt.asIntN : BigInt.asUintN)(width, word >> BigInt(low)));
      const address = (k + 1) * rowBytes + at;
      if (bits === 16) view.setInt16(address, value, true);
      else view.setInt32(address, value, true);
    }
  });
  return bytes;
}

/** The values of the parts that are read by sign, zero among them. */
export function signedRangesOf(roms: ReadonlyMap<Signal, FieldRom>): Map<Signal, Range> {
  const found = new Map<Signal, Range>();
  for (const { fields, slices, contents } of roms.values()) {
    fields.forEach(({ low, width, signed }, i) => {
      if (!signed) return;
      let [least, most] = [0n, 0n];
      for (const word of contents) {
        const value = BigInt.asIntN(width, word >> BigInt(low));
        if (value < least) least = value;
        if (value > most) most = value;
      }
      found.set(slices[i], [least, most]);
    });
  }
  return found;
}
