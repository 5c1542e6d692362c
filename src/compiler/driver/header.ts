import { bitsOf } from '../../fixed/ir.ts';
import { networkHash, SHELL_IDENTITY, shellRegisters } from '../../../codegen/units/shell.ts';
import type { StreamPort } from '../../../codegen/units/accelerator.ts';
import type { CompiledNetwork } from '../compile.ts';
import { cLoader } from './weights.ts';

/** A C header: registers of the shell, and functions that pack integers into the beats of a stream and unpack them. */
export function cHeader({ accelerator, graph }: CompiledNetwork, name: string): string {
  const guard = `${name.toUpperCase()}_H`;
  const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}u`;
  return [
    `/* ${graph.name}: registers and streams of the accelerator. Elements are integers; beats are bytes, element 0 in the least significant bits. */`,
    `#ifndef ${guard}`, `#define ${guard}`, '', '#include <stdint.h>', '#include <string.h>', '',
    '/* Registers of the AXI4-Lite slave, by byte address. */',
    ...shellRegisters(accelerator).map(({ name: register, address, summary }) => (
      `#define ${name.toUpperCase()}_${register.toUpperCase()} 0x${address.toString(16).padStart(2, '0')} /* ${summary} */`)),
    `#define ${name.toUpperCase()}_IDENTITY_VALUE ${hex(SHELL_IDENTITY)}`,
    `#define ${name.toUpperCase()}_NETWORK_VALUE ${hex(networkHash(accelerator))}`, '',
    ...accelerator.inputs.flatMap((port, i) => [...geometry(port, `${name}_input${i}`), ...packer(port, `${name}_input${i}`)]),
    ...accelerator.outputs.flatMap((port, i) => [...geometry(port, `${name}_output${i}`), ...unpacker(port, `${name}_output${i}`)]),
    ...cLoader(accelerator, name),
    '#endif', '',
  ].join('\n');
}

function geometry({ prefix, elements, elementsPerBeat, dataWidth, type }: StreamPort, name: string): string[] {
  const upper = name.toUpperCase();
  const range = `from ${type.low} to ${type.high}${type.bipolar ? ' (-1 as 0)' : ''}`;
  return [
    `/* ${prefix}: ${elements} elements of ${bitsOf(type)} bits, ${elementsPerBeat} a beat, ${range}. */`,
    `#define ${upper}_ELEMENTS ${elements}`, `#define ${upper}_BYTES ${(elements / elementsPerBeat) * (dataWidth / 8)}`,
  ];
}

function packer({ elements, elementsPerBeat, dataWidth, type }: StreamPort, name: string): string[] {
  const bits = bitsOf(type);
  return [
    `static inline void ${name}_pack(const int64_t *elements, uint8_t *bytes) {`,
    `  memset(bytes, 0, ${name.toUpperCase()}_BYTES);`,
    `  for (uint32_t i = 0; i < ${elements}u; i++) {`,
    `    uint64_t code = ${type.bipolar ? 'elements[i] > 0' : '(uint64_t)elements[i]'};`,
    `    uint32_t place = i / ${elementsPerBeat}u * ${dataWidth}u + i % ${elementsPerBeat}u * ${bits}u;`,
    `    for (uint32_t bit = 0; bit < ${bits}u; bit++, place++) bytes[place / 8] |= (uint8_t)((code >> bit & 1u) << place % 8);`,
    '  }', '}', '',
  ];
}

function unpacker({ elements, elementsPerBeat, dataWidth, type }: StreamPort, name: string): string[] {
  const bits = bitsOf(type);
  const value = type.bipolar ? 'code ? 1 : -1'
    : type.low < 0 ? `(int64_t)(code << ${64 - bits}) >> ${64 - bits}` : '(int64_t)code';
  return [
    `static inline void ${name}_unpack(const uint8_t *bytes, int64_t *elements) {`,
    `  for (uint32_t i = 0; i < ${elements}u; i++) {`,
    '    uint64_t code = 0;',
    `    uint32_t place = i / ${elementsPerBeat}u * ${dataWidth}u + i % ${elementsPerBeat}u * ${bits}u;`,
    `    for (uint32_t bit = 0; bit < ${bits}u; bit++, place++) code |= (uint64_t)(bytes[place / 8] >> place % 8 & 1u) << bit;`,
    `    elements[i] = ${value};`,
    '  }', '}', '',
  ];
}
