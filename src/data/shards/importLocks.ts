/**
 * Tells an import that is going on (in this tab or another) from one whose tab died: a running import holds a
 * Web Lock, and the browser frees the locks of a tab that is gone. Where there are no Web Locks (Node, or a page whose
 * storage is switched off), imports of this process are remembered instead.
 */
const heldHere = new Set<string>();

const lockName = (datasetId: string) => `studio-import-${datasetId}`;
const webLocks = (): LockManager | undefined =>
  typeof navigator === "undefined" ? undefined : (navigator as { locks?: LockManager }).locks;

/** Marks an import as going on. @returns what ends it */
export async function holdImport(datasetId: string): Promise<() => void> {
  heldHere.add(datasetId);
  const locks = webLocks();
  if (!locks) return () => void heldHere.delete(datasetId);
  return new Promise((granted) => {
    locks
      .request(lockName(datasetId), () => {
        return new Promise<void>((free) =>
          granted(() => {
            heldHere.delete(datasetId);
            free();
          }),
        );
      })
      .catch(() => granted(() => void heldHere.delete(datasetId))); // denied together with the storage
  });
}

/** Whether some living tab is still at this import. */
export async function importIsHeld(datasetId: string): Promise<boolean> {
  if (heldHere.has(datasetId)) return true;
  const locks = webLocks();
  if (!locks) return false;
  return locks
    .request(lockName(datasetId), { ifAvailable: true }, (lock) => lock === null)
    .catch(() => false);
}
