// Block memory of AMD 7 series (E1) and UltraScale+ (E2), as far as synthesis uses it: without output registers, cascades or ECC.

// Two ports on BYTES bytes with a parity bit each. Ports narrower than 9 bits leave parity alone. A port of 18 * LANES bits is
// as wide
// as both ports together: then port A reads with all outputs and port B writes with all inputs.
module bitloom_block_memory #(
  parameter BYTES = 2048, LANES = 2, WRITE_MODE_A = "NO_CHANGE", WRITE_MODE_B = "NO_CHANGE",
  parameter READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0,
  parameter [9*LANES-1:0] INIT_A = 0, INIT_B = 0, SRVAL_A = 0, SRVAL_B = 0,
  parameter [8*BYTES-1:0] DATA = 0, parameter [BYTES-1:0] PARITY = 0
) (
  input wire clock_a, clock_b, enable_a, enable_b, reset_a, reset_b,
  input wire [$clog2(BYTES)+2:0] address_a, address_b,
  input wire [LANES-1:0] write_a,
  input wire [2*LANES-1:0] write_b,
  input wire [8*LANES-1:0] in_a, in_b,
  input wire [LANES-1:0] parity_in_a, parity_in_b,
  output wire [8*LANES-1:0] out_a, out_b,
  output wire [LANES-1:0] parity_out_a, parity_out_b
);
  localparam WIDEST = 18 * LANES;
  localparam ADDRESS = $clog2(BYTES);

  /* verilator lint_off MULTIDRIVEN */
  reg [8:0] memory [0:BYTES-1];  // written by both ports
  /* verilator lint_on MULTIDRIVEN */
  reg [WIDEST-1:0] read_a, read_b;
  integer i, lane_a, lane_b, bit_a, bit_b;

  // Bytes of nine bits, parity on top: from the order of a port's pins, and back to it.
  wire [WIDEST-1:0] data_a, data_b;
  genvar lane;
  generate
    for (lane = 0; lane < LANES; lane = lane + 1) begin : pins
      assign data_a[9*lane +: 9] = {parity_in_a[lane], in_a[8*lane +: 8]};
      if (WRITE_WIDTH_B == WIDEST) begin : wide_write
        assign data_b[9*lane +: 9] = {parity_in_a[lane], in_a[8*lane +: 8]};
        assign data_b[9*(LANES+lane) +: 9] = {parity_in_b[lane], in_b[8*lane +: 8]};
      end else begin : narrow_write
        assign data_b[9*lane +: 9] = {parity_in_b[lane], in_b[8*lane +: 8]};
        assign data_b[9*(LANES+lane) +: 9] = 9'b0;
      end
      assign data_a[9*(LANES+lane) +: 9] = 9'b0;
      assign {parity_out_a[lane], out_a[8*lane +: 8]} = read_a[9*lane +: 9];
      if (READ_WIDTH_A == WIDEST) begin : wide_read
        assign {parity_out_b[lane], out_b[8*lane +: 8]} = read_a[9*(LANES+lane) +: 9];
      end else begin : narrow_read
        assign {parity_out_b[lane], out_b[8*lane +: 8]} = read_b[9*lane +: 9];
      end
    end
  endgenerate

  // A value of INIT or SRVAL has all data bits first and then the parity bits.
  function [WIDEST-1:0] bytes(input [9*LANES-1:0] low, input [9*LANES-1:0] high, input integer width);
    integer k, lanes;
    begin
      bytes = 0;
      lanes = width < 9 ? 1 : width / 9 > LANES ? LANES : width / 9;
      for (k = 0; k < lanes; k = k + 1) begin
        bytes[9*k +: 8] = low[8*k +: 8];
        bytes[9*k + 8] = width >= 9 && low[8*lanes + k];
        if (width == WIDEST) bytes[9*(LANES+k) +: 9] = {high[8*lanes + k], high[8*k +: 8]};
      end
    end
  endfunction

  function integer lanes_of(input integer width);
    lanes_of = width < 9 ? 1 : width / 9;
  endfunction

  initial begin
    for (i = 0; i < BYTES; i = i + 1) memory[i] = {PARITY[i], DATA[8*i +: 8]};
    read_a = bytes(INIT_A, INIT_B, READ_WIDTH_A);
    read_b = bytes(INIT_B, 0, READ_WIDTH_B);
  end

  wire [ADDRESS-1:0] byte_a = address_a[ADDRESS+2:3];
  wire writing_a = |write_a && WRITE_WIDTH_A != 0;
  reg [WIDEST-1:0] old_a, new_a;

  always @* begin
    old_a = 0;
    new_a = 0;
    for (lane_a = 0; lane_a < lanes_of(READ_WIDTH_A); lane_a = lane_a + 1) begin
      old_a[9*lane_a +: 9] = memory[byte_a / lanes_of(READ_WIDTH_A) * lanes_of(READ_WIDTH_A) + lane_a];
      // Only a port that reads and writes the same width shows what it writes.
      new_a[9*lane_a +: 9] = write_a[lane_a] ? data_a[9*lane_a +: 9] : old_a[9*lane_a +: 9];
    end
    if (READ_WIDTH_A < 9) begin
      old_a = {{(WIDEST-8){1'b0}}, old_a[7:0] >> (address_a[2:0] & ~(READ_WIDTH_A[2:0] - 3'd1))} & ((1 << READ_WIDTH_A) - 1);
      if (write_a[0]) new_a = data_a & ((1 << READ_WIDTH_A) - 1);
      else new_a = old_a;
    end
  end

  always @(posedge clock_a)
    if (enable_a && READ_WIDTH_A != 0) begin
      if (reset_a) read_a <= bytes(SRVAL_A, SRVAL_B, READ_WIDTH_A);
      else if (!writing_a || WRITE_MODE_A == "READ_FIRST") read_a <= old_a;
      else if (WRITE_MODE_A == "WRITE_FIRST") read_a <= new_a;
    end

  generate
    if (WRITE_WIDTH_A >= 9) begin : write_A
      always @(posedge clock_a)
        if (enable_a)
          for (bit_a = 0; bit_a < WRITE_WIDTH_A / 9; bit_a = bit_a + 1)
            if (write_a[bit_a]) memory[byte_a / (WRITE_WIDTH_A / 9) * (WRITE_WIDTH_A / 9) + bit_a] <= data_a[9*bit_a +: 9];
    end else if (WRITE_WIDTH_A != 0) begin : write_narrow_A
      always @(posedge clock_a)
        if (enable_a && write_a[0])
          for (bit_a = 0; bit_a < WRITE_WIDTH_A; bit_a = bit_a + 1)
            memory[byte_a][{1'b0, address_a[2:0] & ~(WRITE_WIDTH_A[2:0] - 3'd1)} + bit_a[3:0]] <= data_a[bit_a];
    end
  endgenerate

  wire [ADDRESS-1:0] byte_b = address_b[ADDRESS+2:3];
  wire writing_b = |write_b && WRITE_WIDTH_B != 0;
  reg [WIDEST-1:0] old_b, new_b;

  always @* begin
    old_b = 0;
    new_b = 0;
    for (lane_b = 0; lane_b < lanes_of(READ_WIDTH_B); lane_b = lane_b + 1) begin
      old_b[9*lane_b +: 9] = memory[byte_b / lanes_of(READ_WIDTH_B) * lanes_of(READ_WIDTH_B) + lane_b];
      // Only a port that reads and writes the same width shows what it writes.
      new_b[9*lane_b +: 9] = write_b[lane_b] ? data_b[9*lane_b +: 9] : old_b[9*lane_b +: 9];
    end
    if (READ_WIDTH_B < 9) begin
      old_b = {{(WIDEST-8){1'b0}}, old_b[7:0] >> (address_b[2:0] & ~(READ_WIDTH_B[2:0] - 3'd1))} & ((1 << READ_WIDTH_B) - 1);
      if (write_b[0]) new_b = data_b & ((1 << READ_WIDTH_B) - 1);
      else new_b = old_b;
    end
  end

  always @(posedge clock_b)
    if (enable_b && READ_WIDTH_B != 0) begin
      if (reset_b) read_b <= bytes(SRVAL_B, 0, READ_WIDTH_B);
      else if (!writing_b || WRITE_MODE_B == "READ_FIRST") read_b <= old_b;
      else if (WRITE_MODE_B == "WRITE_FIRST") read_b <= new_b;
    end

  generate
    if (WRITE_WIDTH_B >= 9) begin : write_B
      always @(posedge clock_b)
        if (enable_b)
          for (bit_b = 0; bit_b < WRITE_WIDTH_B / 9; bit_b = bit_b + 1)
            if (write_b[bit_b]) memory[byte_b / (WRITE_WIDTH_B / 9) * (WRITE_WIDTH_B / 9) + bit_b] <= data_b[9*bit_b +: 9];
    end else if (WRITE_WIDTH_B != 0) begin : write_narrow_B
      always @(posedge clock_b)
        if (enable_b && write_b[0])
          for (bit_b = 0; bit_b < WRITE_WIDTH_B; bit_b = bit_b + 1)
            memory[byte_b][{1'b0, address_b[2:0] & ~(WRITE_WIDTH_B[2:0] - 3'd1)} + bit_b[3:0]] <= data_b[bit_b];
    end
  endgenerate
