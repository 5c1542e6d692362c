import { userError } from '../../src/base/diagnostic.ts';
import { findTool, ToolPool } from '../tool-pool.ts';
import { cacheKey, SynthesisCache } from '../yosys/cache.ts';
import type { Part } from './devices.ts';
import { criticalPath, type CriticalPath, type TimingReport } from './timing-report.ts';

export interface PlacementOptions {
  readonly part: Part;
  /** Clock period to reach, in nanoseconds. */
  readonly clock: number;
  /** Where the placer's random numbers begin; 1 unless told. */
  readonly seed?: number;
  /** Prefixes of instances that are no units of the network, to be left out of names: `accelerator.`, `core.`. */
  readonly inside?: readonly string[];
  /** Seeds to try one after the other, from `seed` on, until the clock is met; 1 unless told. */
  readonly attempts?: number;
  /** `$BITLOOM_CACHE/synthesis`, or `~/.cache/bitloom/synthesis`, unless told. */
  readonly cacheFolder?: string;
  /** Called before each attempt. */
  readonly progress?: (attempt: number, attempts: number) => void;
  /** For each attempt; 1800 unless told. */
  readonly timeoutSeconds?: number;
}

/** How much of what a part has is taken. */
export interface Utilization {
  readonly used: number;
  readonly available: number;
}

export interface Placement {
  readonly part: Part;
  readonly seed: number;
  readonly nextpnr: string;
  /** Clock period asked for, and the shortest that the routed design allows, in nanoseconds. */
  readonly clock: number;
  readonly reached: number;
  readonly cells: Utilization;
  readonly memories: Utilization;
  readonly pins: Utilization;
  readonly path: CriticalPath;
  /** For a programmer of iCE40 parts, and the same as text. */
  readonly bitstream: Uint8Array;
  readonly ascii: string;
  readonly seconds: number;
}

const NEXTPNR = findTool('nextpnr', '@yowasp/nextpnr-ice40');
/** Grows whenever placements in the cache would no longer be what is computed here. */
const FORMAT = 1;

/** What is kept of one run. */
interface Stored {
  readonly seed: number;
  readonly report: TimingReport;
  /** In base 64. */
  readonly bitstream: string;
  readonly ascii: string;
  readonly seconds: number;
}

/**
 * Places and routes a netlist of iCE40 cells (in Yosys's JSON) with top module `top`, whose clock is `ap_clk`. Pins are where nextpnr puts
 * them; paths to and from pins are in no clock period. The best of the attempts.
 * @throws UserError where the design does not fit into the part, or nextpnr fails
 */
export async function placeAndRoute(netlist: string, top: string, options: PlacementOptions): Promise<Placement> {
  const { part, clock, seed = 1, attempts = 1 } = options;
  const cache = new SynthesisCache(options.cacheFolder);
  const pool = new ToolPool(NEXTPNR, 1, options.timeoutSeconds ?? 1800);
  try {
    let best: Placement | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      options.progress?.(attempt, attempts);
      const key = cacheKey('placement', FORMAT, NEXTPNR.version, netlist, top, part.device.name, part.package, clock, seed + attempt);
      let made = await cache.read<Stored>(key);
      if (made === undefined) {
        made = await attemptOf(netlist, top, part, clock, seed + attempt, pool);
        await cache.write(key, made);
      }
      const placement = placementOf(made, options);
      if (best === undefined || placement.reached < best.reached) best = placement;
      if (best.reached <= clock) break;
    }
    return best!;
  } finally {
    pool.close();
  }
}

async function attemptOf(netlist: string, top: string, part: Part, clock: number, seed: number, pool: ToolPool): Promise<Stored> {
  const { files, seconds } = await pool.run({
    subject: `module ${top}`,
    commands: [
      {
        run: 'runNextpnrIce40',
        args: [
          `--${part.device.name}`, '--package', part.package, '--json', 'netlist.json', '--top', top, '--freq', (1000 / clock).toFixed(3),
          '--seed', String(seed), '--asc', 'placed.asc', '--report', 'report.json', '--timing-allow-fail', '--pcf-allow-unconstrained',
          '--no-print-critical-path-source',
        ],
      },
      { run: 'runIcepack', args: ['placed.asc', 'placed.bin'] },
    ],
    files: { 'netlist.json': netlist },
    results: ['placed.asc', 'placed.bin', 'report.json'],
    explain: log => tooLarge(log, top, part),
    slowHelp: 'allow more time, or make the design smaller: a lower degree of parallelism',
  });
  const { critical_paths: paths, utilization } = JSON.parse(text(files['report.json'])) as TimingReport;
  return {
    seed, report: { critical_paths: paths, utilization },
    bitstream: Buffer.from(files['placed.bin']).toString('base64'), ascii: text(files['placed.asc']), seconds,
  };
}

function placementOf({ seed, report, bitstream, ascii, seconds }: Stored, { part, clock, inside = [] }: PlacementOptions): Placement {
  const use = (kind: string): Utilization => ({ used: report.utilization[kind]?.used ?? 0, available: report.utilization[kind]?.available ?? 0 });
  const path = criticalPath(report, inside);
  return {
    part, seed, nextpnr: NEXTPNR.version, clock, reached: path.delay, path,
    cells: use('ICESTORM_LC'), memories: use('ICESTORM_RAM'), pins: { used: use('SB_IO').used, available: part.pins },
    bitstream: new Uint8Array(Buffer.from(bitstream, 'base64')), ascii, seconds,
  };
}

function text(contents: string | Uint8Array): string {
  return typeof contents === 'string' ? contents : Buffer.from(contents).toString('utf8');
}

const KINDS: Readonly<Record<string, string>> = { ICESTORM_LC: 'logic cells', ICESTORM_RAM: 'memory blocks', SB_IO: 'pins' };

/** What the part has too little of, by the table that nextpnr prints before it places. */
function tooLarge(log: string, top: string, part: Part): Error | undefined {
  const rows = [...log.matchAll(/^Info:\s+(\w+):\s+(\d+)\/\s*(\d+)\s+\d+%/gm)];
  // The table has the pins of the die; the package leads fewer of them out.
  const over = rows.map(([, kind, used, available]) => [kind, used, kind === 'SB_IO' ? String(part.pins) : available])
    .filter(([kind, used, available]) => kind in KINDS && Number(used) > Number(available))
    .map(([kind, used, available]) => `${used} ${KINDS[kind]} of ${available}`);
  if (over.length === 0) return undefined;
  return userError('does-not-fit', `the design needs ${over.join(' and ')} of ${part.device.summary}`, {
    origin: `module ${top}`, help: 'fold it smaller with --budget lut=N,bram=N, or name a larger part with --device',
  });
}
