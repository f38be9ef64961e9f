/** Kept synthetic sets in IndexedDB. A set is known by the hash of what it is, which is checked when it is read. */
import { UserError } from "@/shared/errors";
import type { SnapshotInfo } from "@/shared/evaluating";
import type { Snapshot } from "@/shared/run";
import { isWhole, type SetHistory } from "@/shared/setHistory";
import { keysOf, StudioDatabase } from "../shards/database";
import type { ScoreRecord, SnapshotRecord } from "../shards/migrations";
import { sha256 } from "../shards/sha256";
import { checkSnapshot } from "../writers/snapshotArrays";

export class SnapshotStore {
  private readonly database: StudioDatabase;

  constructor(database?: StudioDatabase | string) {
    this.database = StudioDatabase.of(database);
  }

  /**
   * Keeps a set; the same one again keeps its id and the time it was first kept.
   * @param now ms since 1970
   * @throws UserError when there is no room, or when the set holds something that is not a number
   */
  async save(snapshot: Snapshot, now: number): Promise<SnapshotInfo> {
    checkSnapshot(snapshot);
    const { images, pictures, labels, targets, history, ...rest } = snapshot;
    const id = await snapshotId(snapshot);
    await this.database.write(
      ["snapshots"],
      async (transaction) => {
        const store = transaction.objectStore("snapshots");
        const earlier = await store.get(id);
        await store.put({
          id,
          savedAt: earlier?.savedAt ?? now,
          rest,
          images: new Blob([images]),
          ...(pictures && { pictures: new Blob([pictures]) }),
          labels: new Blob([labels]),
          targets: targets ? new Blob([targets]) : null,
          ...(history && { history: packHistory(history) }),
        });
      },
      {
        needs:
          images.byteLength +
          (pictures?.byteLength ?? 0) +
          labels.byteLength +
          (targets?.byteLength ?? 0) +
          (history?.pixels.length ?? 0),
      },
    );
    const kept = (await this.list()).find((info) => info.id === id);
    if (!kept) throw new Error(`SnapshotStore.save(): ${id} is not there after it was put`);
    return kept;
  }

  /** All kept sets, newest first. */
  async list(): Promise<SnapshotInfo[]> {
    const database = await this.database.open();
    const records = await database.getAll("snapshots");
    const infos = records.map(async (record) => {
      const own = IDBKeyRange.bound([record.id, "set"], [record.id, "set", []]);
      return infoOf(record, await database.getAll("scores", own));
    });
    return (await Promise.all(infos)).sort((a, b) => b.savedAt - a.savedAt || (a.id < b.id ? -1 : 1));
  }

  /** @throws UserError if there is none or its bytes have changed */
  async read(id: string): Promise<Snapshot> {
    const record = await (await this.database.open()).get("snapshots", id);
    if (!record)
      throw new UserError("This synthetic set is no longer kept.", "Choose another one, or distil it again.");
    const snapshot = await unpack(record).catch(() => null);
    if (snapshot && (await snapshotId(snapshot)) === id) return snapshot;
    throw new UserError(
      `The kept set "${record.rest.datasetName}", iteration ${record.rest.iteration}, ` +
        (snapshot ? "does not match its SHA-256." : "cannot be read."),
      "The browser's storage was damaged or cleared: delete this set and distil it again.",
    );
  }

  /** Deletes a set and the scores of the networks that were trained on it. */
  async delete(id: string): Promise<void> {
    await this.database.write(["snapshots", "scores"], (transaction) =>
      Promise.all([
        transaction.objectStore("snapshots").delete(id),
        transaction.objectStore("scores").delete(keysOf(id)),
      ]),
    );
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

/** Whether a record holds what its id says, and nothing but numbers. */
export async function isIntact(record: SnapshotRecord): Promise<boolean> {
  try {
    const snapshot = await unpack(record);
    checkSnapshot(snapshot);
    return (await snapshotId(snapshot)) === record.id;
  } catch {
    return false; // the browser has lost its bytes, or they make no arrays
  }
}

/** SHA-256 over what decides a set, hex: its config, what was learned, and the data it came from. */
export function snapshotId(snapshot: Snapshot): Promise<string> {
  const { config, iteration, shape, images, pictures } = snapshot;
  const { labels, targets, synLr, datasetFingerprint, mean, std } = snapshot;
  const facts = [
    config,
    iteration,
    shape,
    synLr ?? null,
    datasetFingerprint,
    mean,
    std,
    targets !== undefined,
  ];
  const bytes = (array: ArrayBufferView<ArrayBuffer>) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return sha256(
    new TextEncoder().encode(JSON.stringify(facts)),
    bytes(images),
    bytes(labels),
    bytes(targets ?? new Float32Array(0)),
    bytes(pictures ?? new Uint8Array(0)), // of whitened images: the ids of all others stay what they were
  );
}

async function unpack(record: SnapshotRecord): Promise<Snapshot> {
  const { rest, images, pictures, labels, targets } = record;
  const history = record.history && (await unpackHistory(record.history));
  return {
    ...rest,
    images: new Float32Array(await images.arrayBuffer()),
    ...(pictures && { pictures: new Uint8Array(await pictures.arrayBuffer()) }),
    labels: new Uint16Array(await labels.arrayBuffer()),
    ...(targets && { targets: new Float32Array(await targets.arrayBuffer()) }),
    ...(history && { history }),
  };
}

const packHistory = ({ pixels, ...facts }: SetHistory): NonNullable<SnapshotRecord["history"]> => ({
  facts,
  pixels: new Blob([pixels]),
});

/** Null when bytes of it are lost: the set itself is whole without. */
async function unpackHistory({
  facts,
  pixels,
}: NonNullable<SnapshotRecord["history"]>): Promise<SetHistory | null> {
  const bytes = await pixels.arrayBuffer().catch(() => null);
  const history = bytes && { ...facts, pixels: new Uint8Array(bytes) };
  return history && isWhole(history) ? history : null;
}

function infoOf(
  { id, savedAt, rest, images, pictures, labels, targets, history }: SnapshotRecord,
  scores: ScoreRecord[],
): SnapshotInfo {
  const count = labels.size / 2;
  return {
    id,
    datasetName: rest.datasetName,
    datasetFingerprint: rest.datasetFingerprint,
    method: rest.config.method.id,
    ipc: Math.round(count / rest.classNames.length),
    iteration: rest.iteration,
    savedAt,
    bytes: [images, pictures, labels, targets, history?.pixels].reduce(
      (sum, own) => sum + (own?.size ?? 0),
      0,
    ),
    accuracy: bestMean(rest, scores),
    ...(rest.openedFrom !== undefined && { openedFrom: rest.openedFrom }),
  };
}

/** The best mean over the networks of one recipe, evaluations of the run at this very iteration included. */
function bestMean({ evaluations, iteration }: SnapshotRecord["rest"], scores: ScoreRecord[]): number | null {
  const means = evaluations.filter((score) => score.iteration === iteration).map(({ mean }) => mean);
  const byRecipe = new Map<string, number[]>();
  for (const { recipe, accuracy } of scores)
    byRecipe.set(recipe, [...(byRecipe.get(recipe) ?? []), accuracy]);
  for (const own of byRecipe.values()) means.push(own.reduce((sum, value) => sum + value, 0) / own.length);
  return means.length > 0 ? Math.max(...means) : null;
}
