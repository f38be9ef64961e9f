import type { SourceArray } from "../readers/arrays/sourceArray";

/**
 * The array of a name. The code of MTT saves one per evaluation: the best comes before those of an iteration, and the
 * last iteration before earlier ones.
 */
export function pickArray(arrays: ReadonlyMap<string, SourceArray>, name: RegExp): SourceArray | undefined {
  const iteration = (key: string) => Number(/_(\d+)$/.exec(key)?.[1] ?? Infinity);
  const [newest] = [...arrays.keys()]
    .filter((key) => name.test(key))
    .sort((a, b) => Number(iteration(b) > iteration(a)) - Number(iteration(b) < iteration(a)));
  return newest === undefined ? undefined : arrays.get(newest);
}
