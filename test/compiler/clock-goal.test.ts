import { describe, expect, it } from 'vitest';
import { compileForGoal } from '../../src/compiler/clock-goal.ts';
import { compileNetwork, type CompileOptions } from '../../src/compiler/compile.ts';
import { simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { predictSpeed, speedOf } from '../../src/compiler/latency.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { loadNetwork } from '../../src/frontend/index.ts';

const network = await loadNetwork('examples/digits/digits.onnx');
const options: CompileOptions = { style: 'unrolled', target: 'ice40' };
const latencyOf = (clock: number): number => predictSpeed(compileNetwork(network, { ...options, clock }).accelerator.network).latency;

describe('clock goals', () => {
  it('max-frequency: the plan meets its clock, and no shorter one', () => {
    const fastest = compileForGoal(network, options, { kind: 'max-frequency' });
    expect(fastest.period).toBeLessThanOrEqual(fastest.clock);
    expect(compileNetwork(network, { ...options, clock: fastest.clock * 0.9 }).period).toBeGreaterThan(fastest.clock * 0.9);
    // Slower by a little needs no more registers.
    expect(latencyOf(fastest.clock * 1.2)).toBeLessThanOrEqual(latencyOf(fastest.clock));
  });

  it.each([9, 12, 16])('latency %i: the shortest clock at which it is kept, as predicted and as measured', (cycles) => {
    const compiled = compileForGoal(network, options, { kind: 'latency', cycles });
    const { latency } = predictSpeed(compiled.accelerator.network);
    expect(latency).toBeLessThanOrEqual(cycles);
    const shorter = latencyOf(Number((compiled.clock - 0.05).toFixed(2)));
    const fastest = compileForGoal(network, options, { kind: 'max-frequency' }).clock;
    if (compiled.clock > fastest + 0.05) expect(shorter).toBeGreaterThan(cycles);
    const run = simulate(compiled.accelerator, simulatorFor(compiled.accelerator, 'emulator'), randomSamples(compiled, 2));
    expect(speedOf(run.times, 2).latency).toBe(latency);
  });

  it('latency that no clock gives is refused', () => {
    expect(() => compileForGoal(network, options, { kind: 'latency', cycles: 2 })).toThrow(/takes \d+ clock cycles at any clock, more than 2\n {2}help: allow more cycles/);
  });
});
