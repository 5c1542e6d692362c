import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { DOCUMENTED, noFiles } from './programs.ts';

describe('docs/language.md', () => {
  it('has five examples', () => expect(DOCUMENTED.size).toBe(5));

  for (const [name, text] of DOCUMENTED) {
    it(`${name} compiles`, () => {
      const graph = importBloom(new TextEncoder().encode(text), `${name}.bloom`, noFiles);
      if (graph.states !== undefined) return;
      expect(compileNetwork(graph).accelerator.layers.length).toBeGreaterThan(0);
    });
  }
});
