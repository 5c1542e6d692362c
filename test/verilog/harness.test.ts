import { describe, expect } from 'vitest';
import { buildVerilator, runCycles } from '../../sim/verilator/index.ts';
import { withVerilator } from './verilator.ts';

/** A module without a reset, whose clock is its first port. */
const DELAY = `module delay_line (
  input wire ap_clk,
  input wire [3:0] in,
  output wire [3:0] out
);
  reg [3:0] held = 4'd0;
  always @(posedge ap_clk) held <= in;
  assign out = held;
endmodule
`;

describe('a module without a reset', () => {
  withVerilator('is clocked once a cycle', async () => {
    const model = await buildVerilator(new Map([['delay_line.v', DELAY]]), 'delay_line');
    const given = [3n, 1n, 4n, 1n, 5n, 9n, 2n, 6n];
    const { outputs } = await runCycles(model, { inputs: { in: given }, cycles: given.length });
    expect(outputs.out).toEqual([0n, ...given.slice(0, -1)]);
  }, 300_000);
});
