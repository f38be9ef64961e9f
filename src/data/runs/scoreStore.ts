/** Scores of trained networks in IndexedDB, so that an evaluation that is asked for again comes at once. */
import type { NetworkScore, ScoreKey, ScoreStore } from "@/shared/evaluating";
import { StudioDatabase } from "../shards/database";
import { sha256 } from "../shards/sha256";
import { storageError } from "../shards/storageError";

export class StoredScores implements ScoreStore {
  private readonly database: StudioDatabase;

  constructor(name?: string) {
    this.database = new StudioDatabase(name);
  }

  async get({ owner, subject, recipe, index }: ScoreKey): Promise<NetworkScore | null> {
    const hash = await hashOf(recipe);
    const record = await (await this.database.open()).get("scores", [owner, subject, hash, index]);
    return record ? { accuracy: record.accuracy, confusion: record.confusion } : null;
  }

  /** @throws UserError when there is no room */
  async put(
    { owner, subject, recipe, index }: ScoreKey,
    { accuracy, confusion }: NetworkScore,
  ): Promise<void> {
    const record = { owner, subject, recipe: await hashOf(recipe), index, accuracy, confusion };
    const database = await this.database.open();
    await database.put("scores", record).catch((error: unknown) => {
      throw storageError(error);
    });
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

const hashOf = (recipe: string): Promise<string> => sha256(new TextEncoder().encode(recipe));
