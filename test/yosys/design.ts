/** A small design with memories read at the edge and within the cycle, a multiplier, a counter and a parameterized module. */
export const TOP = 'mixture';

const COUNTER = `
module counter #(parameter WIDTH = 4, parameter START = 0) (
  input wire ap_clk,
  input wire ap_rst_n,
  input wire enable,
  output reg [WIDTH-1:0] count
);
  initial count = START;
  always @(posedge ap_clk)
    if (!ap_rst_n) count <= START;
    else if (enable) count <= count + 1'b1;
endmodule
`;

const QUEUE = `
module queue #(parameter WIDTH = 4, parameter DEPTH = 8, parameter BITS = $clog2(DEPTH)) (
  input wire ap_clk,
  input wire write,
  input wire [BITS-1:0] write_address,
  input wire [BITS-1:0] read_address,
  input wire [WIDTH-1:0] in_data,
  output wire [WIDTH-1:0] out_data
);
  reg [WIDTH-1:0] words [0:DEPTH-1];
  integer i;
  initial for (i = 0; i < DEPTH; i = i + 1) words[i] = 0;
  always @(posedge ap_clk) if (write) words[write_address] <= in_data;
  assign out_data = words[read_address];
endmodule
`;

const STORE = `
module store (
  input wire ap_clk,
  input wire write,
  input wire [8:0] write_address,
  input wire [8:0] read_address,
  input wire [11:0] in_data,
  output reg [11:0] out_data,
  output reg [7:0] constant
);
  (* ram_style = "block" *) reg [11:0] words [0:511];
  (* rom_style = "block" *) reg [7:0] table_words [0:1023];
  integer i;
  initial begin
    for (i = 0; i < 512; i = i + 1) words[i] = i * 7;
    $readmemh("table.mem", table_words);
    out_data = 0;
    constant = 0;
  end
  always @(posedge ap_clk) begin
    if (write) words[write_address] <= in_data;
    out_data <= words[read_address];
    constant <= table_words[{1'b1, read_address}];
  end
endmodule
`;

const PRODUCT = `
module product (
  input wire ap_clk,
  input wire signed [11:0] left,
  input wire signed [11:0] right,
  output reg signed [31:0] sum
);
  reg signed [23:0] result;
  initial begin
    result = 0;
    sum = 0;
  end
  always @(posedge ap_clk) begin
    result <= left * right;
    sum <= sum + result;
  end
endmodule
`;

const MIXTURE = `
module mixture (
  input wire ap_clk,
  input wire ap_rst_n,
  input wire s_valid,
  input wire [11:0] s_data,
  output wire [11:0] stored,
  output wire [7:0] constant,
  output wire [31:0] sum,
  output wire [3:0] small_word,
  output wire [19:0] large_word,
  output reg [7:0] late,
  output wire [3:0] looked_up
);
  wire [8:0] write_address, read_address;
  counter #(.WIDTH(9)) writer (.ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .enable(s_valid), .count(write_address));
  counter #(.WIDTH(9), .START(5)) reader (.ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .enable(s_data[0]), .count(read_address));
  store memory (
    .ap_clk(ap_clk), .write(s_valid), .write_address(write_address), .read_address(read_address), .in_data(s_data), .out_data(stored),
    .constant(constant)
  );
  product multiplier (.ap_clk(ap_clk), .left(stored), .right(s_data), .sum(sum));
  queue small_queue (
    .ap_clk(ap_clk), .write(s_valid), .write_address(write_address[2:0]), .read_address(read_address[2:0]), .in_data(s_data[3:0]),
    .out_data(small_word)
  );
  queue #(.WIDTH(20), .DEPTH(32)) large_queue (
    .ap_clk(ap_clk), .write(s_valid), .write_address(write_address[4:0]), .read_address(read_address[4:0]),
    .in_data({s_data[7:0] ^ s_data[11:4], s_data}), .out_data(large_word)
  );
  reg [7:0] shift [0:11];
  integer i, j;
  initial begin
    late = 0;
    for (i = 0; i < 12; i = i + 1) shift[i] = 0;
  end
  always @(posedge ap_clk)
    if (s_valid) begin
      shift[0] <= s_data[7:0];
      for (j = 1; j < 12; j = j + 1) shift[j] <= shift[j - 1];
      late <= shift[11] ^ {4'b0, looked_up};
    end
  reg [3:0] words [0:15];
  integer k;
  initial for (k = 0; k < 16; k = k + 1) words[k] = k * 11;
  assign looked_up = words[s_data[3:0]];
endmodule
`;

const TABLE = Array.from({ length: 1024 }, (_, index) => ((index * 37 + (index >> 3)) & 255).toString(16)).join('\n');

/** The files of the design. */
export const MIXTURE_FILES: ReadonlyMap<string, string> = new Map([
  ['counter.v', COUNTER], ['queue.v', QUEUE], ['store.v', STORE], ['product.v', PRODUCT], ['mixture.v', MIXTURE.trimStart()],
  ['table.mem', `${TABLE}\n`],
]);

/** Values of the design's inputs for `cycles` clock cycles, from a generator of fixed seed, and of its reset. */
export function stimulus(cycles: number): { inputs: Record<string, bigint[]>; reset: boolean[] } {
  let state = 12345;
  const random = (bits: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return BigInt(state >>> (32 - bits));
  };
  const list = (bits: number) => Array.from({ length: cycles }, () => random(bits));
  return { inputs: { s_valid: list(1), s_data: list(12) }, reset: Array.from({ length: cycles }, () => random(5) !== 0n) };
}
