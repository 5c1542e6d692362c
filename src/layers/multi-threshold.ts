import { QUANTIZER_DOMAINS } from './quant.ts';
import { layer } from './formula.ts';

/** FINN's and QONNX's MultiThreshold: code = number of thresholds of the channel that x reaches; value = code * out_scale + out_bias. */
export const multiThresholdLayers = [
  layer('MultiThreshold', 'staircase of thresholds for each channel', (f) => {
    const x = f.input(0, 'x');
    const shape = f.shape(x);
    const thresholds = f.input(1, 'the thresholds');
    const [rows, steps, ...rest] = f.shape(thresholds);
    const channelsLast = f.text('data_layout', 'NCHW').endsWith('C') || shape.length === 2;
    const axis = channelsLast ? shape.length - 1 : 1;
    if (rows === undefined || steps === undefined || rest.length > 0 || (rows !== 1 && rows !== shape[axis])) {
      throw f.error('thresholds', `thresholds of shape [${f.shape(thresholds).join(', ')}] for [${shape.join(', ')}]`,
        'give one row of thresholds for each channel, or one for all');
    }
    const perChannel = shape.map((_, i) => (i === axis ? rows : 1));
    let count = f.constant(0);
    for (let step = 0; step < steps; step++) {
      const column = f.algebra.gather([thresholds], perChannel, Int32Array.from({ length: rows }, (_, row) => row * steps + step));
      const reached = f.lessOrEqual(column, x);
      count = step === 0 ? reached : f.add(count, reached);
    }
    const codes = f.algebra.integer(count, { low: 0, high: steps }, f.node.outputs[0]);
    return f.add(f.multiply(codes, f.constant(f.number('out_scale', 1))), f.constant(f.number('out_bias', 0)));
  }, { domains: QUANTIZER_DOMAINS }),
];
