import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { model, node } from './models.ts';

describe('loadNetwork', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bitloom-load-'));
    writeFileSync(join(folder, 'small.onnx'), model({ node: [node('Relu', ['x'], ['y'])] }));
    writeFileSync(join(folder, 'LOUD.ONNX'), model({ node: [node('Relu', ['x'], ['y'])] }));
    writeFileSync(join(folder, 'text.onnx'), 'no network');
    writeFileSync(join(folder, 'empty.onnx'), '');
    writeFileSync(join(folder, 'net.pt'), 'PK');
    mkdirSync(join(folder, 'folder.onnx'));
    // A file of 3 GB that takes no space.
    writeFileSync(join(folder, 'large.onnx'), '');
    truncateSync(join(folder, 'large.onnx'), 3 * 2 ** 30);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['small.onnx', 'LOUD.ONNX'])('reads %s', async (name) => {
    const graph = await loadNetwork(join(folder, name));
    expect(graph.nodes.map((each) => each.kind)).toEqual(['Relu']);
    expect(graph.nodes[0].origin).toBe(`${name} › Relu_0`);
  });

  it.each([
    ['missing.onnx', /cannot-read.*missing\.onnx does not exist/],
    ['small.onnx/inside.onnx', /cannot-read/],
    ['folder.onnx', /cannot-read.*is a folder/],
    ['net.pt', /file-type.*\n.*\.onnx/],
    ['', /file-type/],
    ['large.onnx', /too-large.*3221225472 bytes/],
    ['text.onnx', /not-onnx.*text\.onnx/],
    ['empty.onnx', /empty-file/],
  ])('refuses %s', async (name, message) => {
    const error: unknown = await loadNetwork(join(folder, name)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(message);
  });
});
