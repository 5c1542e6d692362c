// Cells of Lattice iCE40, as far as synthesis uses them. Flip-flops are 0 at power-up.

module SB_LUT4 #(parameter [15:0] LUT_INIT = 0) (output wire O, input wire I0, I1, I2, I3);
  assign O = LUT_INIT[{I3, I2, I1, I0}];
endmodule

module SB_CARRY (output wire CO, input wire I0, I1, CI);
  assign CO = I0 & I1 | I0 & CI | I1 & CI;
endmodule

module SB_DFF (output reg Q, input wire C, input wire D);
  initial Q = 1'b0;
  always @(posedge C)
    Q <= D;
endmodule

module SB_DFFSR (output reg Q, input wire C, input wire R, input wire D);
  initial Q = 1'b0;
  always @(posedge C)
    Q <= R ? 1'b0 : D;
endmodule

module SB_DFFR (output reg Q, input wire C, input wire R, input wire D);
  initial Q = 1'b0;
  always @(posedge C or posedge R)
    if (R) Q <= 1'b0;
    else Q <= D;
endmodule

module SB_DFFSS (output reg Q, input wire C, input wire S, input wire D);
  initial Q = 1'b0;
  always @(posedge C)
    Q <= S ? 1'b1 : D;
endmodule

module SB_DFFS (output reg Q, input wire C, input wire S, input wire D);
  initial Q = 1'b0;
  always @(posedge C or posedge S)
    if (S) Q <= 1'b1;
    else Q <= D;
endmodule

module SB_DFFE (output reg Q, input wire C, input wire E, input wire D);
  initial Q = 1'b0;
  always @(posedge C)
    if (E) Q <= D;
endmodule

module SB_DFFESR (output reg Q, input wire C, input wire E, input wire R, input wire D);
  initial Q = 1'b0;
  always @(posedge C)
    if (E) Q <= R ? 1'b0 : D;
endmodule

module SB_DFFER (output reg Q, input wire C, input wire E, input wire R, input wire D);
  initial Q = 1'b0;
  always @(posedge C or posedge R)
    if (R) Q <= 1'b0;
    else if (E) Q <= D;
endmodule

module SB_DFFESS (output reg Q, input wire C, input wire E, input wire S, input wire D);
  initial Q = 1'b0;
  always @(posedge C)
    if (E) Q <= S ? 1'b1 : D;
endmodule

module SB_DFFES (output reg Q, input wire C, input wire E, input wire S, input wire D);
  initial Q = 1'b0;
  always @(posedge C or posedge S)
    if (S) Q <= 1'b1;
    else if (E) Q <= D;
endmodule

module SB_DFFN (output reg Q, input wire C, input wire D);
  initial Q = 1'b0;
  always @(negedge C)
    Q <= D;
endmodule

module SB_DFFNSR (output reg Q, input wire C, input wire R, input wire D);
  initial Q = 1'b0;
  always @(negedge C)
    Q <= R ? 1'b0 : D;
endmodule

module SB_DFFNR (output reg Q, input wire C, input wire R, input wire D);
  initial Q = 1'b0;
  always @(negedge C or posedge R)
    if (R) Q <= 1'b0;
    else Q <= D;
endmodule

module SB_DFFNSS (output reg Q, input wire C, input wire S, input wire D);
  initial Q = 1'b0;
  always @(negedge C)
    Q <= S ? 1'b1 : D;
endmodule

module SB_DFFNS (output reg Q, input wire C, input wire S, input wire D);
  initial Q = 1'b0;
  always @(negedge C or posedge S)
    if (S) Q <= 1'b1;
    else Q <= D;
endmodule

module SB_DFFNE (output reg Q, input wire C, input wire E, input wire D);
  initial Q = 1'b0;
  always @(negedge C)
    if (E) Q <= D;
endmodule

module SB_DFFNESR (output reg Q, input wire C, input wire E, input wire R, input wire D);
  initial Q = 1'b0;
  always @(negedge C)
    if (E) Q <= R ? 1'b0 : D;
endmodule

