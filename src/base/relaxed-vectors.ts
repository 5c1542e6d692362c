import { setFlagsFromString } from 'node:v8';
import { hasRelaxedVectors } from './wasm/relaxed.ts';

/** Node 20 knows relaxed vector instructions, but has them only where it is asked; later versions always. */
export function enableRelaxedVectors(): void {
  if (!hasRelaxedVectors()) setFlagsFromString('--experimental-wasm-relaxed-simd');
}
