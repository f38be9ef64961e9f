/** A subset parameter keeps its options' ids joined by "_"; these turn it into a set and back. */
import type { SubsetParam } from "@/shared/params";

export const subsetOf = (value: string): Set<string> => new Set(value.split("_").filter((id) => id !== ""));

/** The value with one option put in or taken out, in the order of the options. */
export function withOption(
  { options }: Pick<SubsetParam, "options">,
  value: string,
  id: string,
  on: boolean,
): string {
  const chosen = subsetOf(value);
  if (on) chosen.add(id);
  else chosen.delete(id);
  return options
    .map((option) => option.value)
    .filter((option) => chosen.has(option))
    .join("_");
}
