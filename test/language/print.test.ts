import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/base/text/source.ts';
import { withoutPlaces } from '../../src/frontend/text/ast.ts';
import { KEYWORDS } from '../../src/frontend/text/keywords.ts';
import { parseWhole } from '../../src/frontend/text/parse.ts';
import { printProgram } from '../../src/frontend/text/print.ts';
import { randomProgram } from './random-program.ts';

const root = resolve(import.meta.dirname, '../..');

function format(text: string): string {
  return printProgram(parseWhole(new SourceText('x.bloom', text)));
}

describe('programs', () => {
  it('are read from what is printed, and printed alike', () => {
    fc.assert(fc.property(randomProgram, (program) => {
      const text = printProgram(program);
      const again = parseWhole(new SourceText('random.bloom', text));
      expect(withoutPlaces(again)).toEqual(withoutPlaces(program));
      expect(printProgram(again)).toBe(text);
    }), { numRuns: 2000 });
  });

  it('keep comments, and empty lines as single ones', () => {
    expect(format(`


#first
network   a#name
#about the clock
clock 5ns

#two


# three
y=dense(x, # the input
  W)   # product
`)).toBe(`# first
network a  # name
  # about the clock
  clock 5 ns

# two

# three
# the input
y = dense(x, W)  # product
`);
  });

  it('keep parentheses that mean something, and no others', () => {
    const kept = ['a - (b - c)', '(a + b) * c', '-(a + b)', '(a < b) < c', '(x as int8) * 2', '(-a)[0]', 'x as int8 * (a + b)', 'a @ (b @ c)',
      '-a * b'];
    for (const each of kept) expect(format(`y = ${each}`)).toBe(`y = ${each}\n`);
    expect(format('y = ((a * b) + (c)) as int8')).toBe('y = a * b + c as int8\n');
  });

  it('break long tensors into lines', () => {
    const row = `[${Array.from({ length: 12 }, (_, i) => i - 5).join(', ')}]`;
    const text = format(`const W = [${[row, row, row].join(', ')}]\nconst b = [${Array.from({ length: 60 }, (_, i) => i).join(', ')}]`);
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(text.split('\n').slice(0, 3)).toEqual(['const W = [', `  ${row},`, `  ${row},`]);
    expect(format(text)).toBe(text);
  });
});

describe('the grammar', () => {
  for (const [source, target] of [...JSON.parse(readFileSync(join(root, 'package.json'),
    'utf8')).scripts.grammar.matchAll(/nearleyc (\S+) -o (\S+)/g)].map((match) => match.slice(1))) {
    it(`${target} is what nearley makes of ${source}`, async () => {
      const { stdout } = await execa('node', [join(root, 'node_modules/nearley/bin/nearleyc.js'), join(root, source)], { stripFinalNewline: false });
      expect(readFileSync(join(root, target), 'utf8')).toBe(stdout);
    });
  }

  it('and the editors know the same words', () => {
    const textmate = readFileSync(join(root, 'editors/bloom.tmLanguage.json'), 'utf8');
    const words = new Set([...textmate.matchAll(/\\\\b\(([a-z|]+)\)\\\\b/g)].flatMap(([, list]) => list.split('|')));
    JSON.parse(textmate);
    for (const keyword of KEYWORDS) expect(words).toContain(keyword);
  });
});
