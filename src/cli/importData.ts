/** `--data` or `--sample` → a dataset in memory, by the readers, the resize and the hashes of the page. */
import { importFiles, type ImportEnvironment } from "@/data/importDataset";
import { inspectFiles } from "@/data/importPlan";
import { openImageSource } from "@/data/imageSource";
import { samples } from "@/data/samples";
import { importSample } from "@/data/samples/importing/importSample";
import type { Sample } from "@/data/samples/sample";
import { MemoryShards } from "@/data/shards/memoryShards";
import type { ImageSource } from "@/shared/dataset";
import type {
  ImportChoices,
  ImportPlan,
  ImportProgress,
  ImportReport,
  ImportResult,
  PickedFile,
} from "@/shared/importing";
import type { CommandLine } from "./commandLine";
import { CliError, EXIT, failWith } from "./exitCodes";
import { nearest } from "./nearest";
import { openNodeDecoder } from "./nodeDecoder";
import { pickFiles } from "./nodeFiles";
import type { Progress } from "./progress";

/** As the page's import dialog proposes. */
const TEST_SHARE = 0.2;
const SPLIT_SEED = 1;

/** What the import flags say, checked; what is left out is as the files have it. */
export interface ImportFlags {
  name?: string;
  size?: { width: number; height: number };
  grey: boolean;
  labels?: string;
  testShare: number;
  seed: number;
}

export interface Imported {
  source: ImageSource;
  report: ImportReport;
  /** Ids of the ways in which the files label their images, where there are several. */
  labels: string[];
}

/** @throws CliError that names the flag and what it takes */
export function importFlags({ command }: CommandLine): ImportFlags {
  const wrong = (name: string, what: string) =>
    new CliError(EXIT.usage, `--${name}: ${what} It was "${command[name as keyof typeof command]?.[0]}".`);
  const number = (name: "test-share" | "split-seed", fallback: number): number => {
    const typed = command[name]?.[0];
    return typed === undefined ? fallback : typed.trim() === "" ? NaN : Number(typed);
  };
  const testShare = number("test-share", TEST_SHARE);
  if (!(testShare >= 0 && testShare <= 0.5))
    throw wrong("test-share", "a share between 0 and 0.5 is needed.");
  const seed = number("split-seed", SPLIT_SEED);
  if (!Number.isInteger(seed) || seed < 0 || seed > 2 ** 31 - 1)
    throw wrong("split-seed", "a whole number between 0 and 2147483647 is needed.");
  const colour = command.colour?.[0] ?? "keep";
  if (colour !== "keep" && colour !== "grey") throw wrong("colour", "keep or grey is needed.");
  const size = command["image-size"]?.[0];
  const sides = size === undefined ? null : /^(\d{1,3})(?:x(\d{1,3}))?$/.exec(size);
  if (size !== undefined && !sides)
    throw wrong("image-size", "pixels are needed, as 32 or as 48x32 (width, height).");
  const name = command.name?.[0]?.trim();
  if (name === "") throw wrong("name", "a dataset needs a name.");
  return {
    ...(name && { name }),
    ...(sides && { size: { width: Number(sides[1]), height: Number(sides[2] ?? sides[1]) } }),
    grey: colour === "grey",
    ...(command.labels && { labels: command.labels[0]! }),
    testShare,
    seed,
  };
}

/** Where images come from: files that are there, or a sample that is known. */
export type DataChoice = { files: PickedFile[] } | { sample: Sample };

/** Looks whether the data is there, and reads none of it. @throws CliError that names what is not */
export async function chooseData({ command }: CommandLine): Promise<DataChoice> {
  const paths = command.data ?? [];
  const sample = command.sample?.[0];
  if (sample === undefined && paths.length === 0)
    throw new CliError(
      EXIT.usage,
      "There is no data.",
      "Name it with --data <file or folder>, or take --sample shapes10.",
    );
  if (sample !== undefined && paths.length > 0)
    throw new CliError(EXIT.usage, "--data and --sample were both given.", "Give one of them.");
  return sample === undefined ? { files: await pickFiles(paths, "--data") } : { sample: sampleOf(sample) };
}

/** @throws CliError with the code for data, whatever is wrong with it */
export async function importData(
  choice: DataChoice,
  flags: ImportFlags,
  progress: Progress,
  signal: AbortSignal,
): Promise<Imported> {
  const store = new MemoryShards();
  const clock = () => performance.now();
  const decoder = await openNodeDecoder((why) =>
    progress.line(`Only PNG pictures can be read here: "@napi-rs/canvas" did not load (${why}).`),
  );
  const environment: ImportEnvironment = {
    store,
    decoder,
    clock,
    now: () => Date.now(),
    newId: () => "data",
    signal,
    onProgress: (told) => progress.update({ ...told, step: STEPS[told.phase] }),
  };
  try {
    let labels: string[] = [];
    let result: ImportResult;
    if ("files" in choice) {
      const inspected = await inspectFiles(choice.files, environment);
      labels = inspected.plan.labellings.map(({ id }) => id);
      result = await importFiles(inspected, choicesOf(inspected.plan, flags), environment);
    } else result = await importSample(choice.sample, environment);
    progress.end();
    return { source: await openImageSource(store, result.dataset.id), report: result.report, labels };
  } catch (error) {
    progress.end();
    return failWith(EXIT.data, error);
  }
}

const STEPS: Record<ImportProgress["phase"], string> = {
  scanning: "Looking at the files",
  downloading: "Downloading",
  decoding: "Importing",
  storing: "Importing",
  generating: "Drawing",
};

/** What the page's dialog would say with these flags. @throws CliError for labels that the files do not have */
function choicesOf(plan: ImportPlan, flags: ImportFlags): ImportChoices {
  const { name, size, grey, labels, testShare, seed } = flags;
  const ids = plan.labellings.map(({ id }) => id);
  if (labels !== undefined && !ids.includes(labels))
    throw new CliError(
      EXIT.usage,
      `--labels: the files have no labels "${labels}".`,
      ids.length > 0 ? `They have: ${ids.join(", ")}.` : "They have one kind only: leave it out.",
    );
  return {
    name: name ?? plan.name,
    size: size ?? plan.size,
    channels: grey ? 1 : plan.channels,
    testShare: plan.hasTestSplit ? 0 : testShare,
    seed,
    ...(labels !== undefined && { labelling: labels }),
  };
}

function sampleOf(id: string): Sample {
  const sample = samples.get(id);
  if (sample) return sample;
  const ids = [...samples.keys()];
  const meant = nearest(id, ids);
  throw new CliError(
    EXIT.usage,
    `--sample: there is no sample "${id}".`,
    `${meant ? `Did you mean ${meant}? ` : ""}Known: ${ids.join(", ")}.`,
  );
}
