/** The whole set as one JSON file, for TensorFlow.js and whatever else runs without Python. */
import { base64 } from "./base64";
import { imageCount } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "json",
  label: "JSON for TensorFlow.js",
  about: "Images as base64 of little-endian float32, NHWC, with labels, class names and normalisation.",
  files: "set.json",
  isDefault: false,
  loaders: [
    {
      library: "TensorFlow.js",
      code: `const set = await (await fetch("set.json")).json();
const floats = new Float32Array(Uint8Array.from(atob(set.images), (c) => c.charCodeAt(0)).buffer);
const images = tf.tensor(floats, set.shape), labels = tf.tensor1d(set.labels, "int32");`,
    },
  ],
  count: () => 1,

  *write(snapshot) {
    const { images, labels, targets, synLr, shape, classNames, mean, std } = snapshot;
    const set = {
      shape: [imageCount(snapshot), shape.height, shape.width, shape.channels],
      images: base64(new Uint8Array(images.buffer, images.byteOffset, images.byteLength)),
      labels: [...labels],
      classNames,
      mean,
      std,
      ...(targets && { softLabels: [...targets] }),
      ...(synLr !== undefined && { lr: synLr }),
    };
    yield { path: "set.json", bytes: new TextEncoder().encode(JSON.stringify(set)) };
  },
});
