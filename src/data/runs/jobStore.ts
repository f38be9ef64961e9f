/** What the person has begun beside runs, in IndexedDB until it ends: one of each kind. */
import type { UnfinishedJob } from "@/shared/checkpoint";
import { StudioDatabase } from "../shards/database";

export class JobStore {
  private readonly database: StudioDatabase;

  constructor(database?: StudioDatabase | string) {
    this.database = StudioDatabase.of(database);
  }

  async list(): Promise<UnfinishedJob[]> {
    return (await this.database.open()).getAll("jobs");
  }

  /** Notes a job in place of the one of its kind. @throws UserError when there is no room */
  async put(job: UnfinishedJob): Promise<void> {
    await this.database.write(["jobs"], (transaction) => transaction.objectStore("jobs").put(job));
  }

  async delete(kind: UnfinishedJob["kind"]): Promise<void> {
    await this.database.write(["jobs"], (transaction) => transaction.objectStore("jobs").delete(kind));
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
