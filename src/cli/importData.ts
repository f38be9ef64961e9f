/** `--data` or `--sample` → a dataset in memory, by the readers, the resize and the hashes of the page. */
import { importFiles, type ImportEnvironment } from "@/data/importDataset";
import { inspectFiles } from "@/data/importPlan";
import { openImageSource } from "@/data/imageSource";
import { samples } from "@/data/samples";
import { importSample } from "@/data/samples/importing/importSample";
import type { Sample } from "@/data/samples/sample";
import { MemoryShards } from "@/data/shards/memoryShards";
import type { ImageSource } from "@/shared/dataset";
import type { ImportProgress, ImportReport, ImportResult, PickedFile } from "@/shared/importing";
import type { CommandLine } from "./commandLine";
import { CliError, EXIT, failWith } from "./exitCodes";
import { choicesOf, type ImportFlags } from "./importFlags";
import { nearest } from "./nearest";
import { openNodeDecoder } from "./nodeDecoder";
import { pickFiles } from "./nodeFiles";
import type { Progress } from "./progress";

export interface Imported {
  source: ImageSource;
  report: ImportReport;
  /** Ids of the ways in which the files label their images, where there are several. */
  labels: string[];
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
