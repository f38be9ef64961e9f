/** Datasets in plain memory, for the command line: as much of a store as one import and the run after it need. */
import type { DatasetInfo, Split } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ImportReport } from "@/shared/importing";
import type { ShardRecord } from "./migrations";
import type { DatasetStore, Staging } from "./shardStore";

export class MemoryShards implements Pick<DatasetStore, "stage" | "get" | "shard" | "report"> {
  private readonly shards = new Map<string, ShardRecord>();
  private readonly datasets = new Map<string, { info: DatasetInfo; report: ImportReport }>();

  stage(datasetId: string): Promise<Staging> {
    const keyOf = (split: Split, index: number) => `${datasetId}/${split}/${index}`;
    const staged: ShardRecord[] = [];
    return Promise.resolve({
      put: (shard) => Promise.resolve(void staged.push({ datasetId, ...shard })),
      commit: (info, { report }) => {
        for (const shard of staged) this.shards.set(keyOf(shard.split, shard.index), shard);
        this.datasets.set(datasetId, { info, report });
        return Promise.resolve(info);
      },
      discard: () => Promise.resolve(void staged.splice(0)),
    });
  }

  get(id: string): Promise<DatasetInfo> {
    const dataset = this.datasets.get(id);
    return dataset
      ? Promise.resolve(dataset.info)
      : Promise.reject(new UserError("This dataset is not in memory.", "Import it again."));
  }

  report(id: string): Promise<ImportReport | null> {
    return Promise.resolve(this.datasets.get(id)?.report ?? null);
  }

  shard(id: string, split: Split, index: number): Promise<ShardRecord | undefined> {
    return Promise.resolve(this.shards.get(`${id}/${split}/${index}`));
  }
}
