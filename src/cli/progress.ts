import { Presets, SingleBar } from 'cli-progress';

/** Shows what is being done on standard error: a bar on a terminal, a line for each new step elsewhere. Nothing within the first second. */
export class Progress {
  private bar: SingleBar | undefined;
  private step = '';
  private readonly started = performance.now();

  constructor(private readonly enabled: boolean) {}

  readonly report = (step: string, done: number, total: number): void => {
    if (!this.enabled || performance.now() - this.started < 1000) return;
    if (!process.stderr.isTTY) {
      if (step !== this.step) process.stderr.write(`${step} …\n`);
      this.step = step;
      return;
    }
    if (step !== this.step || this.bar === undefined) {
      this.bar?.stop();
      this.bar = new SingleBar({
        format: `${step.padEnd(24)} {bar} {value}/{total}`, stream: process.stderr, hideCursor: true, clearOnComplete: true,
      }, Presets.rect);
      this.bar.start(total, done);
      this.step = step;
    }
    this.bar.setTotal(total);
    this.bar.update(done);
  };

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
    this.step = '';
  }
}
