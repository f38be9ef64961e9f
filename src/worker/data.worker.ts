/** The worker that owns files and storage. */
import * as Comlink from "comlink";
import { createBrowserDecoder } from "@/data/decode/browserDecoder";
import { SnapshotStore } from "@/data/runs/snapshotStore";
import { ExpertStore } from "@/data/runs/trajectoryStore";
import { ShardStore } from "@/data/shards/shardStore";
import { createDataHandlers, workerEnvironment } from "./dataHandlers";
import "./errorTransfer";
import type { DataCommands } from "./protocol";
import { createSnapshotHandlers } from "./snapshotHandlers";

const kept = createSnapshotHandlers(new SnapshotStore(), () => Date.now());
const experts = new ExpertStore(() => Date.now());
const handlers = createDataHandlers(new ShardStore(), workerEnvironment(createBrowserDecoder()));
const commands: DataCommands = {
  ...handlers,
  ...kept,
  listExpertSets: () => experts.list(),
  deleteExpertSet: (id) => experts.delete(id),
  readSnapshot: async (id) => {
    const snapshot = await kept.readSnapshot(id);
    const { images, labels, targets } = snapshot;
    return Comlink.transfer(snapshot, [images.buffer, labels.buffer, ...(targets ? [targets.buffer] : [])]);
  },
  datasetPreview: async (id, perClass) => {
    const preview = await handlers.datasetPreview(id, perClass);
    return Comlink.transfer(preview, [preview.pixels.buffer]);
  },
};
Comlink.expose(commands);