module SB_DFFNER (output reg Q, input wire C, input wire E, input wire R, input wire D);
  initial Q = 1'b0;
  always @(negedge C or posedge R)
    if (R) Q <= 1'b0;
    else if (E) Q <= D;
endmodule

module SB_DFFNESS (output reg Q, input wire C, input wire E, input wire S, input wire D);
  initial Q = 1'b0;
  always @(negedge C)
    if (E) Q <= S ? 1'b1 : D;
endmodule

module SB_DFFNES (output reg Q, input wire C, input wire E, input wire S, input wire D);
  initial Q = 1'b0;
  always @(negedge C or posedge S)
    if (S) Q <= 1'b1;
    else if (E) Q <= D;
endmodule

module SB_RAM40_4K #(
  parameter WRITE_MODE = 0, READ_MODE = 0,
  parameter [255:0] INIT_0 = 256'b0, INIT_1 = 256'b0, INIT_2 = 256'b0, INIT_3 = 256'b0, INIT_4 = 256'b0, INIT_5 = 256'b0,
    INIT_6 = 256'b0, INIT_7 = 256'b0,
  parameter [255:0] INIT_8 = 256'b0, INIT_9 = 256'b0, INIT_A = 256'b0, INIT_B = 256'b0, INIT_C = 256'b0, INIT_D = 256'b0,
    INIT_E = 256'b0, INIT_F = 256'b0
) (
  output wire [15:0] RDATA,
  input wire RCLK, RCLKE, RE,
  input wire [10:0] RADDR,
  input wire WCLK, WCLKE, WE,
  input wire [10:0] WADDR,
  input wire [15:0] MASK, WDATA
);
  localparam [4095:0] CONTENTS = {
    INIT_F, INIT_E, INIT_D, INIT_C, INIT_B, INIT_A, INIT_9, INIT_8,
    INIT_7, INIT_6, INIT_5, INIT_4, INIT_3, INIT_2, INIT_1, INIT_0
  };
  localparam READ_PARTS = 1 << READ_MODE, WRITE_PARTS = 1 << WRITE_MODE;
  localparam READ_LINE = READ_MODE == 0 ? 0 : READ_PARTS / 2 - 1, WRITE_LINE = WRITE_MODE == 0 ? 0 : WRITE_PARTS / 2 - 1;
  reg [15:0] memory [0:255];
  reg [15:0] word;
  reg [2:0] part;
  integer i;

  initial begin
    for (i = 0; i < 256; i = i + 1) memory[i] = CONTENTS[16 * i +: 16];
    word = 0;
    part = 0;
  end

  always @(posedge WCLK)
    if (WE && WCLKE)
      for (i = 0; i < 16; i = i + 1)
        if (WRITE_PARTS == 1 ? !MASK[i] : i % WRITE_PARTS == {29'b0, WADDR[10:8]} % WRITE_PARTS)
          memory[WADDR[7:0]][i] <= WDATA[i - i % WRITE_PARTS + WRITE_LINE];

  // Narrow words lie interleaved: bit k of word (part, row) is bit k * parts + part of the row, and travels on data line
  // k * parts + parts / 2 - 1.
  always @(posedge RCLK)
    if (RE && RCLKE) begin
      word <= memory[RADDR[7:0]];
      part <= RADDR[10:8];
    end

  genvar k;
  generate
    for (k = 0; k < 16; k = k + 1) begin : line
      if (k % READ_PARTS == READ_LINE) assign RDATA[k] = word[k - k % READ_PARTS + {29'b0, part} % READ_PARTS];
      else assign RDATA[k] = 1'b0;
    end
  endgenerate
endmodule

module SB_RAM40_4KNR #(
  parameter WRITE_MODE = 0, READ_MODE = 0,
  parameter [255:0] INIT_0 = 256'b0, INIT_1 = 256'b0, INIT_2 = 256'b0, INIT_3 = 256'b0, INIT_4 = 256'b0, INIT_5 = 256'b0,
    INIT_6 = 256'b0, INIT_7 = 256'b0,
  parameter [255:0] INIT_8 = 256'b0, INIT_9 = 256'b0, INIT_A = 256'b0, INIT_B = 256'b0, INIT_C = 256'b0, INIT_D = 256'b0,
    INIT_E = 256'b0, INIT_F = 256'b0
) (
  output wire [15:0] RDATA,
  input wire RCLKN, RCLKE, RE,
  input wire [10:0] RADDR,
  input wire WCLK, WCLKE, WE,
  input wire [10:0] WADDR,
  input wire [15:0] MASK, WDATA
);
  localparam [4095:0] CONTENTS = {
    INIT_F, INIT_E, INIT_D, INIT_C, INIT_B, INIT_A, INIT_9, INIT_8,
    INIT_7, INIT_6, INIT_5, INIT_4, INIT_3, INIT_2, INIT_1, INIT_0
  };
  localparam READ_PARTS = 1 << READ_MODE, WRITE_PARTS = 1 << WRITE_MODE;
  localparam READ_LINE = READ_MODE == 0 ? 0 : READ_PARTS / 2 - 1, WRITE_LINE = WRITE_MODE == 0 ? 0 : WRITE_PARTS / 2 - 1;
  reg [15:0] memory [0:255];
  reg [15:0] word;
  reg [2:0] part;
  integer i;

  initial begin
    for (i = 0; i < 256; i = i + 1) memory[i] = CONTENTS[16 * i +: 16];
    word = 0;
    part = 0;
  end

  always @(posedge WCLK)
    if (WE && WCLKE)
      for (i = 0; i < 16; i = i + 1)
        if (WRITE_PARTS == 1 ? !MASK[i] : i % WRITE_PARTS == {29'b0, WADDR[10:8]} % WRITE_PARTS)
          memory[WADDR[7:0]][i] <= WDATA[i - i % WRITE_PARTS + WRITE_LINE];

  // Narrow words lie interleaved: bit k of word (part, row) is bit k * parts + part of the row, and travels on data line
  // k * parts + parts / 2 - 1.
  always @(negedge RCLKN)
    if (RE && RCLKE) begin
      word <= memory[RADDR[7:0]];
      part <= RADDR[10:8];
    end

  genvar k;
  generate
    for (k = 0; k < 16; k = k + 1) begin : line
      if (k % READ_PARTS == READ_LINE) assign RDATA[k] = word[k - k % READ_PARTS + {29'b0, part} % READ_PARTS];
      else assign RDATA[k] = 1'b0;
    end
  endgenerate
endmodule

module SB_RAM40_4KNW #(
  parameter WRITE_MODE = 0, READ_MODE = 0,
  parameter [255:0] INIT_0 = 256'b0, INIT_1 = 256'b0, INIT_2 = 256'b0, INIT_3 = 256'b0, INIT_4 = 256'b0, INIT_5 = 256'b0,
    INIT_6 = 256'b0, INIT_7 = 256'b0,
  parameter [255:0] INIT_8 = 256'b0, INIT_9 = 256'b0, INIT_A = 256'b0, INIT_B = 256'b0, INIT_C = 256'b0, INIT_D = 256'b0,
    INIT_E = 256'b0, INIT_F = 256'b0
) (
  output wire [15:0] RDATA,
  input wire RCLK, RCLKE, RE,
  input wire [10:0] RADDR,
  input wire WCLKN, WCLKE, WE,
  input wire [10:0] WADDR,
  input wire [15:0] MASK, WDATA
);
  localparam [4095:0] CONTENTS = {
    INIT_F, INIT_E, INIT_D, INIT_C, INIT_B, INIT_A, INIT_9, INIT_8,
    INIT_7, INIT_6, INIT_5, INIT_4, INIT_3, INIT_2, INIT_1, INIT_0
  };
  localparam READ_PARTS = 1 << READ_MODE, WRITE_PARTS = 1 << WRITE_MODE;
  localparam READ_LINE = READ_MODE == 0 ? 0 : READ_PARTS / 2 - 1, WRITE_LINE = WRITE_MODE == 0 ? 0 : WRITE_PARTS / 2 - 1;
  reg [15:0] memory [0:255];
  reg [15:0] word;
  reg [2:0] part;
  integer i;

  initial begin
    for (i = 0; i < 256; i = i + 1) memory[i] = CONTENTS[16 * i +: 16];
    word = 0;
    part = 0;
  end

  always @(negedge WCLKN)
    if (WE && WCLKE)
      for (i = 0; i < 16; i = i + 1)
        if (WRITE_PARTS == 1 ? !MASK[i] : i % WRITE_PARTS == {29'b0, WADDR[10:8]} % WRITE_PARTS)
          memory[WADDR[7:0]][i] <= WDATA[i - i % WRITE_PARTS + WRITE_LINE];

  // Narrow words lie interleaved: bit k of word (part, row) is bit k * parts + part of the row, and travels on data line
  // k * parts + parts / 2 - 1.
  always @(posedge RCLK)
    if (RE && RCLKE) begin
      word <= memory[RADDR[7:0]];
      part <= RADDR[10:8];
    end

  genvar k;
  generate
    for (k = 0; k < 16; k = k + 1) begin : line
      if (k % READ_PARTS == READ_LINE) assign RDATA[k] = word[k - k % READ_PARTS + {29'b0, part} % READ_PARTS];
      else assign RDATA[k] = 1'b0;
    end
  endgenerate
endmodule

module SB_RAM40_4KNRNW #(
  parameter WRITE_MODE = 0, READ_MODE = 0,
  parameter [255:0] INIT_0 = 256'b0, INIT_1 = 256'b0, INIT_2 = 256'b0, INIT_3 = 256'b0, INIT_4 = 256'b0, INIT_5 = 256'b0,
    INIT_6 = 256'b0, INIT_7 = 256'b0,
  parameter [255:0] INIT_8 = 256'b0, INIT_9 = 256'b0, INIT_A = 256'b0, INIT_B = 256'b0, INIT_C = 256'b0, INIT_D = 256'b0,
    INIT_E = 256'b0, INIT_F = 256'b0
) (
  output wire [15:0] RDATA,
  input wire RCLKN, RCLKE, RE,
  input wire [10:0] RADDR,
  input wire WCLKN, WCLKE, WE,
  input wire [10:0] WADDR,
  input wire [15:0] MASK, WDATA
);
  localparam [4095:0] CONTENTS = {
    INIT_F, INIT_E, INIT_D, INIT_C, INIT_B, INIT_A, INIT_9, INIT_8,
    INIT_7, INIT_6, INIT_5, INIT_4, INIT_3, INIT_2, INIT_1, INIT_0
  };
  localparam READ_PARTS = 1 << READ_MODE, WRITE_PARTS = 1 << WRITE_MODE;
  localparam READ_LINE = READ_MODE == 0 ? 0 : READ_PARTS / 2 - 1, WRITE_LINE = WRITE_MODE == 0 ? 0 : WRITE_PARTS / 2 - 1;
  reg [15:0] memory [0:255];
  reg [15:0] word;
  reg [2:0] part;
  integer i;

  initial begin
    for (i = 0; i < 256; i = i + 1) memory[i] = CONTENTS[16 * i +: 16];
    word = 0;
    part = 0;
  end

  always @(negedge WCLKN)
    if (WE && WCLKE)
      for (i = 0; i < 16; i = i + 1)
        if (WRITE_PARTS == 1 ? !MASK[i] : i % WRITE_PARTS == {29'b0, WADDR[10:8]} % WRITE_PARTS)
          memory[WADDR[7:0]][i] <= WDATA[i - i % WRITE_PARTS + WRITE_LINE];

  // Narrow words lie interleaved: bit k of word (part, row) is bit k * parts + part of the row, and travels on data line
  // k * parts + parts / 2 - 1.
  always @(negedge RCLKN)
    if (RE && RCLKE) begin
      word <= memory[RADDR[7:0]];
      part <= RADDR[10:8];
    end

  genvar k;
  generate
    for (k = 0; k < 16; k = k + 1) begin : line
      if (k % READ_PARTS == READ_LINE) assign RDATA[k] = word[k - k % READ_PARTS + {29'b0, part} % READ_PARTS];
      else assign RDATA[k] = 1'b0;
    end
  endgenerate
endmodule
