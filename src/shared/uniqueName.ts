/** The name, with the smallest number behind it that makes it differ from all others: "cats", "cats 2". */
export function uniqueName(name: string, others: readonly { name: string }[]): string {
  const wanted = name.trim() || "dataset";
  const taken = new Set(others.map((other) => other.name));
  let unique = wanted;
  for (let n = 2; taken.has(unique); n++) unique = `${wanted} ${n}`;
  return unique;
}
