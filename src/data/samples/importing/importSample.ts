/** A sample on its way into the store: made here, or downloaded and read like any file. */
import { importFiles, storeImages, type ImportEnvironment } from "../../importDataset";
import { inspectFiles } from "../../importPlan";
import type { DownloadContext, DownloadedSample, GeneratedSample, Sample } from "../sample";
import type { ImportResult } from "@/shared/importing";

/** The test split of a downloaded sample that brings none. */
const SAMPLE_TEST_SHARE = 0.1;
const SAMPLE_SEED = 0;
const RETRY_DELAY_MS = 1000;

type SampleSurroundings = Pick<DownloadContext, "online">;

/** @throws UserError when it cannot be downloaded or stored, or the signal's reason when it is cancelled */
export function importSample(
  sample: Sample,
  environment: ImportEnvironment,
  surroundings: SampleSurroundings = {},
): Promise<ImportResult> {
  return sample.generate
    ? importGenerated(sample, environment)
    : importDownloaded(sample, environment, surroundings);
}

function importGenerated(sample: GeneratedSample, environment: ImportEnvironment): Promise<ImportResult> {
  const { classNames, shape, total, chunks } = sample.generate(environment.signal);
  async function* items() {
    for await (const { split, pixels, labels } of chunks)
      yield { kind: "images", split, pixels, labels } as const;
  }
  return storeImages(
    {
      name: sample.label,
      source: sample.id,
      shape,
      classNames,
      total,
      phase: "generating",
      items: items(),
      notes: () => [],
    },
    environment,
  );
}

async function importDownloaded(
  sample: DownloadedSample,
  environment: ImportEnvironment,
  surroundings: SampleSurroundings,
): Promise<ImportResult> {
  const { signal, onProgress, clock } = environment;
  const files = await sample.download({
    signal,
    onProgress,
    fetch: (...request: Parameters<typeof fetch>) => fetch(...request),
    ...surroundings,
    now: clock,
    retryDelayMs: RETRY_DELAY_MS,
  });
  const inspected = await inspectFiles(files, { signal, onProgress, clock });
  const { size, channels } = inspected.plan;
  const choices = { name: sample.label, size, channels, testShare: SAMPLE_TEST_SHARE, seed: SAMPLE_SEED };
  // the published files of some sets know their classes by number only
  const facts = { ...inspected.facts, classNames: sample.classNames };
  if (facts.classNames.length !== inspected.facts.classNames.length)
    throw new Error(
      `${sample.id}: ${inspected.facts.classNames.length} classes, ${facts.classNames.length} names`,
    );
  return importFiles({ ...inspected, facts }, choices, environment);
}
