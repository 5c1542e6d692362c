// Packs RATIO words of a narrow stream into one wide word, the first in the least significant bits. A narrow word goes in every
// cycle as long as the wide words are taken at once.
module widen_stream #(
  parameter WIDTH = 8,  // of a narrow word
  parameter RATIO = 4
) (
  input  wire                   ap_clk,
  input  wire                   ap_rst_n,
  input  wire                   in_valid,
  output wire                   in_ready,
  input  wire [WIDTH-1:0]       in_data,
  output wire                   out_valid,
  input  wire                   out_ready,
  output wire [RATIO*WIDTH-1:0] out_data
);

  reg full = 1'b0;
  reg [RATIO*WIDTH-1:0] parts = {RATIO*WIDTH{1'b0}};

  assign in_ready = !full || out_ready;
  assign out_valid = full;
  assign out_data = parts;

  wire write = in_valid && in_ready;
  wire last;

  always @(posedge ap_clk) begin
    if (!ap_rst_n) full <= 1'b0;
    else if (in_ready) full <= write && last;
  end

  generate
    if (RATIO == 1) begin : one_part
      assign last = 1'b1;

      always @(posedge ap_clk) if (write) parts <= in_data;
    end else begin : several_parts
      localparam PART_WIDTH = $clog2(RATIO);
      localparam [PART_WIDTH-1:0] LAST = RATIO[PART_WIDTH-1:0] - 1'b1;

      reg [PART_WIDTH-1:0] part = {PART_WIDTH{1'b0}};

      assign last = part == LAST;

      always @(posedge ap_clk) begin
        if (!ap_rst_n) part <= {PART_WIDTH{1'b0}};
        else if (write) part <= last ? {PART_WIDTH{1'b0}} : part + 1'b1;
      end

      always @(posedge ap_clk) if (write) parts <= {in_data, parts[RATIO*WIDTH-1:WIDTH]};
    end
  endgenerate

endmodule
