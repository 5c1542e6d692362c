// First in, first out: stream_fifo with its words in block memory, and the same in every cycle. Block memory shows a word one clock
// edge after its address, so the address of the word that comes next is given a cycle early. A word written in that very cycle is not
// read yet: it passes by in a register.
module block_fifo #(
  parameter WIDTH = 8,
  parameter DEPTH = 16,
  parameter COUNT_WIDTH = $clog2(DEPTH + 1),                 // follows from DEPTH
  parameter ADDRESS_WIDTH = DEPTH == 1 ? 1 : $clog2(DEPTH)   // follows from DEPTH
) (
  input  wire                   ap_clk,
  input  wire                   ap_rst_n,
  input  wire                   in_valid,
  output wire                   in_ready,
  input  wire [WIDTH-1:0]       in_data,
  output wire                   out_valid,
  input  wire                   out_ready,
  output wire [WIDTH-1:0]       out_data,
  output reg  [COUNT_WIDTH-1:0] count      // words held
);

  localparam [ADDRESS_WIDTH-1:0] ZERO = {ADDRESS_WIDTH{1'b0}};
  /* verilator lint_off WIDTH */
  localparam [ADDRESS_WIDTH-1:0] LAST = DEPTH - 1;
  /* verilator lint_on WIDTH */

  assign in_ready = count != DEPTH[COUNT_WIDTH-1:0];
  assign out_valid = count != {COUNT_WIDTH{1'b0}};

  wire write = in_valid && in_ready;
  wire read = out_valid && out_ready;

  reg [ADDRESS_WIDTH-1:0] write_address = ZERO;
  reg [ADDRESS_WIDTH-1:0] read_address = ZERO;
  wire [ADDRESS_WIDTH-1:0] write_step = write_address == LAST ? ZERO : write_address + 1'b1;
  wire [ADDRESS_WIDTH-1:0] read_step = read_address == LAST ? ZERO : read_address + 1'b1;
  wire [ADDRESS_WIDTH-1:0] next_address = read ? read_step : read_address;

  initial count = {COUNT_WIDTH{1'b0}};

  always @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      count <= {COUNT_WIDTH{1'b0}};
      write_address <= ZERO;
      read_address <= ZERO;
    end else begin
      if (write && !read) count <= count + 1'b1;
      else if (read && !write) count <= count - 1'b1;
      if (write) write_address <= write_step;
      if (read) read_address <= read_step;
    end
  end

  (* ram_style = "block" *) reg [WIDTH-1:0] words [0:DEPTH-1];
  reg [WIDTH-1:0] word = {WIDTH{1'b0}};      // at the address of the cycle before
  reg [WIDTH-1:0] passing = {WIDTH{1'b0}};
  reg passes = 1'b0;                         // the word to come was written in the cycle before

  integer index;
  initial for (index = 0; index < DEPTH; index = index + 1) words[index] = {WIDTH{1'b0}};

  always @(posedge ap_clk) begin
    if (write) words[write_address] <= in_data;
    word <= words[next_address];
    if (write) passing <= in_data;
    passes <= write && write_address == next_address;
  end

  assign out_data = passes ? passing : word;

endmodule
