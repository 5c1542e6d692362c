import { literal, range } from '../verilog/text.ts';
import type { VerilogPort } from './ports.ts';

/** A stream port group of the module, `s_axis_0` say, and the words that pass through it, in order. */
export interface StreamVectors {
  readonly prefix: string;
  readonly beats: readonly bigint[];
  /** Output streams with TLAST: the beats of a frame, whose last has it high. */
  readonly frame?: number;
}

export interface TestbenchOptions {
  /** Cycles without any handshake after which the test gives up. */
  readonly patience?: number;
}

interface Stream extends StreamVectors {
  readonly width: number;
  /** Name of the memory file. */
  readonly file: string;
}

/**
 * A Verilog testbench that stands on its own: `tb_<top>.v` and the memory files that it reads, `vectors_in.mem` and
 * `vectors_out.mem` for the first streams, `vectors_in_1.mem` and so on for more. It drives the `inputs` (`<prefix>_tvalid`,
 * `_tready`, `_tdata`), compares the `outputs` beat by beat, prints PASS or FAIL with counts and the first mismatch, and
 * finishes. Parameter STALL is the percentage of cycles in which senders and receivers pause.
 * Throws an `Error` if the module lacks a stream.
 */
export function emitTestbench(
  top: string, ports: readonly VerilogPort[], inputs: readonly StreamVectors[], outputs: readonly StreamVectors[],
  options: TestbenchOptions = {},
): Map<string, string> {
  const withFile = (direction: string) => (vectors: StreamVectors, index: number): Stream => {
    const { prefix } = vectors;
    const data = ports.find(({ name }) => name === `${prefix}_tdata`);
    if (data === undefined) throw new Error(`module ${top} has no stream ${prefix}`);
    return { ...vectors, width: data.width, file: `vectors_${direction}${index === 0 ? '' : `_${index}`}.mem` };
  };
  const [ins, outs] = [inputs.map(withFile('in')), outputs.map(withFile('out'))];
  const text = [
    `// Test of ${top}: sends the recorded inputs, compares the outputs with the recorded ones.`,
    '// The memory files must lie in the folder that the simulator runs in.',
    `module tb_${top} #(`,
    '  parameter [31:0] STALL = 0,  // percentage of cycles in which senders and receivers pause',
    `  parameter PATIENCE = ${options.patience ?? 100000}  // cycles without a handshake until the test gives up`,
    ');',
    '',
    ...indent([...declarations(top, ins, outs), '', ...instance(top, ports, [...ins, ...outs]), '']),
    ...indent([...ins.flatMap(sender), ...outs.flatMap(receiver)]),
    ...indent(verdict(ins, outs)),
    '',
    'endmodule',
    '',
  ];
  const files = new Map([[`tb_${top}.v`, text.join('\n')]]);
  for (const { file, beats, width } of [...ins, ...outs]) {
    files.set(file, beats.map(beat => `${BigInt.asUintN(width, beat).toString(16)}\n`).join(''));
  }
  return files;
}

function indent(lines: readonly string[]): string[] {
  return lines.map(line => (line === '' ? '' : `  ${line}`));
}

function declarations(top: string, ins: readonly Stream[], outs: readonly Stream[]): string[] {
  const common = ({ prefix, width, beats, file }: Stream): string[] => [
    `reg ${range(width)}${prefix}_vectors [0:${Math.max(beats.length, 1) - 1}];`,
    `integer ${prefix}_passed = 0;`,
    ...(beats.length === 0 ? [] : [`initial $readmemh("${file}", ${prefix}_vectors);`]),
  ];
  return [
    'reg ap_clk = 1\'b0;',
    'reg ap_rst_n = 1\'b0;',
    'integer cycle = 0;',
    'integer idle = 0;',
    'reg [31:0] noise = 32\'d1;  // picks the pauses',
    '',
    ...ins.flatMap(stream => [
      `// ${stream.prefix}: ${stream.beats.length} beats to send`,
      `reg ${stream.prefix}_tvalid = 1'b0;`,
      `wire ${stream.prefix}_tready;`,
      `reg ${range(stream.width)}${stream.prefix}_tdata = ${literal(0, stream.width)};`,
      ...common(stream),
      '',
    ]),
    ...outs.flatMap(stream => [
      `// ${stream.prefix}: ${stream.beats.length} beats to compare`,
      `wire ${stream.prefix}_tvalid;`,
      `reg ${stream.prefix}_tready = 1'b0;`,
      `wire ${range(stream.width)}${stream.prefix}_tdata;`,
      ...(stream.frame === undefined ? [] : [`wire ${stream.prefix}_tlast;`]),
      ...common(stream),
      `integer ${stream.prefix}_wrong = 0;`,
      '',
    ]),
    'initial forever #5 ap_clk = !ap_clk;',
    `initial if ($test$plusargs("trace")) begin $dumpfile("tb_${top}.vcd"); $dumpvars(0, tb_${top}); end`,
  ];
}

