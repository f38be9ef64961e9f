/** A first look at encoded pictures: the sizes and colours of a sample of them, from their headers alone. */
import { readImageHeader } from "../codecs/imageHeader";
import type { ReaderContext, ReaderFacts } from "./reader";

/** Enough to find the most common size; reading one header costs half a millisecond. */
const SAMPLE = 400;

/** @param head the first bytes of picture `i`, or all of it; null when it cannot be read */
export async function surveyImages(
  count: number,
  head: (index: number) => Promise<Uint8Array | null>,
  { signal, onProgress }: ReaderContext,
): Promise<Pick<ReaderFacts, "sizes" | "sampled" | "channels">> {
  const looks = Math.min(SAMPLE, count);
  const sizes = new Map<string, { width: number; height: number; count: number }>();
  let sampled = 0;
  let coloured = 0;
  for (let i = 0; i < looks; i++) {
    signal.throwIfAborted();
    const bytes = await head(Math.floor((i * count) / looks)); // evenly spread, so that every class is seen
    onProgress?.(i + 1, looks);
    const header = bytes && readImageHeader(bytes);
    if (!header) continue;
    const { width, height, grey } = header;
    const key = `${width}x${height}`;
    sizes.set(key, { width, height, count: (sizes.get(key)?.count ?? 0) + 1 });
    sampled++;
    if (!grey) coloured++;
  }
  return {
    sizes: [...sizes.values()].sort((a, b) => b.count - a.count || a.width * a.height - b.width * b.height),
    sampled,
    channels: sampled > 0 && coloured === 0 ? 1 : 3,
  };
}
