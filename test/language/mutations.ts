/** A small generator of deterministic choices. */
export class Dice {
  constructor(private state: number) {}

  below(count: number): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return (Math.imul(this.state ^ (this.state >>> 13), 0x297a2d39) >>> 0) % count;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

const TOKENS = [
  'network', 'style', 'clock', 'target', 'batch', 'input', 'const', 'state', 'next', 'output', 'as', 'codes', 'fold', 'streaming', 'explicit',
    'ns', 'MHz',
  '(', ')', '[', ']', '{', '}', '<', '>', '<=', '>=', '==', '=', ',', ':', '+', '-', '*', '/', '@', '"', '#', '\n', ' ', '..', '%', '$', "'",
    ';', 'é', '😀', '\t', '\r',
  '0', '1', '2', '3', '7', '-1', '0.5', '1e-3', '1e308', '1e999', '1e-320', '65536', '99999999', '4294967296', '9007199254740993', '.5', '3.',
  'x', 'y', 'h', 'W', 'a', 'b', 'act', '_', 'inf', 'dense', 'relu', 'split', 'concat', 'arg_max', 'softmax', 'reshape', 'pow', 'exp', 'log',
    'tile', 'expand',
  'reduce_sum', 'transpose', 'slice', 'gather', 'where', 'clip', 'top_k', 'squeeze', 'unsqueeze', 'flatten', 'max', 'sqrt', 'quant',
    'batch_normalization', 'gemm', 'axis', 'axes', 'version',
  'int8', 'uint4', 'ternary', 'bipolar', 'fixed<8,1>', 'fixed<99,1>', 'khot<2,8>', 'float<4,3>', 'int64', 'codebook<1,2>', 'power<4,0.5>',
    '"w.npy"', '"', '"\\q"',
];

const PIECES = /[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|\s+|./gs;

/** The program with one to four mistakes in it: tokens, characters and lines removed, doubled, exchanged, put in. */
export function mutated(program: string, dice: Dice): string {
  let text = program;
  for (let count = 1 + dice.below(4); count > 0; count--) text = dice.pick(MUTATIONS)(text, dice);
  return text;
}

type Mutation = (text: string, dice: Dice) => string;

function pieces(change: (list: string[], at: number, dice: Dice) => void): Mutation {
  return (text, dice) => {
    const list = text.match(PIECES) ?? [''];
    change(list, dice.below(list.length), dice);
    return list.join('');
  };
}

function lines(change: (list: string[], at: number, dice: Dice) => void): Mutation {
  return (text, dice) => {
    const list = text.split('\n');
    change(list, dice.below(list.length), dice);
    return list.join('\n');
  };
}

const MUTATIONS: readonly Mutation[] = [
  pieces((list, at) => { list.splice(at, 1); }),
  pieces((list, at) => { list.splice(at, 0, list[at]); }),
  pieces((list, at, dice) => { list[at] = dice.pick(TOKENS); }),
  pieces((list, at, dice) => { list[at] = dice.pick(TOKENS); }),
  pieces((list, at, dice) => { list.splice(at, 0, dice.pick(TOKENS)); }),
  pieces((list, at, dice) => { const other = dice.below(list.length); [list[at], list[other]] = [list[other], list[at]]; }),
  pieces((list, at, dice) => { list[at] = list[dice.below(list.length)]; }),
  pieces((list, at, dice) => { list.splice(at, 0, list[at].repeat(1 + dice.below(200))); }),
  lines((list, at) => { list.splice(at, 1); }),
  lines((list, at) => { list.splice(at, 0, list[at]); }),
  lines((list, at, dice) => { const other = dice.below(list.length); [list[at], list[other]] = [list[other], list[at]]; }),
  (text, dice) => { const at = dice.below(text.length + 1); return text.slice(0, at) + String.fromCharCode(dice.below(dice.below(10) === 0
    ? 65536 : 128)) + text.slice(at); },
  (text, dice) => { const at = dice.below(text.length + 1); return text.slice(0, at) + text.slice(at + 1); },
  (text, dice) => { const at = dice.below(text.length + 1); return text.slice(0, at) + String.fromCharCode(dice.below(128)) + text.slice(at + 1); },
  (text, dice) => text.slice(0, dice.below(text.length + 1)),
];
