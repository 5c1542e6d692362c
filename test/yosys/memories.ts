/** Width and depth of a memory. */
export type Shape = readonly [width: number, depth: number];

export const MEMORIES_TOP = 'memories';

/** A design of one block memory for each shape: written and read at the clock edge, with contents to begin with. */
export function memoriesFiles(shapes: readonly Shape[]): Map<string, string> {
  return new Map([[`${MEMORIES_TOP}.v`, text(shapes)], ...shapes.map(contents)]);
}

function text(shapes: readonly Shape[]): string {
  const memories = shapes.map(([width, depth], index) => {
    const bits = Math.ceil(Math.log2(depth));
    return `
  (* ram_style = "block" *) reg [${width - 1}:0] words_${index} [0:${depth - 1}];
  reg [${width - 1}:0] word_${index} = 0;
  initial $readmemh("words_${index}.mem", words_${index});
  always @(posedge ap_clk) begin
    if (write) words_${index}[write_address[${bits - 1}:0]] <= data[${width - 1}:0];
    if (read) word_${index} <= words_${index}[read_address[${bits - 1}:0]];
  end
  assign out_${index} = word_${index};
`;
  });
  const outputs = shapes.map(([width], index) => `  output wire [${width - 1}:0] out_${index}`);
  return `module ${MEMORIES_TOP} (
  input wire ap_clk,
  input wire ap_rst_n,
  input wire write,
  input wire read,
  input wire [13:0] write_address,
  input wire [13:0] read_address,
  input wire [71:0] data,
${outputs.join(',\n')}
);
${memories.join('')}
endmodule
`;
}

function contents([width, depth]: Shape, index: number): [string, string] {
  const word = (at: number) => BigInt.asUintN(width, BigInt(at + 1) * 0x9e3779b97f4a7c15f39cn >> 7n).toString(16);
  return [`words_${index}.mem`, `${Array.from({ length: depth }, (_, at) => word(at)).join('\n')}\n`];
}

/** Addresses that stay in a small region, so that words are read which were written, sometimes in the same cycle. */
export function memoryStimulus(cycles: number): Record<string, bigint[]> {
  let state = 99;
  const random = (bits: number): bigint => {
    if (bits > 16) return (random(bits - 16) << 16n) | random(16);
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return BigInt(state >>> (32 - bits));
  };
  const list = (make: () => bigint) => Array.from({ length: cycles }, make);
  return {
    write: list(() => random(1)),
    read: list(() => (random(2) === 0n ? 0n : 1n)),
    write_address: list(() => random(5)),
    read_address: list(() => random(5)),
    data: list(() => random(72)),
  };
}
