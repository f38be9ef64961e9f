/** All arrays in one safetensors file, with the class names and the normalisation in its metadata. */
import { SafetensorsWriter } from "../codecs/safetensors";
import { imageCount, planesShape, toInt64, toPlanes } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "safetensors",
  label: "safetensors",
  about: "All arrays in one file that nothing can be hidden in.",
  files: "set.safetensors",
  isDefault: false,
  loaders: [
    {
      library: "safetensors",
      code: 'from safetensors.torch import load_file  # or safetensors.numpy\ntensors = load_file("set.safetensors")  # images, labels',
    },
  ],
  count: () => 1,

  async *write(snapshot) {
    const { labels, targets, synLr, classNames, mean, std } = snapshot;
    const count = imageCount(snapshot);
    const file = new SafetensorsWriter({
      classNames: JSON.stringify(classNames),
      mean: JSON.stringify(mean),
      std: JSON.stringify(std),
    });
    file.put("images", { dtype: "F32", shape: planesShape(snapshot), data: toPlanes(snapshot) });
    file.put("labels", { dtype: "I64", shape: [count], data: toInt64(labels) });
    if (targets) file.put("soft_labels", { dtype: "F32", shape: [count, classNames.length], data: targets });
    if (synLr !== undefined) file.put("lr", { dtype: "F32", shape: [], data: Float32Array.of(synLr) });
    yield { path: "set.safetensors", bytes: new Uint8Array(await file.finish().arrayBuffer()) };
  },
});
