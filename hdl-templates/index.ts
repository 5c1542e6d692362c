import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { blockFifo } from './block-fifo.ts';
import { narrowStream } from './narrow-stream.ts';
import { registerSlice } from './register-slice.ts';
import { streamFifo } from './stream-fifo.ts';
import type { Template } from './template.ts';
import { widenStream } from './widen-stream.ts';

export { blockFifo, narrowStream, registerSlice, streamFifo, widenStream };
export type { Template, TemplateParameter, TemplatePort } from './template.ts';

/** All hand-written modules. */
export const templates: readonly Template[] = [streamFifo, blockFifo, registerSlice, widenStream, narrowStream];

/** The Verilog of a template; throws an `Error` if there is none of that name. */
export function templateSource(name: string): string {
  if (!templates.some(template => template.name === name)) throw new Error(`no template is called ${name}`);
  // Compiled code stands in dist/hdl-templates, two folders below the project; the Verilog stays in the source tree.
  const places = [`./${name}.v`, `../../hdl-templates/${name}.v`].map(path => fileURLToPath(new URL(path, import.meta.url)));
  const place = places.find(path => existsSync(path));
  if (place === undefined) throw new Error(`${name}.v is missing beside the other templates`);
  return readFileSync(place, 'utf8');
}
