import { Worker } from 'node:worker_threads';

/** The worker's program; plain JavaScript, so that it runs from sources and from the compiled project alike. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const { runYosys, Exit } = await import(workerData.yosys);
  const decoder = new TextDecoder();
  let log = '';
  const take = (bytes) => { if (bytes !== null) log += decoder.decode(bytes, { stream: true }); };
  try {
    const files = await runYosys(workerData.args, workerData.files, { stdout: take, stderr: take, decodeASCII: true });
    parentPort.postMessage({ files, log });
  } catch (error) {
    parentPort.postMessage({ error: String(error && error.message || error), log });
  }
})();
`;

export interface YosysAnswer {
  readonly files: Readonly<Record<string, string>>;
  readonly log: string;
}

/** Runs Yosys in a thread of its own, which is ended after the timeout. @throws Error with the last lines of its log */
export function runInWorker(args: readonly string[], files: Readonly<Record<string, string>>, timeoutSeconds: number): Promise<YosysAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(PROGRAM, { eval: true, workerData: { yosys: import.meta.resolve('@yowasp/yosys'), args, files } });
    const timer = setTimeout(() => {
      void worker.terminate();
      reject(new Error(`Yosys took more than ${timeoutSeconds} s`));
    }, timeoutSeconds * 1000);
    const finish = (): void => {
      clearTimeout(timer);
      void worker.terminate();
    };
    worker.once('message', (answer: YosysAnswer & { error?: string }) => {
      finish();
      if (answer.error === undefined) {
        resolve(answer);
        return;
      }
      const lines = answer.log.trim().split('\n');
      reject(new Error(`Yosys: ${lines.find((line) => line.startsWith('ERROR')) ?? answer.error}\n${lines.slice(-5).join('\n')}`));
    });
    worker.once('error', (error) => {
      finish();
      reject(error);
    });
  });
}
