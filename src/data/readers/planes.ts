/** Colour planes, one after the other, as PyTorch and CIFAR store them, to pixels with their channels together. */
import type { ImageShape } from "@/shared/dataset";

/** One image from [channels, height, width] at `from` in `planes` to [height, width, channels] at `to` in `pixels`. */
export function planesToPixels(
  planes: ArrayLike<number>,
  from: number,
  pixels: Uint8Array,
  to: number,
  { height, width, channels }: ImageShape,
): void {
  const plane = height * width;
  for (let c = 0; c < channels; c++) {
    const start = from + c * plane;
    for (let p = 0; p < plane; p++) pixels[to + p * channels + c] = planes[start + p]!;
  }
}
