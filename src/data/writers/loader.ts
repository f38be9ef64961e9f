/** What a person needs to use the set without us: a loader that runs as it is, and a page to read. */
import type { Snapshot } from "@/shared/run";
import loadPy from "./load.py?raw";
import { imageCount, imagesPerClass } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "loader",
  label: "Loader and README",
  about: "load.py, which loads and checks the set, and a README.",
  count: () => 2,

  *write(snapshot) {
    const text = new TextEncoder();
    yield { path: "load.py", bytes: text.encode(loadPy) };
    yield { path: "README.md", bytes: text.encode(readme(snapshot)) };
  },
});

function readme(snapshot: Snapshot): string {
  const { config, datasetName, shape, classNames, mean, std, iteration, targets, synLr, evaluations } =
    snapshot;
  const score = evaluations.at(-1);
  const numbers = (values: number[]) => values.map((value) => value.toFixed(4)).join(", ");
  const lines = [
    `# ${oneLine(datasetName)}, distilled`,
    "",
    `${imageCount(snapshot)} synthetic images, ${imagesPerClass(snapshot)} per class, ${classNames.length} classes,`,
    `as method \`${config.method.id}\` left them at iteration ${iteration}.`,
    "",
    "```python",
    'images = torch.load("images.pt")  # ' +
      `float32 [${imageCount(snapshot)}, ${shape.channels}, ${shape.height}, ${shape.width}]`,
    'labels = torch.load("labels.pt")  # ' + `int64 [${imageCount(snapshot)}]`,
    "```",
    "",
    `The images are normalised, (x - mean) / std per channel with mean ${numbers(mean)} and std ${numbers(std)};`,
    "normalise test images the same way. They are sorted by class.",
    "",
    "| file | what it is |",
    "| --- | --- |",
    "| `images.pt`, `labels.pt` | tensors for `torch.load` |",
    "| `images.npy`, `labels.npy` | the same for `np.load` |",
    ...(targets ? ["| `soft_labels.pt`, `soft_labels.npy` | learned labels, [images, classes] |"] : []),
    ...(synLr === undefined ? [] : ["| `lr.pt` | the learned learning rate |"]),
    "| `images/` | 8-bit pictures, a folder per class (clamped and rounded, so not quite the tensors) |",
    "| `grid.png` | all of them on one sheet |",
    "| `manifest.json` | settings, seed, class names, mean and std, accuracy, SHA-256 of each file |",
    "| `load.py` | `python load.py` checks the files and prints their shapes |",
    "",
    score
      ? `Test accuracy of networks trained on it: ${(100 * score.mean).toFixed(1)} ± ${(100 * score.std).toFixed(1)} % ` +
        `(${score.accuracies.length} networks, iteration ${score.iteration}).`
      : "It was not evaluated.",
    "",
  ];
  return lines.join("\n");
}

const oneLine = (name: string): string => name.replace(/\s+/g, " ").trim();
