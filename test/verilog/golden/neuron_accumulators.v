// dense_1: weighted sums of neuron:
// 2 weighted sums of 4 elements, 4 bits each; result after 2 clock cycles.
module neuron_accumulators (
  input wire ap_clk,
  /* verilator lint_off UNUSEDSIGNAL */ // no register here has a reset
  input wire ap_rst_n,
  /* verilator lint_on UNUSEDSIGNAL */
  input wire [15:0] arg,
  input wire enable,
  output wire [17:0] result
);

  // State, and signals that other modules drive
  wire [17:0] products;  // dense_1: weighted sums

  // Logic
  // products: 2 weighted sums of 4 elements, in 2 clock cycles
  reg [4:0] products_row0_l1_0 = 5'd0;
  reg [3:0] products_row0_l1_1 = 4'd0;
  reg [8:0] products_row0 = 9'd0;
  assign products[8:0] = products_row0;

  wire [4:0] products_row1_l1_0 = {1'b0, arg[3:0]} + {1'b0, arg[11:8]};
  wire [6:0] products_row1_l1_1 = {3'd0, arg[15:12]} + {{1'b0, arg[3:0]}, 2'd0};
  reg [7:0] products_row1_l2_0 = 8'd0;
  reg [3:0] products_row1_l2_1 = 4'd0;
  reg [8:0] products_row1 = 9'd0;
  assign products[17:9] = products_row1;

  always @(posedge ap_clk) begin
    if (enable) begin
      products_row0_l1_0 <= {1'b0, arg[3:0]} - {1'b0, arg[7:4]};
      products_row0_l1_1 <= arg[15:12];
      products_row0 <= {{4{products_row0_l1_0[4]}}, products_row0_l1_0} + {5'd0, products_row0_l1_1};
      products_row1_l2_0 <= {1'b0, products_row1_l1_1} - {3'd0, products_row1_l1_0};
      products_row1_l2_1 <= arg[11:8];
      products_row1 <= {products_row1_l2_0[7], products_row1_l2_0} - {{3'd0, products_row1_l2_1}, 2'd0};
    end
  end

  // Outputs
  assign result = products;

endmodule