endmodule

module RAMB18E1 #(
  parameter WRITE_MODE_A = "NO_CHANGE", WRITE_MODE_B = "NO_CHANGE",
  parameter READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0, DOA_REG = 0, DOB_REG = 0,
  parameter [17:0] INIT_A = 0, INIT_B = 0, SRVAL_A = 0, SRVAL_B = 0,
  parameter RAM_MODE = "TDP",
  parameter [255:0] INIT_00 = 256'b0, INIT_01 = 256'b0, INIT_02 = 256'b0, INIT_03 = 256'b0, INIT_04 = 256'b0, INIT_05 = 256'b0,
  parameter [255:0] INIT_06 = 256'b0, INIT_07 = 256'b0, INIT_08 = 256'b0, INIT_09 = 256'b0, INIT_0A = 256'b0, INIT_0B = 256'b0,
  parameter [255:0] INIT_0C = 256'b0, INIT_0D = 256'b0, INIT_0E = 256'b0, INIT_0F = 256'b0, INIT_10 = 256'b0, INIT_11 = 256'b0,
  parameter [255:0] INIT_12 = 256'b0, INIT_13 = 256'b0, INIT_14 = 256'b0, INIT_15 = 256'b0, INIT_16 = 256'b0, INIT_17 = 256'b0,
  parameter [255:0] INIT_18 = 256'b0, INIT_19 = 256'b0, INIT_1A = 256'b0, INIT_1B = 256'b0, INIT_1C = 256'b0, INIT_1D = 256'b0,
  parameter [255:0] INIT_1E = 256'b0, INIT_1F = 256'b0, INIT_20 = 256'b0, INIT_21 = 256'b0, INIT_22 = 256'b0, INIT_23 = 256'b0,
  parameter [255:0] INIT_24 = 256'b0, INIT_25 = 256'b0, INIT_26 = 256'b0, INIT_27 = 256'b0, INIT_28 = 256'b0, INIT_29 = 256'b0,
  parameter [255:0] INIT_2A = 256'b0, INIT_2B = 256'b0, INIT_2C = 256'b0, INIT_2D = 256'b0, INIT_2E = 256'b0, INIT_2F = 256'b0,
  parameter [255:0] INIT_30 = 256'b0, INIT_31 = 256'b0, INIT_32 = 256'b0, INIT_33 = 256'b0, INIT_34 = 256'b0, INIT_35 = 256'b0,
  parameter [255:0] INIT_36 = 256'b0, INIT_37 = 256'b0, INIT_38 = 256'b0, INIT_39 = 256'b0, INIT_3A = 256'b0, INIT_3B = 256'b0,
  parameter [255:0] INIT_3C = 256'b0, INIT_3D = 256'b0, INIT_3E = 256'b0, INIT_3F = 256'b0,
  parameter [255:0] INITP_00 = 256'b0, INITP_01 = 256'b0, INITP_02 = 256'b0, INITP_03 = 256'b0, INITP_04 = 256'b0,
    INITP_05 = 256'b0,
  parameter [255:0] INITP_06 = 256'b0, INITP_07 = 256'b0
) (
  input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB, RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
  input wire [13:0] ADDRARDADDR, ADDRBWRADDR,
  input wire [1:0] WEA,
  input wire [3:0] WEBWE,
  input wire [15:0] DIADI, DIBDI,
  input wire [1:0] DIPADIP, DIPBDIP,
  output wire [15:0] DOADO, DOBDO,
  output wire [1:0] DOPADOP, DOPBDOP
);
  initial if (DOA_REG != 0 || DOB_REG != 0) $fatal(1, "RAMB18E1: mode without a model");

  bitloom_block_memory #(
    .BYTES(2048), .LANES(2), .WRITE_MODE_A(WRITE_MODE_A), .WRITE_MODE_B(WRITE_MODE_B),
    .READ_WIDTH_A(READ_WIDTH_A), .READ_WIDTH_B(READ_WIDTH_B), .WRITE_WIDTH_A(WRITE_WIDTH_A), .WRITE_WIDTH_B(WRITE_WIDTH_B),
    .INIT_A(INIT_A), .INIT_B(INIT_B), .SRVAL_A(SRVAL_A), .SRVAL_B(SRVAL_B),
    .DATA({
    INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38, INIT_37, INIT_36, INIT_35, INIT_34,
    INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28,
    INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20, INIT_1F, INIT_1E, INIT_1D, INIT_1C,
    INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10,
    INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08, INIT_07, INIT_06, INIT_05, INIT_04,
    INIT_03, INIT_02, INIT_01, INIT_00
  }), .PARITY({
    INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
  })
  ) memory (
    .clock_a(CLKARDCLK), .clock_b(CLKBWRCLK), .enable_a(ENARDEN), .enable_b(ENBWREN), .reset_a(RSTRAMARSTRAM), .reset_b(RSTRAMB),
    .address_a(ADDRARDADDR[13:0]), .address_b(ADDRBWRADDR[13:0]), .write_a(WEA), .write_b(WEBWE),
    .in_a(DIADI), .in_b(DIBDI), .parity_in_a(DIPADIP), .parity_in_b(DIPBDIP),
    .out_a(DOADO), .out_b(DOBDO), .parity_out_a(DOPADOP), .parity_out_b(DOPBDOP)
  );
