/** A tab's hold on the lock. The browser frees it when that tab is closed or crashes, and gives it to the next that waits. */
import { isAbort } from "@/shared/errors";
import { WRITER_LOCK } from "@/shared/writerLock";

export class WriterLock {
  private free: (() => void) | null = null;
  private waiting: AbortController | null = null;

  /** @param onLost called when another tab takes the lock from this one */
  constructor(
    private readonly locks: Pick<LockManager, "request">,
    private readonly onLost: () => void,
  ) {}

  /** @returns whether it was free */
  takeIfFree(): Promise<boolean> {
    return this.request({ ifAvailable: true });
  }

  /** Queues for it. @returns true once it is this tab's, false when `letGo` or `take` ended the waiting */
  wait(): Promise<boolean> {
    this.stopWaiting();
    this.waiting = new AbortController();
    return this.request({ signal: this.waiting.signal });
  }

  /** Takes it from the tab that holds it, before all that wait. */
  take(): Promise<boolean> {
    this.stopWaiting();
    return this.request({ steal: true });
  }

  /** Gives it up, or no longer waits for it. */
  letGo(): void {
    this.stopWaiting();
    this.free?.();
    this.free = null;
  }

  private stopWaiting(): void {
    this.waiting?.abort();
    this.waiting = null;
  }

  private request(options: LockOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let freeThis: (() => void) | null = null;
      this.locks
        .request(WRITER_LOCK, options, (lock) => {
          resolve(lock !== null);
          if (lock) return new Promise<void>((free) => (this.free = freeThis = free));
        })
        .catch((error: unknown) => {
          if (freeThis && this.free === freeThis) {
            this.free = null;
            this.onLost();
          } else if (isAbort(error)) resolve(false);
          else reject(error instanceof Error ? error : new Error(String(error)));
        });
    });
  }
}
