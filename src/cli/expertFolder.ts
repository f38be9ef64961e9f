/**
 * Expert trajectories in a folder, so that the next run with the same data, network and recipe finds them:
 *   <set>/set.json              which data, network and recipe
 *   <set>/expert_000/index.json what there is of the expert, with the SHA-256 of every file
 *   <set>/expert_000/epoch_003.bin, state_0.bin, state_1.bin
 * The index is replaced last and names the state that belongs to it, so a broken write leaves the expert as it was.
 */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { openExperts } from "@/data/runs/expertArchive";
import { readExpert } from "@/data/runs/expertFile";
import { lostWith, packInChain, weightsInChain, type EpochLink } from "@/data/runs/epochChain";
import { packState, unpackState } from "@/data/runs/packedWeights";
import { setIdOf, type WholeExpert } from "@/data/runs/trajectoryStore";
import { sha256 } from "@/data/shards/sha256";
import { torchLayout } from "@/engine/networks/torchLayout";
import type { DatasetInfo } from "@/shared/dataset";
import type { PickedFile } from "@/shared/importing";
import type {
  ExpertDataset,
  ExpertInfo,
  ExpertState,
  TrajectoryKey,
  TrajectoryStore,
  WeightPrecision,
} from "@/shared/trajectories";
import { CliError, EXIT, failWith } from "./exitCodes";
import { fileError, writeWhole } from "./folderFiles";

interface StoredFile {
  file: string;
  /** Hex. */
  sha256: string;
}

interface ExpertIndex {
  expert: number;
  trainedEpochs: number;
  accuracies: ExpertInfo["accuracies"];
  epochs: (StoredFile & EpochLink)[];
  state: StoredFile & { epoch: number; count: number };
}

export class ExpertFolder implements TrajectoryStore {
  private readonly dataset: ExpertDataset;

  /** @param info what new sets belong to */
  constructor(
    private readonly path: string,
    { name, shape, classNames }: DatasetInfo,
  ) {
    this.dataset = { name, shape, classes: classNames.length };
  }

  async experts(key: TrajectoryKey): Promise<ExpertInfo[]> {
    const set = await this.setFolder(key);
    const names = (await readdir(set).catch(() => [])).filter((name) => /^expert_\d+$/.test(name)).sort();
    const found = await Promise.all(names.map((name) => readIndex(join(set, name))));
    return found.flatMap((index) =>
      index
        ? [
            {
              expert: index.expert,
              trainedEpochs: index.trainedEpochs,
              epochs: index.epochs.map(({ epoch }) => epoch),
              accuracies: index.accuracies,
            },
          ]
        : [],
    );
  }

  async save(
    key: TrajectoryKey,
    expert: number,
    state: ExpertState,
    keep: WeightPrecision | false,
    accuracy?: number,
  ): Promise<void> {
    const folder = await this.expertFolder(key, expert);
    const known = await readIndex(folder);
    const epochs = known?.epochs ?? [];
    const accuracies = known?.accuracies.filter(({ epoch }) => epoch !== state.epoch) ?? [];
    if (accuracy !== undefined) accuracies.push({ epoch: state.epoch, accuracy });
    await this.write(key, folder, async () => {
      const own = keep && (await putEpoch(folder, epochs, state, keep, `Expert ${expert + 1}`));
      const lost = own ? lostWith(epochs, own) : [];
      const others = epochs.filter((one) => !(own && one.epoch === own.epoch) && !lost.includes(one));
      await putIndex(folder, known, { expert, epochs: own ? [...others, own] : others, accuracies }, state);
      for (const { file } of lost) await rm(join(folder, file), { force: true });
    });
  }

  async state(key: TrajectoryKey, expert: number): Promise<ExpertState | null> {
    const folder = await this.expertFolder(key, expert);
    const index = await readIndex(folder);
    if (!index) return null;
    const { epoch, count } = index.state;
    return unpackState(epoch, count, await checked(folder, index.state));
  }

  async weights(key: TrajectoryKey, expert: number, epoch: number): Promise<Float32Array<ArrayBuffer>> {
    const folder = await this.expertFolder(key, expert);
    const epochs = (await readIndex(folder))?.epochs ?? [];
    if (!epochs.some((one) => one.epoch === epoch))
      throw new CliError(
        EXIT.files,
        `${folder} has no weights of epoch ${epoch}.`,
        "Remove it; the expert is trained again.",
      );
    return weightsAt(folder, epochs, epoch);
  }

  /**
   * Takes experts in that the page exported, zipped or not; nothing is stored before all files are known to fit.
   * @returns how many @throws CliError when they were trained on other images or damaged
   */
  async importFiles(files: readonly PickedFile[], info: DatasetInfo): Promise<number> {
    try {
      const opened = await openExperts(files, info, torchLayout);
      for (const { file, layout } of opened) await this.putExpert(file.key, await readExpert(file, layout));
      return opened.length;
    } catch (error) {
      return failWith(EXIT.files, error);
    }
  }

