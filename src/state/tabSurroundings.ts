/** What a tab lives in, so that tests can be a browser with many. */
export interface TabSurroundings {
  /** Absent where the browser has none; this tab then works as if it were the only one. */
  locks: Pick<LockManager, "request"> | undefined;
  openChannel: ((name: string) => BroadcastChannel) | undefined;
  /** Hears the events of the page's life. */
  page: EventTarget;
  /** Of this tab, unlike any other's. */
  id: string;
  /** The same text for the same build. */
  build: string;
}

/** One wait at a time: a new one takes the place of the one before. */
export class Wait {
  private timer: ReturnType<typeof setTimeout> | undefined;

  start(ms: number, act: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, ms);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
