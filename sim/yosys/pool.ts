import { findTool, ToolPool } from '../tool-pool.ts';

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

const YOSYS = findTool('Yosys', '@yowasp/yosys');

/** The version of the Yosys package. */
export const yosysVersion: string = YOSYS.version;

/** Processes that run Yosys; to be closed after use. */
export class YosysPool {
  private readonly pool: ToolPool;

  /** `size` processes at most; a job may take `timeoutSeconds`. */
  constructor(size: number, timeoutSeconds: number) {
    this.pool = new ToolPool(YOSYS, size, timeoutSeconds);
  }

  /** Throws a `UserError` with the subject and the last lines of the log if Yosys fails, or if it is not done in time. */
  async run({ subject, script, files, results }: YosysJob): Promise<YosysResult> {
    const made = await this.pool.run({
      subject, files, results,
      commands: [{ run: 'runYosys', args: ['-q', '-p', script] }],
      slowHelp: 'allow more time, or make the module smaller: a lower degree of parallelism, or a split layer',
    });
    // All that bitloom has Yosys write is ASCII, which comes as text.
    return { files: made.files as Record<string, string>, seconds: made.seconds };
  }

  /** Ends every process, also those at work. */
  close(): void {
    this.pool.close();
  }
}
