// Memories with one write and one read port become parts of at most 36 bits. Block memory holds as much in two ports of 36 bits as
// in one of 72, for which this version of Yosys connects the wrong bits of the data to be written.
(* techmap_celltype = "$mem_v2" *)
module wide_memory (RD_CLK, RD_EN, RD_ARST, RD_SRST, RD_ADDR, RD_DATA, WR_CLK, WR_EN, WR_ADDR, WR_DATA);
  parameter MEMID = "";
  parameter signed SIZE = 4, OFFSET = 0, ABITS = 2, WIDTH = 8;
  parameter INIT = 1'bx;
  parameter signed RD_PORTS = 1, WR_PORTS = 1;
  parameter RD_CLK_ENABLE = 1'b1, RD_CLK_POLARITY = 1'b1, RD_TRANSPARENCY_MASK = 1'b0, RD_COLLISION_X_MASK = 1'b0;
  parameter RD_WIDE_CONTINUATION = 1'b0, RD_CE_OVER_SRST = 1'b0, RD_ARST_VALUE = 1'b0, RD_SRST_VALUE = 1'b0, RD_INIT_VALUE = 1'b0;
  parameter WR_CLK_ENABLE = 1'b1, WR_CLK_POLARITY = 1'b1, WR_PRIORITY_MASK = 1'b0, WR_WIDE_CONTINUATION = 1'b0;

  input [RD_PORTS-1:0] RD_CLK, RD_EN, RD_ARST, RD_SRST;
  input [RD_PORTS*ABITS-1:0] RD_ADDR;
  output [RD_PORTS*WIDTH-1:0] RD_DATA;
  input [WR_PORTS-1:0] WR_CLK;
  input [WR_PORTS*WIDTH-1:0] WR_EN, WR_DATA;
  input [WR_PORTS*ABITS-1:0] WR_ADDR;

  wire _TECHMAP_FAIL_ = WIDTH <= 36 || RD_PORTS != 1 || WR_PORTS != 1;

  // Bits from `low` on of every word, packed to `width` bits; what is too much of a word is written over by the next.
  function [36*SIZE+35:0] part(input integer low, input integer width);
    integer i;
    for (i = 0; i < SIZE; i = i + 1) part[i*width +: 36] = INIT[i*WIDTH + low +: 36];
  endfunction

  genvar low;
  generate
    for (low = 0; low < WIDTH; low = low + 36) begin : parts
      localparam PART = WIDTH - low < 36 ? WIDTH - low : 36;
      // Names of memories must be unique: three letters that count.
      localparam [23:0] LETTERS = 24'h616161 + low / 36 / 676 % 26 * 65536 + low / 36 / 26 % 26 * 256 + low / 36 % 26;
`ifdef BLOCK
      (* ram_style = "block" *)
`endif
      \$mem_v2 #(
        .MEMID({MEMID, LETTERS}), .SIZE(SIZE), .OFFSET(OFFSET), .ABITS(ABITS), .WIDTH(PART),
        .INIT(INIT === 1'bx ? 1'bx : INIT == 0 ? {(SIZE*PART){1'b0}} : part(low, PART)),
        .RD_PORTS(1), .RD_CLK_ENABLE(RD_CLK_ENABLE), .RD_CLK_POLARITY(RD_CLK_POLARITY),
        .RD_TRANSPARENCY_MASK(RD_TRANSPARENCY_MASK), .RD_COLLISION_X_MASK(RD_COLLISION_X_MASK),
        .RD_WIDE_CONTINUATION(1'b0), .RD_CE_OVER_SRST(RD_CE_OVER_SRST), .RD_ARST_VALUE(RD_ARST_VALUE[low +: PART]),
        .RD_SRST_VALUE(RD_SRST_VALUE[low +: PART]), .RD_INIT_VALUE(RD_INIT_VALUE[low +: PART]),
        .WR_PORTS(1), .WR_CLK_ENABLE(WR_CLK_ENABLE), .WR_CLK_POLARITY(WR_CLK_POLARITY), .WR_PRIORITY_MASK(1'b0),
        .WR_WIDE_CONTINUATION(1'b0)
      ) memory (
        .RD_CLK(RD_CLK), .RD_EN(RD_EN), .RD_ARST(RD_ARST), .RD_SRST(RD_SRST), .RD_ADDR(RD_ADDR), .RD_DATA(RD_DATA[low +: PART]),
        .WR_CLK(WR_CLK), .WR_EN(WR_EN[low +: PART]), .WR_ADDR(WR_ADDR), .WR_DATA(WR_DATA[low +: PART])
      );
    end
  endgenerate
endmodule
