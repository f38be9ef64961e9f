import { UserError } from "@/shared/errors";

export type Flags = (name: string) => string | undefined;

/** Reads "--name=value" out of a bench's flags; "--name" alone is an empty value. */
export const flagReader =
  (flags: readonly string[]): Flags =>
  (name) => {
    const found = flags.find((text) => text === `--${name}` || text.startsWith(`--${name}=`));
    return found?.slice(name.length + 3);
  };

/**
 * The names of a flag's list, or all where there is no flag.
 * @throws UserError for a name that is not among them
 */
export function namesIn<T extends string>(list: string | undefined, all: readonly T[]): T[] {
  if (list === undefined) return [...all];
  return list.split(",").map((name) => {
    const known = all.find((other) => other === name);
    if (!known) throw new UserError(`There is no "${name}".`, `There are: ${all.join(", ")}.`);
    return known;
  });
}
