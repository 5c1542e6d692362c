/** Bits counted by full compressors; each is a function in the module. */
const FUNCTIONS = `
  function [1:0] full_adder(input [2:0] b);
    full_adder = {(b[0] & b[1]) | (b[0] & b[2]) | (b[1] & b[2]), ^b};
  endfunction
  function [2:0] six_three(input [5:0] b);
    six_three = {2'd0, b[0]} + {2'd0, b[1]} + {2'd0, b[2]} + {2'd0, b[3]} + {2'd0, b[4]} + {2'd0, b[5]};
  endfunction`;

/**
 * A module that counts the ones of `arg` in a tree of 6:3 compressors and full adders with one adder at its end, the common form of other
 * tools, and tells whether they are `threshold` at least: for comparison.
 */
export function sixThreeCount(size: number, threshold: number): string {
  const width = size.toString(2).length;
  const lines: string[] = [];
  let columns: string[][] = [Array.from({ length: size }, (_, i) => `arg[${i}]`)];
  for (let count = 0; columns.some(column => column.length > 2);) {
    const next: string[][] = Array.from({ length: width }, () => []);
    columns.forEach((column, weight) => {
      const bits = [...column];
      while (bits.length >= 3 && column.length > 2) {
        const taken = bits.splice(0, bits.length >= 6 ? 6 : 3);
        const [name, outputs] = taken.length === 6 ? ['six_three', 3] : ['full_adder', 2];
        lines.push(`  wire [${outputs - 1}:0] c${count} = ${name}({${taken.join(', ')}});`);
        for (let place = 0; place < outputs && weight + place < width; place++) next[weight + place].push(`c${count}[${place}]`);
        count++;
      }
      next[weight].push(...bits);
    });
    columns = next;
  }
  const row = (index: number): string => (
    `{${Array.from({ length: width }, (_, place) => columns[width - 1 - place]?.[index] ?? "1'b0").join(', ')}}`);
  return [
    `module count (input wire [${size - 1}:0] arg, output wire result);`, FUNCTIONS, ...lines,
    `  wire [${width - 1}:0] sum = ${row(0)} + ${row(1)};`, `  assign result = sum >= ${width}'d${threshold};`, 'endmodule', '',
  ].join('\n');
}
