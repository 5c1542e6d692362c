import { Dice } from './mutations.ts';

/** Formats of activations, small enough for tables and thresholds. */
const ACTIVATIONS = [
  'int4', 'uint4', 'int8', 'fixed<6,2>', 'ufixed<4,0>', 'bipolar', 'binary', 'ternary', 'fracbnn', 'shift<3>', 'khot<2,6>', 'float<3,2>',
  'codebook<-3,-1,0,2>', 'uint3<trn,wrap>',
];
const WEIGHTS = [
  'ternary', 'bipolar', 'int4', 'shift<3>', 'shift0<3>', 'khot<2,6>', 'float<2,1>', 'fixed<4,2>', 'binary', 'codebook<-3,-1,1,3>', 'multibit<1,2>',
];
const SCALES = ['', ' * 0.5', ' * 0.25', ' * 1/3', ' * 2'];

interface Tensor { readonly name: string; readonly size: number; readonly quantized: boolean }

/** A program of random layers that should compile: vectors, weights in every kind of format, branches, states. */
export function networkProgram(seed: number): string {
  const dice = new Dice(seed * 7919);
  const lines: string[] = [];
  const tensors: Tensor[] = [];
  const read = new Set<string>();
  let count = 0;
  const use = (tensor: Tensor): string => { read.add(tensor.name); return tensor.name; };
  const number = (): string => `${dice.below(17) - 8}`;
  const vector = (size: number): string => `[${Array.from({ length: size }, () => `${(dice.below(33) - 16) / 8}`).join(', ')}]`;
  const size = dice.pick([2, 3, 4, 6]);
  lines.push(`input x : [${size}] ${dice.pick(ACTIVATIONS)}${dice.pick(SCALES)}`);
  tensors.push({ name: 'x', size, quantized: true });
  const some = (): Tensor => dice.pick(tensors.slice(-3));
  const quantized = (): Tensor => dice.pick(tensors.filter((tensor) => tensor.quantized).slice(-3));
  const give = (expression: string, extent: number): void => {
    const name = `t${count++}`;
    const format = dice.below(4) > 0 ? ` as ${dice.pick(ACTIVATIONS)}${dice.pick(SCALES)}` : '';
    lines.push(`${name} = ${expression}${format}`);
    tensors.push({ name, size: extent, quantized: format !== '' });
  };
  const steps: readonly (() => void)[] = [
    () => {
      const x = quantized();
      const rows = dice.pick([1, 2, 3, 4]);
      const name = `W${count}`;
      const matrix = Array.from({ length: x.size }, () => vector(rows));
      lines.push(`const ${name} : ${dice.pick(WEIGHTS)}${dice.pick(SCALES)} = [${matrix.join(', ')}]`);
      give(dice.below(2) === 0 ? `dense(${use(x)}, ${name}, bias = ${vector(rows)})` : `${use(x)} @ ${name}`, rows);
    },
    () => {
      const x = some();
      give(`${dice.pick(['relu', 'sigmoid', 'tanh', 'abs', 'hard_sigmoid', 'round', 'gelu'])}(${use(x)})`, x.size);
    },
    () => { const x = some(); give(`${use(x)} * ${vector(x.size)} + ${number()}`, x.size); },
    () => {
      const x = quantized();
      const end = 1 + dice.below(x.size);
      give(`${use(x)}[0:${end}]`, end);
    },
    () => {
      const [x, y] = [quantized(), quantized()];
      give(`concat(${use(x)}, ${use(y)})`, x.size + y.size);
    },
    () => {
      const x = quantized();
      const y = tensors.find((tensor) => tensor.quantized && tensor.size === x.size)!;
      give(`${use(x)} ${dice.pick(['+', '-', '*'])} ${use(y)}`, x.size);
    },
    () => { const x = some(); give(`(${use(x)} ${dice.pick(['<', '<=', '>', '>='])} ${number()}) * 2 - 1`, x.size); },
    () => { const x = some(); give(`clip(${use(x)}, min = -1, max = ${1 + dice.below(3)})`, x.size); },
    () => {
      const x = quantized();
      const name = `h${count++}`;
      lines.push(`state ${name} : [${x.size}] fixed<6,3> = 0`, `next ${name} = ${name} * 0.5 + ${use(x)}`);
      tensors.push({ name, size: x.size, quantized: true });
    },
  ];
  for (let i = 2 + dice.below(5); i > 0; i--) dice.pick(steps)();
  const unread = tensors.filter(({ name }) => !read.has(name));
  for (const { name } of unread) lines.push(name.startsWith('t') ? `output ${name}` : `output ${name}_out = ${name}`);
  if (unread.length === 0) lines.push(`output ${tensors.at(-1)!.name}`);
  return `${lines.join('\n')}\n`;
}
