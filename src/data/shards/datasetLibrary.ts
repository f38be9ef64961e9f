import { newestFirst, type DatasetStore } from "./shardStore";

/** The datasets of two places as one list: what is new goes to the first, what no longer fits there to the other. */
export function datasetLibrary(kept: DatasetStore, beside: DatasetStore): DatasetStore {
  const placeOf = async (id: string): Promise<DatasetStore> =>
    (await beside.list()).some((info) => info.id === id) ? beside : kept;
  return {
    list: async () => [...(await kept.list()), ...(await beside.list())].sort(newestFirst),
    get: async (id) => (await placeOf(id)).get(id),
    rename: async (id, name) => (await placeOf(id)).rename(id, name),
    delete: async (id) => (await placeOf(id)).delete(id),
    report: async (id) => (await placeOf(id)).report(id),
    preview: async (id) => (await placeOf(id)).preview(id),
    shard: async (id, split, index) => (await placeOf(id)).shard(id, split, index),
    stage: (id) => kept.stage(id),
    sweep: async () => (await kept.sweep()) + (await beside.sweep()),
  };
}
