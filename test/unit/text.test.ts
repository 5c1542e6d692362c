import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { Lexer, stringValue } from '../../src/base/text/lexer.ts';
import { alternatives } from '../../src/base/text/parser.ts';
import { ErrorReport } from '../../src/base/text/report.ts';
import { SourceText } from '../../src/base/text/source.ts';
import { writeComment, writeList, writeName } from '../../src/base/text/dump.ts';

describe('places in a text', () => {
  it('are lines and columns from 1', () => {
    const source = new SourceText('a.txt', 'one\n\nthree');
    expect([0, 3, 4, 5, 9, 10].map((offset) => source.locate(offset))).toEqual([
      { line: 1, column: 1 }, { line: 1, column: 4 }, { line: 2, column: 1 }, { line: 3, column: 1 }, { line: 3, column: 5 }, { line: 3, column: 6 },
    ]);
    expect(source.origin({ start: 99, end: 100 })).toBe('a.txt:3:6');
    expect(source.offset(3, 5)).toBe(9);
  });

  it('agree with a walk through the text', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é') }), fc.nat(), (text, number) => {
      const offset = number % (text.length + 1);
      const before = text.slice(0, offset).split('\n');
      const { line, column } = new SourceText('', text).locate(offset);
      expect([line, column]).toEqual([before.length, before[before.length - 1].length + 1]);
    }));
  });

  it('are shown with carets under them', () => {
    const source = new SourceText('a.txt', 'first\r\n\tx = yy\r\nlast');
    expect(source.excerpt({ start: 12, end: 14 })).toBe('  2 |  x = yy\n    |      ^^');
    expect(source.excerpt({ start: 0, end: 99 })).toBe('  1 | first\n    | ^^^^^');
    expect(source.excerpt({ start: 20, end: 21 })).toBe('  3 | last\n    |     ^');
    expect(new SourceText('', '').excerpt({ start: 0, end: 1 })).toBe('  1 | \n    | ^');
  });

  it('in long lines are shown with what is around them', () => {
    const source = new SourceText('a.txt', `${'x'.repeat(400)}!${'y'.repeat(400)}`);
    const [shown, carets] = source.excerpt({ start: 400, end: 401 }).split('\n');
    expect(shown.length).toBeLessThan(120);
    expect(shown[carets.indexOf('^')]).toBe('!');
    expect(shown).toMatch(/^ {2}1 \| …x+!y+…$/);
  });
});

describe('the lexer', () => {
  it('gives every character to a token and never fails', () => {
    for (const lexer of [new Lexer({ keywords: ['as'] }), new Lexer({ dump: true })]) {
      fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
        let at = 0;
        for (const { offset, text: written } of lexer.tokens(text)) {
          expect(text.slice(at, offset)).toMatch(/^[ \t\r\uFEFF]*$/);
          expect(text.slice(offset, offset + written.length)).toBe(written);
          at = offset + written.length;
        }
        expect(text.slice(at)).toMatch(/^[ \t\r\uFEFF]*$/);
      }));
    }
  });

  it('knows words, keywords, numbers, texts and signs', () => {
    const types = (text: string): string[] => new Lexer({ keywords: ['as'] }).tokens(text).map(({ type, text: written }) => `${type} ${written}`);
    expect(types('as a1 1.5e-3 .5 3. 5ns "a\\"b" <= < # c')).toEqual([
      'keyword as', 'word a1', 'number 1.5e-3', 'number .5', 'number 3.', 'number 5', 'word ns', 'string "a\\"b"', 'sign <=', 'sign <', 'comment # c',
    ]);
    expect(types('0..7')).toEqual(['number 0', 'sign ..', 'number 7']);
    expect(types('"open')).toEqual(['unclosed "open']);
  });

  it('reads texts as JSON does', () => {
    const [token] = new Lexer().tokens('"a\\u00e9\\n"');
    expect(stringValue(token)).toBe('aé\n');
    expect(stringValue({ ...token, text: '"\\q"' })).toBeUndefined();
  });
});

describe('what dumps are made of', () => {
  it('reads back', () => {
    expect(writeName('dense_1')).toBe('dense_1');
    expect(writeName('a b')).toBe('"a b"');
    expect(writeList([1, -2, -0, 0.5], false)).toBe('[1 -2 -0 0.5]');
    expect(writeList(Array.from({ length: 9 }, (_, i) => i), true)).toBe('[0 1 2 3 4 5 6 7 … 9 in all]');
    expect(writeComment('a\n\\b')).toBe('# a\\n\\\\b');
  });
});

describe('a report', () => {
  it('tells errors in the order of the text', () => {
    const report = new ErrorReport(new SourceText('a.txt', 'ab'));
    report.throwIfAny();
    report.error({ start: 1, end: 2 }, 'second', 'b is wrong', 'remove it');
    report.error({ start: 0, end: 1 }, 'first', 'a is wrong');
    expect(() => report.throwIfAny()).toThrow(UserError);
    expect(() => report.throwIfAny()).toThrow(
      'error[first]: a.txt:1:1: a is wrong\n  1 | ab\n    | ^\nerror[second]: a.txt:1:2: b is wrong\n  1 | ab\n    |  ^\n  help: remove it',
    );
  });

  it('names alternatives in words', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(alternatives)).toEqual(['', 'a', 'a or b', 'a, b or c']);
  });
});
