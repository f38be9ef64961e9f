/**
 * The file that the code of DC, DSA and DM saves and loads: `res_<method>_<dataset>_<network>_<ipc>ipc.pt` with
 * {"data": [[images, labels]], "accs_all_exps": {network: accuracies}}, one experiment long.
 * Source: github.com/VICO-UoE/DatasetCondensation, main.py.
 */
import type { Snapshot } from "@/shared/run";
import { encodePt, type PtValue } from "../codecs/pt";
import { safeName } from "@/shared/fileNames";
import { imageTensor, labelTensor } from "./setTensors";
import { imagesPerClass } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "dc",
  label: "DC, DSA and DM layout",
  about: "One file with images, labels and accuracies, as the code of DC, DSA and DM saves it.",
  files: "dc/res_….pt",
  isDefault: false,
  loaders: [
    {
      library: "DC, DSA and DM",
      code: 'import glob\nimages, labels = torch.load(glob.glob("dc/res_*.pt")[0])["data"][0]',
    },
  ],
  count: () => 1,

  *write(snapshot) {
    const { config, datasetName, evaluations } = snapshot;
    const network = networkName(config.network.id);
    const accuracies = evaluations.at(-1)?.accuracies ?? [];
    const value: PtValue = new Map<string, PtValue>([
      ["data", [[imageTensor(snapshot), labelTensor(snapshot)]]],
      ["accs_all_exps", new Map([[network, accuracies]])],
    ]);
    const stem = `res_${safeName(config.method.id).toUpperCase()}_${safeName(datasetName)}_${network}_${imagesPerClass(snapshot)}ipc`;
    yield { path: `dc/${stem}.pt`, bytes: encodePt(value, stem) };
  },
});

/** As that code spells it. */
const networkName = (id: Snapshot["config"]["network"]["id"]): string =>
  id === "convnet" ? "ConvNet" : safeName(id);