endmodule

module RAMB36E1 #(
  parameter WRITE_MODE_A = "NO_CHANGE", WRITE_MODE_B = "NO_CHANGE",
  parameter READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0, DOA_REG = 0, DOB_REG = 0,
  parameter [35:0] INIT_A = 0, INIT_B = 0, SRVAL_A = 0, SRVAL_B = 0,
  parameter RAM_MODE = "TDP", RAM_EXTENSION_A = "NONE", RAM_EXTENSION_B = "NONE",
  parameter [255:0] INIT_00 = 256'b0, INIT_01 = 256'b0, INIT_02 = 256'b0, INIT_03 = 256'b0, INIT_04 = 256'b0, INIT_05 = 256'b0,
  parameter [255:0] INIT_06 = 256'b0, INIT_07 = 256'b0, INIT_08 = 256'b0, INIT_09 = 256'b0, INIT_0A = 256'b0, INIT_0B = 256'b0,
  parameter [255:0] INIT_0C = 256'b0, INIT_0D = 256'b0, INIT_0E = 256'b0, INIT_0F = 256'b0, INIT_10 = 256'b0, INIT_11 = 256'b0,
  parameter [255:0] INIT_12 = 256'b0, INIT_13 = 256'b0, INIT_14 = 256'b0, INIT_15 = 256'b0, INIT_16 = 256'b0, INIT_17 = 256'b0,
  parameter [255:0] INIT_18 = 256'b0, INIT_19 = 256'b0, INIT_1A = 256'b0, INIT_1B = 256'b0, INIT_1C = 256'b0, INIT_1D = 256'b0,
  parameter [255:0] INIT_1E = 256'b0, INIT_1F = 256'b0, INIT_20 = 256'b0, INIT_21 = 256'b0, INIT_22 = 256'b0, INIT_23 = 256'b0,
  parameter [255:0] INIT_24 = 256'b0, INIT_25 = 256'b0, INIT_26 = 256'b0, INIT_27 = 256'b0, INIT_28 = 256'b0, INIT_29 = 256'b0,
  parameter [255:0] INIT_2A = 256'b0, INIT_2B = 256'b0, INIT_2C = 256'b0, INIT_2D = 256'b0, INIT_2E = 256'b0, INIT_2F = 256'b0,
  parameter [255:0] INIT_30 = 256'b0, INIT_31 = 256'b0, INIT_32 = 256'b0, INIT_33 = 256'b0, INIT_34 = 256'b0, INIT_35 = 256'b0,
  parameter [255:0] INIT_36 = 256'b0, INIT_37 = 256'b0, INIT_38 = 256'b0, INIT_39 = 256'b0, INIT_3A = 256'b0, INIT_3B = 256'b0,
  parameter [255:0] INIT_3C = 256'b0, INIT_3D = 256'b0, INIT_3E = 256'b0, INIT_3F = 256'b0, INIT_40 = 256'b0, INIT_41 = 256'b0,
  parameter [255:0] INIT_42 = 256'b0, INIT_43 = 256'b0, INIT_44 = 256'b0, INIT_45 = 256'b0, INIT_46 = 256'b0, INIT_47 = 256'b0,
  parameter [255:0] INIT_48 = 256'b0, INIT_49 = 256'b0, INIT_4A = 256'b0, INIT_4B = 256'b0, INIT_4C = 256'b0, INIT_4D = 256'b0,
  parameter [255:0] INIT_4E = 256'b0, INIT_4F = 256'b0, INIT_50 = 256'b0, INIT_51 = 256'b0, INIT_52 = 256'b0, INIT_53 = 256'b0,
  parameter [255:0] INIT_54 = 256'b0, INIT_55 = 256'b0, INIT_56 = 256'b0, INIT_57 = 256'b0, INIT_58 = 256'b0, INIT_59 = 256'b0,
  parameter [255:0] INIT_5A = 256'b0, INIT_5B = 256'b0, INIT_5C = 256'b0, INIT_5D = 256'b0, INIT_5E = 256'b0, INIT_5F = 256'b0,
  parameter [255:0] INIT_60 = 256'b0, INIT_61 = 256'b0, INIT_62 = 256'b0, INIT_63 = 256'b0, INIT_64 = 256'b0, INIT_65 = 256'b0,
  parameter [255:0] INIT_66 = 256'b0, INIT_67 = 256'b0, INIT_68 = 256'b0, INIT_69 = 256'b0, INIT_6A = 256'b0, INIT_6B = 256'b0,
  parameter [255:0] INIT_6C = 256'b0, INIT_6D = 256'b0, INIT_6E = 256'b0, INIT_6F = 256'b0, INIT_70 = 256'b0, INIT_71 = 256'b0,
  parameter [255:0] INIT_72 = 256'b0, INIT_73 = 256'b0, INIT_74 = 256'b0, INIT_75 = 256'b0, INIT_76 = 256'b0, INIT_77 = 256'b0,
  parameter [255:0] INIT_78 = 256'b0, INIT_79 = 256'b0, INIT_7A = 256'b0, INIT_7B = 256'b0, INIT_7C = 256'b0, INIT_7D = 256'b0,
  parameter [255:0] INIT_7E = 256'b0, INIT_7F = 256'b0,
  parameter [255:0] INITP_00 = 256'b0, INITP_01 = 256'b0, INITP_02 = 256'b0, INITP_03 = 256'b0, INITP_04 = 256'b0,
    INITP_05 = 256'b0,
  parameter [255:0] INITP_06 = 256'b0, INITP_07 = 256'b0, INITP_08 = 256'b0, INITP_09 = 256'b0, INITP_0A = 256'b0,
    INITP_0B = 256'b0,
  parameter [255:0] INITP_0C = 256'b0, INITP_0D = 256'b0, INITP_0E = 256'b0, INITP_0F = 256'b0
) (
  input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB, RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
  input wire [15:0] ADDRARDADDR, ADDRBWRADDR,
  input wire [3:0] WEA,
  input wire [7:0] WEBWE,
  input wire [31:0] DIADI, DIBDI,
  input wire [3:0] DIPADIP, DIPBDIP,
  output wire [31:0] DOADO, DOBDO,
  output wire [3:0] DOPADOP, DOPBDOP
);
  initial if (DOA_REG != 0 || DOB_REG != 0 || RAM_EXTENSION_A != "NONE" || RAM_EXTENSION_B != "NONE") $fatal(1,
    "RAMB36E1: mode without a model");

  bitloom_block_memory #(
    .BYTES(4096), .LANES(4), .WRITE_MODE_A(WRITE_MODE_A), .WRITE_MODE_B(WRITE_MODE_B),
    .READ_WIDTH_A(READ_WIDTH_A), .READ_WIDTH_B(READ_WIDTH_B), .WRITE_WIDTH_A(WRITE_WIDTH_A), .WRITE_WIDTH_B(WRITE_WIDTH_B),
    .INIT_A(INIT_A), .INIT_B(INIT_B), .SRVAL_A(SRVAL_A), .SRVAL_B(SRVAL_B),
    .DATA({
    INIT_7F, INIT_7E, INIT_7D, INIT_7C, INIT_7B, INIT_7A, INIT_79, INIT_78, INIT_77, INIT_76, INIT_75, INIT_74,
    INIT_73, INIT_72, INIT_71, INIT_70, INIT_6F, INIT_6E, INIT_6D, INIT_6C, INIT_6B, INIT_6A, INIT_69, INIT_68,
    INIT_67, INIT_66, INIT_65, INIT_64, INIT_63, INIT_62, INIT_61, INIT_60, INIT_5F, INIT_5E, INIT_5D, INIT_5C,
    INIT_5B, INIT_5A, INIT_59, INIT_58, INIT_57, INIT_56, INIT_55, INIT_54, INIT_53, INIT_52, INIT_51, INIT_50,
    INIT_4F, INIT_4E, INIT_4D, INIT_4C, INIT_4B, INIT_4A, INIT_49, INIT_48, INIT_47, INIT_46, INIT_45, INIT_44,
    INIT_43, INIT_42, INIT_41, INIT_40, INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38,
    INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C,
    INIT_2B, INIT_2A, INIT_29, INIT_28, INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20,
    INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14,
    INIT_13, INIT_12, INIT_11, INIT_10, INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08,
    INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00
  }), .PARITY({
    INITP_0F, INITP_0E, INITP_0D, INITP_0C, INITP_0B, INITP_0A, INITP_09, INITP_08, INITP_07, INITP_06, INITP_05, INITP_04,
    INITP_03, INITP_02, INITP_01, INITP_00
  })
  ) memory (
    .clock_a(CLKARDCLK), .clock_b(CLKBWRCLK), .enable_a(ENARDEN), .enable_b(ENBWREN), .reset_a(RSTRAMARSTRAM), .reset_b(RSTRAMB),
    .address_a(ADDRARDADDR[14:0]), .address_b(ADDRBWRADDR[14:0]), .write_a(WEA), .write_b(WEBWE),
    .in_a(DIADI), .in_b(DIBDI), .parity_in_a(DIPADIP), .parity_in_b(DIPBDIP),
    .out_a(DOADO), .out_b(DOBDO), .parity_out_a(DOPADOP), .parity_out_b(DOPBDOP)
  );
