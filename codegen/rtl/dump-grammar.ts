// Generated automatically by nearley, version 2.20.1
// http://github.com/Hardmath123/nearley
// Bypasses TS6133. Allow declared but unused functions.
// @ts-ignore
function id(d: any[]): any { return d[0]; }
declare var word: any;
declare var number: any;
declare var reference: any;
declare var list: any;

import { tokenTypes } from '../../src/base/text/lexer.ts';
import * as make from './dump-make.ts';

interface NearleyToken {
  value: any;
  [key: string]: any;
};

interface NearleyLexer {
  reset: (chunk: string, info: any) => void;
  next: () => NearleyToken | undefined;
  save: () => any;
  formatError: (token: never) => string;
  has: (tokenType: string) => boolean;
};

interface NearleyRule {
  name: string;
  symbols: NearleySymbol[];
  postprocess?: (d: any[], loc?: number, reject?: {}) => any;
};

type NearleySymbol = string | { literal: any } | { test: (token: any) => boolean };

interface Grammar {
  Lexer: NearleyLexer | undefined;
  ParserRules: NearleyRule[];
  ParserStart: string;
};

const grammar: Grammar = {
  Lexer: tokenTypes,
  ParserRules: [
    {"name": "line", "symbols": ["module"], "postprocess": id},
    {"name": "line", "symbols": ["end"], "postprocess": id},
    {"name": "line", "symbols": ["port"], "postprocess": id},
    {"name": "line", "symbols": ["node"], "postprocess": id},
    {"name": "line", "symbols": ["instance"], "postprocess": id},
    {"name": "module$ebnf$1", "symbols": ["template"], "postprocess": id},
    {"name": "module$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "module", "symbols": [{"literal":"module"}, (tokenTypes.has("word") ? {type: "word"} : word), "module$ebnf$1", {"literal":"{"}], "postprocess": make.module},
    {"name": "template$ebnf$1", "symbols": ["parameters"], "postprocess": id},
    {"name": "template$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "template", "symbols": [{"literal":"template"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"("}, "template$ebnf$1", {"literal":")"}], "postprocess": make.template},
    {"name": "parameters", "symbols": ["parameter"], "postprocess": make.first},
    {"name": "parameters", "symbols": ["parameters", {"literal":","}, "parameter"], "postprocess": make.further},
    {"name": "parameter", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"="}, "integer"], "postprocess": make.parameter},
    {"name": "end", "symbols": [{"literal":"}"}], "postprocess": make.end},
    {"name": "port$subexpression$1", "symbols": [{"literal":"input"}]},
    {"name": "port$subexpression$1", "symbols": [{"literal":"output"}]},
    {"name": "port$ebnf$1", "symbols": ["driver"], "postprocess": id},
    {"name": "port$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "port", "symbols": ["port$subexpression$1", (tokenTypes.has("word") ? {type: "word"} : word), {"literal":":"}, (tokenTypes.has("number") ? {type: "number"} : number), "port$ebnf$1"], "postprocess": make.port},
    {"name": "driver", "symbols": [{"literal":"="}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.second},
    {"name": "node", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":":"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"="}, "operation"], "postprocess": make.node},
    {"name": "instance$ebnf$1", "symbols": ["connections"], "postprocess": id},
    {"name": "instance$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "instance", "symbols": [{"literal":"instance"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"of"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"("}, "instance$ebnf$1", {"literal":")"}], "postprocess": make.instance},
    {"name": "connections", "symbols": ["connection"], "postprocess": make.first},
    {"name": "connections", "symbols": ["connections", {"literal":","}, "connection"], "postprocess": make.further},
    {"name": "connection", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"="}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.connection},
    {"name": "operation", "symbols": [{"literal":"input"}], "postprocess": make.input},
    {"name": "operation", "symbols": [{"literal":"constant"}, "integer"], "postprocess": make.constant},
    {"name": "operation", "symbols": [{"literal":"slice"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"from"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.slice},
    {"name": "operation", "symbols": [{"literal":"concat"}, "references"], "postprocess": make.concat},
    {"name": "operation", "symbols": [{"literal":"extend"}, "read"], "postprocess": make.extend},
    {"name": "operation", "symbols": [{"literal":"not"}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.not},
    {"name": "operation$subexpression$1", "symbols": [{"literal":"and"}]},
    {"name": "operation$subexpression$1", "symbols": [{"literal":"or"}]},
    {"name": "operation$subexpression$1", "symbols": [{"literal":"xor"}]},
    {"name": "operation", "symbols": ["operation$subexpression$1", "references"], "postprocess": make.bitwise},
    {"name": "operation$subexpression$2", "symbols": [{"literal":"reduce-and"}]},
    {"name": "operation$subexpression$2", "symbols": [{"literal":"reduce-or"}]},
    {"name": "operation$subexpression$2", "symbols": [{"literal":"reduce-xor"}]},
    {"name": "operation", "symbols": ["operation$subexpression$2", (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.reduce},
    {"name": "operation", "symbols": [{"literal":"mux"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"of"}, "references"], "postprocess": make.mux},
    {"name": "operation$subexpression$3", "symbols": [{"literal":"eq"}]},
    {"name": "operation$subexpression$3", "symbols": [{"literal":"ne"}]},
    {"name": "operation$subexpression$3", "symbols": [{"literal":"lt"}]},
    {"name": "operation$subexpression$3", "symbols": [{"literal":"le"}]},
    {"name": "operation", "symbols": ["operation$subexpression$3", "read", (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.compare},
    {"name": "operation$subexpression$4", "symbols": [{"literal":"shift-left"}]},
    {"name": "operation$subexpression$4", "symbols": [{"literal":"shift-right"}]},
    {"name": "operation$subexpression$4", "symbols": [{"literal":"shift-right-signed"}]},
    {"name": "operation", "symbols": ["operation$subexpression$4", (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"by"}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.shift},
    {"name": "operation", "symbols": [{"literal":"lookup"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"in"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.lookup},
    {"name": "operation", "symbols": [{"literal":"sum"}, "terms", {"literal":"+"}, "integer", "pipeline"], "postprocess": make.sum},
    {"name": "operation", "symbols": [{"literal":"multiply"}, "read", "read", "pipeline"], "postprocess": make.multiply},
    {"name": "operation", "symbols": [{"literal":"popcount"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), "pipeline"], "postprocess": make.popcount},
    {"name": "operation", "symbols": [{"literal":"thresholds"}, "read", {"literal":"reaches"}, (tokenTypes.has("list") ? {type: "list"} : list), "pipeline"], "postprocess": make.thresholds},
    {"name": "operation", "symbols": [{"literal":"linear"}, "read", {"literal":"elements"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"columns"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"rows"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"to"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"by"}, (tokenTypes.has("list") ? {type: "list"} : list), "pipeline"], "postprocess": make.linear},
    {"name": "operation$ebnf$1", "symbols": ["enable"], "postprocess": id},
    {"name": "operation$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "operation$ebnf$2", "symbols": ["reset"], "postprocess": id},
    {"name": "operation$ebnf$2", "symbols": [], "postprocess": () => null},
    {"name": "operation", "symbols": [{"literal":"register"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), "operation$ebnf$1", "operation$ebnf$2"], "postprocess": make.register},
    {"name": "operation$ebnf$3", "symbols": ["enable"], "postprocess": id},
    {"name": "operation$ebnf$3", "symbols": [], "postprocess": () => null},
    {"name": "operation", "symbols": [{"literal":"delay"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"by"}, (tokenTypes.has("number") ? {type: "number"} : number), "operation$ebnf$3"], "postprocess": make.delay},
    {"name": "operation$ebnf$4", "symbols": ["enable"], "postprocess": id},
    {"name": "operation$ebnf$4", "symbols": [], "postprocess": () => null},
    {"name": "operation", "symbols": [{"literal":"rom"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"at"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"of"}, (tokenTypes.has("list") ? {type: "list"} : list), "operation$ebnf$4"], "postprocess": make.rom},
    {"name": "operation$ebnf$5", "symbols": ["enable"], "postprocess": id},
    {"name": "operation$ebnf$5", "symbols": [], "postprocess": () => null},
    {"name": "operation$ebnf$6", "symbols": ["contents"], "postprocess": id},
    {"name": "operation$ebnf$6", "symbols": [], "postprocess": () => null},
    {"name": "operation", "symbols": [{"literal":"ram"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"words"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"write"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"at"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"if"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"read"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"at"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), "operation$ebnf$5", "operation$ebnf$6"], "postprocess": make.ram},
    {"name": "operation", "symbols": [{"literal":"output"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"of"}, (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.instanceOutput},
    {"name": "references", "symbols": [(tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.first},
    {"name": "references", "symbols": ["references", (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.append},
    {"name": "read$ebnf$1", "symbols": [{"literal":"signed"}], "postprocess": id},
    {"name": "read$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "read", "symbols": ["read$ebnf$1", (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.read},
    {"name": "terms", "symbols": [], "postprocess": make.none},
    {"name": "terms", "symbols": ["terms", "term"], "postprocess": make.append},
    {"name": "term$subexpression$1", "symbols": [{"literal":"+"}]},
    {"name": "term$subexpression$1", "symbols": [{"literal":"-"}]},
    {"name": "term$ebnf$1", "symbols": ["shifted"], "postprocess": id},
    {"name": "term$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "term", "symbols": ["term$subexpression$1", "read", "term$ebnf$1"], "postprocess": make.term},
    {"name": "shifted", "symbols": [{"literal":"<<"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.second},
    {"name": "pipeline", "symbols": [], "postprocess": make.combinational},
    {"name": "pipeline$ebnf$1", "symbols": ["enable"], "postprocess": id},
    {"name": "pipeline$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "pipeline", "symbols": [{"literal":"stages"}, (tokenTypes.has("number") ? {type: "number"} : number), "pipeline$ebnf$1"], "postprocess": make.pipeline},
    {"name": "enable", "symbols": [{"literal":"enable"}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.second},
    {"name": "contents", "symbols": [{"literal":"of"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.second},
    {"name": "reset", "symbols": [{"literal":"reset"}, "integer"], "postprocess": make.second},
    {"name": "integer", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.integer},
    {"name": "integer", "symbols": [{"literal":"-"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.integer}
  ],
  ParserStart: "line",
};

export default grammar;
