import type { Emitter, Words } from '../emitter.ts';

/** How a node's value is computed: word by word on the stack, or by a procedure that writes all words to an address. */
export type Value =
  | { readonly words: Words; /** No bit is set above the width. */ readonly clean: boolean }
  | { readonly procedure: (address: number) => void };

export type Compile<Node> = (node: Node, emitter: Emitter) => Value;
