/** A first look at encoded pictures: the sizes and colours of a sample of them, from their headers alone. */
import { readImageHeader } from "../codecs/imageHeader";
import type { ReaderContext, ReaderFacts } from "./reader";

/** Enough to find the most common size; reading one header costs half a millisecond. */
const SAMPLE = 400;

type Survey = Pick<ReaderFacts, "sizes" | "sampled" | "channels">;

/** Collects what headers tell. */
export class ImageSurvey {
  private readonly sizes = new Map<string, { width: number; height: number; count: number }>();
  private sampled = 0;
  private coloured = 0;
  private seen = 0;
  private stride = 1;

  /**
   * Whether the next picture of a stream of unknown length is to be looked at: each one at first, then ever fewer, so
   * that the last classes are seen too.
   */
  wantsNext(): boolean {
    const wanted = this.seen++ % this.stride === 0;
    if (wanted && this.seen / this.stride >= SAMPLE) this.stride *= 2;
    return wanted;
  }

  /** @param bytes the first bytes of a picture, or all of it; null when it cannot be read */
  add(bytes: Uint8Array | null): void {
    const header = bytes && readImageHeader(bytes);
    if (!header) return;
    const { width, height, grey } = header;
    const key = `${width}x${height}`;
    this.sizes.set(key, { width, height, count: (this.sizes.get(key)?.count ?? 0) + 1 });
    this.sampled++;
    if (!grey) this.coloured++;
  }

  result(): Survey {
    return {
      sizes: [...this.sizes.values()].sort(
        (a, b) => b.count - a.count || a.width * a.height - b.width * b.height,
      ),
      sampled: this.sampled,
      channels: this.sampled > 0 && this.coloured === 0 ? 1 : 3,
    };
  }
}

/** @param head the first bytes of picture `i`, or all of it; null when it cannot be read */
export async function surveyImages(
  count: number,
  head: (index: number) => Promise<Uint8Array | null>,
  { signal, onProgress }: ReaderContext,
): Promise<Survey> {
  const looks = Math.min(SAMPLE, count);
  const survey = new ImageSurvey();
  for (let i = 0; i < looks; i++) {
    signal.throwIfAborted();
    survey.add(await head(Math.floor((i * count) / looks))); // evenly spread, so that every class is seen
    onProgress?.(i + 1, looks);
  }
  return survey.result();
}
