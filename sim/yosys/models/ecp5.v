// Cells of Lattice ECP5, as far as synthesis uses them.

module LUT4 #(parameter [15:0] INIT = 0) (output wire Z, input wire A, B, C, D);
  assign Z = INIT[{D, C, B, A}];
endmodule

module INV (output wire Z, input wire A);
  assign Z = ~A;
endmodule

module PFUMX (output wire Z, input wire ALUT, BLUT, C0);
  assign Z = C0 ? ALUT : BLUT;
endmodule

module L6MUX21 (output wire Z, input wire D0, D1, SD);
  assign Z = SD ? D1 : D0;
endmodule

// Two LUTs with a carry. A half with INJECT1 = YES adds nothing to its LUT and generates no carry of its own.
module CCU2C #(
  parameter [15:0] INIT0 = 0, INIT1 = 0, parameter INJECT1_0 = "YES", INJECT1_1 = "YES"
) (
  output wire S0, S1, COUT, input wire CIN, A0, B0, C0, D0, A1, B1, C1, D1
);
  wire sum0 = INIT0[{D0, C0, B0, A0}], sum1 = INIT1[{D1, C1, B1, A1}];
  wire generate0 = INJECT1_0 != "YES" && INIT0[{2'b00, B0, A0}];
  wire generate1 = INJECT1_1 != "YES" && INIT1[{2'b00, B1, A1}];
  wire carry = sum0 ? CIN : generate0;
  assign S0 = sum0 ^ (INJECT1_0 != "YES" && CIN);
  assign S1 = sum1 ^ (INJECT1_1 != "YES" && carry);
  assign COUT = sum1 ? carry : generate1;
endmodule

module TRELLIS_FF #(
  parameter GSR = "ENABLED", CEMUX = "1", CLKMUX = "CLK", LSRMUX = "LSR", SRMODE = "LSR_OVER_CE", REGSET = "RESET",
    LSRMODE = "LSR"
) (
  output reg Q, input wire CLK, LSR, CE, DI, M
);
  localparam SET = REGSET == "SET";
  wire enable = CEMUX == "1" || (CEMUX == "CE" && CE) || (CEMUX == "INV" && !CE);
  wire reset = LSRMUX == "INV" ? ~LSR : LSR;

  initial begin
    Q = SET;
    if (LSRMODE == "PRLD") $fatal(1, "TRELLIS_FF: preload has no model");
  end

  generate
    if (SRMODE == "ASYNC" && CLKMUX == "INV") begin : asynchronous_falling
      always @(negedge CLK or posedge reset) if (reset) Q <= SET; else if (enable) Q <= DI;
    end else if (SRMODE == "ASYNC") begin : asynchronous
      always @(posedge CLK or posedge reset) if (reset) Q <= SET; else if (enable) Q <= DI;
    end else if (CLKMUX == "INV") begin : falling
      always @(negedge CLK) if (reset) Q <= SET; else if (enable) Q <= DI;
    end else begin : rising
      always @(posedge CLK) if (reset) Q <= SET; else if (enable) Q <= DI;
    end
  endgenerate
endmodule

module TRELLIS_DPR16X4 #(parameter [63:0] INITVAL = 0, parameter WCKMUX = "WCK", WREMUX = "WRE") (
  output wire [3:0] DO, input wire [3:0] DI, WAD, RAD, input wire WRE, WCK
);
  reg [3:0] memory [0:15];
  integer i;
  wire clock = WCKMUX == "INV" ? ~WCK : WCK;
  wire write = WREMUX == "1" || (WREMUX == "WRE" && WRE) || (WREMUX == "INV" && !WRE);
  initial for (i = 0; i < 16; i = i + 1) memory[i] = INITVAL[4 * i +: 4];
  always @(posedge clock) if (write) memory[WAD] <= DI;
  assign DO = memory[RAD];
endmodule

// A multiplier without registers, as synthesis uses it.
module MULT18X18D (
  input wire A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17,
  input wire B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13, B14, B15, B16, B17,
  input wire C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15, C16, C17,
  input wire SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
  output wire P0, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15, P16, P17, P18, P19, P20, P21, P22, P23,
    P24, P25, P26, P27, P28, P29, P30, P31, P32, P33, P34, P35
);
  wire signed [18:0] left = {SIGNEDA & A17, A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0};
  wire signed [18:0] right = {SIGNEDB & B17, B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0};
  wire signed [35:0] product = left * right;
  assign {P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13,
    P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0} = product;
endmodule
