/** What the page's process took at most, by Linux' own count: its heaps, its workers, decoded pictures, everything. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Browser } from "@playwright/test";

interface ProcessInfo {
  type: string;
  id: number;
}

export class PeakMemory {
  private constructor(private readonly pids: readonly number[]) {}

  /** Null where there is no /proc. Counts from here on. */
  static async start(browser: Browser): Promise<PeakMemory | null> {
    if (process.platform !== "linux") return null;
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as {
      processInfo: ProcessInfo[];
    };
    await session.detach();
    const memory = new PeakMemory(processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id));
    memory.reset();
    return memory;
  }

  /** Sets each peak back to what is taken now. */
  reset(): void {
    for (const pid of this.pids) writeFileSync(`/proc/${pid}/clear_refs`, "5");
  }

  /** The largest peak among the page's processes, MB. */
  peakMb(): number {
    return Math.max(0, ...this.pids.map(peakOf));
  }
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;
  } catch {
    return 0; // a spare process that is gone
  }
}
