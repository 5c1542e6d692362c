import type {
  BitwiseNode, CompareNode, ConcatNode, ExtendNode, LookupNode, MuxNode, NotNode, ReduceNode, ShiftNode, SliceNode,
} from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import { packing, pushPacked } from './packing.ts';
import { pushEntry, tableOf } from './table.ts';
import type { Value } from './value.ts';

export function slice(node: SliceNode, e: Emitter): Value {
  const whole = Math.floor(node.low / 64);
  const rest = BigInt(node.low % 64);
  return {
    clean: false,
    words: (k) => {
      if (e.part(node.arg, node.low, node.width)) return;
      e.word(node.arg, whole + k);
      if (rest === 0n) return;
      e.shiftBy(op.i64ShrU, rest);
      // The next word only where bits of it are needed.
      if (node.low + 64 * k + 64 - Number(rest) >= node.low + node.width) return;
      e.word(node.arg, whole + k + 1);
      e.shiftBy(op.i64Shl, 64n - rest);
      e.code.emit(op.i64Or);
    },
  };
}

export function concat(node: ConcatNode, e: Emitter): Value {
  const parts = packing(node.args.map((arg) => e.width(arg)));
  return { clean: true, words: (k) => pushPacked(e, parts[k], (piece, word) => e.word(node.args[piece], word)) };
}

export function extend(node: ExtendNode, e: Emitter): Value {
  return { clean: !node.signed, words: (k) => e.extended(node.arg, k, node.signed) };
}

export function not(node: NotNode, e: Emitter): Value {
  return {
    clean: false,
    words: (k) => {
      e.word(node.arg, k);
      e.code.i64(-1n);
      e.code.emit(op.i64Xor);
    },
  };
}

export function bitwise(node: BitwiseNode, e: Emitter): Value {
  const instruction = { and: op.i64And, or: op.i64Or, xor: op.i64Xor }[node.kind];
  return {
    clean: true,
    words: (k) => node.args.forEach((arg, i) => {
      e.word(arg, k);
      if (i > 0) e.code.emit(instruction);
    }),
  };
}

export function reduce(node: ReduceNode, e: Emitter): Value {
  const words = e.words(node.arg);
  const all = (instruction: number): void => {
    for (let k = 0; k < words; k++) {
      e.word(node.arg, k);
      if (k > 0) e.code.emit(instruction);
    }
  };
  return {
    clean: true,
    words: () => {
      if (node.kind === 'xor') {
        all(op.i64Xor);
        e.code.emit(op.i64Popcnt);
        e.shiftBy(op.i64And, 1n);
      } else if (node.kind === 'or') {
        all(op.i64Or);
        e.code.i64(0n);
        e.code.emit(op.i64Ne, op.i64ExtendI32U);
      } else {
        for (let k = 0; k < words; k++) {
          const bits = Math.min(64, e.width(node.arg) - 64 * k);
          e.word(node.arg, k);
          e.code.i64((1n << BigInt(bits)) - 1n);
          e.code.emit(op.i64Eq);
          if (k > 0) e.code.emit(op.i32And);
        }
        e.code.emit(op.i64ExtendI32U);
      }
    },
  };
}

export function mux(node: MuxNode, e: Emitter): Value {
  const last = node.args.length - 1;
  // select(when true, when false, condition), from the last operand to the first; beyond 64 bits a select must be zero above word 0.
  const equals = (value: number): void => {
    e.word(node.select, 0);
    e.code.i64(BigInt(value));
    e.code.emit(op.i64Eq);
    for (let k = 1; k < e.words(node.select); k++) {
      e.word(node.select, k);
      e.code.emit(op.i64Eqz, op.i32And);
    }
  };
  return {
    clean: true,
    words: (k) => {
      if (last === 1) {
        e.word(node.args[1], k);
        e.word(node.args[0], k);
        equals(0);
        e.code.emit(op.i32Eqz, op.select);
        return;
      }
      // Innermost first: the default, then each earlier operand on top of it.
      const chosen = e.code.local('i64');
      e.word(node.args[last], k);
      e.code.set(chosen);
      for (let i = last - 1; i >= 0; i--) {
        e.word(node.args[i], k);
        e.code.get(chosen);
        equals(i);
        e.code.emit(op.select);
        e.code.set(chosen);
      }
      e.code.get(chosen);
    },
  };
}

