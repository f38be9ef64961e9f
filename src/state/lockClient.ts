/**
 * The id by which the browser's locks know this page, for its workers: they have ids of their own, and must know whether
 * it is their page that holds the writer's lock.
 * @returns null where it cannot be known; then nothing is refused
 */
export async function lockClientId(locks: LockManager | undefined): Promise<string | null> {
  if (!locks) return null;
  const name = `studio-tab-${crypto.randomUUID()}`;
  const findOwn = async () => (await locks.query()).held?.find((lock) => lock.name === name)?.clientId;
  try {
    return (await locks.request(name, findOwn)) ?? null;
  } catch {
    return null; // a browser may refuse locks, as in private windows
  }
}
