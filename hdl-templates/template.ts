import type { Module } from '../codegen/rtl/ir.ts';

/** A hand-written Verilog module with parameters. */
export interface Template {
  /** Name of the Verilog module and, with `.v`, of its file. */
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly TemplateParameter[];
  /** In the order of the Verilog file, without clock and reset; a width is an expression of the parameters. */
  readonly ports: readonly TemplatePort[];
  /** Clock cycles from a word's entry to its first appearance at the output, without stalls. */
  readonly latency: string;
  /** The same hardware in the RTL IR. Throws an `Error` for parameters that are not whole numbers of at least 1. */
  model(parameters: Readonly<Record<string, number>>): Module;
}

export interface TemplateParameter {
  readonly name: string;
  readonly description: string;
}

export interface TemplatePort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: string;
}

/** The six ports of a module between two streams. */
export function streamPorts(inputWidth: string, outputWidth: string): TemplatePort[] {
  return [
    { name: 'in_valid', direction: 'input', width: '1' },
    { name: 'in_ready', direction: 'output', width: '1' },
    { name: 'in_data', direction: 'input', width: inputWidth },
    { name: 'out_valid', direction: 'output', width: '1' },
    { name: 'out_ready', direction: 'input', width: '1' },
    { name: 'out_data', direction: 'output', width: outputWidth },
  ];
}

/** The value of each parameter that `template` names, checked. */
export function checkedParameters(
  template: string, values: Readonly<Record<string, number>>, names: readonly string[],
): number[] {
  return names.map(name => {
    const value = values[name];
    if (!Number.isInteger(value) || value < 1) throw new Error(`${template}: parameter ${name} is ${value}`);
    return value;
  });
}
