// Layer dense_1: two neurons with four inputs of 4 bits.
// One result per clock cycle.
module neuron (
  input wire ap_clk,
  input wire ap_rst_n,
  input wire [15:0] features,  // four features, unsigned
  input wire go,  // moves the pipeline on
  output wire [1:0] codes,
  output wire [9:0] scores
);

  // State, and signals that other modules drive
  wire [17:0] accumulators;  // dense_1: weighted sums
  reg [1:0] code_0 = 2'd0;  // activation of neuron 0
  reg [9:0] biased_1 = 10'd0;
  reg [9:0] score = 10'd0;  // held for the reader

  // Logic
  // code_0: how many of 3 levels are reached, in 1 clock cycle
  wire [2:0] code_0_reached = {
    $signed(accumulators[8:0]) >= $signed(9'hc), $signed(accumulators[8:0]) >= $signed(9'd0),
    $signed(accumulators[8:0]) >= $signed(9'h1f8)
  };
  wire code_0_top1 = code_0_reached[1];
  wire code_0_half1 = code_0_reached[1] ? code_0_reached[2] : code_0_reached[0];
  always @(posedge ap_clk) begin
    if (go) code_0 <= {code_0_top1, code_0_half1};
  end

  // biased_1: sum of 1 term, in 1 clock cycle
  always @(posedge ap_clk) begin
    if (go) biased_1 <= {accumulators[17], accumulators[17:9]} - 10'd3;
  end

  neuron_accumulators accumulators_unit (
    .ap_clk(ap_clk),
    .ap_rst_n(ap_rst_n),
    .arg(features),
    .enable(go),
    .result(accumulators)
  );

  // Registers
  always @(posedge ap_clk) begin
    if (!ap_rst_n) score <= 10'd0;
    else if (go) score <= biased_1;
  end

  // Outputs
  assign codes = code_0;
  assign scores = score;

endmodule
