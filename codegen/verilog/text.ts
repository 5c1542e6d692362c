/** A sized Verilog literal: decimal where that is short, else hexadecimal. */
export function literal(value: bigint | number, width: number): string {
  const bits = BigInt.asUintN(width, BigInt(value));
  if (width === 1) return `1'b${bits}`;
  return bits < 10n ? `${width}'d${bits}` : `${width}'h${bits.toString(16)}`;
}

/** `[7:0] ` for 8 bits, nothing for one: a scalar cannot be sliced, so one bit is always a scalar. */
export function range(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0] `;
}

/** Words that make a comment a directive to some tool when they stand first in it. */
const DIRECTIVE = /^(verilator|synopsys|synthesis|pragma|cadence|ambit|xilinx|vivado|quartus|synplify|yosys)\b/i;

/** Text of the network made safe inside a comment: one line, never its end, never a directive to a tool. */
export function commentText(text: string): string {
  const line = text.replace(/[\x00-\x20\x7f-\x9f\u2028\u2029]+/g, ' ').replace(/\*\//g, '* /').replace(/\/\*/g, '/ *')
    .replace(/\\+\s*$/, '').trim();
  return DIRECTIVE.test(line) ? `"${line}"` : line;
}

/** A trailing comment, or nothing. */
export function trailing(comment: string | undefined): string {
  const text = comment === undefined ? '' : commentText(comment);
  return text === '' ? '' : `  // ${text}`;
}

/** Splits a list into runs of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let start = 0; start < list.length; start += size) result.push(list.slice(start, start + size));
  return result;
}

/** `{c, b, a}` of parts with the least significant first, broken into lines where long. */
export function concatenation(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0];
  const reversed = [...parts].reverse();
  const flat = `{${reversed.join(', ')}}`;
  if (flat.length <= 100) return flat;
  const longest = Math.max(...parts.map(part => part.length));
  const lines = chunks(reversed, Math.max(1, Math.floor(100 / (longest + 2)))).map(line => `  ${line.join(', ')}`);
  return `{\n${lines.join(',\n')}\n}`;
}
