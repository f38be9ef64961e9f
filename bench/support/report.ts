/** What a bench writes with `--json=<file>`: its results, and when, on what and by which command they were measured. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";

export interface Report<R> {
  bench: string;
  command: string;
  date: string;
  device: Device;
  results: R;
}

export interface Device {
  processor: string;
  cores: number;
  gigabytes: number;
  /** "Node 20.20.0 on linux" */
  runtime: string;
  /** What ours computes on. */
  adapter: string;
  /** What it is compared with, where there is one. */
  torch?: string;
}

/** Writes results to a file; does nothing without one. */
export function writeReport(
  file: string | undefined,
  on: Pick<Device, "adapter"> & { torch?: string | undefined },
  results: unknown,
): void {
  if (!file) return;
  const [bench = "", ...flags] = process.argv.slice(2);
  const report: Report<unknown> = {
    bench,
    command: ["npm run bench --", bench, ...flags].join(" "),
    date: new Date().toISOString(),
    device: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      gigabytes: Math.round(totalmem() / 1e9),
      runtime: `Node ${process.versions.node} on ${process.platform}`,
      adapter: on.adapter,
      ...(on.torch !== undefined && { torch: on.torch }),
    },
    results,
  };
  writeFileSync(file, JSON.stringify(report, null, 2));
}

/** The results that a file holds; null where there is none. */
export function readResults<R>(file: string): R | null {
  if (!existsSync(file)) return null;
  return (JSON.parse(readFileSync(file, "utf8")) as Report<R>).results;
}
