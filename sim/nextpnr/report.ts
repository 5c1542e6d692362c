import type { Placement, Utilization } from './place.ts';

/** Whether the clock that was asked for is reached, what limits it, and how much of the part is taken. */
export function placementReport({ part, clock, reached, cells, memories, pins, path, seed, nextpnr }: Placement): string {
  const share = ({ used, available }: Utilization): string => (
    `${used.toLocaleString('en-US')} of ${available.toLocaleString('en-US')}${available === 0 ? '' : ` (${Math.round((100 * used) / available)} %)`}`
  );
  const verdict = reached <= clock ? 'meets' : 'misses';
  const lines = [
    ['part', `${part.device.summary} in ${part.package}; nextpnr ${nextpnr}, seed ${seed}`],
    ['frequency', `${(1000 / reached).toFixed(2)} MHz, ${reached.toFixed(2)} ns: ${verdict} the ${clock} ns asked for (${(1000 / clock).toFixed(2)} MHz)`],
    ['longest path', `${path.from} to ${path.to}`],
    ['', `${path.tables} tables, ${path.carries} carries; ${path.logic.toFixed(2)} ns in cells, ${path.routing.toFixed(2)} ns on wires`],
    ['through', path.through.map(({ instance, delay }) => `${instance === '' ? 'the top module' : instance} ${delay.toFixed(2)} ns`).join(', ')],
    ['logic cells', share(cells)],
    ['memories', share(memories)],
    ['pins', share(pins)],
  ];
  return lines.map(([title, value]) => `${title.padEnd(12)}  ${value}`.trimEnd()).join('\n');
}

/** The placement without the bitstream, for printing as JSON. */
export function placementJson({ bitstream, ascii, part, ...rest }: Placement): object {
  return { device: part.device.name, package: part.package, ...rest, bitstreamBytes: bitstream.length, meets: rest.reached <= rest.clock };
}
