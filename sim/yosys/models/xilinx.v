// Cells of AMD 7 series and UltraScale+ without block memory and DSP blocks, as far as synthesis uses them.

module INV (output wire O, input wire I);
  assign O = ~I;
endmodule

module VCC (output wire P);
  assign P = 1'b1;
endmodule

module GND (output wire G);
  assign G = 1'b0;
endmodule

module LUT1 #(parameter [1:0] INIT = 0) (output wire O, input wire I0);
  assign O = INIT[{I0}];
endmodule

module LUT2 #(parameter [3:0] INIT = 0) (output wire O, input wire I0, I1);
  assign O = INIT[{I1, I0}];
endmodule

module LUT3 #(parameter [7:0] INIT = 0) (output wire O, input wire I0, I1, I2);
  assign O = INIT[{I2, I1, I0}];
endmodule

module LUT4 #(parameter [15:0] INIT = 0) (output wire O, input wire I0, I1, I2, I3);
  assign O = INIT[{I3, I2, I1, I0}];
endmodule

module LUT5 #(parameter [31:0] INIT = 0) (output wire O, input wire I0, I1, I2, I3, I4);
  assign O = INIT[{I4, I3, I2, I1, I0}];
endmodule

module LUT6 #(parameter [63:0] INIT = 0) (output wire O, input wire I0, I1, I2, I3, I4, I5);
  assign O = INIT[{I5, I4, I3, I2, I1, I0}];
endmodule

module LUT6_2 #(parameter [63:0] INIT = 0) (output wire O6, O5, input wire I0, I1, I2, I3, I4, I5);
  assign O6 = INIT[{I5, I4, I3, I2, I1, I0}];
  assign O5 = INIT[{1'b0, I4, I3, I2, I1, I0}];
endmodule

module MUXF7 (output wire O, input wire I0, I1, S);
  assign O = S ? I1 : I0;
endmodule

module MUXF8 (output wire O, input wire I0, I1, S);
  assign O = S ? I1 : I0;
endmodule

module MUXF9 (output wire O, input wire I0, I1, S);
  assign O = S ? I1 : I0;
endmodule

module CARRY4 (output wire [3:0] CO, O, input wire CI, CYINIT, input wire [3:0] DI, S);
  wire carry0 = CI | CYINIT;
  wire carry1 = S[0] ? carry0 : DI[0];
  wire carry2 = S[1] ? carry1 : DI[1];
  wire carry3 = S[2] ? carry2 : DI[2];
  assign O = S ^ {carry3, carry2, carry1, carry0};
  assign CO = {S[3] ? carry3 : DI[3], carry3, carry2, carry1};
endmodule

module CARRY8 #(parameter CARRY_TYPE = "SINGLE_CY8") (
  output wire [7:0] CO, O, input wire CI, CI_TOP, input wire [7:0] DI, S
);
  wire carry4;
  CARRY4 low (.CO({carry4, CO[2:0]}), .O(O[3:0]), .CI(CI), .CYINIT(1'b0), .DI(DI[3:0]), .S(S[3:0]));
  CARRY4 high (
    .CO(CO[7:4]), .O(O[7:4]), .CI(CARRY_TYPE == "DUAL_CY4" ? CI_TOP : carry4), .CYINIT(1'b0), .DI(DI[7:4]), .S(S[7:4])
  );
  assign CO[3] = carry4;
endmodule

// Power-up values that are left open are 0. Reset comes before enable.
module FDRE #(
  parameter [0:0] INIT = 1'b0, IS_C_INVERTED = 0, IS_D_INVERTED = 0, IS_R_INVERTED = 0
) (
  output reg Q, input wire C, CE, D, R
);
  wire reset = R ^ IS_R_INVERTED;
  initial Q = INIT === 1'b1;
  generate
    if (IS_C_INVERTED) begin : falling
      always @(negedge C) if (reset) Q <= 1'b0; else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : rising
      always @(posedge C) if (reset) Q <= 1'b0; else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

module FDSE #(
  parameter [0:0] INIT = 1'b1, IS_C_INVERTED = 0, IS_D_INVERTED = 0, IS_S_INVERTED = 0
) (
  output reg Q, input wire C, CE, D, S
);
  wire reset = S ^ IS_S_INVERTED;
  initial Q = INIT === 1'b1;
  generate
    if (IS_C_INVERTED) begin : falling
      always @(negedge C) if (reset) Q <= 1'b1; else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : rising
      always @(posedge C) if (reset) Q <= 1'b1; else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

module FDCE #(
  parameter [0:0] INIT = 1'b0, IS_C_INVERTED = 0, IS_D_INVERTED = 0, IS_CLR_INVERTED = 0
) (
  output reg Q, input wire C, CE, D, CLR
);
  wire reset = CLR ^ IS_CLR_INVERTED;
  initial Q = INIT === 1'b1;
  generate
    if (IS_C_INVERTED) begin : falling
      always @(negedge C or posedge reset) if (reset) Q <= 1'b0; else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : rising
      always @(posedge C or posedge reset) if (reset) Q <= 1'b0; else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

module FDPE #(
  parameter [0:0] INIT = 1'b1, IS_C_INVERTED = 0, IS_D_INVERTED = 0, IS_PRE_INVERTED = 0
) (
  output reg Q, input wire C, CE, D, PRE
);
  wire reset = PRE ^ IS_PRE_INVERTED;
  initial Q = INIT === 1'b1;
  generate
    if (IS_C_INVERTED) begin : falling
      always @(negedge C or posedge reset) if (reset) Q <= 1'b1; else if (CE) Q <= D ^ IS_D_INVERTED;
    end else begin : rising
      always @(posedge C or posedge reset) if (reset) Q <= 1'b1; else if (CE) Q <= D ^ IS_D_INVERTED;
    end
  endgenerate
