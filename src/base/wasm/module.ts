import { op, signed, unsigned, valueType, type ValueType } from './instructions.ts';

/** Code of one function: instructions are appended in order, locals are handed out as they are needed. */
export class FunctionBuilder {
  private readonly code: number[] = [];
  private readonly locals: ValueType[] = [];

  constructor(readonly index: number, readonly parameters: readonly ValueType[], readonly result?: ValueType) {}

  /** Bytes of code so far. */
  get size(): number {
    return this.code.length;
  }

  local(type: ValueType): number {
    return this.parameters.length + this.locals.push(type) - 1;
  }

  emit(...bytes: readonly number[]): void {
    for (const byte of bytes) this.code.push(byte);
  }

  get(local: number): void { this.emit(op.localGet, ...unsigned(local)); }
  set(local: number): void { this.emit(op.localSet, ...unsigned(local)); }
  tee(local: number): void { this.emit(op.localTee, ...unsigned(local)); }
  i32(value: number): void { this.emit(op.i32Const, ...signed(BigInt(value | 0))); }
  i64(value: bigint): void { this.emit(op.i64Const, ...signed(BigInt.asIntN(64, value))); }
  /** An address offset as it follows a load or store instruction. */
  offset(value: number): void { this.emit(...unsigned(value)); }
  call(target: FunctionBuilder): void { this.emit(op.call, ...unsigned(target.index)); }

  /** The i64 at a fixed address. */
  load(address: number): void {
    this.i32(0);
    this.loadAt(address);
  }

  /** The i64 at the address on the stack plus an offset. */
  loadAt(offset: number): void { this.emit(op.i64Load, 3, ...unsigned(offset)); }

  /** Stores what `push` pushes at a fixed address. */
  store(address: number, push: () => void): void {
    this.i32(0);
    push();
    this.storeAt(address);
  }

  storeAt(offset: number): void { this.emit(op.i64Store, 3, ...unsigned(offset)); }

  /** Adds a constant to an i32 local. */
  add(local: number, value: number): void {
    this.get(local);
    this.i32(value);
    this.emit(op.i32Add);
    this.set(local);
  }

  /** `body` while `counter`, an i32 local that runs from 0 in steps of `step`, is below `end`; at least once. */
  loop(counter: number, step: number, end: number, body: () => void): void {
    this.i32(0);
    this.set(counter);
    this.emit(op.loop, 0x40);
    body();
    this.get(counter);
    this.i32(step);
    this.emit(op.i32Add);
    this.tee(counter);
    this.i32(end);
    this.emit(op.i32LtU, op.brIf, 0, op.end);
  }

  /** `body` where the i32 on the stack is not zero. */
  if(body: () => void, otherwise?: () => void): void {
    this.emit(op.if, 0x40);
    body();
    if (otherwise !== undefined) {
      this.emit(op.else);
      otherwise();
    }
    this.emit(op.end);
  }

  bytes(): number[] {
    const groups = this.locals.map((type) => [1, valueType[type]]);
    const body = [...unsigned(groups.length), ...groups.flat()];
    const length = body.length + this.code.length + 1;
    const all = unsigned(length).concat(body);
    for (const byte of this.code) all.push(byte);
    all.push(op.end);
    return all;
  }
}

/** A module with one imported memory (`env.memory`) and exported functions. */
export class ModuleBuilder {
  private readonly functions: FunctionBuilder[] = [];
  private readonly exports: { name: string; index: number }[] = [];
  private readonly segments: { address: number; bytes: Uint8Array }[] = [];

  /** What the memory, which must reach so far, holds from an address on when the module is instantiated. */
  data(address: number, bytes: Uint8Array): void {
    this.segments.push({ address, bytes });
  }

  function(parameters: readonly ValueType[] = [], result?: ValueType): FunctionBuilder {
    const built = new FunctionBuilder(this.functions.length, parameters, result);
    this.functions.push(built);
    return built;
  }

  export(name: string, target: FunctionBuilder): void {
    this.exports.push({ name, index: target.index });
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const types = this.functions.map(({ parameters, result }) => [
      0x60, ...unsigned(parameters.length), ...parameters.map((type) => valueType[type]),
      ...(result === undefined ? [0] : [1, valueType[result]]),
    ]);
    const sections: (readonly number[] | Uint8Array)[] = [
      section(1, list(types)),
      section(2, list([[...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(1)]])),
      section(3, list(this.functions.map((_, i) => unsigned(i)))),
      section(7, list(this.exports.map(({ name, index }) => [...text(name), 0x00, ...unsigned(index)]))),
      section(10, list(this.functions.map((each) => each.bytes()))),
      ...this.segments.length === 0 ? [] : [this.dataSection()],
    ];
    const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    const total = sections.reduce((sum, each) => sum + each.length, header.length);
    const bytes = new Uint8Array(total);
    bytes.set(header);
    let at = header.length;
    for (const each of sections) {
      bytes.set(each, at);
      at += each.length;
    }
    return bytes;
  }

  private dataSection(): Uint8Array {
    const parts: Uint8Array[] = [Uint8Array.from(unsigned(this.segments.length))];
    for (const { address, bytes } of this.segments) {
      parts.push(Uint8Array.from([0, op.i32Const, ...signed(BigInt(address | 0)), op.end, ...unsigned(bytes.length)]), bytes);
    }
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const header = [11, ...unsigned(length)];
    const all = new Uint8Array(header.length + length);
    all.set(header);
    let at = header.length;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

function list(items: readonly (readonly number[])[]): number[] {
  const all = unsigned(items.length);
  for (const item of items) for (const byte of item) all.push(byte);
  return all;
}

function section(id: number, contents: readonly number[]): number[] {
  const all = [id, ...unsigned(contents.length)];
  for (const byte of contents) all.push(byte);
  return all;
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}
