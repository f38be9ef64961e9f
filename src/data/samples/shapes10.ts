/**
 * Shapes-10: ten shapes in 32 x 32 RGB, 500 images each to train on and 100 to test with, made on the spot from
 * one seed. The task is meant to be fair for distillation: ten random images per class teach a ConvNet something
 * but far from all, the whole set teaches it nearly everything (`npm run bench -- sample` measures both).
 */
import type { ImageChunk, Split } from "@/shared/dataset";
import { Random } from "@/shared/random";
import { defineSample } from "./sample";
import { drawShape, LOOK, SIZE, type Look } from "./shapes/drawShape";
import { shapes } from "./shapes/signedDistances";

const SEED = 10;
const PER_CLASS: Record<Split, number> = { train: 500, test: 100 };
const CHUNK = 500; // images
const BYTES = SIZE * SIZE * 3; // per image
const NOISE_TABLE = 1 << 16;

export default defineSample({
  id: "shapes10",
  label: "Shapes-10",
  about: "Ten shapes, 32 × 32 RGB, 6,000 images, made by the studio in a second or two.",
  downloadBytes: 0,
  host: "",
  licence: "MIT, as the studio",
  generate: (signal?: AbortSignal) => ({
    classNames: shapes.map(({ name }) => name),
    shape: { height: SIZE, width: SIZE, channels: 3 },
    total: shapes.length * (PER_CLASS.train + PER_CLASS.test),
    chunks: drawChunks(SEED, signal),
  }),
});

/** All images of both splits, the classes in turn; image n of a split does not depend on the others. */
export async function* drawChunks(
  seed: number,
  signal?: AbortSignal,
  look: Look = LOOK,
): AsyncGenerator<ImageChunk> {
  const random = new Random(seed);
  const noiseTable = random.fork("noise").fillNormal(new Float32Array(NOISE_TABLE));
  for (const split of ["train", "test"] as const) {
    const count = PER_CLASS[split] * shapes.length;
    for (let start = 0; start < count; start += CHUNK) {
      signal?.throwIfAborted();
      yield drawChunk(split, start, Math.min(CHUNK, count - start), random.fork(split), noiseTable, look);
      await new Promise<void>((resolve) => setTimeout(resolve)); // lets a cancel through
    }
  }
}

function drawChunk(
  split: Split,
  start: number,
  count: number,
  random: Random,
  noiseTable: Float32Array,
  look: Look,
): ImageChunk {
  const pixels = new Uint8Array(count * BYTES);
  const labels = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const label = (start + i) % shapes.length;
    labels[i] = label;
    drawShape(shapes[label]!.distance, random.fork(start + i), noiseTable, pixels, i * BYTES, look);
  }
  return { split, shape: { height: SIZE, width: SIZE, channels: 3 }, pixels, labels };
}
