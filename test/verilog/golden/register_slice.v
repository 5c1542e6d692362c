// Cuts both directions of a stream with registers and still moves a word every cycle: two words can wait here, the older one in
// `first`. The sender sees the receiver's stall one cycle late; the second place takes the word that is on its way then.
module register_slice #(
  parameter WIDTH = 8
) (
  input  wire             ap_clk,
  input  wire             ap_rst_n,
  input  wire             in_valid,
  output wire             in_ready,
  input  wire [WIDTH-1:0] in_data,
  output wire             out_valid,
  input  wire             out_ready,
  output wire [WIDTH-1:0] out_data
);

  reg first_valid = 1'b0;
  reg second_valid = 1'b0;
  reg [WIDTH-1:0] first = {WIDTH{1'b0}};
  reg [WIDTH-1:0] second = {WIDTH{1'b0}};

  assign in_ready = !second_valid;
  assign out_valid = first_valid;
  assign out_data = first;

  wire advance = !first_valid || out_ready;

  always @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      first_valid <= 1'b0;
      second_valid <= 1'b0;
    end else begin
      if (advance) first_valid <= second_valid || in_valid;
      second_valid <= !advance && (second_valid || in_valid);
    end
  end

  always @(posedge ap_clk) begin
    if (advance) first <= second_valid ? second : in_data;
    if (!second_valid) second <= in_data;
  end

endmodule
