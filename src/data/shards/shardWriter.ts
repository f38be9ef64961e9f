/**
 * Packs images into shards of 16 MiB and keeps the statistics of what went in. While one shard is hashed and
 * written the next one fills, so at most two per split are in memory.
 */
import { pixelsPerImage, type DatasetInfo, type ImageShape, type Split } from "@/shared/dataset";
import { ChannelStatistics } from "./channelStatistics";
import { sha256 } from "./sha256";
import type { Staging } from "./shardStore";

const SHARD_BYTES = 16 * 2 ** 20;

/** What the images that went in amount to. */
export type PackedFacts = Pick<DatasetInfo, "counts" | "bytes" | "fingerprint" | "mean" | "std">;

/** A shard that is being filled. */
interface OpenShard {
  pixels: Uint8Array<ArrayBuffer>;
  labels: Uint16Array<ArrayBuffer>;
  count: number;
  index: number;
}

export class ShardWriter {
  private readonly imageBytes: number;
  private readonly capacity: number;
  private readonly open = new Map<Split, OpenShard>();
  private readonly hashes: Record<Split, string[]> = { train: [], test: [] };
  private readonly statistics: ChannelStatistics;
  private writing: Promise<void> = Promise.resolve();
  private bytes = 0;
  readonly counts: Record<Split, number[]>;

  constructor(
    private readonly staging: Pick<Staging, "put">,
    private readonly shape: ImageShape,
    classes: number,
    shardBytes = SHARD_BYTES,
  ) {
    this.imageBytes = pixelsPerImage(shape);
    this.capacity = Math.max(1, Math.floor(shardBytes / this.imageBytes));
    this.statistics = new ChannelStatistics(shape.channels);
    const zeros = () => new Array<number>(classes).fill(0);
    this.counts = { train: zeros(), test: zeros() };
  }

  /** Adds images of one split; `pixels` [n, height, width, channels] are copied. */
  async add(split: Split, pixels: Uint8Array, labels: ArrayLike<number>): Promise<void> {
    if (pixels.length !== labels.length * this.imageBytes) {
      throw new Error(`ShardWriter.add(): ${pixels.length} bytes for ${labels.length} images`);
    }
    for (let done = 0; done < labels.length;) {
      const shard = this.shardOf(split);
      const take = Math.min(labels.length - done, this.capacity - shard.count);
      const part = pixels.subarray(done * this.imageBytes, (done + take) * this.imageBytes);
      shard.pixels.set(part, shard.count * this.imageBytes);
      for (let i = 0; i < take; i++) {
        const label = labels[done + i]!;
        shard.labels[shard.count + i] = label;
        this.counts[split][label]!++;
      }
      if (split === "train") this.statistics.add(part);
      shard.count += take;
      done += take;
      if (shard.count === this.capacity) await this.flush(split);
    }
  }

  /** Writes what is left and tells what went in. */
  async finish(): Promise<PackedFacts> {
    for (const split of [...this.open.keys()]) await this.flush(split);
    await this.writing;
    const fingerprint = await fingerprintOf(this.shape, this.hashes);
    return { counts: this.counts, bytes: this.bytes, fingerprint, ...this.statistics.result() };
  }

  private shardOf(split: Split): OpenShard {
    let shard = this.open.get(split);
    if (!shard) {
      shard = {
        pixels: new Uint8Array(this.capacity * this.imageBytes),
        labels: new Uint16Array(this.capacity),
        count: 0,
        index: this.hashes[split].length,
      };
      this.hashes[split].push(""); // its place
      this.open.set(split, shard);
    }
    return shard;
  }

  /** Hands a shard over to be written, once the one before it is. */
  private async flush(split: Split): Promise<void> {
    const shard = this.open.get(split);
    this.open.delete(split);
    await this.writing;
    if (!shard) return;
    this.writing = this.write(split, shard);
    this.writing.catch(() => undefined); // it is thrown where `writing` is awaited next
  }

  private async write(split: Split, { pixels, labels, count, index }: OpenShard): Promise<void> {
    const pixelBytes = pixels.subarray(0, count * this.imageBytes);
    const labelBytes = new Uint8Array(labels.buffer, 0, count * 2);
    const hash = await sha256(pixelBytes, labelBytes);
    this.hashes[split][index] = hash;
    this.bytes += pixelBytes.length + labelBytes.length;
    await this.staging.put({
      split,
      index,
      count,
      pixels: new Blob([pixelBytes]),
      labels: new Blob([labelBytes]),
      sha256: hash,
    });
  }
}

/** SHA-256 over the shape and the hashes of all shards, hex: the same images give the same. */
export function fingerprintOf(
  { height, width, channels }: ImageShape,
  hashes: Record<Split, readonly string[]>,
): Promise<string> {
  const content = [`${height}x${width}x${channels}`, ...hashes.train, "test", ...hashes.test];
  return sha256(new TextEncoder().encode(content.join("\n")));
}
