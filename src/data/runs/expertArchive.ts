/** Several experts as one download: a zip with one .safetensors file each; and the way back, zipped or not. */
import { downloadZip } from "client-zip";
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import type { ExpertDataset, ExpertSetInfo } from "@/shared/trajectories";
import { entryRefusal, readZipDirectory, ZipContents } from "../codecs/zip";
import { safeName } from "@/shared/fileNames";
import { checkExpert, openExpert, type ExpertFile, type WeightLayout } from "./expertFile";

/** Zip stores local time without a zone; a fixed one makes the same experts the same bytes everywhere. */
const FILE_DATE = new Date(1980, 0, 1);
const EXTENSION = ".safetensors";

export const expertFileName = (expert: number): string =>
  `expert_${String(expert).padStart(3, "0")}${EXTENSION}`;

/** "shapes-10-convnet-experts.zip" */
export const expertArchiveName = (dataset: string, network: string): string =>
  `${safeName(`${dataset} ${network} experts`).replace(/_/g, "-").toLowerCase()}.zip`;

/** Files are made one after another, as the zip comes to them. */
export async function zipExperts(files: AsyncIterable<{ name: string; blob: Blob }>): Promise<Blob> {
  async function* inputs() {
    for await (const { name, blob } of files) yield { name, input: blob, lastModified: FILE_DATE };
  }
  return downloadZip(inputs()).blob();
}

/**
 * The .safetensors files among what was picked, those inside of zips too, their checksums verified.
 * @throws UserError when there are none or an archive is damaged
 */
export async function expertBlobs(files: readonly PickedFile[]): Promise<{ where: string; blob: Blob }[]> {
  const found: { where: string; blob: Blob }[] = [];
  for (const { path, file } of files) {
    if (path.toLowerCase().endsWith(EXTENSION)) found.push({ where: path, blob: file });
    else if (await isZip(file)) {
      const contents = new ZipContents(file, path);
      for (const entry of await readZipDirectory(file, path)) {
        if (!entry.path.toLowerCase().endsWith(EXTENSION)) continue;
        const where = `${path}: ${entry.path}`;
        if (entry.encrypted || (entry.method !== 0 && entry.method !== 8))
          throw new UserError(`${where} is ${entryRefusal(entry)}.`, "Export the experts again.");
        found.push({ where, blob: await new Response(await contents.open(entry)).blob() });
      }
    }
  }
  if (found.length === 0)
    throw new UserError(
      `There is no ${EXTENSION} file in ${files.map(({ path }) => path).join(", ") || "what was chosen"}.`,
      "Choose experts that were exported from the studio, zipped or not.",
    );
  return found;
}

/** An expert of a file, known to fit; its weights are not read yet. */
export interface OpenedExpert {
  file: ExpertFile;
  dataset: ExpertDataset;
  layout: WeightLayout;
}

/**
 * Opens all experts among files and checks each against the dataset and its network.
 * @throws UserError when they were trained on other images, or their weights do not fit their network
 */
export async function openExperts(
  files: readonly PickedFile[],
  info: DatasetInfo,
  layoutOf: (set: Pick<ExpertSetInfo, "key" | "dataset">) => WeightLayout,
): Promise<OpenedExpert[]> {
  const opened: OpenedExpert[] = [];
  for (const { where, blob } of await expertBlobs(files)) {
    const file = await openExpert(blob, where);
    if (file.key.datasetFingerprint !== info.fingerprint)
      throw new UserError(
        `${where} was trained on other images ("${file.dataset.name}") than "${info.name}" has.`,
        "Choose the dataset that it was trained on, imported in the same way, first.",
      );
    const { name, shape, classNames } = info;
    const dataset = { name, shape, classes: classNames.length };
    const layout = layoutOf({ key: file.key, dataset });
    checkExpert(file, layout);
    opened.push({ file, dataset, layout });
  }
  return opened;
}

async function isZip(file: Blob): Promise<boolean> {
  const [p, k] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return p === 0x50 && k === 0x4b;
}