endmodule

// Distributed memory: written at the clock edge, read at once. The last port of the wide ones writes.
module RAM32M #(
  parameter [63:0] INIT_A = 0, INIT_B = 0, INIT_C = 0, INIT_D = 0, parameter [0:0] IS_WCLK_INVERTED = 0
) (
  output wire [1:0] DOA, DOB, DOC, DOD,
  input wire [1:0] DIA, DIB, DIC, DID,
  input wire [4:0] ADDRA, ADDRB, ADDRC, ADDRD,
  input wire WE, WCLK
);
  reg [1:0] memory_A [0:31];
  reg [1:0] memory_B [0:31];
  reg [1:0] memory_C [0:31];
  reg [1:0] memory_D [0:31];
  integer i;

  initial
    for (i = 0; i < 32; i = i + 1) begin
      memory_A[i] = INIT_A[2 * i +: 2];
      memory_B[i] = INIT_B[2 * i +: 2];
      memory_C[i] = INIT_C[2 * i +: 2];
      memory_D[i] = INIT_D[2 * i +: 2];
    end

  wire clock = WCLK ^ IS_WCLK_INVERTED;

  always @(posedge clock)
    if (WE) begin
      memory_A[ADDRD] <= DIA;
      memory_B[ADDRD] <= DIB;
      memory_C[ADDRD] <= DIC;
      memory_D[ADDRD] <= DID;
    end

  assign DOA = memory_A[ADDRA];
  assign DOB = memory_B[ADDRB];
  assign DOC = memory_C[ADDRC];
  assign DOD = memory_D[ADDRD];
endmodule

module RAM64M #(
  parameter [63:0] INIT_A = 0, INIT_B = 0, INIT_C = 0, INIT_D = 0, parameter [0:0] IS_WCLK_INVERTED = 0
) (
  output wire DOA, DOB, DOC, DOD,
  input wire DIA, DIB, DIC, DID,
  input wire [5:0] ADDRA, ADDRB, ADDRC, ADDRD,
  input wire WE, WCLK
);
  reg [0:0] memory_A [0:63];
  reg [0:0] memory_B [0:63];
  reg [0:0] memory_C [0:63];
  reg [0:0] memory_D [0:63];
  integer i;

  initial
    for (i = 0; i < 64; i = i + 1) begin
      memory_A[i] = INIT_A[i];
      memory_B[i] = INIT_B[i];
      memory_C[i] = INIT_C[i];
      memory_D[i] = INIT_D[i];
    end

  wire clock = WCLK ^ IS_WCLK_INVERTED;

  always @(posedge clock)
    if (WE) begin
      memory_A[ADDRD] <= DIA;
      memory_B[ADDRD] <= DIB;
      memory_C[ADDRD] <= DIC;
      memory_D[ADDRD] <= DID;
    end

  assign DOA = memory_A[ADDRA];
  assign DOB = memory_B[ADDRB];
  assign DOC = memory_C[ADDRC];
  assign DOD = memory_D[ADDRD];
endmodule