endmodule

module RAMB18E2 #(
  parameter WRITE_MODE_A = "NO_CHANGE", WRITE_MODE_B = "NO_CHANGE",
  parameter READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0, DOA_REG = 0, DOB_REG = 0,
  parameter [17:0] INIT_A = 0, INIT_B = 0, SRVAL_A = 0, SRVAL_B = 0,
  parameter [255:0] INIT_00 = 256'b0, INIT_01 = 256'b0, INIT_02 = 256'b0, INIT_03 = 256'b0, INIT_04 = 256'b0, INIT_05 = 256'b0,
  parameter [255:0] INIT_06 = 256'b0, INIT_07 = 256'b0, INIT_08 = 256'b0, INIT_09 = 256'b0, INIT_0A = 256'b0, INIT_0B = 256'b0,
  parameter [255:0] INIT_0C = 256'b0, INIT_0D = 256'b0, INIT_0E = 256'b0, INIT_0F = 256'b0, INIT_10 = 256'b0, INIT_11 = 256'b0,
  parameter [255:0] INIT_12 = 256'b0, INIT_13 = 256'b0, INIT_14 = 256'b0, INIT_15 = 256'b0, INIT_16 = 256'b0, INIT_17 = 256'b0,
  parameter [255:0] INIT_18 = 256'b0, INIT_19 = 256'b0, INIT_1A = 256'b0, INIT_1B = 256'b0, INIT_1C = 256'b0, INIT_1D = 256'b0,
  parameter [255:0] INIT_1E = 256'b0, INIT_1F = 256'b0, INIT_20 = 256'b0, INIT_21 = 256'b0, INIT_22 = 256'b0, INIT_23 = 256'b0,
  parameter [255:0] INIT_24 = 256'b0, INIT_25 = 256'b0, INIT_26 = 256'b0, INIT_27 = 256'b0, INIT_28 = 256'b0, INIT_29 = 256'b0,
  parameter [255:0] INIT_2A = 256'b0, INIT_2B = 256'b0, INIT_2C = 256'b0, INIT_2D = 256'b0, INIT_2E = 256'b0, INIT_2F = 256'b0,
  parameter [255:0] INIT_30 = 256'b0, INIT_31 = 256'b0, INIT_32 = 256'b0, INIT_33 = 256'b0, INIT_34 = 256'b0, INIT_35 = 256'b0,
  parameter [255:0] INIT_36 = 256'b0, INIT_37 = 256'b0, INIT_38 = 256'b0, INIT_39 = 256'b0, INIT_3A = 256'b0, INIT_3B = 256'b0,
  parameter [255:0] INIT_3C = 256'b0, INIT_3D = 256'b0, INIT_3E = 256'b0, INIT_3F = 256'b0,
  parameter [255:0] INITP_00 = 256'b0, INITP_01 = 256'b0, INITP_02 = 256'b0, INITP_03 = 256'b0, INITP_04 = 256'b0,
    INITP_05 = 256'b0,
  parameter [255:0] INITP_06 = 256'b0, INITP_07 = 256'b0
) (
  input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB, RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
    SLEEP, ADDRENA, ADDRENB,
  input wire [13:0] ADDRARDADDR, ADDRBWRADDR,
  input wire [1:0] WEA,
  input wire [3:0] WEBWE,
  input wire [15:0] DINADIN, DINBDIN,
  input wire [1:0] DINPADINP, DINPBDINP,
  output wire [15:0] DOUTADOUT, DOUTBDOUT,
  output wire [1:0] DOUTPADOUTP, DOUTPBDOUTP
);
  initial if (DOA_REG != 0 || DOB_REG != 0) $fatal(1, "RAMB18E2: mode without a model");

  bitloom_block_memory #(
    .BYTES(2048), .LANES(2), .WRITE_MODE_A(WRITE_MODE_A), .WRITE_MODE_B(WRITE_MODE_B),
    .READ_WIDTH_A(READ_WIDTH_A), .READ_WIDTH_B(READ_WIDTH_B), .WRITE_WIDTH_A(WRITE_WIDTH_A), .WRITE_WIDTH_B(WRITE_WIDTH_B),
    .INIT_A(INIT_A), .INIT_B(INIT_B), .SRVAL_A(SRVAL_A), .SRVAL_B(SRVAL_B),
    .DATA({
    INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38, INIT_37, INIT_36, INIT_35, INIT_34,
    INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28,
    INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20, INIT_1F, INIT_1E, INIT_1D, INIT_1C,
    INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10,
    INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08, INIT_07, INIT_06, INIT_05, INIT_04,
    INIT_03, INIT_02, INIT_01, INIT_00
  }), .PARITY({
    INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
  })
  ) memory (
    .clock_a(CLKARDCLK), .clock_b(CLKBWRCLK), .enable_a(ENARDEN), .enable_b(ENBWREN), .reset_a(RSTRAMARSTRAM), .reset_b(RSTRAMB),
    .address_a(ADDRARDADDR[13:0]), .address_b(ADDRBWRADDR[13:0]), .write_a(WEA), .write_b(WEBWE),
    .in_a(DINADIN), .in_b(DINBDIN), .parity_in_a(DINPADINP), .parity_in_b(DINPBDINP),
    .out_a(DOUTADOUT), .out_b(DOUTBDOUT), .parity_out_a(DOUTPADOUTP), .parity_out_b(DOUTPBDOUTP)
  );