  /** Puts a whole expert down in place of the one of its number. */
  private async putExpert(
    key: TrajectoryKey,
    { epochs, expert, accuracies, state }: WholeExpert,
  ): Promise<void> {
    const folder = await this.expertFolder(key, expert);
    await this.write(key, folder, async () => {
      const stored: ExpertIndex["epochs"] = [];
      for (const { epoch, precision, weights } of epochs) {
        const bytes = new Uint8Array(await weights.arrayBuffer());
        stored.push({ epoch, precision, ...(await put(folder, epochFile(epoch), bytes)) });
      }
      await putIndex(folder, await readIndex(folder), { expert, epochs: stored, accuracies }, state);
    });
  }

  private async write(key: TrajectoryKey, folder: string, work: () => Promise<void>): Promise<void> {
    try {
      await mkdir(folder, { recursive: true });
      const about = JSON.stringify({ key, dataset: this.dataset }, null, 2);
      await writeWhole(join(folder, "../set.json"), [new TextEncoder().encode(`${about}\n`)]);
      await work();
    } catch (error) {
      throw fileError(error, `The experts in ${this.path} cannot be written`);
    }
  }

  private setFolder = async (key: TrajectoryKey): Promise<string> => join(this.path, await setIdOf(key));

  private expertFolder = async (key: TrajectoryKey, expert: number): Promise<string> =>
    join(await this.setFolder(key), `expert_${String(expert).padStart(3, "0")}`);
}

const epochFile = (epoch: number): string => `epoch_${String(epoch).padStart(3, "0")}.bin`;

async function put(folder: string, file: string, bytes: Uint8Array): Promise<StoredFile> {
  await writeWhole(join(folder, file), [bytes]);
  return { file, sha256: await sha256(bytes) };
}

/** Writes the weights of an epoch. @param epochs of the expert so far */
async function putEpoch(
  folder: string,
  epochs: ExpertIndex["epochs"],
  state: ExpertState,
  keep: WeightPrecision,
  whose: string,
): Promise<ExpertIndex["epochs"][number]> {
  const { from, precision, bytes } = await packInChain(epochs, state, keep, whose, (base) =>
    weightsAt(folder, epochs, base),
  );
  const stored = await put(folder, epochFile(state.epoch), bytes);
  return { epoch: state.epoch, precision, ...stored, ...(from && { from }) };
}

/** @throws CliError when a file was changed */
async function weightsAt(
  folder: string,
  epochs: ExpertIndex["epochs"],
  epoch: number,
): Promise<Float32Array<ArrayBuffer>> {
  const weights = await weightsInChain(epochs, epoch, (one) => checked(folder, one));
  if (weights) return weights;
  throw new CliError(
    EXIT.files,
    `${join(folder, epochFile(epoch))} is a difference from weights that are not there.`,
    `Remove ${folder}; the expert is trained again.`,
  );
}

/** The state into the file that the index before does not name, then the index. */
async function putIndex(
  folder: string,
  known: ExpertIndex | null,
  index: Pick<ExpertIndex, "expert" | "epochs" | "accuracies">,
  state: ExpertState,
): Promise<void> {
  const file = known?.state.file === "state_0.bin" ? "state_1.bin" : "state_0.bin";
  const stored = await put(folder, file, packState(state));
  const epochs = index.epochs.sort((a, b) => a.epoch - b.epoch);
  const { epoch, weights } = state;
  const whole: ExpertIndex = {
    ...index,
    epochs,
    trainedEpochs: epoch,
    state: { ...stored, epoch, count: weights.length },
  };
  await writeWhole(join(folder, "index.json"), [
    new TextEncoder().encode(`${JSON.stringify(whole, null, 2)}\n`),
  ]);
}

/** What there is of an expert, null for a new one. @throws CliError when the index is damaged */
async function readIndex(folder: string): Promise<ExpertIndex | null> {
  const text = await readFile(join(folder, "index.json"), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as ExpertIndex;
  } catch {
    throw damaged(join(folder, "index.json"), folder);
  }
}

async function checked(folder: string, { file, sha256: hash }: StoredFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(join(folder, file)).then(
    (buffer) => new Uint8Array(buffer),
    () => null,
  );
  if (!bytes || (await sha256(bytes)) !== hash) throw damaged(join(folder, file), folder);
  return bytes;
}

const damaged = (file: string, folder: string): CliError =>
  new CliError(
    EXIT.files,
    `${file} does not match its SHA-256.`,
    `Remove ${folder}; the expert is trained again.`,
  );
