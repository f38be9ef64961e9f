/**
 * Bare tensors for `torch.load`: images float32 [n, channels, height, width], normalised and in class order as the
 * DC, MTT and DD-Ranking code expects them, labels int64 [n]; soft labels [n, classes] and the learned rate where
 * a method has them.
 */
import type { Snapshot } from "@/shared/run";
import { encodePt, PtTensor } from "../codecs/pt";
import { imageCount, planesShape, toInt64, toPlanes } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "pytorch",
  label: "PyTorch tensors",
  about: "images.pt and labels.pt, for torch.load.",
  count: (snapshot) => tensors(snapshot).length,

  *write(snapshot) {
    for (const { stem, tensor } of tensors(snapshot))
      yield { path: `${stem}.pt`, bytes: encodePt(tensor(), stem) };
  },
});

function tensors(snapshot: Snapshot): { stem: string; tensor: () => PtTensor }[] {
  const { labels, targets, synLr, classNames } = snapshot;
  const count = imageCount(snapshot);
  return [
    { stem: "images", tensor: () => new PtTensor(planesShape(snapshot), "float32", toPlanes(snapshot)) },
    { stem: "labels", tensor: () => new PtTensor([count], "int64", toInt64(labels)) },
    ...(targets
      ? [{ stem: "soft_labels", tensor: () => new PtTensor([count, classNames.length], "float32", targets) }]
      : []),
    ...(synLr === undefined
      ? []
      : [{ stem: "lr", tensor: () => new PtTensor([], "float32", Float32Array.of(synLr)) }]),
  ];
}
