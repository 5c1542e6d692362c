import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { Place, Room } from './values.ts';

/** What every kernel writes with: its function, the memory, and where a block's elements and results lie. */
export interface KernelContext {
  readonly code: FunctionBuilder;
  readonly room: Room;
  readonly from: Place;
  readonly to: Place;
}
