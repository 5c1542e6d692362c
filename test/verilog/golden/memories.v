// Tables of "conv * / 1" endmodule
// "verilator lint_off WIDTH"
module memories (
  input wire ap_clk,
  /* verilator lint_off UNUSEDSIGNAL */ // no register here has a reset
  input wire ap_rst_n,
  /* verilator lint_on UNUSEDSIGNAL */
  input wire [2:0] address,  // "synopsys translate_off"
  input wire write,
  input wire [5:0] data,  // line break
  output wire [5:0] weight,
  output wire [5:0] kept,
  output wire entry,
  output wire [5:0] late
);

  // State, and signals that other modules drive
  reg [5:0] weights = 6'd0;
  reg [5:0] line = 6'd0;
  reg [5:0] late_data = 6'd0;
  (* rom_style = "block" *) reg [5:0] weights_words [0:4];
  reg [5:0] line_words [0:5];
  integer line_index;
  reg table_words [0:7];

  // Logic
  initial begin
    weights_words[0] = 6'd5;
    weights_words[1] = 6'd9;
    weights_words[2] = 6'h21;
    weights_words[3] = 6'd2;
    weights_words[4] = 6'h3f;
  end

  initial for (line_index = 0; line_index < 6; line_index = line_index + 1) line_words[line_index] = 6'd0;

  initial begin
    table_words[0] = 1'b1;
    table_words[1] = 1'b0;
    table_words[2] = 1'b1;
    table_words[3] = 1'b1;
    table_words[4] = 1'b0;
    table_words[5] = 1'b0;
    table_words[6] = 1'b1;
    table_words[7] = 1'b0;
  end

  wire table_ = table_words[address];
  reg [11:0] late_data_delay = 12'd0;

  // Registers
  always @(posedge ap_clk) begin
    weights <= address < 3'd5 ? weights_words[address] : 6'd0;
    late_data_delay <= {late_data_delay[5:0], data};
    late_data <= late_data_delay[11:6];
  end
  always @(posedge ap_clk) begin
    if (write && address < 3'd6) line_words[address] <= data;
    line <= address < 3'd6 ? line_words[address] : 6'd0;
  end

  // Outputs
  assign weight = weights;
  assign kept = line;
  assign entry = table_;
  assign late = late_data;

endmodule
