/**
 * Datasets in IndexedDB: a metadata record that makes one visible, packed shards, and details (report, preview).
 * An import is staged: its shards are written under an id that no list shows, and one last transaction makes it
 * visible. What a cancelled, failed or crashed import left is deleted. Shards are Blobs: Chromium keeps those as
 * files and reads them four times faster than buffers.
 */
import type { DatasetInfo, Split } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ImportReport } from "@/shared/importing";
import { keysOf, StudioDatabase } from "./database";
import { holdImport, importIsHeld } from "./importLocks";
import type { DetailsRecord, ShardRecord, StoredPreview } from "./migrations";
import { storageError } from "./storageError";

/** An import on its way into the store. */
export interface Staging {
  readonly id: string;
  /** Writes one shard. @throws UserError when there is no room */
  put(shard: Omit<ShardRecord, "datasetId">): Promise<void>;
  /**
   * Makes the dataset visible, durably, in one transaction, under a name that no other dataset has.
   * @returns the info as stored
   */
  commit(info: DatasetInfo, details: Omit<DetailsRecord, "datasetId">): Promise<DatasetInfo>;
  /** Deletes all that was staged. May be called after `commit`, and then does nothing. */
  discard(): Promise<void>;
}

export class ShardStore {
  private readonly connection: StudioDatabase;

  constructor(name?: string) {
    this.connection = new StudioDatabase(name);
  }

  /** All datasets, newest first. */
  async list(): Promise<DatasetInfo[]> {
    const all = await (await this.connection.open()).getAll("datasets");
    return all.sort((a, b) => b.createdAt - a.createdAt || (a.name < b.name ? -1 : 1));
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
    const transaction = (await this.connection.open()).transaction("datasets", "readwrite", {
      durability: "strict",
    });
    const others = (await transaction.store.getAll()).filter((other) => other.id !== id);
    const renamed = { ...info, name: uniqueName(name, others) };
    await Promise.all([transaction.store.put(renamed), transaction.done]);
    return renamed;
  }

  async delete(id: string): Promise<void> {
    const stores = ["datasets", "shards", "details", "staging"] as const;
    const transaction = (await this.connection.open()).transaction(stores, "readwrite");
    await Promise.all([
      transaction.objectStore("datasets").delete(id),
      transaction.objectStore("shards").delete(keysOf(id)),
      transaction.objectStore("details").delete(id),
      transaction.objectStore("staging").delete(id),
      transaction.done,
    ]);
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
    const database = await this.connection.open();
    await database.put("staging", { datasetId: id });
    let open = true;
    let writing: { abort(): void } | null = null;
    return {
      id,
      put: async (shard) => {
        if (!open) throw new Error("Staging.put(): the import is over");
        const transaction = database.transaction("shards", "readwrite");
        writing = transaction;
        try {
          await Promise.all([transaction.store.put({ datasetId: id, ...shard }), transaction.done]);
        } catch (error) {
          throw storageError(transaction.error ?? error); // a full disk aborts the whole transaction
        } finally {
          writing = null; // one that is over cannot be aborted
        }
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
        await this.delete(id).finally(free);
      },
    };
  }

  /** Deletes what dead imports left. @returns how many there were */
  async sweep(): Promise<number> {
    const database = await this.connection.open();
    let swept = 0;
    for (const { datasetId } of await database.getAll("staging")) {
      if (await importIsHeld(datasetId)) continue;
      await this.delete(datasetId);
      swept++;
    }
    return swept;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async publish(info: DatasetInfo, details: DetailsRecord): Promise<DatasetInfo> {
    const stores = ["datasets", "details", "staging"] as const;
    const transaction = (await this.connection.open()).transaction(stores, "readwrite", {
      durability: "strict",
    });
    const datasets = transaction.objectStore("datasets");
    const stored = { ...info, name: uniqueName(info.name, await datasets.getAll()) };
    await Promise.all([
      datasets.put(stored),
      transaction.objectStore("details").put(details),
      transaction.objectStore("staging").delete(info.id),
      transaction.done,
    ]).catch((error: unknown) => {
      throw storageError(error);
    });
    return stored;
  }
}

/** The name, with the smallest number behind it that makes it differ from all others: "cats", "cats 2". */
export function uniqueName(name: string, others: readonly { name: string }[]): string {
  const wanted = name.trim() || "dataset";
  const taken = new Set(others.map((other) => other.name));
  let unique = wanted;
  for (let n = 2; taken.has(unique); n++) unique = `${wanted} ${n}`;
  return unique;
}
