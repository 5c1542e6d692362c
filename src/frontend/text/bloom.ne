# The network language, one statement at a time; `npm run grammar` compiles this file to bloom-grammar.ts.
# Line ends, comments and brackets are looked after before the grammar sees a statement: see lines.ts.

@preprocessor typescript
@lexer tokenTypes
@{%
import { tokenTypes } from '../../base/text/lexer.ts';
import * as make from './make.ts';
%}

statement -> network    {% id %}
           | setting    {% id %}
           | input      {% id %}
           | const      {% id %}
           | state      {% id %}
           | next       {% id %}
           | output     {% id %}
           | assign     {% id %}

network -> "network" name                                     {% make.network %}
setting -> settingKey settingValue unit:?                     {% make.setting %}
input   -> "input" name ":" shape quantization:?              {% make.input %}
const   -> "const" name constType:? "=" value                 {% make.constant %}
state   -> "state" name ":" shape quantization:? "=" value    {% make.state %}
next    -> "next" name "=" value fold:?                       {% make.next %}
output  -> "output" name (result):?                           {% make.output %}
result  -> "=" value fold:?
assign  -> names "=" value fold:?                             {% make.assign %}

settingKey   -> ("style" | "clock" | "target" | "batch")      {% make.inner %}
settingValue -> %word {% id %} | %number                      {% id %}
unit         -> %word                                         {% id %}

name  -> %word                                                {% id %}
names -> name                                                 {% make.first %}
       | names "," name                                       {% make.further %}

shape   -> "[" "]"                                            {% make.shape %}
         | "[" extents "]"                                    {% make.shape %}
extents -> extent                                             {% make.first %}
         | extents "," extent                                 {% make.further %}
extent  -> %number                                            {% id %}

constType -> ":" shape                                        {% make.constShape %}
           | ":" shape:? "codes":? quantization               {% make.constFormat %}

# ---- formats ------------------------------------------------------------------------------------------------------------------

quantization -> format                                        {% make.quantization %}
              | format "*" product                            {% make.quantization %}
format       -> %word                                         {% make.format %}
              | %word "<" formatArgs ">"                      {% make.format %}
formatArgs   -> formatArg                                     {% make.first %}
              | formatArgs "," formatArg                      {% make.further %}
formatArg    -> formatValue                                   {% id %}
              | %word "=" formatValue                         {% make.named %}
formatValue  -> formatWord                                    {% id %}
              | %number                                       {% make.written %}
              | "-" %number                                   {% make.written %}
formatWord   -> %word                                         {% make.written %}
              | formatWord "-" %word                          {% make.hyphenated %}

# ---- expressions, the loosest first ---------------------------------------------------------------------------------------------

value      -> value "as" quantization                         {% make.quantize %}
            | comparison                                      {% id %}
comparison -> sum relation sum                                {% make.binary %}
            | sum                                             {% id %}
sum        -> sum additive product                            {% make.binary %}
            | product                                         {% id %}
product    -> product factor unary                            {% make.binary %}
            | unary                                           {% id %}
unary      -> "-" unary                                       {% make.negate %}
            | postfix                                         {% id %}
postfix    -> postfix "[" subscripts "]"                      {% make.index %}
            | primary                                         {% id %}
primary    -> %number                                         {% make.number %}
            | %string                                         {% make.text %}
            | %word                                           {% make.name %}
            | tensor                                          {% id %}
            | %word "(" args ")"                              {% make.call %}
            | %word "(" ")"                                   {% make.call %}
            | "(" value ")"                                   {% make.parenthesis %}

relation -> ("<" | "<=" | ">" | ">=" | "==")                  {% make.inner %}
additive -> ("+" | "-")                                       {% make.inner %}
factor   -> ("*" | "/" | "@")                                 {% make.inner %}

args     -> argument                                          {% make.first %}
          | args "," argument                                 {% make.further %}
argument -> value                                             {% make.argument %}
          | %word "=" value                                   {% make.namedArgument %}

tensor  -> "[" "]"                                            {% make.tensor %}
         | "[" entries "]"                                    {% make.tensor %}
entries -> entry                                              {% make.first %}
         | entries "," entry                                  {% make.further %}
entry   -> signed {% id %} | tensor                           {% id %}
signed  -> %number                                            {% make.signed %}
         | "-" %number                                        {% make.signed %}

subscripts -> subscript                                       {% make.first %}
            | subscripts "," subscript                        {% make.further %}
subscript  -> signed                                          {% make.place %}
            | signed:? ":" signed:?                           {% make.range %}
            | signed:? ":" signed:? ":" signed:?              {% make.range %}

# ---- wishes ---------------------------------------------------------------------------------------------------------------------

fold    -> "fold" "(" factors ")"                             {% make.fold %}
factors -> wish                                               {% make.first %}
         | factors "," wish                                   {% make.further %}
wish    -> %word "=" %number                                  {% make.wish %}
