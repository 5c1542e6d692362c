import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { userError } from '../../src/base/diagnostic.ts';

export interface YosysJob {
  /** What it works on, for messages. */
  readonly subject: string;
  readonly script: string;
  readonly files: Readonly<Record<string, string>>;
  /** Files that the script writes and that are wanted. */
  readonly results: readonly string[];
}

export interface YosysResult {
  readonly files: Readonly<Record<string, string>>;
  readonly seconds: number;
}

interface Answer {
  readonly files?: Readonly<Record<string, string>>;
  readonly log: string;
  readonly seconds: number;
}

const LOG_LINES = 12;
const entry = createRequire(import.meta.url).resolve('@yowasp/yosys');

/** The version of the Yosys package. */
export const yosysVersion: string = (
  JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as { version: string }
).version;

// Plain JavaScript, so that it runs from sources and from the compiled project alike. A process runs any number of jobs, one
// after the other. Processes rather than threads, and WebAssembly compiled and instantiated synchronously: in Node 20 its
// promises now and then are never settled. Yosys without arguments only gets ready.
const PROGRAM = `
const loaded = import(process.argv[1]).then(async ({ runYosys }) => {
  await runYosys();
  return runYosys;
});
process.on('disconnect', () => process.exit());
process.on('message', async ({ script, files, results }) => {
  const runYosys = await loaded;
  const started = performance.now();
  const output = [];
  const write = bytes => { if (bytes !== null) output.push(Buffer.from(bytes)); };
  let made;
  try {
    made = runYosys(['-q', '-p', script], files, { stdout: write, stderr: write, synchronously: true });
  } catch (error) {
    write(Buffer.from('\\n' + error.message));
  }
  const wanted = made && Object.fromEntries(results.map(name => [name, made[name]]));
  process.send({ files: wanted, log: Buffer.concat(output).toString(), seconds: (performance.now() - started) / 1000 });
});
`;

/**
 * Processes that run Yosys. To be closed after use; a job that fails or takes too long ends its process, and the pool goes on.
 */
export class YosysPool {
  private readonly idle: ChildProcess[] = [];
  private readonly waiting: ((worker: ChildProcess) => void)[] = [];
  private readonly all = new Set<ChildProcess>();
  private closed = false;

  /** `size` processes at most; a job may take `timeoutSeconds`. */
  constructor(private readonly size: number, private readonly timeoutSeconds: number) {}

  /** Throws a `UserError` with the subject and the last lines of the log if Yosys fails, or if it is not done in time. */
  async run(job: YosysJob): Promise<YosysResult> {
    for (let attempt = 1; ; attempt++) {
      const worker = await this.take();
      try {
        const answer = await this.ask(worker, job);
        if (answer.files === undefined) throw yosysFailed(job.subject, answer.log);
        this.release(worker);
        return { files: answer.files, seconds: answer.seconds };
      } catch (error) {
        this.all.delete(worker);
        worker.kill('SIGKILL');
        if (this.closed) throw error;
        if (this.waiting.length > 0) this.waiting.shift()!(this.start());
        if (!(error instanceof StalledError) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Ends every process, also those at work. */
  close(): void {
    // What was killed at work must not start a process for what still waits.
    this.closed = true;
    for (const worker of this.all) worker.kill('SIGKILL');
    this.all.clear();
  }

  private async take(): Promise<ChildProcess> {
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    if (this.all.size < this.size) return this.start();
    return new Promise(resolve => { this.waiting.push(resolve); });
  }

  private release(worker: ChildProcess): void {
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(worker);
    else next(worker);
  }

  private start(): ChildProcess {
    const worker = spawn(process.execPath, ['--no-wasm-async-compilation', '--input-type=module', '--eval', PROGRAM, pathToFileURL(entry).href], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.all.add(worker);
    return worker;
  }

  private ask(worker: ChildProcess, job: YosysJob): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        clearInterval(watch);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        action();
      };
      const onMessage = (answer: Answer): void => settle(() => resolve(answer));
      const onError = (error: Error): void => settle(() => reject(yosysFailed(job.subject, error.message)));
      const onExit = (code: number | null): void => (
        settle(() => reject(yosysFailed(job.subject, `its process ended with code ${code}`)))
      );
      const onTime = (): void => settle(() => reject(timedOut(job.subject, this.timeoutSeconds)));
      const timer = setTimeout(onTime, this.timeoutSeconds * 1000);
      let used: number | undefined;
      let idleChecks = 0;
      const watch = setInterval(() => {
        const now = processorTime(worker.pid);
        idleChecks = now !== undefined && now === used ? idleChecks + 1 : 0;
        used = now;
        if (idleChecks === STALLED_CHECKS) settle(() => reject(new StalledError(`Yosys came to a standstill with ${job.subject}`)));
      }, CHECK_MILLISECONDS);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.send({ script: job.script, files: job.files, results: job.results });
    });
  }
}

/** Now and then WebAssembly in Node 20 stops for good while it is made ready; the same job runs through in a new process. */
class StalledError extends Error {}

const ATTEMPTS = 4;
const CHECK_MILLISECONDS = 2000;
/** A Yosys at work always uses the processor: this long without, and it is stuck. */
const STALLED_CHECKS = 8;

/** Clock ticks that a process has used, where the system tells (Linux). */
function processorTime(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}

function yosysFailed(subject: string, log: string): Error {
  const lines = log.split('\n').filter(line => line.trim() !== '' && !line.startsWith('Exited with status'));
  return userError('yosys-failed', `Yosys failed\n${lines.slice(-LOG_LINES).join('\n')}`, { origin: subject });
}

function timedOut(subject: string, seconds: number): Error {
  return userError('yosys-timeout', `Yosys was not done after ${seconds} s and was stopped`, {
    origin: subject, help: 'allow more time, or make the module smaller: a lower degree of parallelism, or a split layer',
  });
}
