/**
 * The folder that DD-Ranking takes: `images.pt`, and with soft labels `labels.pt` and `lr.pt`; with hard ones it
 * numbers the classes itself, in class order. Source: github.com/NUS-HPC-AI-Lab/DD-Ranking, demo_hard.py, demo_soft.py.
 */
import { countTensors, imageTensor, rateTensor, softLabelTensor, tensorFiles } from "./setTensors";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "ddRanking",
  label: "DD-Ranking layout",
  about:
    "What its scores are computed from; labels.pt holds soft labels and is left out where there are none.",
  files: "dd-ranking/images.pt",
  isDefault: false,
  loaders: [
    {
      library: "DD-Ranking",
      code: 'images = torch.load("dd-ranking/images.pt")\nLabelRobustScoreHard(config).compute_metrics(image_tensor=images, syn_lr=0.01)',
    },
  ],
  count: (snapshot) => countTensors(snapshot, 1),

  *write(snapshot) {
    const files = [
      ["images", imageTensor(snapshot)],
      ["labels", softLabelTensor(snapshot)],
      ["lr", rateTensor(snapshot)],
    ] as const;
    yield* tensorFiles(files, "dd-ranking/");
  },
});
