/** The same arrays as the PyTorch files, for `np.load`. */
import { encodeNpy } from "../codecs/npy";
import { imageCount, planesShape, toInt64, toPlanes } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "numpy",
  label: "NumPy arrays",
  about: "The same arrays for np.load.",
  files: "images.npy, labels.npy",
  isDefault: true,
  loaders: [
    {
      library: "NumPy and JAX",
      code: 'images = np.load("images.npy")  # jnp.asarray(images)\nlabels = np.load("labels.npy")',
    },
  ],
  count: ({ targets }) => (targets ? 3 : 2),

  *write(snapshot) {
    const { labels, targets, classNames } = snapshot;
    const count = imageCount(snapshot);
    yield {
      path: "images.npy",
      bytes: encodeNpy({ shape: planesShape(snapshot), dtype: "<f4", data: toPlanes(snapshot) }),
    };
    yield { path: "labels.npy", bytes: encodeNpy({ shape: [count], dtype: "<i8", data: toInt64(labels) }) };
    if (targets) {
      const shape = [count, classNames.length];
      yield { path: "soft_labels.npy", bytes: encodeNpy({ shape, dtype: "<f4", data: targets }) };
    }
  },
});
