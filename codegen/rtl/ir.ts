/**
 * The RTL IR: hardware clock by clock, one clock, one synchronous reset.
 *
 * A `Design` is a list of modules, the instantiated before the instantiating, the last one on top. A module is a list of nodes;
 * each node drives exactly one signal: a vector of `width` bits without a sign (the sign is in the operators). A signal is named by
 * its node's index in the module. Nodes stand in any order (rings of ready signals run against the data); what must not exist is a
 * combinational loop, across instances too.
 *
 * Big operations (popcount, sum, thresholds, linear) stay whole: one node, one meaning, with `stages` clock cycles of latency.
 *
 * Time: the evaluator computes all combinational signals from ports and state, then, at the clock edge, all state at once.
 * All state is zero at power-up, unless a register or a memory says otherwise. `enable` (a 1-bit signal) low keeps a node's state as it is.
 * Reset (`ap_rst_n` low at a clock edge) loads `reset` into the registers that have one, whatever their enable says, and touches
 * nothing else. Clock and reset are implicit: no node names them; emission adds ports `ap_clk` and `ap_rst_n` to each module.
 */

/** Index of a node in its module's list. */
export type Signal = number;

interface Common {
  /** Verilog identifier, unique in its module. */
  readonly name: string;
  /** Bits, at least 1. */
  readonly width: number;
  /** What this signal is, in the words of the network; becomes a comment. */
  readonly comment?: string;
}

/** Pipelining of a big operation: the result leaves `stages` clock edges after its operands; registers obey `enable`. */
export interface Pipelined {
  readonly stages: number;
  readonly enable?: Signal;
}

/** One addend: the operand extended (by sign if `signed`), shifted left by `shift`, subtracted if `negative`. */
export interface Term {
  readonly arg: Signal;
  readonly signed: boolean;
  readonly shift: number;
  readonly negative: boolean;
}

// ---- combinational ----------------------------------------------------------------------------------------------------------

/** The value of the input port of the same name. */
export interface InputNode extends Common { readonly op: 'input' }

export interface ConstantNode extends Common { readonly op: 'constant'; readonly value: bigint }

/** Bits `low` to `low + width - 1` of `arg`; all of them exist. */
export interface SliceNode extends Common { readonly op: 'slice'; readonly arg: Signal; readonly low: number }

/** `args[0]` is least significant; the widths add up to `width`. */
export interface ConcatNode extends Common { readonly op: 'concat'; readonly args: readonly Signal[] }

/** To a width at least as large: by sign or by zero. */
export interface ExtendNode extends Common { readonly op: 'extend'; readonly arg: Signal; readonly signed: boolean }

export interface NotNode extends Common { readonly op: 'not'; readonly arg: Signal }

/** Bitwise, over operands of the node's own width; at least one. */
export interface BitwiseNode extends Common {
  readonly op: 'bitwise';
  readonly kind: 'and' | 'or' | 'xor';
  readonly args: readonly Signal[];
}

/** One bit: and, or or xor of all bits of `arg`. */
export interface ReduceNode extends Common {
  readonly op: 'reduce';
  readonly kind: 'and' | 'or' | 'xor';
  readonly arg: Signal;
}

/** `args[select]`; the last one where `select` is past the end. Operands have the node's width; at least two. */
export interface MuxNode extends Common { readonly op: 'mux'; readonly select: Signal; readonly args: readonly Signal[] }

/** One bit. Operands have one width. `signed` matters for `lt` and `le` only. */
export interface CompareNode extends Common {
  readonly op: 'compare';
  readonly kind: 'eq' | 'ne' | 'lt' | 'le';
  readonly signed: boolean;
  readonly left: Signal;
  readonly right: Signal;
}

/** Logical (`left`, `right`) or arithmetic shift of `arg` by the unsigned value of `amount`. `arg` has the node's width. */
export interface ShiftNode extends Common {
  readonly op: 'shift';
  readonly kind: 'left' | 'right' | 'right-signed';
  readonly arg: Signal;
  readonly amount: Signal;
}

/** `contents[index]`, combinational; 0 past the end. */
export interface LookupNode extends Common {
  readonly op: 'lookup';
  readonly index: Signal;
  readonly contents: readonly bigint[];
}

// ---- big operations: combinational with `stages` = 0, pipelined above ----------------------------------------------------------

/** The sum of all terms and `constant`, modulo 2^width. */
export interface SumNode extends Common, Pipelined {
  readonly op: 'sum';
  readonly terms: readonly Term[];
  readonly constant: bigint;
}

/** Product modulo 2^width, each operand read by its own sign flag. */
export interface MultiplyNode extends Common, Pipelined {
  readonly op: 'multiply';
  readonly left: Signal;
  readonly leftSigned: boolean;
  readonly right: Signal;
  readonly rightSigned: boolean;
}

