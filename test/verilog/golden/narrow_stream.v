// Unpacks each word of a wide stream into RATIO narrow words, the least significant first. A narrow word leaves every cycle: the
// next wide word comes in while the last part of the one before leaves.
module narrow_stream #(
  parameter WIDTH = 8,  // of a narrow word
  parameter RATIO = 4
) (
  input  wire                   ap_clk,
  input  wire                   ap_rst_n,
  input  wire                   in_valid,
  output wire                   in_ready,
  input  wire [RATIO*WIDTH-1:0] in_data,
  output wire                   out_valid,
  input  wire                   out_ready,
  output wire [WIDTH-1:0]       out_data
);

  reg full = 1'b0;
  reg [RATIO*WIDTH-1:0] parts = {RATIO*WIDTH{1'b0}};
  wire last;

  assign in_ready = !full || (last && out_ready);
  assign out_valid = full;
  assign out_data = parts[WIDTH-1:0];

  wire write = in_valid && in_ready;

  always @(posedge ap_clk) begin
    if (!ap_rst_n) full <= 1'b0;
    else if (in_ready) full <= in_valid;
  end

  generate
    if (RATIO == 1) begin : one_part
      assign last = 1'b1;

      always @(posedge ap_clk) if (write) parts <= in_data;
    end else begin : several_parts
      localparam PART_WIDTH = $clog2(RATIO);
      localparam [PART_WIDTH-1:0] LAST = RATIO[PART_WIDTH-1:0] - 1'b1;

      reg [PART_WIDTH-1:0] part = {PART_WIDTH{1'b0}};
      wire read = full && out_ready;

      assign last = part == LAST;

      always @(posedge ap_clk) begin
        if (!ap_rst_n) part <= {PART_WIDTH{1'b0}};
        else if (read) part <= last ? {PART_WIDTH{1'b0}} : part + 1'b1;
      end

      always @(posedge ap_clk) begin
        if (write) parts <= in_data;
        else if (read) parts <= {{WIDTH{1'b0}}, parts[RATIO*WIDTH-1:WIDTH]};
      end
    end
  endgenerate

endmodule
