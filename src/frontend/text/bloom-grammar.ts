// Generated automatically by nearley, version 2.20.1
// http://github.com/Hardmath123/nearley
// Bypasses TS6133. Allow declared but unused functions.
// @ts-ignore
function id(d: any[]): any { return d[0]; }
declare var word: any;
declare var number: any;
declare var string: any;

import { tokenTypes } from '../../base/text/lexer.ts';
import * as make from './make.ts';

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
    {"name": "statement", "symbols": ["network"], "postprocess": id},
    {"name": "statement", "symbols": ["setting"], "postprocess": id},
    {"name": "statement", "symbols": ["input"], "postprocess": id},
    {"name": "statement", "symbols": ["const"], "postprocess": id},
    {"name": "statement", "symbols": ["state"], "postprocess": id},
    {"name": "statement", "symbols": ["next"], "postprocess": id},
    {"name": "statement", "symbols": ["output"], "postprocess": id},
    {"name": "statement", "symbols": ["assign"], "postprocess": id},
    {"name": "network", "symbols": [{"literal":"network"}, "name"], "postprocess": make.network},
    {"name": "setting$ebnf$1", "symbols": ["unit"], "postprocess": id},
    {"name": "setting$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "setting", "symbols": ["settingKey", "settingValue", "setting$ebnf$1"], "postprocess": make.setting},
    {"name": "input$ebnf$1", "symbols": ["quantization"], "postprocess": id},
    {"name": "input$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "input", "symbols": [{"literal":"input"}, "name", {"literal":":"}, "shape", "input$ebnf$1"], "postprocess": make.input},
    {"name": "const$ebnf$1", "symbols": ["constType"], "postprocess": id},
    {"name": "const$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "const", "symbols": [{"literal":"const"}, "name", "const$ebnf$1", {"literal":"="}, "value"], "postprocess": make.constant},
    {"name": "state$ebnf$1", "symbols": ["quantization"], "postprocess": id},
    {"name": "state$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "state", "symbols": [{"literal":"state"}, "name", {"literal":":"}, "shape", "state$ebnf$1", {"literal":"="}, "value"], "postprocess": make.state},
    {"name": "next$ebnf$1", "symbols": ["fold"], "postprocess": id},
    {"name": "next$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "next", "symbols": [{"literal":"next"}, "name", {"literal":"="}, "value", "next$ebnf$1"], "postprocess": make.next},
    {"name": "output$ebnf$1$subexpression$1", "symbols": ["result"]},
    {"name": "output$ebnf$1", "symbols": ["output$ebnf$1$subexpression$1"], "postprocess": id},
    {"name": "output$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "output", "symbols": [{"literal":"output"}, "name", "output$ebnf$1"], "postprocess": make.output},
    {"name": "result$ebnf$1", "symbols": ["fold"], "postprocess": id},
    {"name": "result$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "result", "symbols": [{"literal":"="}, "value", "result$ebnf$1"]},
    {"name": "assign$ebnf$1", "symbols": ["fold"], "postprocess": id},
    {"name": "assign$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "assign", "symbols": ["names", {"literal":"="}, "value", "assign$ebnf$1"], "postprocess": make.assign},
    {"name": "settingKey$subexpression$1", "symbols": [{"literal":"style"}]},
    {"name": "settingKey$subexpression$1", "symbols": [{"literal":"clock"}]},
    {"name": "settingKey$subexpression$1", "symbols": [{"literal":"target"}]},
    {"name": "settingKey$subexpression$1", "symbols": [{"literal":"batch"}]},
    {"name": "settingKey", "symbols": ["settingKey$subexpression$1"], "postprocess": make.inner},
    {"name": "settingValue", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": id},
    {"name": "settingValue", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": id},
    {"name": "unit", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": id},
    {"name": "name", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": id},
    {"name": "names", "symbols": ["name"], "postprocess": make.first},
    {"name": "names", "symbols": ["names", {"literal":","}, "name"], "postprocess": make.further},
    {"name": "shape", "symbols": [{"literal":"["}, {"literal":"]"}], "postprocess": make.shape},
    {"name": "shape", "symbols": [{"literal":"["}, "extents", {"literal":"]"}], "postprocess": make.shape},
    {"name": "extents", "symbols": ["extent"], "postprocess": make.first},
    {"name": "extents", "symbols": ["extents", {"literal":","}, "extent"], "postprocess": make.further},
    {"name": "extent", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": id},
    {"name": "constType", "symbols": [{"literal":":"}, "shape"], "postprocess": make.constShape},
    {"name": "constType$ebnf$1", "symbols": ["shape"], "postprocess": id},
    {"name": "constType$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "constType$ebnf$2", "symbols": [{"literal":"codes"}], "postprocess": id},
    {"name": "constType$ebnf$2", "symbols": [], "postprocess": () => null},
    {"name": "constType", "symbols": [{"literal":":"}, "constType$ebnf$1", "constType$ebnf$2", "quantization"], "postprocess": make.constFormat},
    {"name": "quantization", "symbols": ["format"], "postprocess": make.quantization},
    {"name": "quantization", "symbols": ["format", {"literal":"*"}, "product"], "postprocess": make.quantization},
    {"name": "format", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.format},
    {"name": "format", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"<"}, "formatArgs", {"literal":">"}], "postprocess": make.format},
    {"name": "formatArgs", "symbols": ["formatArg"], "postprocess": make.first},
    {"name": "formatArgs", "symbols": ["formatArgs", {"literal":","}, "formatArg"], "postprocess": make.further},
    {"name": "formatArg", "symbols": ["formatValue"], "postprocess": id},
    {"name": "formatArg", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"="}, "formatValue"], "postprocess": make.named},
    {"name": "formatValue", "symbols": ["formatWord"], "postprocess": id},
    {"name": "formatValue", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.written},
    {"name": "formatValue", "symbols": [{"literal":"-"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.written},
    {"name": "formatWord", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.written},
    {"name": "formatWord", "symbols": ["formatWord", {"literal":"-"}, (tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.hyphenated},
    {"name": "value", "symbols": ["value", {"literal":"as"}, "quantization"], "postprocess": make.quantize},
    {"name": "value", "symbols": ["comparison"], "postprocess": id},
    {"name": "comparison", "symbols": ["sum", "relation", "sum"], "postprocess": make.binary},
    {"name": "comparison", "symbols": ["sum"], "postprocess": id},
    {"name": "sum", "symbols": ["sum", "additive", "product"], "postprocess": make.binary},
    {"name": "sum", "symbols": ["product"], "postprocess": id},
    {"name": "product", "symbols": ["product", "factor", "unary"], "postprocess": make.binary},
    {"name": "product", "symbols": ["unary"], "postprocess": id},
    {"name": "unary", "symbols": [{"literal":"-"}, "unary"], "postprocess": make.negate},
    {"name": "unary", "symbols": ["postfix"], "postprocess": id},
    {"name": "postfix", "symbols": ["postfix", {"literal":"["}, "subscripts", {"literal":"]"}], "postprocess": make.index},
    {"name": "postfix", "symbols": ["primary"], "postprocess": id},
    {"name": "primary", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.number},
    {"name": "primary", "symbols": [(tokenTypes.has("string") ? {type: "string"} : string)], "postprocess": make.text},
    {"name": "primary", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word)], "postprocess": make.name},
    {"name": "primary", "symbols": ["tensor"], "postprocess": id},
    {"name": "primary", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"("}, "args", {"literal":")"}], "postprocess": make.call},
    {"name": "primary", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"("}, {"literal":")"}], "postprocess": make.call},
    {"name": "primary", "symbols": [{"literal":"("}, "value", {"literal":")"}], "postprocess": make.parenthesis},
    {"name": "relation$subexpression$1", "symbols": [{"literal":"<"}]},
    {"name": "relation$subexpression$1", "symbols": [{"literal":"<="}]},
    {"name": "relation$subexpression$1", "symbols": [{"literal":">"}]},
    {"name": "relation$subexpression$1", "symbols": [{"literal":">="}]},
    {"name": "relation$subexpression$1", "symbols": [{"literal":"=="}]},
    {"name": "relation", "symbols": ["relation$subexpression$1"], "postprocess": make.inner},
    {"name": "additive$subexpression$1", "symbols": [{"literal":"+"}]},
    {"name": "additive$subexpression$1", "symbols": [{"literal":"-"}]},
    {"name": "additive", "symbols": ["additive$subexpression$1"], "postprocess": make.inner},
    {"name": "factor$subexpression$1", "symbols": [{"literal":"*"}]},
    {"name": "factor$subexpression$1", "symbols": [{"literal":"/"}]},
    {"name": "factor$subexpression$1", "symbols": [{"literal":"@"}]},
    {"name": "factor", "symbols": ["factor$subexpression$1"], "postprocess": make.inner},
    {"name": "args", "symbols": ["argument"], "postprocess": make.first},
    {"name": "args", "symbols": ["args", {"literal":","}, "argument"], "postprocess": make.further},
    {"name": "argument", "symbols": ["value"], "postprocess": make.argument},
    {"name": "argument", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"="}, "value"], "postprocess": make.namedArgument},
    {"name": "tensor", "symbols": [{"literal":"["}, {"literal":"]"}], "postprocess": make.tensor},
    {"name": "tensor", "symbols": [{"literal":"["}, "entries", {"literal":"]"}], "postprocess": make.tensor},
    {"name": "entries", "symbols": ["entry"], "postprocess": make.first},
    {"name": "entries", "symbols": ["entries", {"literal":","}, "entry"], "postprocess": make.further},
    {"name": "entry", "symbols": ["signed"], "postprocess": id},
    {"name": "entry", "symbols": ["tensor"], "postprocess": id},
    {"name": "signed", "symbols": [(tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.signed},
    {"name": "signed", "symbols": [{"literal":"-"}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.signed},
    {"name": "subscripts", "symbols": ["subscript"], "postprocess": make.first},
    {"name": "subscripts", "symbols": ["subscripts", {"literal":","}, "subscript"], "postprocess": make.further},
    {"name": "subscript", "symbols": ["signed"], "postprocess": make.place},
    {"name": "subscript$ebnf$1", "symbols": ["signed"], "postprocess": id},
    {"name": "subscript$ebnf$1", "symbols": [], "postprocess": () => null},
    {"name": "subscript$ebnf$2", "symbols": ["signed"], "postprocess": id},
    {"name": "subscript$ebnf$2", "symbols": [], "postprocess": () => null},
    {"name": "subscript", "symbols": ["subscript$ebnf$1", {"literal":":"}, "subscript$ebnf$2"], "postprocess": make.range},
    {"name": "subscript$ebnf$3", "symbols": ["signed"], "postprocess": id},
    {"name": "subscript$ebnf$3", "symbols": [], "postprocess": () => null},
    {"name": "subscript$ebnf$4", "symbols": ["signed"], "postprocess": id},
    {"name": "subscript$ebnf$4", "symbols": [], "postprocess": () => null},
    {"name": "subscript$ebnf$5", "symbols": ["signed"], "postprocess": id},
    {"name": "subscript$ebnf$5", "symbols": [], "postprocess": () => null},
    {"name": "subscript", "symbols": ["subscript$ebnf$3", {"literal":":"}, "subscript$ebnf$4", {"literal":":"}, "subscript$ebnf$5"], "postprocess": make.range},
    {"name": "fold", "symbols": [{"literal":"fold"}, {"literal":"("}, "factors", {"literal":")"}], "postprocess": make.fold},
    {"name": "factors", "symbols": ["wish"], "postprocess": make.first},
    {"name": "factors", "symbols": ["factors", {"literal":","}, "wish"], "postprocess": make.further},
    {"name": "wish", "symbols": [(tokenTypes.has("word") ? {type: "word"} : word), {"literal":"="}, (tokenTypes.has("number") ? {type: "number"} : number)], "postprocess": make.wish}
  ],
  ParserStart: "statement",
};

export default grammar;
