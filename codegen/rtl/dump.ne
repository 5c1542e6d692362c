# What printDesign prints, one line at a time; `npm run grammar` compiles this file to dump-grammar.ts.

@preprocessor typescript
@lexer tokenTypes
@{%
import { tokenTypes } from '../../src/base/text/lexer.ts';
import * as make from './dump-make.ts';
%}

line -> module   {% id %}
      | end      {% id %}
      | port     {% id %}
      | node     {% id %}
      | instance {% id %}

module     -> "module" %word template:? "{"                               {% make.module %}
template   -> "template" %word "(" parameters:? ")"                       {% make.template %}
parameters -> parameter                                                   {% make.first %}
            | parameters "," parameter                                    {% make.further %}
parameter  -> %word "=" integer                                           {% make.parameter %}
end        -> "}"                                                         {% make.end %}

port     -> ("input" | "output") %word ":" %number driver:?               {% make.port %}
driver   -> "=" %reference                                                {% make.second %}
node     -> %word ":" %number "=" operation                               {% make.node %}
instance -> "instance" %word "of" %word "(" connections:? ")"             {% make.instance %}
connections -> connection                                                 {% make.first %}
             | connections "," connection                                 {% make.further %}
connection  -> %word "=" %reference                                       {% make.connection %}

operation ->
    "input"                                                               {% make.input %}
  | "constant" integer                                                    {% make.constant %}
  | "slice" %reference "from" %number                                     {% make.slice %}
  | "concat" references                                                   {% make.concat %}
  | "extend" read                                                         {% make.extend %}
  | "not" %reference                                                      {% make.not %}
  | ("and" | "or" | "xor") references                                     {% make.bitwise %}
  | ("reduce-and" | "reduce-or" | "reduce-xor") %reference                {% make.reduce %}
  | "mux" %reference "of" references                                      {% make.mux %}
  | ("eq" | "ne" | "lt" | "le") read %reference                           {% make.compare %}
  | ("shift-left" | "shift-right" | "shift-right-signed") %reference "by" %reference  {% make.shift %}
  | "lookup" %reference "in" %list                                        {% make.lookup %}
  | "sum" terms "+" integer pipeline                                      {% make.sum %}
  | "multiply" read read pipeline                                         {% make.multiply %}
  | "popcount" %reference pipeline                                        {% make.popcount %}
  | "thresholds" read "reaches" %list pipeline                            {% make.thresholds %}
  | "linear" read "elements" %number "columns" %number "rows" %number "to" %number "by" %list pipeline  {% make.linear %}
  | "register" %reference enable:? reset:?                                {% make.register %}
  | "delay" %reference "by" %number enable:?                              {% make.delay %}
  | "rom" %word "at" %reference "of" %list enable:?                       {% make.rom %}
  | "ram" %word "words" %number "write" %reference "at" %reference "if" %reference "read" %word "at" %reference enable:? contents:?  {% make.ram %}
  | "output" %word "of" %word                                             {% make.instanceOutput %}

references -> %reference                                                  {% make.first %}
            | references %reference                                       {% make.append %}
read       -> "signed":? %reference                                       {% make.read %}
terms      -> null                                                        {% make.none %}
            | terms term                                                  {% make.append %}
term       -> ("+" | "-") read shifted:?                                  {% make.term %}
shifted    -> "<<" %number                                                {% make.second %}
pipeline   -> null                                                        {% make.combinational %}
            | "stages" %number enable:?                                   {% make.pipeline %}
enable     -> "enable" %reference                                         {% make.second %}
contents   -> "of" %list                                                  {% make.second %}
reset      -> "reset" integer                                             {% make.second %}
integer    -> %number                                                     {% make.integer %}
            | "-" %number                                                 {% make.integer %}
