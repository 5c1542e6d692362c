// First in, first out: a buffer of DEPTH words between two streams. A word that goes in at a clock edge can leave in the next
// cycle. in_ready and out_valid come from the number of words held, so no handshake passes through within a cycle.
module stream_fifo #(
  parameter WIDTH = 8,
  parameter DEPTH = 16,
  parameter COUNT_WIDTH = $clog2(DEPTH + 1)  // follows from DEPTH
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

  assign in_ready = count != DEPTH[COUNT_WIDTH-1:0];
  assign out_valid = count != {COUNT_WIDTH{1'b0}};

  wire write = in_valid && in_ready;
  wire read = out_valid && out_ready;

  initial count = {COUNT_WIDTH{1'b0}};

  always @(posedge ap_clk) begin
    if (!ap_rst_n) count <= {COUNT_WIDTH{1'b0}};
    else if (write && !read) count <= count + 1'b1;
    else if (read && !write) count <= count - 1'b1;
  end

  generate
    if (DEPTH == 1) begin : single
      reg [WIDTH-1:0] word = {WIDTH{1'b0}};

      always @(posedge ap_clk) if (write) word <= in_data;

      assign out_data = word;
    end else begin : ring
      localparam ADDRESS_WIDTH = $clog2(DEPTH);
      localparam [ADDRESS_WIDTH-1:0] LAST = DEPTH[ADDRESS_WIDTH-1:0] - 1'b1;

      reg [WIDTH-1:0] words [0:DEPTH-1];
      reg [ADDRESS_WIDTH-1:0] write_address = {ADDRESS_WIDTH{1'b0}};
      reg [ADDRESS_WIDTH-1:0] read_address = {ADDRESS_WIDTH{1'b0}};

      integer index;
      initial for (index = 0; index < DEPTH; index = index + 1) words[index] = {WIDTH{1'b0}};

      always @(posedge ap_clk) begin
        if (write) words[write_address] <= in_data;
        if (!ap_rst_n) begin
          write_address <= {ADDRESS_WIDTH{1'b0}};
          read_address <= {ADDRESS_WIDTH{1'b0}};
        end else begin
          if (write) write_address <= write_address == LAST ? {ADDRESS_WIDTH{1'b0}} : write_address + 1'b1;
          if (read) read_address <= read_address == LAST ? {ADDRESS_WIDTH{1'b0}} : read_address + 1'b1;
        end
      end

      assign out_data = words[read_address];
    end
  endgenerate

endmodule
