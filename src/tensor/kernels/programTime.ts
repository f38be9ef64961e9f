/**
 * How long programs take on the device at hand, as far as the times of submits tell: a program is cut into several
 * dispatches where one would last too long. Speeds differ between programs, so each has its own.
 */

/** What one dispatch does, or several. */
export interface Work {
  /** Programs of the same name take about as long for each operation. */
  name: string;
  /** Multiplications with their additions, or numbers that are read and written, whichever are more. */
  operations: number;
}

/** Aim for one dispatch: none may last 200 ms, and a measured speed holds only roughly for the next time. */
const PART_MS = 80;
/**
 * Of a part, so that less than twice this is never cut: a device that takes 200 ms for that makes 40 million operations per
 * second, and slower ones are not supported. It bounds the dispatches that a wrong measurement can cost, and those of
 * small tasks do not depend on the device.
 */
const LEAST_OPERATIONS = 4_000_000;
/** Shorter submits tell more of the queue than of the program. */
const EVIDENCE_MS = 4;

/** Milliseconds per operation, by the name of the program. */
const speeds = new Map<string, number>();
let unmeasured = 0;
let forced: number | null = null;

/** To be called when a device starts. @param perMs operations per millisecond of whatever was not measured yet */
export function forgetTimes(perMs: number): void {
  speeds.clear();
  unmeasured = 1 / perMs;
}

/** What one dispatch of it would last. */
export const msOf = ({ name, operations }: Work): number => operations * (speeds.get(name) ?? unmeasured);

/** Into how many dispatches it is to be cut. */
export function dispatchesFor(work: Work): number {
  if (forced !== null) return forced;
  return Math.max(
    1,
    Math.min(Math.ceil(msOf(work) / PART_MS), Math.floor(work.operations / LEAST_OPERATIONS)),
  );
}

/** As many dispatches for every program, as far as it has workgroups, for tests and benches; null ends that. */
export function forceDispatches(count: number | null): void {
  forced = count;
}

/** Takes in that all of this took no longer than `ms`, together with whatever else went on. */
export function learnBound(works: readonly Work[], ms: number): void {
  const sums = new Map<string, number>();
  for (const { name, operations } of works) sums.set(name, (sums.get(name) ?? 0) + operations);
  for (const [name, operations] of sums)
    speeds.set(name, Math.min(speeds.get(name) ?? unmeasured, ms / operations));
}

/**
 * Takes in that this alone lasted about so long: slower at once, faster step by step, as a word that came late makes
 * what it is about seem longer and what follows shorter.
 */
export function learnTime({ name, operations }: Work, ms: number): void {
  if (ms < EVIDENCE_MS || operations < LEAST_OPERATIONS / 2) return;
  speeds.set(name, Math.max(ms / operations, (speeds.get(name) ?? unmeasured) / 2));
}
