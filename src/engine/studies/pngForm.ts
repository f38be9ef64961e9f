import type { Snapshot } from "@/shared/run";

/**
 * The images of a set as their PNGs hold them: 8 bits per channel, clamped, normalised again.
 *
 *   x' = (round(255 clamp(x std + mean, 0, 1)) / 255 - mean) / std
 */
export function pngForm({ images, shape, mean, std }: Snapshot): Float32Array<ArrayBuffer> {
  return images.map((value, i) => {
    const channel = i % shape.channels;
    const spread = Math.max(std[channel]!, 1e-6);
    const shown = Math.min(Math.max(value * spread + mean[channel]!, 0), 1);
    return (Math.round(shown * 255) / 255 - mean[channel]!) / spread;
  });
}