/** Inputs that belong to no stream are held at 0. */
function instance(top: string, ports: readonly VerilogPort[], streams: readonly Stream[]): string[] {
  const handshake = ['tvalid', 'tready', 'tdata'];
  const names = ['ap_clk', 'ap_rst_n', ...streams.flatMap(({ prefix, frame }) => (
    [...handshake, ...(frame === undefined ? [] : ['tlast'])].map(part => `${prefix}_${part}`)
  ))];
  const idle = ports.filter(({ name, direction }) => direction === 'input' && !names.includes(name));
  const connections = [...names.map((name) => `.${name}(${name})`), ...idle.map(({ name, width }) => `.${name}(${literal(0, width)})`)];
  return [`${top} dut (`, ...connections.map((text, index) => `  ${text}${index === connections.length - 1 ? '' : ','}`), ');'];
}

/** The condition that stream number `index` pauses. */
function pause(index: number): string {
  return `(((noise >> 8) ^ 32'd${index * 0x5a5a}) % 32'd100 + 32'd1 <= STALL)`;
}

/** A beat stays until it is taken; the next one follows at once or after a pause. */
function sender({ prefix, beats }: Stream, index: number): string[] {
  return [
    'always @(posedge ap_clk) begin',
    `  if (ap_rst_n && (!${prefix}_tvalid || ${prefix}_tready)) begin`,
    `    ${prefix}_tvalid <= 1'b0;`,
    `    if (${prefix}_passed < ${beats.length} && !${pause(2 * index)}) begin`,
    `      ${prefix}_tvalid <= 1'b1;`,
    `      ${prefix}_tdata <= ${prefix}_vectors[${prefix}_passed];`,
    `      ${prefix}_passed <= ${prefix}_passed + 1;`,
    '    end',
    '  end',
    'end',
    '',
  ];
}

function receiver({ prefix, beats, frame }: Stream, index: number): string[] {
  return [
    'always @(posedge ap_clk) begin',
    `  ${prefix}_tready <= ap_rst_n && !${pause(2 * index + 1)};`,
    `  if (ap_rst_n && ${prefix}_tvalid && ${prefix}_tready) begin`,
    `    if (${prefix}_passed >= ${beats.length}) begin`,
    `      if (${prefix}_wrong == 0) $display("first mismatch: ${prefix}: one beat too many: %h", ${prefix}_tdata);`,
    `      ${prefix}_wrong <= ${prefix}_wrong + 1;`,
    `    end else if (${prefix}_tdata !== ${prefix}_vectors[${prefix}_passed]) begin`,
    `      if (${prefix}_wrong == 0) $display("first mismatch: ${prefix} beat %0d in cycle %0d: %h where %h is expected",`,
    `        ${prefix}_passed, cycle, ${prefix}_tdata, ${prefix}_vectors[${prefix}_passed]);`,
    `      ${prefix}_wrong <= ${prefix}_wrong + 1;`,
    ...(frame === undefined ? [] : [
      `    end else if (${prefix}_tlast !== (${prefix}_passed % ${frame} == ${frame - 1})) begin`,
      `      if (${prefix}_wrong == 0) $display("first mismatch: ${prefix} beat %0d in cycle %0d: TLAST is %b", ${prefix}_passed, cycle, ${prefix}_tlast);`,
      `      ${prefix}_wrong <= ${prefix}_wrong + 1;`,
    ]),
    '    end',
    `    ${prefix}_passed <= ${prefix}_passed + 1;`,
    '  end',
    'end',
    '',
  ];
}

function verdict(ins: readonly Stream[], outs: readonly Stream[]): string[] {
  const moving = [...ins, ...outs].map(({ prefix }) => `(${prefix}_tvalid && ${prefix}_tready)`).join(' || ');
  const complete = outs.map(({ prefix, beats }) => `${prefix}_passed >= ${beats.length}`).join(' && ');
  const total = outs.reduce((sum, { beats }) => sum + beats.length, 0);
  const wrong = outs.map(({ prefix }) => `${prefix}_wrong`).join(' + ');
  const passed = outs.map(({ prefix }) => `${prefix}_passed`).join(' + ');
  return [
    'always @(posedge ap_clk) begin',
    '  cycle <= cycle + 1;',
    '  noise <= noise * 32\'d1664525 + 32\'d1013904223;',
    '  ap_rst_n <= cycle >= 3;',
    `  idle <= ${moving} ? 0 : idle + 1;`,
    `  if (${complete}) begin`,
    `    if (${wrong} == 0) $display("PASS: ${total} beats in %0d cycles", cycle);`,
    `    else $display("FAIL: %0d of ${total} beats differ", ${wrong});`,
    '    $finish;',
    '  end else if (idle > PATIENCE) begin',
    `    $display("FAIL: stuck after %0d of ${total} beats, %0d of them wrong", ${passed}, ${wrong});`,
    '    $finish;',
    '  end',
    'end',
  ];
}
