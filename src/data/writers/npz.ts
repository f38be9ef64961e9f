/** The NumPy arrays in one archive, for `np.load`. */
import { encodeNpy } from "../codecs/npy";
import { encodeStoredZip } from "../codecs/zipStored";
import { imageCount, planesShape, toInt64, toPlanes } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "npz",
  label: "NumPy archive",
  about: "Images, labels and what else is learned in one file.",
  files: "set.npz",
  isDefault: false,
  loaders: [
    {
      library: "NumPy and JAX, one file",
      code: 'arrays = np.load("set.npz")\nimages, labels = arrays["images"], arrays["labels"]',
    },
  ],
  count: () => 1,

  *write(snapshot) {
    const { labels, targets, synLr, classNames } = snapshot;
    const count = imageCount(snapshot);
    const arrays = [
      { name: "images", shape: planesShape(snapshot), dtype: "<f4" as const, data: toPlanes(snapshot) },
      { name: "labels", shape: [count], dtype: "<i8" as const, data: toInt64(labels) },
      ...(targets
        ? [{ name: "soft_labels", shape: [count, classNames.length], dtype: "<f4" as const, data: targets }]
        : []),
      ...(synLr === undefined
        ? []
        : [{ name: "lr", shape: [], dtype: "<f4" as const, data: Float32Array.of(synLr) }]),
    ];
    const entries = arrays.map(({ name, ...array }) => ({ path: `${name}.npy`, bytes: encodeNpy(array) }));
    yield { path: "set.npz", bytes: encodeStoredZip(entries) };
  },
});
