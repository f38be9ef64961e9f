/** Scores of trained networks in IndexedDB, so that an evaluation that is asked for again comes at once. */
import type { NetworkScore, ScoreKey, ScoreStore } from "@/shared/evaluating";
import { StudioDatabase } from "../shards/database";
import { sha256 } from "../shards/sha256";

/** With more classes a confusion comes near what a browser stores as one value: such a score is computed again. */
const MOST_CLASSES = 2000;

export class StoredScores implements ScoreStore {
  private readonly database: StudioDatabase;

  constructor(database?: StudioDatabase | string) {
    this.database = StudioDatabase.of(database);
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
    if (confusion.length > MOST_CLASSES) return;
    const record = { owner, subject, recipe: await hashOf(recipe), index, accuracy, confusion };
    await this.database.write(["scores"], (transaction) => transaction.objectStore("scores").put(record));
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

const hashOf = (recipe: string): Promise<string> => sha256(new TextEncoder().encode(recipe));
