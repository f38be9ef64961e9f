/**
 * The files that the code of MTT and DATM loads: `images_best.pt`, `labels_best.pt` (soft labels where there are
 * some), `lr_best.pt` (where a rate was learned). Source: github.com/GeorgeCazenavette/mtt-distillation, distill.py.
 */
import { imageTensor, labelTensor, rateTensor, softLabelTensor, tensorFiles } from "./setTensors";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "mtt",
  label: "MTT and DATM layout",
  about: "The names that the code of MTT, TESLA and DATM loads; labels are soft where they were learned.",
  files: "mtt/images_best.pt, mtt/labels_best.pt, mtt/lr_best.pt",
  isDefault: false,
  loaders: [
    {
      library: "MTT and DATM",
      code: 'images = torch.load("mtt/images_best.pt")\nlabels = torch.load("mtt/labels_best.pt")',
    },
    {
      library: "DATM and PAD, soft labels", // their code makes shares of logits by itself
      code: 'labels = torch.load("mtt/labels_best.pt").clamp_min(1e-12).log()',
    },
  ],
  count: ({ synLr }) => (synLr === undefined ? 2 : 3),

  *write(snapshot) {
    const files = [
      ["images_best", imageTensor(snapshot)],
      ["labels_best", softLabelTensor(snapshot) ?? labelTensor(snapshot)],
      ["lr_best", rateTensor(snapshot)],
    ] as const;
    yield* tensorFiles(files, "mtt/");
  },
});
