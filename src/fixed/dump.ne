# What printFixed prints whole, one line at a time; `npm run grammar` compiles this file to dump-grammar.ts.

@preprocessor typescript
@lexer tokenTypes
@{%
import { tokenTypes } from '../base/text/lexer.ts';
import * as make from './dump-make.ts';
%}

line -> "fixed" "graph" name                                              {% make.graph %}
      | %reference name ":" %list type "=" operation code:*               {% make.node %}
      | "from" origins                                                    {% make.origins %}
      | %word ":" %list "=" expression                                    {% make.part %}
      | "input" %reference "encodes" name "by" %word                      {% make.input %}
      | "output" %reference "decodes" "to" name %list "by" %word          {% make.output %}

name    -> %word                                                          {% make.word %}
         | %string                                                        {% make.text %}
origins -> %string                                                        {% make.firstText %}
         | origins "," %string                                            {% make.furtherText %}
type    -> "bipolar"                                                      {% make.bipolar %}
         | "int" %list                                                    {% make.range %}
code    -> "code" name signed signed order:?                               {% make.code %}
order   -> "order" %list                                                  {% make.second %}
big     -> %number                                                        {% make.big %}
         | "-" %number                                                    {% make.big %}
signed  -> %number                                                        {% make.number %}
         | "-" %number                                                    {% make.number %}

operation ->
    "input"                                                               {% make.inputNode %}
  | "gather" references %list                                             {% make.gather %}
  | "window" %reference "image" %list "kernel" %list "stride" %list "dilation" %list "pad" %list "fill" %list %word  {% make.window %}
  | "dot" %reference groups:? "rows" %number "columns" %number "weights" %list stored:? lmul:? "rewritable":?  {% make.dot %}
  | "threshold" %reference "channels" %number "steps" %number "levels" %list falling:? "rewritable":?  {% make.threshold %}
  | "table" %reference "channels" %number "contents" %list                {% make.table %}
  | "requantize" %reference "channels" %number "multipliers" %list "offsets" %list "shift" %number %word wrap:? factors:?  {% make.requantize %}
  | "add" references "coefficients" %list                                 {% make.add %}
  | "multiply" %reference %reference                                      {% make.multiply %}
  | "divide" references "numerator" big "offset" big "denominator" big %word  {% make.divide %}
  | "square-root" %reference                                              {% make.squareRoot %}
  | "state" "initial" %list "next" %reference                             {% make.state %}
  | ("arg-maximum" | "arg-minimum") %reference "of" %number %word         {% make.argument %}
  | ("maximum" | "minimum") %reference "of" %number                       {% make.extreme %}

groups     -> "groups" %number                                            {% make.groups %}
stored     -> "format" %string                                            {% make.stored %}
lmul       -> "lmul" %number %number signed %word                         {% make.lmul %}
wrap       -> "wrap"                                                      {% make.word %}
factors    -> "rewritable" %number %number                                {% make.factors %}
falling    -> "falling" %list                                             {% make.second %}
references -> %reference                                                  {% make.first %}
            | references %reference                                       {% make.append %}

expression ->
    "variable" "input" name                                               {% make.inputVariable %}
  | "variable" %reference                                                 {% make.valueVariable %}
  | "constant" %list exactness:?                                          {% make.constant %}
  | "map" words                                                           {% make.map %}
  | "staircase" %word "boundaries" %list "upper" %list "values" %list     {% make.staircase %}
  | "gather" words %list                                                  {% make.gatherExpression %}

exactness -> "errors" %list "exact" %list                                 {% make.exactness %}
words     -> %word                                                        {% make.first %}
           | words %word                                                  {% make.append %}
