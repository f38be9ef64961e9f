/**
 * A kept set as pictures for the eye: pixel = (image * std + mean) * 255, rounded and clamped, or the set's own pictures.
 */
import type { Snapshot } from "@/shared/run";

/** RGBA bytes of one image. */
export function imagePixels(
  { images, pictures, shape, mean, std }: Pick<Snapshot, "images" | "pictures" | "shape" | "mean" | "std">,
  index: number,
): Uint8ClampedArray<ArrayBuffer> {
  const { height, width, channels } = shape;
  const pixels = new Uint8ClampedArray(height * width * 4);
  const start = index * height * width * channels;
  for (let at = 0; at < height * width; at++) {
    for (let c = 0; c < 3; c++) {
      const channel = channels === 1 ? 0 : c;
      const from = start + at * channels + channel;
      pixels[at * 4 + c] =
        pictures?.[from] ?? Math.round((images[from]! * std[channel]! + mean[channel]!) * 255);
    }
    pixels[at * 4 + 3] = 255;
  }
  return pixels;
}
