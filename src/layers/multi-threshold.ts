import { layer, type Formula } from './formula.ts';
import { QUANTIZER_DOMAINS } from './quant.ts';

const LAYOUTS: Readonly<Record<string, 'first' | 'last'>> = {
  NC: 'last', NCW: 'first', NCHW: 'first', NCDHW: 'first', NWC: 'last', NHWC: 'last', NDHWC: 'last',
};

/** The dimension of the channels: 1, or the last one where the layout says so. */
function channelAxis<T>(f: Formula<T>, rank: number): number {
  const layout = f.text('data_layout', 'NCHW') || 'NCHW';
  const place = LAYOUTS[layout];
  if (place === undefined) throw f.error('attribute', `data layout ${layout}`, `use one of ${Object.keys(LAYOUTS).join(', ')}`);
  return place === 'last' || rank <= 2 ? rank - 1 : 1;
}

/**
 * FINN's and QONNX's MultiThreshold: code = number of thresholds of the channel that x reaches;
 * value = code * out_scale + out_bias.
 */
export const multiThresholdLayer = layer('MultiThreshold', 'staircase of thresholds for each channel', (f) => {
  const x = f.input(0, 'x');
  const shape = f.shape(x);
  const thresholds = f.constantInput(1, 'the thresholds');
  const [rows, steps, ...rest] = f.shape(thresholds);
  const axis = channelAxis(f, shape.length);
  if (shape.length === 0 || rows === undefined || !(steps > 0) || rest.length > 0 || (rows !== 1 && rows !== shape[axis])) {
    throw f.error('thresholds', `thresholds of shape [${f.shape(thresholds).join(', ')}] for [${shape.join(', ')}]`,
      'give one row of thresholds for each channel, or one for all');
  }
  const perChannel = shape.map((_, i) => (i === axis ? rows : 1));
  let count: typeof x | undefined;
  for (let step = 0; step < steps; step++) {
    const column = f.algebra.gather([thresholds], perChannel, Int32Array.from({ length: rows }, (_, row) => row * steps + step));
    const reached = f.lessOrEqual(column, x);
    count = count === undefined ? reached : f.add(count, reached);
  }
  const codes = f.algebra.integer(count!, { low: 0, high: steps }, f.node.outputs[0]);
  return f.add(f.multiply(codes, f.constant(f.number('out_scale', 1))), f.constant(f.number('out_bias', 0)));
}, { domains: QUANTIZER_DOMAINS });
