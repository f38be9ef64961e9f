/** The history of a set as an animated GIF: its images from the first iteration to the last, ten seconds long. */
import { frameBytes, type SetHistory } from "@/shared/setHistory";
import type { Snapshot } from "@/shared/run";
import { defineWriter } from "./writer";

const GAP = 1; // pixels of the images, white
const WHITE = 255;
/** Larger frames are not scaled up: encoding takes its time. */
const MOST_PIXELS = 120_000;
const LARGEST_SCALE = 4;
const LENGTH_MS = 10_000;
const SHORTEST_MS = 50; // below 20 ms, browsers take 100
const LONGEST_MS = 500;
const LAST_MS = 2000;

export default defineWriter({
  id: "animation",
  label: "Animated history",
  about:
    "How the images came about, from the first iteration to the last, as a GIF; a set that was opened from a file has none.",
  files: "history.gif",
  isDefault: false,
  loaders: [],
  count: (snapshot) => (hasHistory(snapshot) ? 1 : 0),

  async *write(snapshot) {
    if (!hasHistory(snapshot)) return;
    const { encodeGif } = await import("../codecs/gif"); // few need it
    const { history } = snapshot;
    const grid = gridOf(history);
    const count = history.iterations.length;
    const delayMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, LENGTH_MS / count));
    const bytes = frameBytes(history);
    const frames = history.iterations.map((_, i) => ({
      pixels: drawFrame(history.pixels.subarray(i * bytes, (i + 1) * bytes), history, grid),
      delayMs: i === count - 1 ? LAST_MS : delayMs,
    }));
    const { width, height } = grid;
    yield {
      path: "history.gif",
      bytes: encodeGif({ width, height, channels: history.shape.channels, frames }),
    };
  },
});

const hasHistory = (snapshot: Snapshot): snapshot is Snapshot & { history: SetHistory } =>
  (snapshot.history?.iterations.length ?? 0) > 1;

interface Grid {
  columns: number;
  scale: number;
  width: number;
  height: number;
}

/** A row per class; where one image of each is shown, a square of them. */
function gridOf({ shape, classes, perClass }: SetHistory): Grid {
  const count = classes * perClass;
  const columns = perClass > 1 ? perClass : Math.ceil(Math.sqrt(count));
  const width = columns * (shape.width + GAP) - GAP;
  const height = Math.ceil(count / columns) * (shape.height + GAP) - GAP;
  const scale = Math.floor(Math.sqrt(MOST_PIXELS / (width * height)));
  const times = Math.min(LARGEST_SCALE, Math.max(1, scale));
  return { columns, scale: times, width: width * times, height: height * times };
}

/** @param images of one frame, [n][height][width][channels] */
function drawFrame(
  images: Uint8Array,
  { shape }: SetHistory,
  { columns, scale, width, height }: Grid,
): Uint8Array {
  const { channels } = shape;
  const frame = new Uint8Array(width * height * channels).fill(WHITE);
  const size = shape.width * shape.height * channels;
  for (let image = 0; image * size < images.length; image++) {
    const left = (image % columns) * (shape.width + GAP) * scale;
    const top = Math.floor(image / columns) * (shape.height + GAP) * scale;
    for (let y = 0; y < shape.height * scale; y++)
      for (let x = 0; x < shape.width * scale; x++) {
        const from = image * size + (Math.floor(y / scale) * shape.width + Math.floor(x / scale)) * channels;
        const to = ((top + y) * width + left + x) * channels;
        for (let c = 0; c < channels; c++) frame[to + c] = images[from + c]!;
      }
  }
  return frame;
}
