import { defineAugmentation } from "./augmentation";

/** Leaves the images as they are. */
export default defineAugmentation({
  id: "none",
  label: "None",
  about: "Leaves the images as they are.",
  params: {},
  forMatching: true,
  build: () => ({
    draw: () => ({}),
    drawBatch: (count) => Array.from({ length: count }, () => ({})),
    view: (images) => images.clone(),
  }),
});
