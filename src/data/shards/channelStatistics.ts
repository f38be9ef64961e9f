/**
 * Mean and standard deviation per channel of bytes scaled to [0, 1], exact: a histogram of 256 counts per channel
 * holds all there is to know.
 *
 *   mean = sum_v n_v v / (255 n)        std = sqrt(sum_v n_v v^2 / (255^2 n) - mean^2)
 */
export class ChannelStatistics {
  private readonly histograms: Float64Array[];

  constructor(private readonly channels: number) {
    this.histograms = Array.from({ length: channels }, () => new Float64Array(256));
  }

  /** @param pixels channels interleaved, starting with the first */
  add(pixels: Uint8Array): void {
    if (this.channels === 3) {
      const [red, green, blue] = this.histograms as [Float64Array, Float64Array, Float64Array];
      for (let i = 0; i + 2 < pixels.length; i += 3) {
        red[pixels[i]!]!++;
        green[pixels[i + 1]!]!++;
        blue[pixels[i + 2]!]!++;
      }
      return;
    }
    const grey = this.histograms[0]!;
    for (const value of pixels) grey[value]!++;
  }

  /** @returns zeros and ones when nothing was added; a constant channel has std 0 */
  result(): { mean: number[]; std: number[] } {
    const mean: number[] = [];
    const std: number[] = [];
    for (const histogram of this.histograms) {
      let n = 0;
      let sum = 0;
      let squares = 0;
      histogram.forEach((count, value) => {
        n += count;
        sum += count * value;
        squares += count * value * value;
      });
      const average = n > 0 ? sum / n : 0;
      mean.push(average / 255);
      std.push(n > 0 ? Math.sqrt(Math.max(0, squares / n - average * average)) / 255 : 1);
    }
    return { mean, std };
  }
}
