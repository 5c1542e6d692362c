// DSP blocks of AMD 7 series (DSP48E1) and UltraScale+ (DSP48E2), as far as synthesis uses them: pre-adder, multiplier,
// addition and
// subtraction of 48 bits, pattern detection; no logic unit, no parts of 24 or 12 bits, no carry out.

// A value through as many registers (0 to 2) as told; `first` is the value behind the first of two registers, or else the result.
module bitloom_dsp_input #(parameter WIDTH = 1, STAGES = 1) (
  input wire clock, enable1, enable2, reset, input wire [WIDTH-1:0] in, output wire [WIDTH-1:0] first, out
);
  generate
    if (STAGES == 0) begin : direct
      assign first = in;
      assign out = in;
    end else begin : registered
      reg [WIDTH-1:0] stage1, stage2;
      initial {stage1, stage2} = 0;
      always @(posedge clock) begin
        if (reset) stage1 <= 0;
        else if (enable1) stage1 <= in;
        if (reset) stage2 <= 0;
        else if (enable2) stage2 <= STAGES == 2 ? stage1 : in;
      end
      assign first = STAGES == 2 ? stage1 : stage2;
      assign out = stage2;
    end
  endgenerate
endmodule

module bitloom_dsp #(
  parameter WIDTH = 25, ADREG = 1, ALUMODEREG = 1, AREG = 1, BREG = 1, ACASCREG = 1, BCASCREG = 1, CARRYINREG = 1, CREG = 1,
    DREG = 1,
  parameter INMODEREG = 1, MREG = 1, OPMODEREG = 1, PREG = 1, A_CASCADE = 0, B_CASCADE = 0, PREADD = 0,
  parameter [47:0] MASK = 0, PATTERN = 0, ROUNDING = 0
) (
  input wire [29:0] a, a_cascade,
  input wire [17:0] b, b_cascade,
  input wire [47:0] c, p_cascade,
  input wire [WIDTH-1:0] d,
  input wire [3:0] alu_mode,
  input wire [4:0] in_mode,
  input wire [8:0] operation,
  input wire [2:0] carry_select,
  input wire carry_in, clock,
  input wire enable_a1, enable_a2, enable_b1, enable_b2, enable_c, enable_d, enable_ad, enable_m, enable_p,
  input wire enable_alu_mode, enable_control, enable_in_mode, enable_carry,
  input wire reset_a, reset_b, reset_c, reset_d, reset_m, reset_p, reset_alu_mode, reset_control, reset_in_mode, reset_carry,
  output wire [29:0] a_out,
  output wire [17:0] b_out,
  output wire [47:0] p,
  output wire match, match_inverted
);
  wire [29:0] a1, a2;
  wire [17:0] b1, b2;
  wire [47:0] c_now;
  wire [WIDTH-1:0] d_now, sum;
  wire [3:0] mode;
  wire [4:0] select;
  wire [8:0] op;
  wire carry;

  bitloom_dsp_input #(30, AREG) a_input (clock, enable_a1, enable_a2, reset_a, A_CASCADE ? a_cascade : a, a1, a2);
  bitloom_dsp_input #(18, BREG) b_input (clock, enable_b1, enable_b2, reset_b, B_CASCADE ? b_cascade : b, b1, b2);
  bitloom_dsp_input #(48, CREG) c_input (clock, 1'b0, enable_c, reset_c, c, , c_now);
  bitloom_dsp_input #(WIDTH, DREG) d_input (clock, 1'b0, enable_d, reset_d, d, , d_now);
  bitloom_dsp_input #(4, ALUMODEREG) mode_input (clock, 1'b0, enable_alu_mode, reset_alu_mode, alu_mode, , mode);
  bitloom_dsp_input #(5, INMODEREG) select_input (clock, 1'b0, enable_in_mode, reset_in_mode, in_mode, , select);
  bitloom_dsp_input #(9, OPMODEREG) op_input (clock, 1'b0, enable_control, reset_control, operation, , op);
  bitloom_dsp_input #(1, CARRYINREG) carry_input (clock, 1'b0, enable_carry, reset_carry, carry_in, , carry);

  assign a_out = ACASCREG == 1 ? a1 : a2;
  assign b_out = BCASCREG == 1 ? b1 : b2;

  // Pre-adder and multiplier.
  wire [WIDTH-1:0] factor_a = select[1] ? {WIDTH{1'b0}} : select[0] ? a1[WIDTH-1:0] : a2[WIDTH-1:0];
  wire [WIDTH-1:0] added = select[2] ? d_now : {WIDTH{1'b0}};
  bitloom_dsp_input #(WIDTH, ADREG) sum_stage (clock, 1'b0, enable_ad, reset_d,
    select[3] ? added - factor_a : added + factor_a, , sum);
  wire signed [WIDTH-1:0] left = PREADD ? sum : factor_a;
  wire signed [17:0] right = select[4] ? b1 : b2;
  wire signed [WIDTH+17:0] product = left * right;
  wire signed [WIDTH+17:0] m;
  bitloom_dsp_input #(WIDTH + 18, MREG) m_stage (clock, 1'b0, enable_m, reset_m, product, , m);

  // The four operands of the adder. Where X takes the product, Y takes its other half: zero, for all of it is in X here.
  wire [47:0] x = op[1:0] == 2'd1 ? {{(30-WIDTH){m[WIDTH+17]}}, m} : op[1:0] == 2'd2 ? p : op[1:0] == 2'd3 ? {a2, b2} : 48'b0;
  wire [47:0] y = op[3:2] == 2'd2 ? {48{1'b1}} : op[3:2] == 2'd3 ? c_now : 48'b0;
  wire [47:0] w = op[8:7] == 2'd1 ? p : op[8:7] == 2'd2 ? ROUNDING : op[8:7] == 2'd3 ? c_now : 48'b0;
  reg [47:0] z;
  always @*
    case (op[6:4])
      3'd1: z = p_cascade;
      3'd2, 3'd4: z = p;
      3'd3: z = c_now;
      3'd5: z = {{17{p_cascade[47]}}, p_cascade[47:17]};
      3'd6: z = {{17{p[47]}}, p[47:17]};
      default: z = 48'b0;
    endcase

  wire [47:0] others = x + y + w + {47'b0, carry};
  wire [47:0] result = mode == 4'd0 ? z + others : mode == 4'd1 ? ~z + others : mode == 4'd2 ? ~(z + others) : z - others;
  wire found = &((result ~^ PATTERN) | MASK), found_inverted = &((result ^ PATTERN) | MASK);
  bitloom_dsp_input #(50, PREG) p_stage (
    clock, 1'b0, enable_p, reset_p, {found_inverted, found, result}, , {match_inverted, match, p}
  );

  always @(posedge clock)
    if (mode > 4'd3 || carry_select != 3'd0) $fatal(1, "DSP block: operation without a model");
endmodule

module DSP48E1 #(
  parameter ACASCREG = 1, ADREG = 1, ALUMODEREG = 1, AREG = 1, BCASCREG = 1, BREG = 1, CARRYINREG = 1, CARRYINSELREG = 1,
    CREG = 1,
  parameter DREG = 1, INMODEREG = 1, MREG = 1, OPMODEREG = 1, PREG = 1, A_INPUT = "DIRECT", B_INPUT = "DIRECT",
  parameter USE_MULT = "MULTIPLY", USE_SIMD = "ONE48", USE_PATTERN_DETECT = "NO_PATDET", AUTORESET_PATDET = "NO_RESET",
  parameter SEL_MASK = "MASK", SEL_PATTERN = "PATTERN", USE_DPORT = "FALSE",
  parameter [47:0] MASK = 48'h3fffffffffff, PATTERN = 0
) (
  output wire [29:0] ACOUT,
  output wire [17:0] BCOUT,
  output wire CARRYCASCOUT, MULTSIGNOUT, OVERFLOW, UNDERFLOW, PATTERNDETECT, PATTERNBDETECT,
  output wire [3:0] CARRYOUT,
  output wire [47:0] P, PCOUT,
  input wire [29:0] A, ACIN,
  input wire [17:0] B, BCIN,
  input wire [47:0] C, PCIN,
  input wire [24:0] D,
  input wire [3:0] ALUMODE,
  input wire [2:0] CARRYINSEL,
  input wire [4:0] INMODE,
  input wire [6:0] OPMODE,
  input wire CARRYIN, CARRYCASCIN, MULTSIGNIN, CLK,
  input wire CEA1, CEA2, CEAD, CEALUMODE, CEB1, CEB2, CEC, CECARRYIN, CECTRL, CED, CEINMODE, CEM, CEP,
  input wire RSTA, RSTALLCARRYIN, RSTALUMODE, RSTB, RSTC, RSTCTRL, RSTD, RSTINMODE, RSTM, RSTP
);
  initial
    if (USE_SIMD != "ONE48" || AUTORESET_PATDET != "NO_RESET")
      $fatal(1, "DSP48E1: mode without a model");

  bitloom_dsp #(
    .WIDTH(25), .ADREG(ADREG), .ALUMODEREG(ALUMODEREG), .AREG(AREG), .BREG(BREG), .ACASCREG(ACASCREG), .BCASCREG(BCASCREG),
    .CARRYINREG(CARRYINREG), .CREG(CREG), .DREG(DREG), .INMODEREG(INMODEREG), .MREG(MREG), .OPMODEREG(OPMODEREG), .PREG(PREG),
    .A_CASCADE(A_INPUT == "CASCADE"), .B_CASCADE(B_INPUT == "CASCADE"), .PREADD(USE_DPORT == "TRUE"),
    .MASK(MASK), .PATTERN(PATTERN), .ROUNDING(48'b0)
  ) block (
    .a(A), .a_cascade(ACIN), .b(B), .b_cascade(BCIN), .c(C), .p_cascade(PCIN), .d(D), .alu_mode(ALUMODE), .in_mode(INMODE),
    .operation({2'b00, OPMODE}), .carry_select(CARRYINSEL), .carry_in(CARRYIN), .clock(CLK),
    .enable_a1(CEA1), .enable_a2(CEA2), .enable_b1(CEB1), .enable_b2(CEB2), .enable_c(CEC), .enable_d(CED), .enable_ad(CEAD),
    .enable_m(CEM), .enable_p(CEP), .enable_alu_mode(CEALUMODE), .enable_control(CECTRL), .enable_in_mode(CEINMODE),
    .enable_carry(CECARRYIN), .reset_a(RSTA), .reset_b(RSTB), .reset_c(RSTC), .reset_d(RSTD), .reset_m(RSTM), .reset_p(RSTP),
    .reset_alu_mode(RSTALUMODE), .reset_control(RSTCTRL), .reset_in_mode(RSTINMODE), .reset_carry(RSTALLCARRYIN),
    .a_out(ACOUT), .b_out(BCOUT), .p(P), .match(PATTERNDETECT), .match_inverted(PATTERNBDETECT)
  );
  assign PCOUT = P;
  assign {CARRYCASCOUT, MULTSIGNOUT, OVERFLOW, UNDERFLOW, CARRYOUT} = 8'b0;
endmodule

module DSP48E2 #(
  parameter ACASCREG = 1, ADREG = 1, ALUMODEREG = 1, AREG = 1, BCASCREG = 1, BREG = 1, CARRYINREG = 1, CARRYINSELREG = 1,
    CREG = 1,
  parameter DREG = 1, INMODEREG = 1, MREG = 1, OPMODEREG = 1, PREG = 1, A_INPUT = "DIRECT", B_INPUT = "DIRECT",
  parameter USE_MULT = "MULTIPLY", USE_SIMD = "ONE48", USE_PATTERN_DETECT = "NO_PATDET", AUTORESET_PATDET = "NO_RESET",
  parameter SEL_MASK = "MASK", SEL_PATTERN = "PATTERN", AMULTSEL = "A", BMULTSEL = "B", PREADDINSEL = "A",
    USE_WIDEXOR = "FALSE", XORSIMD = "XOR24_48_96", AUTORESET_PRIORITY = "RESET",
  parameter [47:0] MASK = 48'h3fffffffffff, PATTERN = 0, RND = 0
) (
  output wire [29:0] ACOUT,
  output wire [17:0] BCOUT,
  output wire CARRYCASCOUT, MULTSIGNOUT, OVERFLOW, UNDERFLOW, PATTERNDETECT, PATTERNBDETECT,
  output wire [3:0] CARRYOUT,
  output wire [47:0] P, PCOUT,
  output wire [7:0] XOROUT,
  input wire [29:0] A, ACIN,
  input wire [17:0] B, BCIN,
  input wire [47:0] C, PCIN,
  input wire [26:0] D,
  input wire [3:0] ALUMODE,
  input wire [2:0] CARRYINSEL,
  input wire [4:0] INMODE,
  input wire [8:0] OPMODE,
  input wire CARRYIN, CARRYCASCIN, MULTSIGNIN, CLK,
  input wire CEA1, CEA2, CEAD, CEALUMODE, CEB1, CEB2, CEC, CECARRYIN, CECTRL, CED, CEINMODE, CEM, CEP,
  input wire RSTA, RSTALLCARRYIN, RSTALUMODE, RSTB, RSTC, RSTCTRL, RSTD, RSTINMODE, RSTM, RSTP
);
  initial
    if (USE_SIMD != "ONE48" || AUTORESET_PATDET != "NO_RESET" || BMULTSEL != "B" || PREADDINSEL != "A" || USE_WIDEXOR != "FALSE")
      $fatal(1, "DSP48E2: mode without a model");

  bitloom_dsp #(
    .WIDTH(27), .ADREG(ADREG), .ALUMODEREG(ALUMODEREG), .AREG(AREG), .BREG(BREG), .ACASCREG(ACASCREG), .BCASCREG(BCASCREG),
    .CARRYINREG(CARRYINREG), .CREG(CREG), .DREG(DREG), .INMODEREG(INMODEREG), .MREG(MREG), .OPMODEREG(OPMODEREG), .PREG(PREG),
    .A_CASCADE(A_INPUT == "CASCADE"), .B_CASCADE(B_INPUT == "CASCADE"), .PREADD(AMULTSEL == "AD"),
    .MASK(MASK), .PATTERN(PATTERN), .ROUNDING(RND)
  ) block (
    .a(A), .a_cascade(ACIN), .b(B), .b_cascade(BCIN), .c(C), .p_cascade(PCIN), .d(D), .alu_mode(ALUMODE), .in_mode(INMODE),
    .operation(OPMODE), .carry_select(CARRYINSEL), .carry_in(CARRYIN), .clock(CLK),
    .enable_a1(CEA1), .enable_a2(CEA2), .enable_b1(CEB1), .enable_b2(CEB2), .enable_c(CEC), .enable_d(CED), .enable_ad(CEAD),
    .enable_m(CEM), .enable_p(CEP), .enable_alu_mode(CEALUMODE), .enable_control(CECTRL), .enable_in_mode(CEINMODE),
    .enable_carry(CECARRYIN), .reset_a(RSTA), .reset_b(RSTB), .reset_c(RSTC), .reset_d(RSTD), .reset_m(RSTM), .reset_p(RSTP),
    .reset_alu_mode(RSTALUMODE), .reset_control(RSTCTRL), .reset_in_mode(RSTINMODE), .reset_carry(RSTALLCARRYIN),
    .a_out(ACOUT), .b_out(BCOUT), .p(P), .match(PATTERNDETECT), .match_inverted(PATTERNBDETECT)
  );
  assign PCOUT = P;
  assign {CARRYCASCOUT, MULTSIGNOUT, OVERFLOW, UNDERFLOW, CARRYOUT} = 8'b0;
  assign XOROUT = 8'b0;
endmodule
