import { bitsOf, type IntegerType } from '../../../src/fixed/ir.ts';
import { encode } from '../elementwise/constant.ts';

/** What a word outside of the image holds: `lanes` channels from `first` on of a filling for all channels or for each. */
export function fillingWord(fill: Float64Array, first: number, lanes: number, type: IntegerType): bigint {
  const bits = bitsOf(type);
  let packed = 0n;
  for (let lane = lanes - 1; lane >= 0; lane--) packed = (packed << BigInt(bits)) | encode(fill[(first + lane) % fill.length], type, bits);
  return packed;
}
