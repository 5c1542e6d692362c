import { buildAgreements, buildPopcount } from '../arithmetic/popcount.ts';
import type { Bit, Net, Netlist } from '../arithmetic/netlist.ts';
import { arrivalsOf, pipeline, type Pipeline } from '../arithmetic/pipeline.ts';
import { hasProductPlan, planProduct } from '../arithmetic/product-plan.ts';
import { listText, sliceVerilog } from '../arithmetic/slice-verilog.ts';
import { agreementOf } from './agreement.ts';
import type { WithOperation } from './taken-along.ts';
import type { LinearNode, PopcountNode, Signal } from '../rtl/ir.ts';
import { range } from './text.ts';
import { named } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

/**
 * Writes `portable` and, where the target's slices are known, the same operation in their cells. Synthesis takes the cells (Yosys and
 * Vivado define SYNTHESIS), simulators the portable form.
 */
export function writeBoth(writer: ModuleWriter, cells: (() => string[]) | undefined, portable: () => void): void {
  if (cells === undefined) return portable();
  writer.write('');
  writer.write('`ifdef SYNTHESIS  // cells of the target; the portable form below computes the same');
  writer.write(cells().join('\n'));
  writer.write('`else');
  portable();
  writer.write('`endif');
}

/** The matrix-vector product in cells of the target's slices; it drives the node's wire. */
export function linearCells(node: LinearNode, writer: ModuleWriter): (() => string[]) | undefined {
  if (writer.carryCell === undefined || !hasProductPlan(node) || writer.module.nodes[node.arg].op !== 'input') return undefined;
  return () => {
    const { netlist, inputs, outputs, pipeline } = planProduct(node, writer.delays, writer.clock, writer.products, node.stages);
    const { lines, results } = cellsOf(netlist, inputs.flat(), outputs.flat(), node, [node.arg], writer, pipeline);
    return [...lines, `assign ${node.name} = ${listText(results)};`];
  };
}

/** The module that is nothing but a product and an operation on each row, in cells of the target's slices; `result` is what it gives. */
export function withOperationCells({ linear, wanted }: WithOperation, result: Signal, writer: ModuleWriter): string[] {
  const { nodes } = writer.module;
  const node = nodes[linear] as LinearNode;
  const { netlist, inputs, outputs, pipeline } = planProduct({ ...node, ...wanted }, writer.delays, writer.clock, writer.products, node.stages);
  const { lines, results } = cellsOf(netlist, inputs.flat(), outputs.flat(), node, [node.arg], writer, pipeline);
  return [...lines, `wire ${range(results.length)}${nodes[result].name} = ${listText(results)};`];
}

/** The count, of ones or of agreements, in cells of the target's slices; it drives the node's wire, or loads its register. */
export function popcountCells(node: PopcountNode, writer: ModuleWriter): (() => string[]) | undefined {
  const { nodes } = writer.module;
  const compared = agreementOf(nodes, node.arg);
  const args = compared ?? [node.arg];
  if (writer.carryCell === undefined || args.some(arg => nodes[arg].op !== 'input')) return undefined;
  return () => {
    const build = compared === undefined ? buildPopcount : buildAgreements;
    const { netlist, inputs, outputs } = build(nodes[node.arg].width, { counting: 'combinational' });
    const bits: Bit[] = [...outputs, ...new Array<Bit>(node.width - outputs.length).fill(0)];
    const made = pipeline(arrivalsOf(netlist, bits, writer.delays), bits, node.stages, writer.clock);
    const { lines, results, enable } = cellsOf(netlist, inputs, bits, node, args, writer, made);
    if (node.stages === 0) return [...lines, `wire ${range(node.width)}${node.name} = ${listText(results)};`];
    const condition = enable === undefined ? '' : `if (${enable}) `;
    return [...lines, 'always @(posedge ap_clk)', `  ${condition}${node.name} <= ${listText(results)};`];
  };
}

/** Cells of a netlist with registers between them. */
function cellsOf(
  netlist: Netlist, inputs: readonly Net[], outputs: readonly Bit[], node: LinearNode | PopcountNode, args: readonly Signal[],
  writer: ModuleWriter, pipeline: Pipeline,
): { lines: string[]; results: string[]; enable: string | undefined } {
  // Read past the writer: what the portable form reads is what the linter shall see.
  const ports = args.flatMap(arg => {
    const { name, width } = writer.module.nodes[arg];
    return Array.from({ length: width }, (_, index) => named(name, width).part(index, 1));
  });
  const places = new Map(inputs.map((net, index) => [net, index]));
  const enable = node.stages > 0 ? writer.enable(node.enable) : undefined;
  const { lines, outputs: results } = sliceVerilog(netlist, outputs, {
    inputName: net => ports[places.get(net)!], carryCell: writer.carryCell, enable, prefix: `${node.name}_`,
    // At power-up all registers of the portable form are zero: so is the sum of zeros, and the count where nothing agrees.
    idleOnes: args.length === 1 ? [] : inputs.slice(inputs.length / 2),
    // The last register of a popcount is the node's own.
    ...(node.stages > 0 ? { pipeline, openEnd: node.op === 'popcount' } : {}),
  });
  return { lines, results, enable };
}