/** The number of ones in `arg`, zero extended to `width`, which holds every possible count. */
export interface PopcountNode extends Common, Pipelined { readonly op: 'popcount'; readonly arg: Signal }

/** The number of `levels` (ascending, repetitions count) that `arg` reaches: arg >= level. `arg` is read by `signed`. */
export interface ThresholdsNode extends Common, Pipelined {
  readonly op: 'thresholds';
  readonly arg: Signal;
  readonly signed: boolean;
  readonly levels: readonly bigint[];
}

/**
 * A constant matrix times a vector. `arg` packs `columns` elements of `elementWidth` bits each (element 0 least significant), read
 * by `signed`. Result row r = sum over c of matrix[r * columns + c] * element c, modulo 2^resultWidth; the rows are packed,
 * row 0 least significant: width = rows * resultWidth.
 */
export interface LinearNode extends Common, Pipelined {
  readonly op: 'linear';
  readonly arg: Signal;
  readonly elementWidth: number;
  readonly signed: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly resultWidth: number;
  readonly matrix: Int32Array;
}

// ---- state ------------------------------------------------------------------------------------------------------------------

/** `next` is loaded at each clock edge where `enable` is absent or high. */
export interface RegisterNode extends Common {
  readonly op: 'register';
  readonly next: Signal;
  readonly enable?: Signal;
  /** Present: loaded by reset and at power-up. */
  readonly reset?: bigint;
}

/** `arg` as it was `cycles` (enabled) clock edges ago; `cycles` at least 1. */
export interface DelayNode extends Common {
  readonly op: 'delay';
  readonly arg: Signal;
  readonly cycles: number;
  readonly enable?: Signal;
}

/** Where a memory should live; `auto` leaves it to synthesis. */
export type MemoryStyle = 'auto' | 'block' | 'distributed';

/** Constant memory with a registered output: at an enabled edge the output becomes contents[address], 0 past the end. */
export interface RomNode extends Common {
  readonly op: 'rom';
  readonly address: Signal;
  readonly enable?: Signal;
  readonly contents: readonly bigint[];
  readonly style: MemoryStyle;
}

/**
 * One write port, one read port, `depth` words of `width` bits. At a clock edge with `writeEnable` high the word at `writeAddress`
 * becomes `writeData`. `read: 'registered'`: at an edge with `readEnable` absent or high the output becomes the word at
 * `readAddress` as it was before the edge (old data on a collision). `read: 'direct'`: the output is the word now (distributed
 * memory). Addresses past the end read 0 and write nothing. `contents`: the words at power-up, `depth` of them; zeros where absent.
 */
export interface RamNode extends Common {
  readonly op: 'ram';
  readonly depth: number;
  readonly writeEnable: Signal;
  readonly writeAddress: Signal;
  readonly writeData: Signal;
  readonly readAddress: Signal;
  readonly readEnable?: Signal;
  readonly read: 'registered' | 'direct';
  readonly style: MemoryStyle;
  readonly contents?: readonly bigint[];
}

// ---- hierarchy --------------------------------------------------------------------------------------------------------------

/** The output port `port` of instance number `instance` of the module. */
export interface InstanceOutputNode extends Common {
  readonly op: 'instance-output';
  readonly instance: number;
  readonly port: string;
}

export type Node =
  | InputNode | ConstantNode | SliceNode | ConcatNode | ExtendNode | NotNode | BitwiseNode | ReduceNode | MuxNode | CompareNode
  | ShiftNode | LookupNode | SumNode | MultiplyNode | PopcountNode | ThresholdsNode | LinearNode | RegisterNode | DelayNode
  | RomNode | RamNode | InstanceOutputNode;

export interface Port {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
  /** Output ports: the signal that drives it. Input ports: their `input` node. */
  readonly signal: Signal;
}

/** A use of an earlier module. `inputs` names each input port of it, once. */
export interface Instance {
  readonly name: string;
  readonly module: string;
  readonly inputs: Readonly<Record<string, Signal>>;
  readonly comment?: string;
}

/** The module is the model of a hand-written one in hdl-templates/: emission instantiates that with these parameters instead. */
export interface TemplateReference {
  /** Name of the Verilog module and of its file. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface Module {
  readonly name: string;
  /** What the module is, for its header, one entry a line. */
  readonly comment: readonly string[];
  readonly ports: readonly Port[];
  readonly nodes: readonly Node[];
  readonly instances: readonly Instance[];
  readonly template?: TemplateReference;
}

export interface Design {
  readonly modules: readonly Module[];
}

/** The last module: the one that is not instantiated. */
export function topModule(design: Design): Module {
  return design.modules[design.modules.length - 1];
}

/** Bits that an unsigned count from 0 to `largest` needs, at least 1. */
export function bitsFor(largest: number | bigint): number {
  const bits = BigInt(largest).toString(2).length;
  return BigInt(largest) === 0n ? 1 : bits;
}
