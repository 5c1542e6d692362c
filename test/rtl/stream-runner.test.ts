import { describe, expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { runStreams, stallPattern } from '../../codegen/rtl/stream-runner.ts';
import { emulate } from '../../emulator/index.ts';

/** One register between two streams: takes a beat where it is empty or emptied, adds one to the data, passes `_tlast` on. */
function stage(): Design {
  const b = new ModuleBuilder('stage');
  const valid = b.input('s_axis_0_tvalid', 1);
  const data = b.input('s_axis_0_tdata', 8);
  const last = b.input('s_axis_0_tlast', 1);
  const taken = b.input('m_axis_0_tready', 1);
  const full = b.register(1, { name: 'full', reset: 0 });
  const ready = b.or([b.not(full), taken], { name: 'ready' });
  b.drive(full, valid, ready);
  b.output('s_axis_0_tready', ready);
  b.output('m_axis_0_tvalid', full);
  b.output('m_axis_0_tdata', b.register(8, { next: b.sum([term(data)], 1, 8), enable: ready }));
  b.output('m_axis_0_tlast', b.register(1, { next: last, enable: ready }));
  return { modules: [b.finish()] };
}

const beats = [1n, 2n, 3n, 255n];
const engines = [['evaluator', evaluateDesign(stage())], ['emulator', emulate(stage())]] as const;

describe.each(engines)('runStreams on the %s', (_, simulator) => {
  it('moves a beat a cycle where nothing stalls', () => {
    const result = runStreams(simulator, {
      inputs: [{ prefix: 's_axis_0', beats, last: [false, true, false, true] }],
      outputs: [{ prefix: 'm_axis_0', count: 4, last: true }],
      probes: [
        { name: 'in', valid: 's_axis_0_tvalid', ready: 'ready', data: 's_axis_0_tdata' },
        { name: 'full', valid: 'full', data: 'm_axis_0_tdata' },
      ],
    });
    expect(result).toEqual({
      inputs: [{ prefix: 's_axis_0', cycles: [0, 1, 2, 3] }],
      outputs: [{ prefix: 'm_axis_0', beats: [2n, 3n, 4n, 0n], cycles: [1, 2, 3, 4], last: [false, true, false, true] }],
      probes: [{ name: 'in', beats, cycles: [0, 1, 2, 3] }, { name: 'full', beats: [2n, 3n, 4n, 0n], cycles: [1, 2, 3, 4] }],
      cycles: 5,
    });
  });

  it('keeps an offered beat while its stream stalls, and accepts nothing where the output stalls', () => {
    // The output takes beats in cycles 3, 6, 9 and so on; the input pauses from cycle 1 to 5, when beat 2 is offered already.
    const stall = (stream: number, cycle: number): boolean => (stream === 0 ? cycle > 1 && cycle < 6 : cycle % 3 !== 0);
    const seen: number[] = [];
    const offered = simulator.signal('s_axis_0_tvalid');
    const data = simulator.signal('s_axis_0_tdata');
    const result = runStreams(simulator, {
      inputs: [{ prefix: 's_axis_0', beats }], outputs: [{ prefix: 'm_axis_0', count: 4 }], stall,
      onCycle: () => seen.push(offered.getNumber() * 1000 + data.getNumber()),
    });
    expect(result.inputs[0].cycles).toEqual([0, 3, 6, 9]);
    expect(result.outputs[0]).toEqual({ prefix: 'm_axis_0', beats: [2n, 3n, 4n, 0n], cycles: [3, 6, 9, 12] });
    expect(seen).toEqual([1001, 1002, 1002, 1002, 0, 0, 1003, 1255, 1255, 1255, 0, 0, 0]);
  });

  it('gives the same beats under any stalls, and starts anew each time', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { outputs } = runStreams(simulator, {
        inputs: [{ prefix: 's_axis_0', beats }], outputs: [{ prefix: 'm_axis_0', count: 4 }], stall: stallPattern(seed, 60),
      });
      expect(outputs[0].beats).toEqual([2n, 3n, 4n, 0n]);
    }
  });

  it('reports how far each output came when nothing moves any more', () => {
    const request = { inputs: [{ prefix: 's_axis_0', beats }], outputs: [{ prefix: 'm_axis_0', count: 5 }], cycleLimit: 50 };
    expect(() => runStreams(simulator, request)).toThrow('no end after 50 cycles: m_axis_0 has 4 of 5 beats');
  });
});

describe('stallPattern', () => {
  it('is the hash that it documents', () => {
    const modulo = (value: bigint): bigint => BigInt.asUintN(32, value);
    const pauses = (seed: number, stream: number, cycle: number, percent: number): boolean => {
      let h = modulo(BigInt(seed) ^ modulo(BigInt(stream) * 0x9e3779b9n) ^ modulo(BigInt(cycle) * 0x85ebca6bn));
      h = modulo((h ^ (h >> 16n)) * 0x7feb352dn);
      h = modulo((h ^ (h >> 15n)) * 0x846ca68bn);
      h ^= h >> 16n;
      return h % 100n < BigInt(percent);
    };
    for (let cycle = 0; cycle < 1000; cycle++) expect(stallPattern(7, 30)(2, cycle)).toBe(pauses(7, 2, cycle, 30));
  });

  it('pauses about as often as asked', () => {
    const cycles = Array.from({ length: 10_000 }, (_, cycle) => cycle);
    const count = (percent: number): number => cycles.filter((cycle) => stallPattern(1, percent)(0, cycle)).length;
    expect([count(0), count(100)]).toEqual([0, 10_000]);
    expect(count(30)).toBeGreaterThan(2800);
    expect(count(30)).toBeLessThan(3200);
  });
});
