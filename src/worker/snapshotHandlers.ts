/** What the data worker does with kept synthetic sets. */
import { looksLikeExport } from "@/data/reopen/exportFiles";
import { openExport } from "@/data/reopen/openExport";
import type { SnapshotStore } from "@/data/runs/snapshotStore";
import type { DataCommands } from "./protocol";

export type SnapshotCommands = Pick<
  DataCommands,
  "isExport" | "openExport" | "saveSnapshot" | "listSnapshots" | "readSnapshot" | "deleteSnapshot"
>;

/** @param now ms since 1970 */
export function createSnapshotHandlers(store: SnapshotStore, now: () => number): SnapshotCommands {
  return {
    isExport: looksLikeExport,
    openExport: async (files) => store.save(await openExport(files), now()),
    saveSnapshot: (snapshot) => store.save(snapshot, now()),
    listSnapshots: () => store.list(),
    readSnapshot: (id) => store.read(id),
    deleteSnapshot: (id) => store.delete(id),
  };
}
