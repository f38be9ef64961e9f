/**
 * Expert trajectories in IndexedDB: per set (dataset, network, recipe) its experts, per expert a Blob for each kept
 * epoch and one for the exact state to go on from. Compact epochs are differences (`epochChain.ts`). The largest value is a ResNet18's state with momentum, 89 MB (its
 * weights 45 MB); Chromium takes up to 133 MB per value and keeps Blobs as files. After an epoch, all that it changes is one durable transaction.
 */
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import {
  trajectoryId,
  type ExpertDataset,
  type ExpertInfo,
  type ExpertSetInfo,
  type ExpertState,
  type TrajectoryKey,
  type TrajectoryStore,
  type WeightPrecision,
} from "@/shared/trajectories";
import { keysOf, StudioDatabase, type WriteTransaction } from "../shards/database";
import type { ExpertEpochRecord, ExpertRecord, ExpertSetRecord } from "../shards/migrations";
import { sha256 } from "../shards/sha256";
import { lostWith, packInChain, weightsInChain } from "./epochChain";
import { packState, unpackState, type StoredWeights } from "./packedWeights";

const STORES: ("expertSets" | "experts" | "expertEpochs" | "expertStates")[] = [
  "expertSets",
  "experts",
  "expertEpochs",
  "expertStates",
];
type ExpertTransaction = WriteTransaction<typeof STORES>;

/** An epoch as it will lie on disk. */
export type StoredEpoch = Omit<ExpertEpochRecord, "setId" | "expert">;

/** All of one expert, to be stored at once. */
export interface WholeExpert extends Omit<ExpertInfo, "epochs"> {
  epochs: StoredEpoch[];
  state: ExpertState;
}

export class ExpertStore {
  private readonly database: StudioDatabase;

  /** @param now ms since 1970 */
  constructor(
    private readonly now: () => number,
    database?: StudioDatabase | string,
  ) {
    this.database = StudioDatabase.of(database);
  }

