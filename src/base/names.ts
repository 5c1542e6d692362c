/** Words that Verilog-2005 and SystemVerilog keep for themselves; no emitted identifier is one of them. */
const RESERVED = new Set((
  'accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins binsof bit ' +
  'break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const constraint context continue ' +
  'cover covergroup coverpoint cross deassign default defparam design disable dist do edge else end endcase endchecker endclass ' +
  'endclocking endconfig endfunction endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram endproperty ' +
  'endspecify endsequence endtable endtask enum event eventually expect export extends extern final first_match for force foreach ' +
  'forever fork forkjoin function generate genvar global highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies ' +
  'import incdir include initial inout input inside instance int integer interconnect interface intersect join join_any join_none ' +
  'large let liblist library local localparam logic longint macromodule matches medium modport module nand negedge nettype new ' +
  'nexttime nmos nor noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive priority ' +
  'program property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase ' +
  'randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 ' +
  's_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled signed small soft ' +
  'solve specify specparam static string strong strong0 strong1 struct super supply0 supply1 sync_accept_on sync_reject_on table ' +
  'tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef ' +
  'union unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order wand weak weak0 ' +
  'weak1 while wildcard wire with within wor xnor xor'
).split(' '));

/** Longest identifier that is emitted; what the file's names have beyond it is cut. */
const LONGEST = 80;

/** A legal Verilog identifier made of `text`: letters, digits and `_` only, not a keyword, not starting with a digit. */
export function identifier(text: string): string {
  let name = text.replace(/[^A-Za-z0-9_]+/g, '_').replace(/_{2,}/g, '_').replace(/^_+|_+$/g, '').slice(0, LONGEST);
  if (name === '') name = 'unnamed';
  if (/^[0-9]/.test(name)) name = `n${name}`;
  return RESERVED.has(name.toLowerCase()) ? `${name}_` : name;
}

/** Hands out identifiers, each once (without regard to case, since files are named after modules): `sum`, `sum_1`, `sum_2`. */
export class UniqueNames {
  private readonly next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    for (const name of taken) this.next.set(name.toLowerCase(), 1);
  }

  take(wish: string): string {
    const stem = identifier(wish);
    let name = stem;
    for (let count = this.next.get(stem.toLowerCase()) ?? 0; this.next.has(name.toLowerCase()); count++) {
      name = `${stem}_${count + 1}`;
      this.next.set(stem.toLowerCase(), count + 1);
    }
    this.next.set(name.toLowerCase(), this.next.get(name.toLowerCase()) ?? 0);
    return name;
  }
}