module RAM32M16 #(
  parameter [63:0] INIT_A = 0, INIT_B = 0, INIT_C = 0, INIT_D = 0, INIT_E = 0, INIT_F = 0, INIT_G = 0, INIT_H = 0,
    parameter [0:0] IS_WCLK_INVERTED = 0
) (
  output wire [1:0] DOA, DOB, DOC, DOD, DOE, DOF, DOG, DOH,
  input wire [1:0] DIA, DIB, DIC, DID, DIE, DIF, DIG, DIH,
  input wire [4:0] ADDRA, ADDRB, ADDRC, ADDRD, ADDRE, ADDRF, ADDRG, ADDRH,
  input wire WE, WCLK
);
  reg [1:0] memory_A [0:31];
  reg [1:0] memory_B [0:31];
  reg [1:0] memory_C [0:31];
  reg [1:0] memory_D [0:31];
  reg [1:0] memory_E [0:31];
  reg [1:0] memory_F [0:31];
  reg [1:0] memory_G [0:31];
  reg [1:0] memory_H [0:31];
  integer i;

  initial
    for (i = 0; i < 32; i = i + 1) begin
      memory_A[i] = INIT_A[2 * i +: 2];
      memory_B[i] = INIT_B[2 * i +: 2];
      memory_C[i] = INIT_C[2 * i +: 2];
      memory_D[i] = INIT_D[2 * i +: 2];
      memory_E[i] = INIT_E[2 * i +: 2];
      memory_F[i] = INIT_F[2 * i +: 2];
      memory_G[i] = INIT_G[2 * i +: 2];
      memory_H[i] = INIT_H[2 * i +: 2];
    end

  wire clock = WCLK ^ IS_WCLK_INVERTED;

  always @(posedge clock)
    if (WE) begin
      memory_A[ADDRH] <= DIA;
      memory_B[ADDRH] <= DIB;
      memory_C[ADDRH] <= DIC;
      memory_D[ADDRH] <= DID;
      memory_E[ADDRH] <= DIE;
      memory_F[ADDRH] <= DIF;
      memory_G[ADDRH] <= DIG;
      memory_H[ADDRH] <= DIH;
    end

  assign DOA = memory_A[ADDRA];
  assign DOB = memory_B[ADDRB];
  assign DOC = memory_C[ADDRC];
  assign DOD = memory_D[ADDRD];
  assign DOE = memory_E[ADDRE];
  assign DOF = memory_F[ADDRF];
  assign DOG = memory_G[ADDRG];
  assign DOH = memory_H[ADDRH];
endmodule

module RAM64M8 #(
  parameter [63:0] INIT_A = 0, INIT_B = 0, INIT_C = 0, INIT_D = 0, INIT_E = 0, INIT_F = 0, INIT_G = 0, INIT_H = 0,
    parameter [0:0] IS_WCLK_INVERTED = 0
) (
  output wire DOA, DOB, DOC, DOD, DOE, DOF, DOG, DOH,
  input wire DIA, DIB, DIC, DID, DIE, DIF, DIG, DIH,
  input wire [5:0] ADDRA, ADDRB, ADDRC, ADDRD, ADDRE, ADDRF, ADDRG, ADDRH,
  input wire WE, WCLK
);
  reg [0:0] memory_A [0:63];
  reg [0:0] memory_B [0:63];
  reg [0:0] memory_C [0:63];
  reg [0:0] memory_D [0:63];
  reg [0:0] memory_E [0:63];
  reg [0:0] memory_F [0:63];
  reg [0:0] memory_G [0:63];
  reg [0:0] memory_H [0:63];
  integer i;

  initial
    for (i = 0; i < 64; i = i + 1) begin
      memory_A[i] = INIT_A[i];
      memory_B[i] = INIT_B[i];
      memory_C[i] = INIT_C[i];
      memory_D[i] = INIT_D[i];
      memory_E[i] = INIT_E[i];
      memory_F[i] = INIT_F[i];
      memory_G[i] = INIT_G[i];
      memory_H[i] = INIT_H[i];
    end

  wire clock = WCLK ^ IS_WCLK_INVERTED;

  always @(posedge clock)
    if (WE) begin
      memory_A[ADDRH] <= DIA;
      memory_B[ADDRH] <= DIB;
      memory_C[ADDRH] <= DIC;
      memory_D[ADDRH] <= DID;
      memory_E[ADDRH] <= DIE;
      memory_F[ADDRH] <= DIF;
      memory_G[ADDRH] <= DIG;
      memory_H[ADDRH] <= DIH;
    end

  assign DOA = memory_A[ADDRA];
  assign DOB = memory_B[ADDRB];
  assign DOC = memory_C[ADDRC];
  assign DOD = memory_D[ADDRD];
  assign DOE = memory_E[ADDRE];
  assign DOF = memory_F[ADDRF];
  assign DOG = memory_G[ADDRG];
  assign DOH = memory_H[ADDRH];
endmodule

