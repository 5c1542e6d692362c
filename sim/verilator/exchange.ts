import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { VerilatorModel } from './build.ts';

/** Collects 32-bit words; values wider than that take several, the least significant first. */
export class WordWriter {
  private words = new Uint32Array(1024);
  private length = 0;

  word(value: number): void {
    if (this.length === this.words.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.words);
      this.words = larger;
    }
    this.words[this.length++] = value;
  }

  value(value: bigint, width: number): void {
    if (width <= 32) {
      this.word(Number(BigInt.asUintN(width, value)));
      return;
    }
    let rest = BigInt.asUintN(width, value);
    for (let bits = 0; bits < width; bits += 32, rest >>= 32n) this.word(Number(rest & 0xffffffffn));
  }

  text(text: string): void {
    this.word(text.length);
    for (const character of text) this.word(character.charCodeAt(0));
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.words.buffer, 0, 4 * this.length);
  }
}

/** Reads what {@link WordWriter} would have written. */
export class WordReader {
  private next = 0;

  constructor(private readonly words: Uint32Array) {}

  word(): number {
    if (this.next >= this.words.length) throw new Error('the answer of the model is cut short');
    return this.words[this.next++];
  }

  value(width: number): bigint {
    if (width <= 32) return BigInt(this.word());
    let digits = '';
    for (let bits = 0; bits < width; bits += 32) digits = this.word().toString(16).padStart(8, '0') + digits;
    return BigInt(`0x${digits}`);
  }
}

/** Lets the model work on a request. Throws an `Error` if it fails. */
export async function exchange(model: VerilatorModel, request: WordWriter): Promise<WordReader> {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-run-'));
  try {
    const [question, answer] = [join(folder, 'request'), join(folder, 'answer')];
    await writeFile(question, request.bytes());
    const options = { cwd: model.folder, reject: false, stdin: 'ignore' } as const;
    const { failed, stderr, shortMessage } = await execa(model.executable, [question, answer], options);
    if (failed) throw new Error(`model of ${model.top} failed: ${stderr === '' ? shortMessage : stderr}`);
    const bytes = await readFile(answer);
    return new WordReader(new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
