export interface Site { readonly at: number; readonly opcode: number }

/** Reads the code section of a WebAssembly module as the emulator writes it: where each instruction without operands stands. */
export function plainInstructions(bytes: Uint8Array): Site[] {
  return instructions(bytes).plain;
}

/** Where the opcode of each vector instruction stands, behind its prefix. */
export function vectorInstructions(bytes: Uint8Array): Site[] {
  return instructions(bytes).vectors;
}

function instructions(bytes: Uint8Array): { plain: Site[]; vectors: Site[] } {
  const found: Site[] = [];
  const vectors: Site[] = [];
  let at = 8;
  const number = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = number() + at;
    if (section !== 10) {
      at = end;
      continue;
    }
    for (let functions = number(); functions > 0; functions--) {
      const close = number() + at;
      for (let groups = number(); groups > 0; groups--) {
        number();
        at++;
      }
      while (at < close) instruction(close);
    }
  }
  return { plain: found, vectors };

  function instruction(close: number): void {
    const start = at;
    const opcode = bytes[at++];
    if (opcode === 0xfd) vector();
    else if (opcode >= 0x28 && opcode <= 0x3e) {
      number();
      number();
    } else if (opcode === 0x02 || opcode === 0x03 || opcode === 0x04) at++;
    else if ((opcode >= 0x20 && opcode <= 0x22) || opcode === 0x0c || opcode === 0x0d || opcode === 0x10 || opcode === 0x41 || opcode === 0x42) number();
    else if (opcode >= 0x45) found.push({ at: start, opcode });
    if (at > close) throw new Error(`opcode ${opcode} at ${start} is not known here`);
  }

  function vector(): void {
    const start = at;
    const opcode = number();
    vectors.push({ at: start, opcode });
    if (opcode <= 0x0b || opcode === 0x5c || opcode === 0x5d) {
      number();
      number();
    } else if (opcode === 0x0c || opcode === 0x0d) at += 16;
    else if (opcode >= 0x15 && opcode <= 0x22) at++;
    else if (opcode >= 0x54 && opcode <= 0x5b) {
      number();
      number();
      at++;
    }
  }
}