export function compare(node: CompareNode, e: Emitter): Value {
  const words = e.words(node.left);
  const both = (k: number, signed: boolean, instruction: number): void => {
    e.extended(node.left, k, signed);
    e.extended(node.right, k, signed);
    e.code.emit(instruction);
  };
  return {
    clean: true,
    words: () => {
      if (node.kind === 'eq' || node.kind === 'ne') {
        for (let k = 0; k < words; k++) {
          both(k, false, op.i64Eq);
          if (k > 0) e.code.emit(op.i32And);
        }
        if (node.kind === 'ne') e.code.emit(op.i32Eqz);
      } else {
        // From the lowest word up: less where this word is less, or equal and the words below were less.
        for (let k = 0; k < words; k++) {
          const signed = node.signed && k === words - 1;
          if (k === 0) {
            const less = node.kind === 'lt' ? [op.i64LtS, op.i64LtU] : [op.i64LeS, op.i64LeU];
            both(0, signed, signed ? less[0] : less[1]);
          } else {
            both(k, signed, op.i64Eq);
            e.code.emit(op.i32And);
            both(k, signed, signed ? op.i64LtS : op.i64LtU);
            e.code.emit(op.i32Or);
          }
        }
      }
      e.code.emit(op.i64ExtendI32U);
    },
  };
}

/** Shifts by reading at a distance from a buffer: zeros below the operand for the left, zeros or signs above it for the right. */
export function shift(node: ShiftNode, e: Emitter): Value {
  const words = wordsOf(node.width);
  const left = node.kind === 'left';
  const signed = node.kind === 'right-signed';
  const buffer = e.layout.reserve(3 * words + 3);
  const start = left ? words + 1 : 0;
  return {
    procedure: (address) => {
      const { code } = e;
      const amount = code.local('i64');
      const whole = code.local('i32');
      const rest = code.local('i64');
      // An amount past the width shifts everything out; limited so that no address leaves the buffer.
      code.i64(BigInt(64 * words));
      e.word(node.amount, 0);
      code.i64(BigInt(64 * words));
      e.word(node.amount, 0);
      code.emit(op.i64LtU);
      for (let k = 1; k < e.words(node.amount); k++) {
        e.word(node.amount, k);
        code.emit(op.i64Eqz, op.i32Eqz, op.i32Or);
      }
      code.emit(op.select);
      code.tee(amount);
      e.shiftBy(op.i64ShrU, 6n);
      code.emit(op.i32WrapI64);
      code.i32(3);
      code.emit(op.i32Shl);
      code.set(whole);
      code.get(amount);
      e.shiftBy(op.i64And, 63n);
      code.set(rest);
      for (let k = 0; k < words; k++) code.store(buffer + 8 * (start + k), () => e.extended(node.arg, k, signed));
      for (let k = words; k < 2 * words + 2 && !left; k++) code.store(buffer + 8 * k, () => e.extended(node.arg, k, signed));
      const at = (word: number): void => {
        if (left) {
          code.i32(buffer + 8 * (start + word));
          code.get(whole);
          code.emit(op.i32Sub);
        } else {
          code.i32(buffer + 8 * word);
          code.get(whole);
          code.emit(op.i32Add);
        }
        code.loadAt(0);
      };
      e.writeWords(address, node.width, (k) => {
        at(k);
        code.get(rest);
        code.emit(left ? op.i64Shl : op.i64ShrU);
        // The neighbour's bits; none where the distance is whole words (a shift by 64 would be one by 0).
        code.i64(0n);
        at(left ? k - 1 : k + 1);
        code.i64(64n);
        code.get(rest);
        code.emit(op.i64Sub, left ? op.i64ShrU : op.i64Shl);
        code.get(rest);
        code.emit(op.i64Eqz, op.select, op.i64Or);
      });
    },
  };
}

export function lookup(node: LookupNode, e: Emitter): Value {
  const table = tableOf(node.contents, node.width, e.width(node.index), e.layout);
  return { clean: true, words: (k) => pushEntry(e, node.index, table, k) };
}