  /** All stored sets, newest first, each with its experts by number. */
  async list(): Promise<ExpertSetInfo[]> {
    const transaction = (await this.database.open()).transaction(["expertSets", "experts"]);
    const [sets, experts] = await Promise.all([
      transaction.objectStore("expertSets").getAll(),
      transaction.objectStore("experts").getAll(),
    ]);
    return sets
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
      .map((set) => {
        const own = experts.filter(({ setId }) => setId === set.id);
        return { ...set, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0), experts: own.map(infoOf) };
      });
  }

  /** @throws UserError if there is none */
  async get(id: string): Promise<ExpertSetInfo> {
    const set = (await this.list()).find((other) => other.id === id);
    if (!set) throw new UserError("These experts are no longer stored.", "Train or import them again.");
    return set;
  }

  async delete(id: string): Promise<void> {
    await this.database.write(STORES, (transaction) =>
      Promise.all([
        transaction.objectStore("expertSets").delete(id),
        transaction.objectStore("experts").delete(keysOf(id)),
        transaction.objectStore("expertEpochs").delete(keysOf(id)),
        transaction.objectStore("expertStates").delete(keysOf(id)),
      ]),
    );
  }

  /** The weights [P] of an epoch, and how they are stored. @throws UserError if it was not kept or bytes have changed */
  async epoch(
    setId: string,
    expert: number,
    epoch: number,
  ): Promise<{ precision: WeightPrecision; weights: Float32Array<ArrayBuffer> }> {
    const database = await this.database.open();
    const record = await database.get("expertEpochs", [setId, expert, epoch]);
    if (!record)
      throw new UserError(
        `Expert ${expert + 1} has no stored weights of epoch ${epoch}.`,
        "Train the experts again.",
      );
    const records = record.from
      ? await database.getAll("expertEpochs", epochsOf(setId, expert, epoch))
      : [record];
    return { precision: record.precision, weights: await this.weightsAt(records, expert, epoch) };
  }

  /** The state to go on from, null for a new expert. @throws UserError if its bytes have changed */
  async state(setId: string, expert: number): Promise<ExpertState | null> {
    const record = await (await this.database.open()).get("expertStates", [setId, expert]);
    if (!record) return null;
    const bytes = await this.checked(record.numbers, record.sha256, `the state of expert ${expert + 1}`);
    return unpackState(record.epoch, record.count, bytes);
  }

  /** Puts whole experts down, each in place of the one of its number; all or none of one expert. */
  async putExpert(key: TrajectoryKey, dataset: ExpertDataset, whole: WholeExpert): Promise<void> {
    const setId = await setIdOf(key);
    const { expert, trainedEpochs, accuracies, epochs } = whole;
    const numbers = packState(whole.state);
    const state = {
      count: whole.state.weights.length,
      numbers: new Blob([numbers]),
      sha256: await sha256(numbers),
    };
    const needs = epochs.reduce((sum, { weights }) => sum + weights.size, numbers.length);
    await this.write(setId, key, dataset, needs, async (transaction) => {
      const stored = transaction.objectStore("expertEpochs");
      await stored.delete(epochsOf(setId, expert));
      for (const record of epochs) await stored.put({ setId, expert, ...record });
      await transaction.objectStore("expertStates").put({ setId, expert, epoch: trainedEpochs, ...state });
      await transaction.objectStore("experts").put({
        ...{ setId, expert, trainedEpochs, accuracies },
        epochs: epochs.map(({ epoch }) => epoch).sort((a, b) => a - b),
        bytes: needs,
      });
    });
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** The experts of a key, by number. */
  async experts(key: TrajectoryKey): Promise<ExpertInfo[]> {
    const own = keysOf(await setIdOf(key));
    return (await (await this.database.open()).getAll("experts", own)).map(infoOf);
  }

  /** See `TrajectoryStore.save`. @param dataset what a new set belongs to */
  async save(
    key: TrajectoryKey,
    dataset: ExpertDataset,
    expert: number,
    state: ExpertState,
    keep: WeightPrecision | false,
    accuracy?: number,
  ): Promise<void> {
    const setId = await setIdOf(key);
    const { epoch } = state;
    const numbers = packState(state);
    const numbersHash = await sha256(numbers);
    const kept = keep && (await this.packed(setId, expert, state, keep));
    const needs = numbers.length + (kept ? kept.weights.size : 0);
    await this.write(setId, key, dataset, needs, async (transaction) => {
      const known = await transaction.objectStore("experts").get([setId, expert]);
      const record: ExpertRecord = known ?? { ...EMPTY, setId, expert };
      record.trainedEpochs = epoch;
      const earlier = await transaction.objectStore("expertStates").get([setId, expert]);
      record.bytes += numbers.length - (earlier?.numbers.size ?? 0);
      await transaction.objectStore("expertStates").put({
        setId,
        expert,
        epoch,
        count: state.weights.length,
        numbers: new Blob([numbers]),
        sha256: numbersHash,
      });
      if (kept) {
        const epochs = transaction.objectStore("expertEpochs");
        const stored = await epochs.getAll(epochsOf(setId, expert));
        const gone = [...stored.filter((one) => one.epoch === epoch), ...lostWith(stored, kept)];
        for (const one of gone) await epochs.delete([setId, expert, one.epoch]);
        await epochs.put({ setId, expert, ...kept });
        record.bytes += kept.weights.size - gone.reduce((sum, { weights }) => sum + weights.size, 0);
        const others = record.epochs.filter((one) => !gone.some((lost) => lost.epoch === one));
        record.epochs = [...others, epoch].sort((a, b) => a - b);
      }
      if (accuracy !== undefined)
        record.accuracies = [...record.accuracies.filter((one) => one.epoch !== epoch), { epoch, accuracy }];
      await transaction.objectStore("experts").put(record);
    });
  }

  private async packed(
    setId: string,
    expert: number,
    state: ExpertState,
    precision: WeightPrecision,
  ): Promise<StoredEpoch> {
    const database = await this.database.open();
    const isCompact = precision === "compact";
    const before = isCompact
      ? await database.getAll("expertEpochs", epochsOf(setId, expert, state.epoch))
      : [];
    const { from, ...packed } = await packInChain(before, state, precision, `Expert ${expert + 1}`, (epoch) =>
      this.weightsAt(before, expert, epoch),
    );
    return { ...(await storedEpoch(state.epoch, packed)), ...(from && { from }) };
  }

  /** @param records epochs of the expert, all up to this one @throws UserError when bytes have changed */
  private async weightsAt(
    records: readonly ExpertEpochRecord[],
    expert: number,
    epoch: number,
  ): Promise<Float32Array<ArrayBuffer>> {
    const what = (of: number): string => `epoch ${of} of expert ${expert + 1}`;
    const weights = await weightsInChain(records, epoch, (one) =>
      this.checked(one.weights, one.sha256, what(one.epoch)),
    );
    if (!weights) throw damaged(what(epoch), "are a difference from others that are not there");
    return weights;
  }

  /** One durable transaction that also makes the set, if it is new. @throws UserError when there is no room */
  private async write(
    setId: string,
    key: TrajectoryKey,
    dataset: ExpertDataset,
    needs: number,
    work: (transaction: ExpertTransaction) => Promise<void>,
  ): Promise<void> {
    await this.database.write(
      STORES,
      async (transaction) => {
        const sets = transaction.objectStore("expertSets");
        if (!(await sets.getKey(setId))) {
          const set: ExpertSetRecord = { id: setId, key, dataset, createdAt: this.now() };
          await sets.put(set);
        }
        await work(transaction);
      },
      { needs, otherwise: "Compact weights need less than two thirds of it." },
    );
  }

  private async checked(blob: Blob, hash: string, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await blob.arrayBuffer().then(
      (buffer) => new Uint8Array(buffer),
      () => null,
    );
    if (bytes && (await sha256(bytes)) === hash) return bytes;
    throw damaged(what, bytes ? "do not match their SHA-256" : "cannot be read");
  }
}

