/** How far things are, on stderr: one line that renews itself on a terminal, plain lines now and then elsewhere. */
import { formatDuration } from "@/shared/format";

const RENEW_MS = 100;
const LINE_MS = 5000;
const BAR = 24;

export interface ProgressSink {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** What is told at once. */
export interface ProgressNews {
  /** What is being done: "Importing mnist". */
  step: string;
  done: number;
  /** 0 when it is not known. */
  total: number;
  /** Seconds, null while it cannot be said. */
  eta: number | null;
  /** Figures behind it: "12.3 it/s, loss 0.4". */
  figures?: string;
}

export class Progress {
  private toldAt = -Infinity;
  private step = "";
  private isLineOpen = false;

  /** @param clock milliseconds, monotonic */
  constructor(
    private readonly sink: ProgressSink,
    private readonly clock: () => number,
    private readonly isQuiet = false,
  ) {}

  /** Tells how far it is, when it is time to. */
  update(news: ProgressNews): void {
    if (this.isQuiet) return;
    const now = this.clock();
    const isNew = news.step !== this.step;
    const isEnd = news.total > 0 && news.done === news.total;
    if (!isNew && !isEnd && now - this.toldAt < (this.sink.isTTY ? RENEW_MS : LINE_MS)) return;
    this.toldAt = now;
    this.step = news.step;
    const text = progressText(news);
    if (this.sink.isTTY) {
      this.sink.write(`\r\x1b[K${text.slice(0, (this.sink.columns ?? 100) - 1)}`);
      this.isLineOpen = true;
    } else this.sink.write(`${text}\n`);
  }

  /** A line that stays. */
  line(text: string): void {
    if (!this.isQuiet) this.always(text);
  }

  /** A line that stays, also when it is quiet: errors. */
  always(text: string): void {
    this.end();
    this.sink.write(`${text}\n`);
  }

  /** Leaves the renewed line as it is. */
  end(): void {
    if (this.isLineOpen) this.sink.write("\n");
    this.isLineOpen = false;
    this.step = "";
  }
}

/** "Distilling [#####-----] 10 of 20, 50 %, 0:12 left, loss 0.4" */
export function progressText({ step, done, total, eta, figures }: ProgressNews): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(share * BAR);
  const bar = total > 0 ? ` [${"#".repeat(filled)}${"-".repeat(BAR - filled)}]` : "";
  const count = total > 0 ? ` ${done} of ${total}, ${Math.floor(100 * share)} %` : done > 0 ? ` ${done}` : "";
  const left = eta !== null && share < 1 ? `, ${formatDuration(eta)} left` : "";
  return `${step}${bar}${count}${left}${figures ? `, ${figures}` : ""}`;
}
