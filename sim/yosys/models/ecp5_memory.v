// Block memory of Lattice ECP5, as far as synthesis uses it: no output registers, no chip select, two independent ports, or a
// port A
// that writes and a port B that reads up to 36 bits (then all data inputs and all data outputs belong to them).

module DP16KD #(
  parameter DATA_WIDTH_A = 18, DATA_WIDTH_B = 18,
  parameter REGMODE_A = "NOREG", REGMODE_B = "NOREG", RESETMODE = "SYNC", ASYNC_RESET_RELEASE = "SYNC",
  parameter CSDECODE_A = "0b000", CSDECODE_B = "0b000", GSR = "AUTO", CLKAMUX = "CLKA", CLKBMUX = "CLKB",
  parameter WRITEMODE_A = "NORMAL", WRITEMODE_B = "NORMAL",
  parameter [319:0] INITVAL_00 = 320'b0, INITVAL_01 = 320'b0, INITVAL_02 = 320'b0, INITVAL_03 = 320'b0,
  parameter [319:0] INITVAL_04 = 320'b0, INITVAL_05 = 320'b0, INITVAL_06 = 320'b0, INITVAL_07 = 320'b0,
  parameter [319:0] INITVAL_08 = 320'b0, INITVAL_09 = 320'b0, INITVAL_0A = 320'b0, INITVAL_0B = 320'b0,
  parameter [319:0] INITVAL_0C = 320'b0, INITVAL_0D = 320'b0, INITVAL_0E = 320'b0, INITVAL_0F = 320'b0,
  parameter [319:0] INITVAL_10 = 320'b0, INITVAL_11 = 320'b0, INITVAL_12 = 320'b0, INITVAL_13 = 320'b0,
  parameter [319:0] INITVAL_14 = 320'b0, INITVAL_15 = 320'b0, INITVAL_16 = 320'b0, INITVAL_17 = 320'b0,
  parameter [319:0] INITVAL_18 = 320'b0, INITVAL_19 = 320'b0, INITVAL_1A = 320'b0, INITVAL_1B = 320'b0,
  parameter [319:0] INITVAL_1C = 320'b0, INITVAL_1D = 320'b0, INITVAL_1E = 320'b0, INITVAL_1F = 320'b0,
  parameter [319:0] INITVAL_20 = 320'b0, INITVAL_21 = 320'b0, INITVAL_22 = 320'b0, INITVAL_23 = 320'b0,
  parameter [319:0] INITVAL_24 = 320'b0, INITVAL_25 = 320'b0, INITVAL_26 = 320'b0, INITVAL_27 = 320'b0,
  parameter [319:0] INITVAL_28 = 320'b0, INITVAL_29 = 320'b0, INITVAL_2A = 320'b0, INITVAL_2B = 320'b0,
  parameter [319:0] INITVAL_2C = 320'b0, INITVAL_2D = 320'b0, INITVAL_2E = 320'b0, INITVAL_2F = 320'b0,
  parameter [319:0] INITVAL_30 = 320'b0, INITVAL_31 = 320'b0, INITVAL_32 = 320'b0, INITVAL_33 = 320'b0,
  parameter [319:0] INITVAL_34 = 320'b0, INITVAL_35 = 320'b0, INITVAL_36 = 320'b0, INITVAL_37 = 320'b0,
  parameter [319:0] INITVAL_38 = 320'b0, INITVAL_39 = 320'b0, INITVAL_3A = 320'b0, INITVAL_3B = 320'b0,
  parameter [319:0] INITVAL_3C = 320'b0, INITVAL_3D = 320'b0, INITVAL_3E = 320'b0, INITVAL_3F = 320'b0
) (
  input wire DIA0, DIA1, DIA2, DIA3, DIA4, DIA5, DIA6, DIA7, DIA8, DIA9, DIA10, DIA11, DIA12, DIA13, DIA14, DIA15, DIA16, DIA17,
  input wire ADA0, ADA1, ADA2, ADA3, ADA4, ADA5, ADA6, ADA7, ADA8, ADA9, ADA10, ADA11, ADA12, ADA13,
  input wire CEA, OCEA, CLKA, WEA, RSTA, CSA0, CSA1, CSA2,
  output wire DOA0, DOA1, DOA2, DOA3, DOA4, DOA5, DOA6, DOA7, DOA8, DOA9, DOA10, DOA11, DOA12, DOA13, DOA14, DOA15, DOA16, DOA17,
  input wire DIB0, DIB1, DIB2, DIB3, DIB4, DIB5, DIB6, DIB7, DIB8, DIB9, DIB10, DIB11, DIB12, DIB13, DIB14, DIB15, DIB16, DIB17,
  input wire ADB0, ADB1, ADB2, ADB3, ADB4, ADB5, ADB6, ADB7, ADB8, ADB9, ADB10, ADB11, ADB12, ADB13,
  input wire CEB, OCEB, CLKB, WEB, RSTB, CSB0, CSB1, CSB2,
  output wire DOB0, DOB1, DOB2, DOB3, DOB4, DOB5, DOB6, DOB7, DOB8, DOB9, DOB10, DOB11, DOB12, DOB13, DOB14, DOB15, DOB16, DOB17
);
  localparam [20479:0] CONTENTS = {
    INITVAL_3F, INITVAL_3E, INITVAL_3D, INITVAL_3C, INITVAL_3B, INITVAL_3A, INITVAL_39, INITVAL_38,
    INITVAL_37, INITVAL_36, INITVAL_35, INITVAL_34, INITVAL_33, INITVAL_32, INITVAL_31, INITVAL_30,
    INITVAL_2F, INITVAL_2E, INITVAL_2D, INITVAL_2C, INITVAL_2B, INITVAL_2A, INITVAL_29, INITVAL_28,
    INITVAL_27, INITVAL_26, INITVAL_25, INITVAL_24, INITVAL_23, INITVAL_22, INITVAL_21, INITVAL_20,
    INITVAL_1F, INITVAL_1E, INITVAL_1D, INITVAL_1C, INITVAL_1B, INITVAL_1A, INITVAL_19, INITVAL_18,
    INITVAL_17, INITVAL_16, INITVAL_15, INITVAL_14, INITVAL_13, INITVAL_12, INITVAL_11, INITVAL_10,
    INITVAL_0F, INITVAL_0E, INITVAL_0D, INITVAL_0C, INITVAL_0B, INITVAL_0A, INITVAL_09, INITVAL_08,
    INITVAL_07, INITVAL_06, INITVAL_05, INITVAL_04, INITVAL_03, INITVAL_02, INITVAL_01, INITVAL_00
  };
  // Bytes of nine bits; narrow words leave the ninth alone.
  /* verilator lint_off MULTIDRIVEN */
  reg [8:0] memory [0:2047];  // written by both ports
  /* verilator lint_on MULTIDRIVEN */

  wire [17:0] data_A = {DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2,
    DIA1, DIA0};
  wire [13:0] address_A = {ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0};
  reg [17:0] out_A;
  assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1,
    DOA0} = out_A;

  wire [17:0] data_B = {DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2,
    DIB1, DIB0};
  wire [13:0] address_B = {ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0};
  reg [17:0] out_B;
  assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1,
    DOB0} = out_B;
  wire [35:0] wide = {data_B, data_A};
  wire clock_A = CLKA ^ (CLKAMUX == "INV"), clock_B = CLKB ^ (CLKBMUX == "INV");
  integer i, lane_A, lane_B;

  initial begin
    // A word of 18 bits takes 20 bits of the initial values.
    for (i = 0; i < 1024; i = i + 1) {memory[2 * i + 1], memory[2 * i]} = CONTENTS[20 * i +: 18];
    out_A = 0;
    out_B = 0;
    if (REGMODE_A != "NOREG" || REGMODE_B != "NOREG") $fatal(1, "DP16KD: mode without a model");
  end

  always @(posedge clock_A)
    if (CEA) begin
      if (WEA && DATA_WIDTH_A == 36) begin
        for (lane_A = 0; lane_A < 4; lane_A = lane_A + 1)
          if (address_A[lane_A]) memory[{address_A[13:5], lane_A[1:0]}] <= wide[9 * lane_A +: 9];
      end else if (WEA && DATA_WIDTH_A == 18) begin
        if (address_A[0]) memory[{address_A[13:4], 1'b0}] <= data_A[8:0];
        if (address_A[1]) memory[{address_A[13:4], 1'b1}] <= data_A[17:9];
      end else if (WEA && DATA_WIDTH_A == 9) memory[address_A[13:3]] <= data_A[8:0];
      else if (WEA)
        for (lane_A = 0; lane_A < DATA_WIDTH_A; lane_A = lane_A + 1)
          memory[address_A[13:3]][{1'b0, address_A[2:0]} + lane_A[3:0]] <= data_A[lane_A];
    end

  always @(posedge clock_B)
    if (CEB) begin
      if (WEB && DATA_WIDTH_B == 36) begin
        for (lane_B = 0; lane_B < 4; lane_B = lane_B + 1)
          if (address_B[lane_B]) memory[{address_B[13:5], lane_B[1:0]}] <= wide[9 * lane_B +: 9];
      end else if (WEB && DATA_WIDTH_B == 18) begin
        if (address_B[0]) memory[{address_B[13:4], 1'b0}] <= data_B[8:0];
        if (address_B[1]) memory[{address_B[13:4], 1'b1}] <= data_B[17:9];
      end else if (WEB && DATA_WIDTH_B == 9) memory[address_B[13:3]] <= data_B[8:0];
      else if (WEB)
        for (lane_B = 0; lane_B < DATA_WIDTH_B; lane_B = lane_B + 1)
          memory[address_B[13:3]][{1'b0, address_B[2:0]} + lane_B[3:0]] <= data_B[lane_B];
    end

  wire [17:0] old_A =
    DATA_WIDTH_A >= 18 ? {memory[{address_A[13:4], 1'b1}], memory[{address_A[13:4], 1'b0}]} :
    DATA_WIDTH_A == 9 ? {9'b0, memory[address_A[13:3]]} :
    {10'b0, memory[address_A[13:3]][7:0] >> address_A[2:0]} & ((18'd1 << DATA_WIDTH_A) - 18'd1);
  wire [17:0] new_A = DATA_WIDTH_A != 18 ? data_A :
    {address_A[1] ? data_A[17:9] : old_A[17:9], address_A[0] ? data_A[8:0] : old_A[8:0]};

  wire [17:0] old_B =
    DATA_WIDTH_B >= 18 ? {memory[{address_B[13:4], 1'b1}], memory[{address_B[13:4], 1'b0}]} :
    DATA_WIDTH_B == 9 ? {9'b0, memory[address_B[13:3]]} :
    {10'b0, memory[address_B[13:3]][7:0] >> address_B[2:0]} & ((18'd1 << DATA_WIDTH_B) - 18'd1);
  wire [17:0] new_B = DATA_WIDTH_B != 18 ? data_B :
    {address_B[1] ? data_B[17:9] : old_B[17:9], address_B[0] ? data_B[8:0] : old_B[8:0]};

  // Where port B reads 36 bits the lower half leaves through port A; synchronous reset acts whatever the enable says.
  wire [35:0] both = {
    memory[{address_B[13:5], 2'd3}], memory[{address_B[13:5], 2'd2}], memory[{address_B[13:5], 2'd1}], memory[{address_B[13:5],
      2'd0}]
  };

  always @* if (RESETMODE == "ASYNC" && (RSTA || RSTB)) $fatal(1, "DP16KD: asynchronous reset has no model");

  generate
    if (DATA_WIDTH_B == 36) begin : wide_read
      always @(posedge clock_B)
        if (RSTB) {out_B, out_A} <= 36'b0;
        else if (CEB) {out_B, out_A} <= both;
    end else begin : narrow_read
      always @(posedge clock_A)
        if (RSTA) out_A <= 18'b0;
        else if (CEA && (!WEA || WRITEMODE_A == "READBEFOREWRITE")) out_A <= old_A;
        else if (CEA && WRITEMODE_A == "WRITETHROUGH") out_A <= new_A;

      always @(posedge clock_B)
        if (RSTB) out_B <= 18'b0;
        else if (CEB && (!WEB || WRITEMODE_B == "READBEFOREWRITE")) out_B <= old_B;
        else if (CEB && WRITEMODE_B == "WRITETHROUGH") out_B <= new_B;
    end
  endgenerate
endmodule
