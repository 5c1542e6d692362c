/** A piece of a text: offsets of its first character and of the one after its last. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Most characters of a line that an excerpt shows. */
const WIDEST = 100;

/** A text with the name that messages call it by, and the places in it by line and column (both from 1, in UTF-16 units). */
export class SourceText {
  private readonly starts: number[] = [0];

  constructor(readonly fileName: string, readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  locate(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle; else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.starts[low] + 1 };
  }

  offset(line: number, column: number): number {
    return (this.starts[line - 1] ?? this.text.length) + column - 1;
  }

  /** `digits.bloom:12:5`, as compilers write it. */
  origin(place: Place): string {
    const { line, column } = this.locate(Math.min(place.start, this.text.length));
    return `${this.fileName}:${line}:${column}`;
  }

  /** The place's first line with its number, and carets under the place; a long line is cut around it. */
  excerpt(place: Place): string {
    const start = Math.min(place.start, this.text.length);
    const { line, column } = this.locate(start);
    const from = this.starts[line - 1];
    const whole = this.text.slice(from, this.starts[line] ?? this.text.length).replace(/[\r\n]+$/, '');
    const cut = column > WIDEST - 10 ? column - WIDEST / 2 : 0;
    const shown = whole.slice(cut, cut + WIDEST).replace(/[\t\x00-\x1f]/g, ' ');
    const head = `  ${line} | ${cut > 0 ? '…' : ''}`;
    const before = shown.slice(0, column - 1 - cut).length;
    const carets = Math.max(1, Math.min(place.end - start, shown.length - before));
    const tail = cut + WIDEST < whole.length ? '…' : '';
    const margin = head.indexOf('|');
    const below = `${' '.repeat(margin)}|${' '.repeat(head.length - margin - 1 + before)}${'^'.repeat(carets)}`;
    return `${head}${shown}${tail}\n${below}`;
  }
}