endmodule

module RAMB36E2 #(
  parameter WRITE_MODE_A = "NO_CHANGE", WRITE_MODE_B = "NO_CHANGE",
  parameter READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0, DOA_REG = 0, DOB_REG = 0,
  parameter [35:0] INIT_A = 0, INIT_B = 0, SRVAL_A = 0, SRVAL_B = 0,
  parameter [255:0] INIT_00 = 256'b0, INIT_01 = 256'b0, INIT_02 = 256'b0, INIT_03 = 256'b0, INIT_04 = 256'b0, INIT_05 = 256'b0,
  parameter [255:0] INIT_06 = 256'b0, INIT_07 = 256'b0, INIT_08 = 256'b0, INIT_09 = 256'b0, INIT_0A = 256'b0, INIT_0B = 256'b0,
  parameter [255:0] INIT_0C = 256'b0, INIT_0D = 256'b0, INIT_0E = 256'b0, INIT_0F = 256'b0, INIT_10 = 256'b0, INIT_11 = 256'b0,
  parameter [255:0] INIT_12 = 256'b0, INIT_13 = 256'b0, INIT_14 = 256'b0, INIT_15 = 256'b0, INIT_16 = 256'b0, INIT_17 = 256'b0,
  parameter [255:0] INIT_18 = 256'b0, INIT_19 = 256'b0, INIT_1A = 256'b0, INIT_1B = 256'b0, INIT_1C = 256'b0, INIT_1D = 256'b0,
  parameter [255:0] INIT_1E = 256'b0, INIT_1F = 256'b0, INIT_20 = 256'b0, INIT_21 = 256'b0, INIT_22 = 256'b0, INIT_23 = 256'b0,
  parameter [255:0] INIT_24 = 256'b0, INIT_25 = 256'b0, INIT_26 = 256'b0, INIT_27 = 256'b0, INIT_28 = 256'b0, INIT_29 = 256'b0,
  parameter [255:0] INIT_2A = 256'b0, INIT_2B = 256'b0, INIT_2C = 256'b0, INIT_2D = 256'b0, INIT_2E = 256'b0, INIT_2F = 256'b0,
  parameter [255:0] INIT_30 = 256'b0, INIT_31 = 256'b0, INIT_32 = 256'b0, INIT_33 = 256'b0, INIT_34 = 256'b0, INIT_35 = 256'b0,
  parameter [255:0] INIT_36 = 256'b0, INIT_37 = 256'b0, INIT_38 = 256'b0, INIT_39 = 256'b0, INIT_3A = 256'b0, INIT_3B = 256'b0,
  parameter [255:0] INIT_3C = 256'b0, INIT_3D = 256'b0, INIT_3E = 256'b0, INIT_3F = 256'b0, INIT_40 = 256'b0, INIT_41 = 256'b0,
  parameter [255:0] INIT_42 = 256'b0, INIT_43 = 256'b0, INIT_44 = 256'b0, INIT_45 = 256'b0, INIT_46 = 256'b0, INIT_47 = 256'b0,
  parameter [255:0] INIT_48 = 256'b0, INIT_49 = 256'b0, INIT_4A = 256'b0, INIT_4B = 256'b0, INIT_4C = 256'b0, INIT_4D = 256'b0,
  parameter [255:0] INIT_4E = 256'b0, INIT_4F = 256'b0, INIT_50 = 256'b0, INIT_51 = 256'b0, INIT_52 = 256'b0, INIT_53 = 256'b0,
  parameter [255:0] INIT_54 = 256'b0, INIT_55 = 256'b0, INIT_56 = 256'b0, INIT_57 = 256'b0, INIT_58 = 256'b0, INIT_59 = 256'b0,
  parameter [255:0] INIT_5A = 256'b0, INIT_5B = 256'b0, INIT_5C = 256'b0, INIT_5D = 256'b0, INIT_5E = 256'b0, INIT_5F = 256'b0,
  parameter [255:0] INIT_60 = 256'b0, INIT_61 = 256'b0, INIT_62 = 256'b0, INIT_63 = 256'b0, INIT_64 = 256'b0, INIT_65 = 256'b0,
  parameter [255:0] INIT_66 = 256'b0, INIT_67 = 256'b0, INIT_68 = 256'b0, INIT_69 = 256'b0, INIT_6A = 256'b0, INIT_6B = 256'b0,
  parameter [255:0] INIT_6C = 256'b0, INIT_6D = 256'b0, INIT_6E = 256'b0, INIT_6F = 256'b0, INIT_70 = 256'b0, INIT_71 = 256'b0,
  parameter [255:0] INIT_72 = 256'b0, INIT_73 = 256'b0, INIT_74 = 256'b0, INIT_75 = 256'b0, INIT_76 = 256'b0, INIT_77 = 256'b0,
  parameter [255:0] INIT_78 = 256'b0, INIT_79 = 256'b0, INIT_7A = 256'b0, INIT_7B = 256'b0, INIT_7C = 256'b0, INIT_7D = 256'b0,
  parameter [255:0] INIT_7E = 256'b0, INIT_7F = 256'b0,
  parameter [255:0] INITP_00 = 256'b0, INITP_01 = 256'b0, INITP_02 = 256'b0, INITP_03 = 256'b0, INITP_04 = 256'b0,
    INITP_05 = 256'b0,
  parameter [255:0] INITP_06 = 256'b0, INITP_07 = 256'b0, INITP_08 = 256'b0, INITP_09 = 256'b0, INITP_0A = 256'b0,
    INITP_0B = 256'b0,
  parameter [255:0] INITP_0C = 256'b0, INITP_0D = 256'b0, INITP_0E = 256'b0, INITP_0F = 256'b0
) (
  input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB, RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
    SLEEP, ADDRENA, ADDRENB,
  input wire [14:0] ADDRARDADDR, ADDRBWRADDR,
  input wire [3:0] WEA,
  input wire [7:0] WEBWE,
  input wire [31:0] DINADIN, DINBDIN,
  input wire [3:0] DINPADINP, DINPBDINP,
  output wire [31:0] DOUTADOUT, DOUTBDOUT,
  output wire [3:0] DOUTPADOUTP, DOUTPBDOUTP
);
  initial if (DOA_REG != 0 || DOB_REG != 0) $fatal(1, "RAMB36E2: mode without a model");

  bitloom_block_memory #(
    .BYTES(4096), .LANES(4), .WRITE_MODE_A(WRITE_MODE_A), .WRITE_MODE_B(WRITE_MODE_B),
    .READ_WIDTH_A(READ_WIDTH_A), .READ_WIDTH_B(READ_WIDTH_B), .WRITE_WIDTH_A(WRITE_WIDTH_A), .WRITE_WIDTH_B(WRITE_WIDTH_B),
    .INIT_A(INIT_A), .INIT_B(INIT_B), .SRVAL_A(SRVAL_A), .SRVAL_B(SRVAL_B),
    .DATA({
    INIT_7F, INIT_7E, INIT_7D, INIT_7C, INIT_7B, INIT_7A, INIT_79, INIT_78, INIT_77, INIT_76, INIT_75, INIT_74,
    INIT_73, INIT_72, INIT_71, INIT_70, INIT_6F, INIT_6E, INIT_6D, INIT_6C, INIT_6B, INIT_6A, INIT_69, INIT_68,
    INIT_67, INIT_66, INIT_65, INIT_64, INIT_63, INIT_62, INIT_61, INIT_60, INIT_5F, INIT_5E, INIT_5D, INIT_5C,
    INIT_5B, INIT_5A, INIT_59, INIT_58, INIT_57, INIT_56, INIT_55, INIT_54, INIT_53, INIT_52, INIT_51, INIT_50,
    INIT_4F, INIT_4E, INIT_4D, INIT_4C, INIT_4B, INIT_4A, INIT_49, INIT_48, INIT_47, INIT_46, INIT_45, INIT_44,
    INIT_43, INIT_42, INIT_41, INIT_40, INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38,
    INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C,
    INIT_2B, INIT_2A, INIT_29, INIT_28, INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20,
    INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14,
    INIT_13, INIT_12, INIT_11, INIT_10, INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08,
    INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00
  }), .PARITY({
    INITP_0F, INITP_0E, INITP_0D, INITP_0C, INITP_0B, INITP_0A, INITP_09, INITP_08, INITP_07, INITP_06, INITP_05, INITP_04,
    INITP_03, INITP_02, INITP_01, INITP_00
  })
  ) memory (
    .clock_a(CLKARDCLK), .clock_b(CLKBWRCLK), .enable_a(ENARDEN), .enable_b(ENBWREN), .reset_a(RSTRAMARSTRAM), .reset_b(RSTRAMB),
    .address_a(ADDRARDADDR[14:0]), .address_b(ADDRBWRADDR[14:0]), .write_a(WEA), .write_b(WEBWE),
    .in_a(DINADIN), .in_b(DINBDIN), .parity_in_a(DINPADINP), .parity_in_b(DINPBDINP),
    .out_a(DOUTADOUT), .out_b(DOUTBDOUT), .parity_out_a(DOUTPADOUTP), .parity_out_b(DOUTPBDOUTP)
  );
endmodule
