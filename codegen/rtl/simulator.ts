/** Drives one input port of the top module. The value is taken modulo 2^width. */
export interface InputHandle {
  set(value: bigint): void;
  /** The same for a whole number from 0 to 2^53 - 1. */
  setNumber(value: number): void;
}

/** Reads one signal, without sign. */
export interface SignalHandle {
  readonly width: number;
  get(): bigint;
  /** The same as a number; exact for up to 53 bits. */
  getNumber(): number;
}

/** Reads the words of a `rom` or `ram`. */
export interface MemoryHandle {
  readonly depth: number;
  readonly width: number;
  get(index: number): bigint;
}

/**
 * Runs a design clock by clock. Signals are named by path from the top module: `unit.inner.sum`; the top module's own signals have
 * no prefix, output ports go by their port's name too. A path that names none is an `Error`. Power-up state holds after creation and
 * after `reset`.
 */
export interface Simulator {
  input(port: string): InputHandle;
  signal(path: string): SignalHandle;
  memory(path: string): MemoryHandle;
  /** Reset line: active means `ap_rst_n` low at the next clock edges. */
  setReset(active: boolean): void;
  /** Computes all combinational signals from ports and state; whoever reads one finds it settled in any case. */
  settle(): void;
  /** Settles, then lets one clock edge pass: state has its new value, and combinational signals are what ports and state make of them. */
  clock(): void;
  /** Clock edges since power-up. */
  readonly cycle: number;
  /** Back to power-up state, inputs 0. */
  reset(): void;
  signals(): Iterable<{ readonly path: string; readonly width: number }>;
  memories(): Iterable<{ readonly path: string; readonly depth: number; readonly width: number }>;
}
