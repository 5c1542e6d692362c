import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/base/npy.ts';
import { UserError } from '../../src/base/diagnostic.ts';
import { DebugShell } from '../../src/cli/debug-shell.ts';
import { compileNetwork, type Style } from '../../src/compiler/compile.ts';
import { Debugger } from '../../src/compiler/debugger.ts';
import { FixedEngine, samplesOf } from '../../src/compiler/engines.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { Random } from '../verilog/random.ts';

async function start(style: Style, samples: number, stall?: { seed: number; percent: number }) {
  const network = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { style, target: 'xc7' });
  const images = 'examples/digits/test-images.npy';
  const taken = samplesOf(network, readNpy(readFileSync(images), images), images).slice(0, samples);
  return { network, samples: taken, session: new Debugger(network.accelerator, taken, stall) };
}

const stateOf = ({ emulator }: Debugger): string[] => [...emulator.signals()].map(({ path }) => `${path} ${emulator.signal(path).get()}`);

describe('debugger', () => {
  for (const style of ['streaming', 'unrolled'] as const) {
    it(`${style}: going back and on again shows every signal as it was, and counts alike`, async () => {
      const stall = { seed: 5, percent: 40 };
      const { session } = await start(style, 300, stall);
      const seen: { state: string[]; report: string }[] = [];
      const length = style === 'streaming' ? 120 : 60;
      for (let cycle = 0; cycle < length; cycle++) {
        seen.push({ state: stateOf(session), report: JSON.stringify([session.report(), session.layers()]) });
        session.step(1);
      }
      const random = new Random(2);
      for (let turn = 0; turn < 12; turn++) {
        const cycle = random.integer(0, length - 1);
        session.goTo(cycle);
        expect(session.cycle).toBe(cycle);
        expect(stateOf(session)).toEqual(seen[cycle].state);
        expect(JSON.stringify([session.report(), session.layers()])).toBe(seen[cycle].report);
      }
      session.goTo(3000);
      const far = stateOf(session);
      session.goTo(1500);
      session.goTo(3000);
      expect(stateOf(session)).toEqual(far);
    });
  }

  it('shows layers as the fixed-point engine has them', async () => {
    const { network, samples, session } = await start('unrolled', 1);
    session.step(1000);
    expect(session.finished).toBe(true);
    const layers = new Map(session.layers().map((beat) => [beat.layer, beat]));
    const { codes } = new FixedEngine(network.fixed).run(samples[0]);
    for (const { name, codes: quantizers } of network.fixed.nodes) {
      const shown = layers.get(name)?.reals;
      if (shown !== undefined) expect([...shown]).toEqual([...codes.get(quantizers![0].tensorName)!]);
    }
    expect([...layers.values()].filter(({ reals }) => reals !== undefined).length).toBeGreaterThan(1);
  });

  it('a fault spreads, and going back before it takes it away', async () => {
    const { session } = await start('streaming', 4);
    session.step(30);
    const before = stateOf(session);
    session.poke('dense_1_in_fifo.held', 3n);
    expect(stateOf(session)).not.toEqual(before);
    session.goTo(10);
    session.goTo(30);
    expect(stateOf(session)).toEqual(before);
    expect(() => session.poke('m_axis_0_tvalid_', 1n)).toThrow('no signal is called');
  });
});

describe('debug commands', () => {
  it('stop, print and go back', async () => {
    const { session } = await start('streaming', 4);
    const shell = new DebugShell(session, 'digits');
    expect(shell.run('step 20')).toBe('cycle 20');
    expect(shell.run('back 5')).toBe('cycle 15');
    expect(shell.run('until m_axis_0_tvalid 1')).toBe('cycle 44: m_axis_0_tvalid is 1');
    expect(shell.run('print m_axis_0_tvalid')).toBe('m_axis_0_tvalid = 1');
    expect(shell.run('break dense_2_in_fifo.held')).toBe('1: dense_2_in_fifo.held changes');
    expect(shell.run('run')).toMatch(/^cycle \d+: dense_2_in_fifo.held is /);
    expect(shell.run('delete')).toBe('');
    expect(shell.run('run')).toMatch(/^cycle \d+, all results are there$/);
    expect(shell.run('layers dense_3')).toMatch(/^dense_3, beat 8: /);
    expect(shell.run('stats')).toMatch(/quant_0_in_fifo +\d/);
    expect(shell.run('goto 0')).toBe('cycle 0');
    expect(shell.run('')).toBe('');
    expect(shell.run('quit')).toBeUndefined();
  });

  it('mistakes are told with a way out', async () => {
    const shell = new DebugShell((await start('streaming', 1)).session, 'digits');
    for (const line of ['jump', 'print foo', 'until', 'step x', 'layers nothing', 'poke dense_1_unit.enable 1', 'vcd', 'goto']) {
      expect(() => shell.run(line), line).toThrow(UserError);
    }
  });
});
