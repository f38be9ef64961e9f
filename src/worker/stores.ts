/** All that is stored, by what it is: the same in the browser's storage, in memory, and across a port. */
import * as Comlink from "comlink";
import { CheckpointStore } from "@/data/runs/checkpointStore";
import { JobStore } from "@/data/runs/jobStore";
import { StoredScores } from "@/data/runs/scoreStore";
import { SnapshotStore } from "@/data/runs/snapshotStore";
import { ExpertStore } from "@/data/runs/trajectoryStore";
import type { StudioDatabase } from "@/data/shards/database";
import { ShardStore, type DatasetStore } from "@/data/shards/shardStore";
import { projectJobs, type ProjectJobs } from "./projectJobs";
import { callsTo } from "./wire";

export interface Stores {
  datasets: DatasetStore;
  experts: ExpertStore;
  snapshots: SnapshotStore;
  scores: StoredScores;
  checkpoints: CheckpointStore;
  jobs: JobStore;
  projects: ProjectJobs;
}

export const openStores = (database: StudioDatabase, { inMemory }: { inMemory: boolean }): Stores => ({
  datasets: new ShardStore(database, inMemory),
  experts: new ExpertStore(() => Date.now(), database),
  snapshots: new SnapshotStore(database),
  scores: new StoredScores(database),
  checkpoints: new CheckpointStore(database),
  jobs: new JobStore(database),
  projects: projectJobs(database, { clock: () => performance.now(), now: () => Date.now() }),
});

/** Lets the other side of the port use these stores. */
export function serveStores(stores: Stores, port: MessagePort): void {
  const { datasets } = stores;
  const stage = async (id: string) => Comlink.proxy(await datasets.stage(id)); // an import stays on this side
  const served: DatasetStore = Object.assign(Object.create(datasets) as DatasetStore, { stage });
  Comlink.expose({ ...stores, datasets: served }, port);
}

/** The stores on the other side of the port. */
export function storesBehind(port: MessagePort): Stores {
  const remote = Comlink.wrap<Stores>(port);
  return {
    datasets: callsTo(remote.datasets),
    experts: callsTo(remote.experts),
    snapshots: callsTo(remote.snapshots),
    scores: callsTo(remote.scores),
    checkpoints: callsTo(remote.checkpoints),
    jobs: callsTo(remote.jobs),
    projects: callsTo(remote.projects),
  };
}
