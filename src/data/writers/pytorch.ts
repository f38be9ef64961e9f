/**
 * Bare tensors for `torch.load`: images float32 [n, channels, height, width], normalised and in class order as the
 * DC, MTT and DD-Ranking code expects them, labels int64 [n]; soft labels [n, classes] and the learned rate where
 * a method has them.
 */
import {
  countTensors,
  imageTensor,
  labelTensor,
  rateTensor,
  softLabelTensor,
  tensorFiles,
} from "./setTensors";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "pytorch",
  label: "PyTorch tensors",
  about:
    "For torch.load: normalised float32 and int64; soft labels and the learned rate where there are some.",
  files: "images.pt, labels.pt",
  isDefault: true,
  loaders: [
    { library: "PyTorch", code: 'images = torch.load("images.pt")\nlabels = torch.load("labels.pt")' },
  ],
  count: (snapshot) => countTensors(snapshot, 2),

  *write(snapshot) {
    yield* tensorFiles([
      ["images", imageTensor(snapshot)],
      ["labels", labelTensor(snapshot)],
      ["soft_labels", softLabelTensor(snapshot)],
      ["lr", rateTensor(snapshot)],
    ]);
  },
});
