import { op } from '../../base/wasm/instructions.ts';
import type { FloatFields } from '../../number/formats/float.ts';
import { lmulProduct } from '../../number/formats/lmul.ts';
import type { DotNode, IntegerType } from '../ir.ts';
import type { KernelContext } from './context.ts';
import { loadElement, pushOffset, storeElement } from './scalar.ts';

/** A loop over the vectors of the argument, each with the weights of its group; `body` gets addresses' locals. */
function forEachPart(
  node: DotNode, { code, from, to }: KernelContext, weightBytes: number, body: (at: { element: number; result: number; weight: number }) => void,
): void {
  const [part, element, result, weight] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  for (const local of [element, result, weight]) {
    code.i32(0);
    code.set(local);
  }
  code.loop(part, 1, from.size / node.columns, () => {
    body({ element, result, weight });
    code.add(element, from.bytes * node.columns);
    code.add(result, to.bytes * node.rows);
    if (node.groups === 1) return;
    // The next group's weights, the first one's after the last.
    code.i32(0);
    code.get(weight);
    code.i32(weightBytes);
    code.emit(op.i32Add);
    code.tee(weight);
    code.get(weight);
    code.i32(weightBytes * node.groups);
    code.emit(op.i32Eq, op.select);
    code.set(weight);
  });
}

/** Products of floating-point ordinals are read from a table of so many entries at most. */
const MOST_ENTRIES = 1 << 17;

/** How factors become products: `weights` lie in memory, `multiply` takes an element's i64 from the stack, and pushes the product. */
interface Factors { readonly weights: Int32Array; readonly multiply: (pushWeight: (load: number) => void) => void }

/** Whether a product by table has few enough entries. */
export function tableFits(node: DotNode, { low, high }: IntegerType): boolean {
  return new Set(node.weights).size * (high - low + 1) <= MOST_ENTRIES;
}

function plainFactors({ weights }: DotNode, { code }: KernelContext): Factors {
  return { weights, multiply: (pushWeight) => {
    pushWeight(op.i64Load32S);
    code.emit(op.i64Mul);
  } };
}

/** A row of products for each weight that there is: instead of weights, the rows' addresses less the lowest element's place. */
function tableFactors(node: DotNode, lmul: FloatFields, { low, high }: IntegerType, { code, room }: KernelContext): Factors {
  const entries = high - low + 1;
  const known = [...new Set(node.weights)];
  const place = new Map(known.map((weight, i) => [weight, i]));
  const products = known.flatMap((weight) => Array.from({ length: entries }, (_, i) => BigInt(lmulProduct(lmul, low + i, weight))));
  const table = room.place(BigInt64Array.from(products));
  return { weights: node.weights.map((weight) => table + 8 * (entries * place.get(weight)! - low)), multiply: (pushWeight) => {
    code.i64(8n);
    code.emit(op.i64Mul, op.i32WrapI64);
    pushWeight(op.i32Load);
    code.emit(op.i32Add, op.i64Load, 3, 0);
  } };
}

/** Sums modulo 2^64, which is exact: all values stay below 2^53. `type` is that of the elements. */
export function emitDot(node: DotNode, type: IntegerType, context: KernelContext): void {
  const { code, room, from, to } = context;
  const { weights: numbers, multiply } = node.lmul === undefined ? plainFactors(node, context) : tableFactors(node, node.lmul, type, context);
  const weights = room.place(numbers.slice());
  const [row, column, sum, pointer] = [code.local('i32'), code.local('i32'), code.local('i64'), code.local('i32')];
  forEachPart(node, context, 4 * node.rows * node.columns, ({ element, result, weight }) => {
    code.get(weight);
    code.set(pointer);
    code.loop(row, 1, node.rows, () => {
      code.i64(0n);
      code.set(sum);
      code.loop(column, 1, node.columns, () => {
        pushOffset(code, column, from.bytes);
        code.get(element);
        code.emit(op.i32Add);
        loadElement(code, from.bytes, from.address);
        multiply((load) => {
          pushOffset(code, column, 4);
          code.get(pointer);
          code.emit(op.i32Add, load, 2);
          code.offset(weights);
        });
        code.get(sum);
        code.emit(op.i64Add);
        code.set(sum);
      });
      pushOffset(code, row, to.bytes);
      code.get(result);
      code.emit(op.i32Add);
      code.get(sum);
      storeElement(code, to.bytes, to.address);
      code.add(pointer, 4 * node.columns);
    });
  });
}
