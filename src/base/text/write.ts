/** A comment that reads back to the same text, whatever is in it. */
export function writeComment(text: string): string {
  return text === '' ? '#' : `# ${text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`;
}

/** A name as it is, where it is one word; in quotes otherwise. */
export function writeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}

/** `[1 2 3]`; abbreviated, its beginning and how many there are. */
export function writeList(values: ArrayLike<number | bigint>, abbreviate: boolean): string {
  const shown = abbreviate ? Math.min(values.length, 8) : values.length;
  const text = Array.from({ length: shown }, (_, i) => (Object.is(values[i], -0) ? '-0' : `${values[i]}`)).join(' ');
  return `[${text}${shown < values.length ? ` … ${values.length} in all` : ''}]`;
}
