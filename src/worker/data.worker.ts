/** The worker that owns files and storage. */
import * as Comlink from "comlink";
import { createBrowserDecoder } from "@/data/decode/browserDecoder";
import { StudioDatabase } from "@/data/shards/database";
import type { StorageEvent } from "@/shared/storage";
import { createDataHandlers, workerEnvironment } from "./dataHandlers";
import type { DataCommands } from "./protocol";
import { createSnapshotHandlers } from "./snapshotHandlers";
import { StorePlaces } from "./storePlaces";
import { openStores } from "./stores";
import { WriterFence } from "./writerFence";

let tell: (event: StorageEvent) => void = () => undefined;
const fence = new WriterFence((navigator as { locks?: LockManager }).locks);
const database = new StudioDatabase(undefined, { onEvent: (event) => tell(event), mayWrite: fence.check });
const places = new StorePlaces(openStores(database, { inMemory: false }));
const { datasets, experts, checkpoints, jobs, projects, snapshots } = places.stores;
const kept = createSnapshotHandlers({
  store: snapshots,
  listDatasets: () => datasets.list(),
  now: () => Date.now(),
});
const handlers = createDataHandlers(places, workerEnvironment(createBrowserDecoder()));
const commands: DataCommands = {
  ...handlers,
  ...kept,
  openStorage: async (onEvent) => {
    tell = onEvent;
    await database.open();
  },
  useStorage: (place, memory, page) => {
    fence.standFor(page);
    return Promise.resolve(places.use(place, memory));
  },
  measureProject: () => projects.measureProject(),
  saveProject: (...asked) => projects.saveProject(...asked),
  isProject: (file) => projects.isProject(file),
  openProject: (...asked) => projects.openProject(...asked),
  cancelProject: () => projects.cancelProject(),
  listExpertSets: () => experts.list(),
  deleteExpertSet: (id) => experts.delete(id),
  listUnfinished: () => checkpoints.list(),
  deleteUnfinished: (id) => checkpoints.delete(id),
  listJobs: () => jobs.list(),
  rememberJob: (job) => jobs.put(job),
  forgetJob: (kind) => jobs.delete(kind),
  readSnapshot: async (id) => {
    const snapshot = await kept.readSnapshot(id);
    const { images, labels, targets, history } = snapshot;
    const arrays = [images, labels, ...(targets ? [targets] : []), ...(history ? [history.pixels] : [])];
    return Comlink.transfer(
      snapshot,
      arrays.map(({ buffer }) => buffer),
    );
  },
  datasetPreview: async (id, perClass) => {
    const preview = await handlers.datasetPreview(id, perClass);
    return Comlink.transfer(preview, [preview.pixels.buffer]);
  },
};
Comlink.expose(commands);