/** A store as training and matching see it; sets that are made through it belong to this dataset. */
export function trajectoriesOf(
  store: ExpertStore,
  { name, shape, classNames }: DatasetInfo,
): TrajectoryStore {
  const dataset: ExpertDataset = { name, shape, classes: classNames.length };
  return {
    experts: (key) => store.experts(key),
    save: (key, expert, state, keep, accuracy) => store.save(key, dataset, expert, state, keep, accuracy),
    state: async (key, expert) => store.state(await setIdOf(key), expert),
    weights: async (key, expert, epoch) => (await store.epoch(await setIdOf(key), expert, epoch)).weights,
  };
}

const EMPTY: Omit<ExpertRecord, "setId" | "expert"> = {
  trainedEpochs: 0,
  epochs: [],
  accuracies: [],
  bytes: 0,
};

const infoOf = ({ expert, trainedEpochs, epochs, accuracies }: ExpertRecord): ExpertInfo => ({
  expert,
  trainedEpochs,
  epochs,
  accuracies,
});

const damaged = (what: string, how: string): UserError =>
  new UserError(
    `The stored weights of ${what} ${how}.`,
    "The browser's storage was damaged or cleared: delete these experts and train them again.",
  );

/** The epochs of an expert. @param last default all of them */
const epochsOf = (setId: string, expert: number, last?: number): IDBKeyRange =>
  IDBKeyRange.bound([setId, expert], [setId, expert, last ?? []]);

/** Packed weights as a record. */
export async function storedEpoch(epoch: number, { precision, bytes }: StoredWeights): Promise<StoredEpoch> {
  return { epoch, precision, weights: new Blob([bytes]), sha256: await sha256(bytes) };
}

/** The id of a key's set: SHA-256, hex. */
export const setIdOf = (key: TrajectoryKey): Promise<string> =>
  sha256(new TextEncoder().encode(trajectoryId(key)));
