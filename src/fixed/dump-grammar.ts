// Generated automatically by nearley, version 2.20.1
// http://github.com/Hardmath123/nearley
// Bypasses TS6133. Allow declared but unused functions.
// @ts-ignore
function id(d: any[]): any { return d[0]; }
declare var reference: any;
declare var list: any;
declare var word: any;
declare var string: any;
declare var number: any;

import { tokenTypes } from '../base/text/lexer.ts';
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
    {"name": "line", "symbols": [{"literal":"fixed"}, {"literal":"graph"}, "name"], "postprocess": make.graph},
    {"name": "line$ebnf$1", "symbols": []},
    {"name": "line$ebnf$1", "symbols": ["line$ebnf$1", "code"], "postprocess": (d) => d[0].concat([d[1]])},
    {"name": "line", "symbols": [(tokenTypes.has("reference") ? {type: "reference"} : reference), "name", {"literal":":"}, (tokenTypes.has("list") ? {type: "list"} : list), "type", {"literal":"="}, "operation", "line$ebnf$1"], "postprocess": make.node},
    {"name": "line", "symbols": [{"literal":"from"}, "origins"], "postprocess": make.origins},
    {"name": "line", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":":"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"="}, "expression"], "postprocess": make.part},
    {"name": "line", "symbols": [{"literal":"input"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"encodes"}, "name", {"literal":"by"}, (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.input},
    {"name": "line", "symbols": [{"literal":"output"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"decodes"}, {"literal":"to"}, "name", (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"by"}, (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.output},
    {"name": "name", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.word},
    {"name": "name", "symbols": [(tokenTypes.has("string") ? {type: "string"} : string)], "postprocess": make.text},
    {"name": "origins", "symbols": [(tokenTypes.has("string") ? {type: "string"} : string)], "postprocess": make.firstText},
    {"name": "origins", "symbols": ["origins", {"literal":","}, (tokenTypes.has("string") ? {type: "string"} : string)], "postprocess": make.furtherText},
    {"name": "type", "symbols": [{"literal":"bipolar"}], "postprocess": make.bipolar},
    {"name": "type", "symbols": [{"literal":"int"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.range},
    {"name": "code$ebnf$1", "symbols": ["order"], "postprocess": id},
    {"name": "code$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "code", "symbols": [{"literal":"code"}, "name", "signed", "signed", "code$ebnf$1"], "postprocess": make.code},
    {"name": "order", "symbols": [{"literal":"order"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.second},
    {"name": "big", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.big},
    {"name": "big", "symbols": [{"literal":"-"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.big},
    {"name": "signed", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.number},
    {"name": "signed", "symbols": [{"literal":"-"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.number},
    {"name": "operation", "symbols": [{"literal":"input"}], "postprocess": make.inputNode},
    {"name": "operation", "symbols": [{"literal":"gather"}, "references", (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.gather},
    {"name": "operation", "symbols": [{"literal":"window"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"image"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"kernel"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"stride"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"dilation"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"pad"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"fill"}, (tokenTypes.has("list") ? {type: "list"} : list), (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.window},
    {"name": "operation$ebnf$1", "symbols": ["groups"], "postprocess": id},
    {"name": "operation$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "operation$ebnf$2", "symbols": ["stored"], "postprocess": id},
    {"name": "operation$ebnf$2", "symbols": [], "postprocess": () => null},
    {"name": "operation$ebnf$3", "symbols": ["lmul"], "postprocess": id},
    {"name": "operation$ebnf$3", "symbols": [], "postprocess": () => null},
    {"name": "operation$ebnf$4", "symbols": [{"literal":"rewritable"}], "postprocess": id},
    {"name": "operation$ebnf$4", "symbols": [], "postprocess": () => null},
    {"name": "operation", "symbols": [{"literal":"dot"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), "operation$ebnf$1", {"literal":"rows"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"columns"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"weights"}, (tokenTypes.has("list") ? {type: "list"} : list), "operation$ebnf$2", "operation$ebnf$3", "operation$ebnf$4"], "postprocess": make.dot},
    {"name": "operation$ebnf$5", "symbols": ["falling"], "postprocess": id},
    {"name": "operation$ebnf$5", "symbols": [], "postprocess": () => null},
    {"name": "operation$ebnf$6", "symbols": [{"literal":"rewritable"}], "postprocess": id},
    {"name": "operation$ebnf$6", "symbols": [], "postprocess": () => null},
    {"name": "operation", "symbols": [{"literal":"threshold"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"channels"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"steps"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"levels"}, (tokenTypes.has("list") ? {type: "list"} : list), "operation$ebnf$5", "operation$ebnf$6"], "postprocess": make.threshold},
    {"name": "operation", "symbols": [{"literal":"table"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"channels"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"contents"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.table},
    {"name": "operation$ebnf$7", "symbols": ["wrap"], "postprocess": id},
    {"name": "operation$ebnf$7", "symbols": [], "postprocess": () => null},
    {"name": "operation$ebnf$8", "symbols": ["factors"], "postprocess": id},
    {"name": "operation$ebnf$8", "symbols": [], "postprocess": () => null},
    {"name": "operation", "symbols": [{"literal":"requantize"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"channels"}, (tokenTypes.has("number") ? {type: "number"} : number), {"literal":"multipliers"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"offsets"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"shift"}, (tokenTypes.has("number") ? {type: "number"} : number), (tokenTypes.has("word") ? {type: "word"} : word), "operation$ebnf$7", "operation$ebnf$8"], "postprocess": make.requantize},
    {"name": "operation", "symbols": [{"literal":"add"}, "references", {"literal":"coefficients"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.add},
    {"name": "operation", "symbols": [{"literal":"multiply"}, (tokenTypes.has("reference") ? {type: "reference"} : reference), (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.multiply},
    {"name": "operation", "symbols": [{"literal":"divide"}, "references", {"literal":"numerator"}, "big", {"literal":"offset"}, "big", {"literal":"denominator"}, "big", (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.divide},
    {"name": "operation", "symbols": [{"literal":"square-root"}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.squareRoot},
    {"name": "operation", "symbols": [{"literal":"state"}, {"literal":"initial"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"next"}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.state},
    {"name": "operation$subexpression$1", "symbols": [{"literal":"arg-maximum"}]},
    {"name": "operation$subexpression$1", "symbols": [{"literal":"arg-minimum"}]},
    {"name": "operation", "symbols": ["operation$subexpression$1", (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"of"}, (tokenTypes.has("number") ? {type: "number"} : number), (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.argument},
    {"name": "operation$subexpression$2", "symbols": [{"literal":"maximum"}]},
    {"name": "operation$subexpression$2", "symbols": [{"literal":"minimum"}]},
    {"name": "operation", "symbols": ["operation$subexpression$2", (tokenTypes.has("reference") ? {type: "reference"} : reference), {"literal":"of"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.extreme},
    {"name": "groups", "symbols": [{"literal":"groups"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.groups},
    {"name": "stored", "symbols": [{"literal":"format"}, (tokenTypes.has("string") ? {type: "string"} : string)], "postprocess": make.stored},
    {"name": "lmul", "symbols": [{"literal":"lmul"}, (tokenTypes.has("number") ? {type: "number"} : number), (tokenTypes.has("number") ? {type: "number"} : number), "signed", (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.lmul},
    {"name": "wrap", "symbols": [{"literal":"wrap"}], "postprocess": make.word},
    {"name": "factors", "symbols": [{"literal":"rewritable"}, (tokenTypes.has("number") ? {type: "number"} : number), (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.factors},
    {"name": "falling", "symbols": [{"literal":"falling"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.second},
    {"name": "references", "symbols": [(tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.first},
    {"name": "references", "symbols": ["references", (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.append},
    {"name": "expression", "symbols": [{"literal":"variable"}, {"literal":"input"}, "name"], "postprocess": make.inputVariable},
    {"name": "expression", "symbols": [{"literal":"variable"}, (tokenTypes.has("reference") ? {type: "reference"} : reference)], "postprocess": make.valueVariable},
    {"name": "expression$ebnf$1", "symbols": ["exactness"], "postprocess": id},
    {"name": "expression$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "expression", "symbols": [{"literal":"constant"}, (tokenTypes.has("list") ? {type: "list"} : list), "expression$ebnf$1"], "postprocess": make.constant},
    {"name": "expression", "symbols": [{"literal":"map"}, "words"], "postprocess": make.map},
    {"name": "expression", "symbols": [{"literal":"staircase"}, (tokenTypes.has("word") ? {type: "word"} : word), {"literal":"boundaries"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"upper"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"values"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.staircase},
    {"name": "expression", "symbols": [{"literal":"gather"}, "words", (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.gatherExpression},
    {"name": "exactness", "symbols": [{"literal":"errors"}, (tokenTypes.has("list") ? {type: "list"} : list), {"literal":"exact"}, (tokenTypes.has("list") ? {type: "list"} : list)], "postprocess": make.exactness},
    {"name": "words", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.first},
    {"name": "words", "symbols": ["words", (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.append}
  ],
  ParserStart: "line",
};

export default grammar;
