/** Everything an async iterable yields, in order (`Array.fromAsync` is not in Node 20). */
export async function collectAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
