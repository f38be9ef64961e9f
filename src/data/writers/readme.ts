/** The page that travels with a set: what it is, how it was made, how each of its files is opened. */
import type { ExportFormat } from "@/shared/exporting";
import type { Snapshot } from "@/shared/run";
import { PICTURES_FILE } from "./manifest";
import { imageCount, imagesPerClass } from "./snapshotArrays";

/** Markdown. @param formats what the export is written in */
export function readme(snapshot: Snapshot, formats: readonly ExportFormat[]): string {
  const { config, datasetName, shape, classNames, mean, std, iteration, targets, synLr } = snapshot;
  const numbers = (values: number[]) => values.map((value) => value.toFixed(4)).join(", ");
  const loaders = formats.flatMap((format) => format.loaders);
  return [
    `# ${oneLine(datasetName)}, distilled`,
    "",
    `${imageCount(snapshot)} synthetic images of ${shape.width} × ${shape.height} pixels and ${shape.channels}`,
    `channel${shape.channels > 1 ? "s" : ""}, ${imagesPerClass(snapshot)} per class, ${classNames.length} classes,`,
    snapshot.openedFrom === undefined
      ? `as method \`${config.method.id}\` left them at iteration ${iteration}.`
      : `as they were opened from \`${oneLine(snapshot.openedFrom)}\`.`,
    "",
    ...loaders.flatMap(({ library, code }) => [`**${library}**`, "", "```", code, "```", ""]),
    ...(snapshot.pictures
      ? WHITENED
      : [
          `The images are normalised, (x - mean) / std per channel with mean ${numbers(mean)} and std ${numbers(std)};`,
          "normalise test images the same way.",
        ]),
    "They are sorted by class. Pictures (PNG) are 8-bit: clamped and rounded, so not quite the tensors.",
    ...(targets ? ["Train on the soft labels: a row of class scores for each image."] : []),
    ...(synLr === undefined ? [] : [`Train with the learned learning rate, ${synLr}.`]),
    "",
    "| file | what it is |",
    "| --- | --- |",
    ...formats.map(({ files, about }) => `| ${code(files)} | ${about} |`),
    ...(snapshot.pictures ? [`| \`${PICTURES_FILE}\` | the images before whitening, 8-bit |`] : []),
    "| `manifest.json` | settings, seed, class names, mean and std, accuracy, SHA-256 of each file |",
    "",
    scoreLine(snapshot),
    "",
  ].join("\n");
}

const WHITENED = [
  "The images are whitened: as `kornia.enhance.ZCAWhitening(eps=0.1)` does it, fitted to all training images of the",
  "dataset in [0, 1]. Whiten test images with the same matrix; mean and std of the manifest were not used.",
];

const code = (files: string): string => files.replace(/[^, ]+/g, "`$&`");

function scoreLine({ evaluations }: Snapshot): string {
  const score = evaluations.at(-1);
  if (!score) return "It was not evaluated.";
  const percent = (share: number) => (100 * share).toFixed(1);
  return (
    `Test accuracy of networks trained on it: ${percent(score.mean)} ± ${percent(score.std)} % ` +
    `(${score.accuracies.length} networks, iteration ${score.iteration}).`
  );
}

const oneLine = (name: string): string => name.replace(/\s+/g, " ").trim();
