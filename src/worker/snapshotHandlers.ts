/** What the data worker does with kept synthetic sets. */
import type { SnapshotStore } from "@/data/runs/snapshotStore";
import type { DataCommands } from "./protocol";

export type SnapshotCommands = Pick<
  DataCommands,
  "saveSnapshot" | "listSnapshots" | "readSnapshot" | "deleteSnapshot"
>;

/** @param now ms since 1970 */
export function createSnapshotHandlers(store: SnapshotStore, now: () => number): SnapshotCommands {
  return {
    saveSnapshot: (snapshot) => store.save(snapshot, now()),
    listSnapshots: () => store.list(),
    readSnapshot: (id) => store.read(id),
    deleteSnapshot: (id) => store.delete(id),
  };
}
