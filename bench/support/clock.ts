/** The clock of an entry: what a page or process computes is timed by it. */

let byProcessor = false;

/** Takes the time that this process computes, so that other programs do not count; Node alone has it. */
export function countProcessorTime(wanted: boolean): void {
  byProcessor = wanted;
}

/** Milliseconds, monotonic. */
export function now(): number {
  if (!byProcessor) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
