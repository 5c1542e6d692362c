/** A port of a Verilog module, as its text declares it. */
export interface VerilogPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
}

/**
 * The ports in the head of module `top`, in order, from text in the form that emission gives it: one port a line, literal ranges.
 * Throws an `Error` if the text has no such module.
 */
export function portsOf(text: string, top: string): VerilogPort[] {
  const head = new RegExp(`^module ${top} \\(([^;]*?)\\n\\);`, 'm').exec(text);
  if (head === null) throw new Error(`module ${top} is not in its file`);
  const ports = head[1].matchAll(/^\s*(input|output) (?:wire|reg)\s+(?:\[(\d+):0\]\s*)?(\w+)/gm);
  return [...ports].map(([, direction, high, name]) => ({
    name, direction: direction as VerilogPort['direction'], width: high === undefined ? 1 : Number(high) + 1,
  }));
}
