/** One import at a time: a new one ends the one before it, and a cancel waits until nothing of it is left. */
export class DataJob {
  private current: { controller: AbortController; settled: Promise<unknown> } | null = null;

  /** Runs `work` after whatever ran before has ended. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const before = this.cancel();
    const controller = new AbortController();
    const result = before.then(() => {
      controller.signal.throwIfAborted();
      return work(controller.signal);
    });
    const job = { controller, settled: result.catch(() => undefined) };
    this.current = job;
    try {
      return await result;
    } finally {
      if (this.current === job) this.current = null;
    }
  }

  /** Ends what runs. Its own promise rejects with an AbortError. */
  async cancel(): Promise<void> {
    const job = this.current;
    job?.controller.abort();
    await job?.settled;
  }
}
