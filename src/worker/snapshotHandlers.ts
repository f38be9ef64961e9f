/** What the data worker does with kept synthetic sets. */
import { looksLikeExport } from "@/data/reopen/exportFiles";
import { openExport } from "@/data/reopen/openExport";
import { openLooseSet, type LooseSet } from "@/data/reopen/looseSet";
import { planOfSet, snapshotOfSet } from "@/data/reopen/snapshotOfSet";
import type { SnapshotStore } from "@/data/runs/snapshotStore";
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { DataCommands } from "./protocol";

export type SnapshotCommands = Pick<
  DataCommands,
  | "isExport"
  | "openExport"
  | "inspectSet"
  | "openSet"
  | "saveSnapshot"
  | "listSnapshots"
  | "readSnapshot"
  | "deleteSnapshot"
>;

export interface SnapshotSurroundings {
  store: SnapshotStore;
  listDatasets: () => Promise<DatasetInfo[]>;
  /** Milliseconds since 1970. */
  now: () => number;
}

export function createSnapshotHandlers({ store, listDatasets, now }: SnapshotSurroundings): SnapshotCommands {
  let inspected: LooseSet | null = null;
  return {
    isExport: looksLikeExport,
    openExport: async (files) => store.save(await openExport(files), now()),
    inspectSet: async (files) => {
      inspected = null;
      inspected = await openLooseSet(files, new AbortController().signal);
      return inspected && planOfSet(inspected);
    },
    openSet: async ({ datasetId, mean, std }) => {
      if (!inspected) throw new UserError("There is no set to open.", "Drop or choose its files first.");
      const dataset = (await listDatasets()).find(({ id }) => id === datasetId);
      if (!dataset)
        throw new UserError(
          "The dataset of this set is no longer stored.",
          "Import it again, then open the set.",
        );
      const info = await store.save(snapshotOfSet(inspected, dataset, { mean, std }), now());
      inspected = null;
      return info;
    },
    saveSnapshot: (snapshot) => store.save(snapshot, now()),
    listSnapshots: () => store.list(),
    readSnapshot: (id) => store.read(id),
    deleteSnapshot: (id) => store.delete(id),
  };
}
