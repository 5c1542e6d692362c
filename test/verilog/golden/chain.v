// Words of 24 bits become words of 80 bits.
module chain (
  input wire ap_clk,
  input wire ap_rst_n,
  input wire s_axis_0_tvalid,
  input wire [23:0] s_axis_0_tdata,
  input wire m_axis_0_tready,
  output wire s_axis_0_tready,
  output wire m_axis_0_tvalid,
  output wire [79:0] m_axis_0_tdata
);

  // State, and signals that other modules drive
  wire fifo_in_ready;
  wire widen_in_ready;
  wire slice_in_ready;
  wire narrow_in_ready;
  wire narrow_out_valid;
  wire [7:0] narrow_out_data;
  wire fifo_out_valid;
  wire [7:0] fifo_out_data;
  wire widen_out_valid;
  wire [79:0] widen_out_data;
  wire slice_out_valid;
  wire [79:0] slice_out_data;
  /* verilator lint_off UNUSEDSIGNAL */ // nobody reads this output
  wire [2:0] fifo_count_open;
  /* verilator lint_on UNUSEDSIGNAL */

  // Logic
  wire fifo_takes = fifo_in_ready;
  wire widen_takes = widen_in_ready;
  wire slice_takes = slice_in_ready;

  // words to bytes
  narrow_stream #(.WIDTH(8), .RATIO(3)) narrow (
    .ap_clk(ap_clk),
    .ap_rst_n(ap_rst_n),
    .in_valid(s_axis_0_tvalid),
    .in_data(s_axis_0_tdata),
    .out_ready(fifo_takes),
    .in_ready(narrow_in_ready),
    .out_valid(narrow_out_valid),
    .out_data(narrow_out_data)
  );

  stream_fifo #(.WIDTH(8), .DEPTH(5)) fifo (
    .ap_clk(ap_clk),
    .ap_rst_n(ap_rst_n),
    .in_valid(narrow_out_valid),
    .in_data(narrow_out_data),
    .out_ready(widen_takes),
    .in_ready(fifo_in_ready),
    .out_valid(fifo_out_valid),
    .out_data(fifo_out_data),
    .count(fifo_count_open)
  );

  // bytes to words
  widen_stream #(.WIDTH(8), .RATIO(10)) widen (
    .ap_clk(ap_clk),
    .ap_rst_n(ap_rst_n),
    .in_valid(fifo_out_valid),
    .in_data(fifo_out_data),
    .out_ready(slice_takes),
    .in_ready(widen_in_ready),
    .out_valid(widen_out_valid),
    .out_data(widen_out_data)
  );

  register_slice #(.WIDTH(80)) slice (
    .ap_clk(ap_clk),
    .ap_rst_n(ap_rst_n),
    .in_valid(widen_out_valid),
    .in_data(widen_out_data),
    .out_ready(m_axis_0_tready),
    .in_ready(slice_in_ready),
    .out_valid(slice_out_valid),
    .out_data(slice_out_data)
  );

  // Outputs
  assign s_axis_0_tready = narrow_in_ready;
  assign m_axis_0_tvalid = slice_out_valid;
  assign m_axis_0_tdata = slice_out_data;

endmodule