module RAM64X1S #(parameter [63:0] INIT = 0, parameter [0:0] IS_WCLK_INVERTED = 0) (
  output wire O, input wire D, WCLK, WE, input wire A0, A1, A2, A3, A4, A5
);
  reg [63:0] memory = INIT;
  wire clock = WCLK ^ IS_WCLK_INVERTED;
  wire [5:0] write_address = {A5, A4, A3, A2, A1, A0};
  always @(posedge clock) if (WE) memory[write_address] <= D;
  assign O = memory[write_address];
endmodule

module RAM128X1S #(parameter [127:0] INIT = 0, parameter [0:0] IS_WCLK_INVERTED = 0) (
  output wire O, input wire D, WCLK, WE, input wire A0, A1, A2, A3, A4, A5, A6
);
  reg [127:0] memory = INIT;
  wire clock = WCLK ^ IS_WCLK_INVERTED;
  wire [6:0] write_address = {A6, A5, A4, A3, A2, A1, A0};
  always @(posedge clock) if (WE) memory[write_address] <= D;
  assign O = memory[write_address];
endmodule

module RAM256X1S #(parameter [255:0] INIT = 0, parameter [0:0] IS_WCLK_INVERTED = 0) (
  output wire O, input wire D, WCLK, WE, input wire [7:0] A
);
  reg [255:0] memory = INIT;
  wire clock = WCLK ^ IS_WCLK_INVERTED;
  wire [7:0] write_address = A;
  always @(posedge clock) if (WE) memory[write_address] <= D;
  assign O = memory[write_address];
endmodule

module RAM512X1S #(parameter [511:0] INIT = 0, parameter [0:0] IS_WCLK_INVERTED = 0) (
  output wire O, input wire D, WCLK, WE, input wire [8:0] A
);
  reg [511:0] memory = INIT;
  wire clock = WCLK ^ IS_WCLK_INVERTED;
  wire [8:0] write_address = A;
  always @(posedge clock) if (WE) memory[write_address] <= D;
  assign O = memory[write_address];
endmodule

module RAM64X1D #(parameter [63:0] INIT = 0, parameter [0:0] IS_WCLK_INVERTED = 0) (
  output wire SPO, DPO, input wire D, WCLK, WE, input wire A0, A1, A2, A3, A4, A5, DPRA0, DPRA1, DPRA2, DPRA3, DPRA4, DPRA5
);
  reg [63:0] memory = INIT;
  wire clock = WCLK ^ IS_WCLK_INVERTED;
  wire [5:0] write_address = {A5, A4, A3, A2, A1, A0};
  always @(posedge clock) if (WE) memory[write_address] <= D;
  assign SPO = memory[write_address];
  assign DPO = memory[{DPRA5, DPRA4, DPRA3, DPRA2, DPRA1, DPRA0}];
endmodule

module RAM128X1D #(parameter [127:0] INIT = 0, parameter [0:0] IS_WCLK_INVERTED = 0) (
  output wire SPO, DPO, input wire D, WCLK, WE, input wire [6:0] A, DPRA
);
  reg [127:0] memory = INIT;
  wire clock = WCLK ^ IS_WCLK_INVERTED;
  wire [6:0] write_address = A;
  always @(posedge clock) if (WE) memory[write_address] <= D;
  assign SPO = memory[write_address];
  assign DPO = memory[DPRA];
endmodule

module RAM256X1D #(parameter [255:0] INIT = 0, parameter [0:0] IS_WCLK_INVERTED = 0) (
  output wire SPO, DPO, input wire D, WCLK, WE, input wire [7:0] A, DPRA
);
  reg [255:0] memory = INIT;
  wire clock = WCLK ^ IS_WCLK_INVERTED;
  wire [7:0] write_address = A;
  always @(posedge clock) if (WE) memory[write_address] <= D;
  assign SPO = memory[write_address];
  assign DPO = memory[DPRA];
endmodule

module SRL16E #(parameter [15:0] INIT = 0, parameter [0:0] IS_CLK_INVERTED = 0) (
  output wire Q, input wire A0, A1, A2, A3, CE, CLK, D
);
  reg [15:0] shift = INIT;
  wire clock = CLK ^ IS_CLK_INVERTED;
  always @(posedge clock) if (CE) shift <= {shift[14:0], D};
  assign Q = shift[{A3, A2, A1, A0}];
endmodule

module SRLC32E #(parameter [31:0] INIT = 0, parameter [0:0] IS_CLK_INVERTED = 0) (
  output wire Q, Q31, input wire [4:0] A, input wire CE, CLK, D
);
  reg [31:0] shift = INIT;
  wire clock = CLK ^ IS_CLK_INVERTED;
  always @(posedge clock) if (CE) shift <= {shift[30:0], D};
  assign Q = shift[A];
  assign Q31 = shift[31];
endmodule
