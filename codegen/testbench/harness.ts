import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VerilogPort } from './ports.ts';

/** The C++ files that drive a Verilated module, by name; compile them with its model. */
export function harnessFiles(top: string, ports: readonly VerilogPort[]): Map<string, string> {
  return new Map([
    ['harness.cpp', sourceText('harness.cpp')],
    ['streams.h', sourceText('streams.h')],
    ['ports.h', portsHeader(top, ports)],
  ]);
}

/** The table of ports; numbers of ports in requests count in this order, clock and reset included. */
function portsHeader(top: string, ports: readonly VerilogPort[]): string {
  const numbers = (direction: VerilogPort['direction']) => ports
    .map(({ direction: own, name }, index) => (own === direction && name !== 'ap_clk' && name !== 'ap_rst_n' ? [index] : []))
    .flat();
  const clock = ports.findIndex(({ name }) => name === 'ap_clk');
  const reset = ports.findIndex(({ name }) => name === 'ap_rst_n');
  const list = (type: string, name: string, values: readonly number[]) => (
    `const std::vector<${type}> ${name} = {${values.join(', ')}};`
  );
  return [
    `// Ports of ${top}.`,
    `#include "V${top}.h"`,
    `using Dut = V${top};`,
    `constexpr bool HAS_CLOCK = ${clock >= 0};`,
    `constexpr uint32_t CLOCK = ${Math.max(clock, 0)};`,
    `constexpr bool HAS_RESET = ${reset >= 0};`,
    `constexpr uint32_t RESET_N = ${Math.max(reset, 0)};`,
    `constexpr uint32_t MOST_BITS = ${Math.max(...ports.map(({ width }) => width))};`,
    list('uint32_t', 'WIDTHS', ports.map(({ width }) => width)),
    list('uint32_t', 'INPUTS', numbers('input')),
    list('uint32_t', 'OUTPUTS', numbers('output')),
    'template <typename Use> void with_port(Dut& dut, uint32_t port, Use use) {',
    '  switch (port) {',
    ...ports.map(({ name, width }, index) => `    case ${index}: return use(dut.${name}, ${width});`),
    '  }',
    '}',
    '',
  ].join('\n');
}

function sourceText(name: string): string {
  // Compiled code stands in dist/codegen/testbench; the C++ stays in the source tree.
  const places = [`./${name}`, `../../../codegen/testbench/${name}`].map(path => fileURLToPath(new URL(path, import.meta.url)));
  const place = places.find(path => existsSync(path));
  if (place === undefined) throw new Error(`${name} is missing beside the test benches`);
  return readFileSync(place, 'utf8');
}
