/**
 * Datasets in IndexedDB: a metadata record that makes one visible, packed shards, and details (report, preview).
 * An import is staged: its shards are written under an id that no list shows, and one last transaction makes it
 * visible. What a cancelled, failed or crashed import left is deleted. Shards are Blobs: Chromium keeps those as
 * files and reads them four times faster than buffers.
 */
import type { DatasetInfo, Split } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ImportReport } from "@/shared/importing";
import { uniqueName } from "@/shared/uniqueName";
import { keysOf, StudioDatabase } from "./database";
import { holdImport, importIsHeld } from "./importLocks";
import type { DetailsRecord, ShardRecord, StoredPreview } from "./migrations";

/** An import on its way into the store. */
export interface Staging {
  /** Writes one shard. @throws UserError when there is no room, or the storage was cleared meanwhile */
  put(shard: Omit<ShardRecord, "datasetId">): Promise<void>;
  /**
   * Makes the dataset visible, durably, in one transaction, under a name that no other dataset has.
   * @returns the info as stored
   */
  commit(info: DatasetInfo, details: Omit<DetailsRecord, "datasetId">): Promise<DatasetInfo>;
  /**
   * Deletes all that was staged. May be called after `commit`, and then does nothing. What cannot be deleted now, as
   * the storage is gone or taken over, is swept when the studio opens it next.
   */
  discard(): Promise<void>;
}

export const newestFirst = (a: DatasetInfo, b: DatasetInfo): number =>
  b.createdAt - a.createdAt || (a.name < b.name ? -1 : 1);

/** What does with datasets all that the studio does: the store of one place, or of several. */
export type DatasetStore = Pick<
  ShardStore,
  "list" | "get" | "rename" | "delete" | "report" | "preview" | "shard" | "stage" | "sweep"
>;

export class ShardStore {
  private readonly connection: StudioDatabase;

  /** @param inMemory marks its datasets as gone when the page closes */
  constructor(
    database?: StudioDatabase | string,
    private readonly inMemory = false,
  ) {
    this.connection = StudioDatabase.of(database);
  }

  /** All datasets, newest first. */
  async list(): Promise<DatasetInfo[]> {
    const all = await (await this.connection.open()).getAll("datasets");
    return all.sort(newestFirst);
  }

  /** @throws UserError if there is none */
  async get(id: string): Promise<DatasetInfo> {
    const info = await (await this.connection.open()).get("datasets", id);
    if (!info)
      throw new UserError("This dataset is no longer stored.", "Choose another one, or import it again.");
    return info;
  }

  /** Gives a dataset a name; another dataset's name gets a number behind it. @throws UserError if it is empty */
  async rename(id: string, name: string): Promise<DatasetInfo> {
    if (!name.trim()) throw new UserError("A dataset needs a name.", "Type at least one letter.");
    const info = await this.get(id);
    return this.connection.write(["datasets"], async (transaction) => {
      const datasets = transaction.objectStore("datasets");
      const others = (await datasets.getAll()).filter((other) => other.id !== id);
      const renamed = { ...info, name: uniqueName(name, others) };
      await datasets.put(renamed);
      return renamed;
    });
  }

  delete(id: string): Promise<void> {
    return this.remove(id, false);
  }

  async report(id: string): Promise<ImportReport | null> {
    return (await (await this.connection.open()).get("details", id))?.report ?? null;
  }

  /** @throws UserError if there is no such dataset */
  async preview(id: string): Promise<StoredPreview> {
    const details = await (await this.connection.open()).get("details", id);
    if (!details)
      throw new UserError("This dataset is no longer stored.", "Choose another one, or import it again.");
    return details.preview;
  }

  /** One shard, unchecked; undefined when it is missing. */
  async shard(id: string, split: Split, index: number): Promise<ShardRecord | undefined> {
    return (await this.connection.open()).get("shards", [id, split, index]);
  }

  /** Begins an import under a new id. */
  async stage(id: string): Promise<Staging> {
    const free = await holdImport(id);
    try {
      await this.connection.write(["staging"], (transaction) =>
        transaction.objectStore("staging").put({ datasetId: id }),
      );
    } catch (error) {
      free();
      throw error;
    }
    let open = true;
    let writing: { abort(): void } | null = null;
    return {
      put: async (shard) => {
        if (!open) throw new Error("Staging.put(): the import is over");
        const put = this.connection.write(
          ["staging", "shards"],
          async (transaction) => {
            writing = transaction;
            await refuseCleared(transaction.objectStore("staging").getKey(id));
            await transaction.objectStore("shards").put({ datasetId: id, ...shard });
          },
          {
            durability: "relaxed", // the commit is strict
            needs: shard.pixels.size + shard.labels.size,
            otherwise: "A smaller image size needs less.",
          },
        );
        await put.finally(() => (writing = null)); // one that is over cannot be aborted
      },
      commit: async (info, details) => {
        const stored = await this.publish(info, { datasetId: id, ...details });
        open = false;
        free();
        return stored;
      },
      discard: async () => {
        if (!open) return;
        open = false;
        writing?.abort();
        await this.delete(id)
          .catch(() => undefined)
          .finally(free);
      },
    };
  }

  /** Deletes what dead imports left. @returns how many there were */
  async sweep(): Promise<number> {
    const database = await this.connection.open();
    let swept = 0;
    for (const { datasetId } of await database.getAll("staging")) {
      if (await importIsHeld(datasetId)) continue;
      await this.remove(datasetId, true);
      swept++;
    }
    return swept;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async remove(id: string, isSweeping: boolean): Promise<void> {
    await this.connection.write(
      ["datasets", "shards", "details", "staging"],
      (transaction) =>
        Promise.all([
          transaction.objectStore("datasets").delete(id),
          transaction.objectStore("shards").delete(keysOf(id)),
          transaction.objectStore("details").delete(id),
          transaction.objectStore("staging").delete(id),
        ]),
      { isSweeping },
    );
  }

  private async publish(info: DatasetInfo, details: DetailsRecord): Promise<DatasetInfo> {
    // one that comes from memory, or from a project that did, is kept from now on
    const plain = { ...info };
    delete plain.inMemory;
    return this.connection.write(
      ["datasets", "details", "staging"],
      async (transaction) => {
        await refuseCleared(transaction.objectStore("staging").getKey(info.id));
        const datasets = transaction.objectStore("datasets");
        const name = uniqueName(info.name, await datasets.getAll());
        const stored: DatasetInfo = { ...plain, name, ...(this.inMemory && { inMemory: true }) };
        await Promise.all([
          datasets.put(stored),
          transaction.objectStore("details").put(details),
          transaction.objectStore("staging").delete(info.id),
        ]);
        return stored;
      },
      { needs: details.preview.pixels.length },
    );
  }
}

/** @throws UserError when the mark of an import is gone: the storage was cleared, and its first shards with it */
async function refuseCleared(mark: Promise<string | undefined>): Promise<void> {
  if ((await mark) !== undefined) return;
  throw new UserError(
    "The studio's storage was cleared while this import was going on.",
    "Nothing of it is stored. Import the files again.",
  );
}
