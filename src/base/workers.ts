import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** What a worker does with its memory, in order: write bytes, call an export, read bytes. */
export type Step =
  | { readonly write: number; readonly bytes: Uint8Array }
  | { readonly call: string; readonly args: readonly number[] }
  | { readonly read: number; readonly length: number };

/** What a job left: the results of its calls and the bytes that it read, each in order. */
export interface JobResult {
  readonly calls: readonly number[];
  readonly reads: readonly Uint8Array[];
}

interface Answer extends JobResult { readonly id: number; readonly error?: string }

// The worker's own text: it must run from compiled files and from sources alike.
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const memory = new WebAssembly.Memory({ initial: workerData.pages });
const { exports } = new WebAssembly.Instance(workerData.module, { env: { memory } });
parentPort.on('message', ({ id, bytes, steps }) => {
  try {
    const missing = Math.ceil(bytes / 65536) + 1 - memory.buffer.byteLength / 65536;
    if (missing > 0) memory.grow(missing);
    const [calls, reads] = [[], []];
    for (const step of steps) {
      if ('write' in step) new Uint8Array(memory.buffer).set(step.bytes, step.write);
      else if ('call' in step) calls.push(exports[step.call](...step.args));
      else reads.push(new Uint8Array(memory.buffer).slice(step.read, step.read + step.length));
    }
    parentPort.postMessage({ id, calls, reads }, reads.map((read) => read.buffer));
  } catch (error) {
    parentPort.postMessage({ id, calls: [], reads: [], error: String(error) });
  }
});
`;

/** How many threads a machine has for us. */
export function threadCount(): number {
  return Math.max(1, availableParallelism());
}

/** Threads that each run one WebAssembly module (it imports `env.memory`) on memory of their own. */
export class WasmWorkers {
  private readonly idle: Worker[] = [];
  private readonly all: Worker[] = [];
  private readonly waiting: ((worker: Worker) => void)[] = [];
  private next = 0;

  /** `bytes` is what a module's own data needs. */
  constructor(module: WebAssembly.Module, count: number, bytes = 0) {
    const pages = Math.ceil(bytes / 65536) + 1;
    for (let i = 0; i < count; i++) {
      const worker = new Worker(WORKER, { eval: true, workerData: { module, pages } });
      worker.setMaxListeners(0);
      worker.unref();
      this.all.push(worker);
      this.idle.push(worker);
    }
  }

  get count(): number {
    return this.all.length;
  }

  /** Runs the steps on a free worker, in memory of at least so many bytes. */
  async run(bytes: number, steps: readonly Step[]): Promise<JobResult> {
    const worker = this.idle.pop() ?? await new Promise<Worker>((resolve) => { this.waiting.push(resolve); });
    const id = this.next++;
    try {
      return await new Promise<JobResult>((resolve, reject) => {
        const finish = (): void => {
          worker.off('message', answered);
          worker.off('error', reject);
          worker.unref();
        };
        const answered = (answer: Answer): void => {
          if (answer.id !== id) return;
          finish();
          if (answer.error === undefined) resolve(answer);
          else reject(new Error(answer.error));
        };
        worker.ref();
        worker.on('message', answered);
        worker.on('error', reject);
        worker.postMessage({ id, bytes, steps });
      });
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.idle.push(worker);
      else next(worker);
    }
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((worker) => worker.terminate()));
  }
}
