import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { userError } from '../src/base/diagnostic.ts';

/** A tool that npm brings as WebAssembly: a module that exports functions `run…(args, files, options)`. */
export interface Tool {
  /** Its name, for messages. */
  readonly title: string;
  /** The npm package. */
  readonly package: string;
  readonly version: string;
}

export interface ToolCommand {
  /** The exported function: `runYosys`. */
  readonly run: string;
  readonly args: readonly string[];
}

export type ToolFiles = Readonly<Record<string, string | Uint8Array>>;

export interface ToolJob {
  /** What it works on, for messages. */
  readonly subject: string;
  /** One after the other; each sees the files that those before it wrote. */
  readonly commands: readonly ToolCommand[];
  readonly files: ToolFiles;
  /** Files that the commands write and that are wanted: texts where they are ASCII, bytes otherwise. */
  readonly results: readonly string[];
  /** An error that says more than the end of the log; undefined where it cannot. */
  readonly explain?: (log: string) => Error | undefined;
  /** A way out for the user where the tool takes too long. */
  readonly slowHelp: string;
}

export interface ToolResult {
  readonly files: ToolFiles;
  readonly log: string;
  readonly seconds: number;
}

interface Answer {
  readonly files?: ToolFiles;
  readonly log: string;
  readonly seconds: number;
}

const LOG_LINES = 12;
const { resolve } = createRequire(import.meta.url);

/** The installed tool of an npm package. */
export function findTool(title: string, name: string): Tool {
  const place = join(dirname(resolve(name)), '..', 'package.json');
  const { version } = JSON.parse(readFileSync(place, 'utf8')) as { version: string };
  return { title, package: name, version };
}

// Plain JavaScript, so that it runs from sources and from the compiled project alike. A process runs any number of jobs, one
// after the other. Processes rather than threads, and WebAssembly compiled and instantiated synchronously: in Node 20 its
// promises now and then are never settled. A tool without arguments only gets ready.
const PROGRAM = `
const loaded = import(process.argv[1]);
const ready = new Set();
process.on('disconnect', () => process.exit());
process.on('message', async ({ commands, files, results }) => {
  const output = [];
  const write = bytes => { if (bytes !== null) output.push(Buffer.from(bytes)); };
  const tool = await loaded;
  let made = files;
  let started = performance.now();
  try {
    for (const { run, args } of commands) {
      if (!ready.has(run)) {
        const before = performance.now();
        await tool[run]();
        ready.add(run);
        started += performance.now() - before;
      }
      made = { ...made, ...tool[run](args, made, { stdout: write, stderr: write, synchronously: true }) };
    }
  } catch (error) {
    made = undefined;
    write(Buffer.from('\\n' + error.message));
  }
  const wanted = made && Object.fromEntries(results.map(name => [name, made[name]]));
  process.send({ files: wanted, log: Buffer.concat(output).toString(), seconds: (performance.now() - started) / 1000 });
});
`;

/**
 * Processes that run a tool. To be closed after use; a job that fails or takes too long ends its process, and the pool goes on.
 */
export class ToolPool {
  private readonly idle: ChildProcess[] = [];
  private readonly waiting: ((worker: ChildProcess) => void)[] = [];
  private readonly all = new Set<ChildProcess>();
  private closed = false;

  /** `size` processes at most; a job may take `timeoutSeconds`. */
  constructor(private readonly tool: Tool, private readonly size: number, private readonly timeoutSeconds: number) {}

  /** Throws a `UserError` with the subject and the last lines of the log if the tool fails, or if it is not done in time. */
  async run(job: ToolJob): Promise<ToolResult> {
    for (let attempt = 1; ; attempt++) {
      const worker = await this.take();
      try {
        const answer = await this.ask(worker, job);
        if (answer.files === undefined) throw job.explain?.(answer.log) ?? toolFailed(this.tool, job.subject, answer.log);
        this.release(worker);
        return { files: answer.files, log: answer.log, seconds: answer.seconds };
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
    return new Promise(succeed => { this.waiting.push(succeed); });
  }

  private release(worker: ChildProcess): void {
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(worker);
    else next(worker);
  }

  private start(): ChildProcess {
    const worker = spawn(process.execPath, ['--no-wasm-async-compilation', '--input-type=module', '--eval', PROGRAM, pathToFileURL(resolve(this.tool.package)).href], {
      serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.all.add(worker);
    return worker;
  }

  private ask(worker: ChildProcess, job: ToolJob): Promise<Answer> {
    return new Promise((succeed, reject) => {
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        clearInterval(watch);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        action();
      };
      const onMessage = (answer: Answer): void => settle(() => succeed(answer));
      const onError = (error: Error): void => settle(() => reject(toolFailed(this.tool, job.subject, error.message)));
      const onExit = (code: number | null): void => (
        settle(() => reject(toolFailed(this.tool, job.subject, `its process ended with code ${code}`)))
      );
      const onTime = (): void => settle(() => reject(timedOut(this.tool, job, this.timeoutSeconds)));
      const timer = setTimeout(onTime, this.timeoutSeconds * 1000);
      let used: number | undefined;
      let idleChecks = 0;
      const watch = setInterval(() => {
        const now = processorTime(worker.pid);
        idleChecks = now !== undefined && now === used ? idleChecks + 1 : 0;
        used = now;
        if (idleChecks === STALLED_CHECKS) settle(() => reject(new StalledError(`${this.tool.title} came to a standstill with ${job.subject}`)));
      }, CHECK_MILLISECONDS);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.send({ commands: job.commands, files: job.files, results: job.results });
    });
  }
}

/** Now and then WebAssembly in Node 20 stops for good while it is made ready; the same job runs through in a new process. */
class StalledError extends Error {}

const ATTEMPTS = 4;
const CHECK_MILLISECONDS = 2000;
/** A tool at work always uses the processor: this long without, and it is stuck. */
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

function toolFailed({ title }: Tool, subject: string, log: string): Error {
  const lines = log.split('\n').filter(line => line.trim() !== '' && !line.startsWith('Exited with status'));
  return userError(`${title.toLowerCase()}-failed`, `${title} failed\n${lines.slice(-LOG_LINES).join('\n')}`, { origin: subject });
}

function timedOut({ title }: Tool, { subject, slowHelp }: ToolJob, seconds: number): Error {
  return userError(`${title.toLowerCase()}-timeout`, `${title} was not done after ${seconds} s and was stopped`, { origin: subject, help: slowHelp });
}
