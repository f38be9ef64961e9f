/**
 * Runs that have not been carried to their end, in IndexedDB. Each has two generations of checkpoints that are written
 * in turn, in one durable transaction with the record that names the newest: whatever breaks, one whole state is left.
 */
import type { Checkpoint, UnfinishedRun } from "@/shared/checkpoint";
import { UserError, type ErrorInfo } from "@/shared/errors";
import { keysOf, StudioDatabase, type WriteTransaction } from "../shards/database";
import type { CheckpointRecord, Generation, UnfinishedRecord } from "../shards/migrations";
import { packCheckpoint, unpackCheckpoint, type PackedCheckpoint } from "./packedCheckpoint";

const STORES: ("unfinished" | "checkpoints")[] = ["unfinished", "checkpoints"];
const OTHERWISE = "The checkpoint before it is untouched.";

/** A run that begins, as it is listed before its first checkpoint. */
export type BegunRun = Pick<UnfinishedRun, "id" | "config" | "datasetName" | "iterations"> & {
  datasetFingerprint: string;
};

/** What a run goes on from. */
export interface StoredRun {
  run: UnfinishedRun;
  datasetFingerprint: string;
  /** Null when it broke off before its first checkpoint: it begins anew. */
  checkpoint: Checkpoint | null;
  /** True when the newest checkpoint was damaged and this is the one before. */
  isOlder: boolean;
}

export class CheckpointStore {
  private readonly database: StudioDatabase;

  constructor(database?: StudioDatabase | string) {
    this.database = StudioDatabase.of(database);
  }

  /** Lists a run from its beginning. @param now ms since 1970 @throws UserError when there is no room */
  async begin(run: BegunRun, now: number): Promise<void> {
    await this.write((transaction) =>
      transaction
        .objectStore("unfinished")
        .put({ ...run, iteration: 0, savedAt: now, bytes: 0, newest: null }),
    );
  }

  /**
   * Writes a checkpoint over the older generation of its run.
   * @param now ms since 1970
   * @param error why the run ended, when it did
   * @throws UserError when a number in it is not finite, or when there is no room: the newest one before is untouched
   */
  async save(run: BegunRun, checkpoint: Checkpoint, now: number, error?: ErrorInfo): Promise<void> {
    const packed = await packCheckpoint(checkpoint);
    const bytes = sizeOf(packed);
    await this.write(async (transaction) => {
      const unfinished = transaction.objectStore("unfinished");
      const newest = (await unfinished.get(run.id))?.newest ?? null;
      const generation = newest === null ? 0 : other(newest);
      const checkpoints = transaction.objectStore("checkpoints");
      const before = await checkpoints.get([run.id, other(generation)]);
      await checkpoints.put({ runId: run.id, generation, ...packed });
      await unfinished.put({
        ...run,
        iteration: checkpoint.iteration,
        savedAt: now,
        bytes: bytes + (before ? sizeOf(before) : 0),
        ...(error && { error }),
        newest: generation,
      });
    }, bytes);
  }

  /** Notes why a run ended, where its newest checkpoint stays what it goes on from. */
  async noteError(id: string, error: ErrorInfo): Promise<void> {
    await this.write(async (transaction) => {
      const record = await transaction.objectStore("unfinished").get(id);
      if (record) await transaction.objectStore("unfinished").put({ ...record, error });
    });
  }

  /** All unfinished runs, newest first. */
  async list(): Promise<UnfinishedRun[]> {
    const records = await (await this.database.open()).getAll("unfinished");
    return records.map(infoOf).sort((a, b) => b.savedAt - a.savedAt || (a.id < b.id ? -1 : 1));
  }

  /**
   * The newest state of a run that is whole. A damaged newest one is given up: the next is written over it.
   * @throws UserError if the run is not there, or neither of its checkpoints can be read
   */
  async read(id: string): Promise<StoredRun> {
    const database = await this.database.open();
    const record = await database.get("unfinished", id);
    if (!record)
      throw new UserError("This run is no longer stored.", "Start it again with the same settings.");
    const { datasetFingerprint, newest } = record;
    if (newest === null) return { run: infoOf(record), datasetFingerprint, checkpoint: null, isOlder: false };
    for (const generation of [newest, other(newest)]) {
      const stored = await database.get("checkpoints", [id, generation]);
      const checkpoint = stored ? await unpackCheckpoint(stored) : null;
      if (!checkpoint) continue;
      const isOlder = generation !== newest;
      const whole: UnfinishedRecord = { ...record, iteration: checkpoint.iteration, newest: generation };
      if (isOlder) await this.write((transaction) => transaction.objectStore("unfinished").put(whole));
      return { run: infoOf(whole), datasetFingerprint, checkpoint, isOlder };
    }
    throw new UserError(
      `The stored states of this run (${record.datasetName}, iteration ${record.iteration}) are damaged, both of them.`,
      "The browser's storage was damaged or cleared: discard the run and start it again; the same seed gives the same images.",
    );
  }

  /** Forgets a run and its checkpoints. */
  async delete(id: string): Promise<void> {
    await this.write((transaction) =>
      Promise.all([
        transaction.objectStore("unfinished").delete(id),
        transaction.objectStore("checkpoints").delete(keysOf(id)),
      ]),
    );
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private write(
    work: (transaction: WriteTransaction<typeof STORES>) => Promise<unknown>,
    needs?: number,
  ): Promise<unknown> {
    return this.database.write(STORES, work, { ...(needs && { needs }), otherwise: OTHERWISE });
  }
}

const other = (generation: Generation): Generation => (generation === 0 ? 1 : 0);

const sizeOf = ({ facts, parts }: PackedCheckpoint | CheckpointRecord): number =>
  parts.reduce((sum, { size }) => sum + size, facts.length);

const infoOf = ({
  id,
  config,
  datasetName,
  iteration,
  iterations,
  savedAt,
  bytes,
  error,
}: UnfinishedRecord): UnfinishedRun => ({
  ...{ id, config, datasetName, iteration, iterations, savedAt, bytes },
  ...(error && { error }),
});
