/** Reads a stored dataset back, shard by shard, each checked against the hash it was stored with. */
import { pixelsPerImage, type ImageChunk, type ImageSource, type Split } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import { sha256 } from "./shards/sha256";
import type { DatasetStore } from "./shards/shardStore";

/** @throws UserError if there is no such dataset */
export async function openImageSource(
  store: Pick<DatasetStore, "get" | "shard">,
  datasetId: string,
): Promise<ImageSource> {
  const info = await store.get(datasetId);

  async function* chunks(split: Split, signal?: AbortSignal): AsyncGenerator<ImageChunk> {
    const total = info.counts[split].reduce((sum, count) => sum + count, 0);
    for (let index = 0, done = 0; done < total; index++) {
      signal?.throwIfAborted();
      const chunk = await readShard(split, index);
      done += chunk.labels.length;
      yield chunk;
    }
  }

  async function readShard(split: Split, index: number): Promise<ImageChunk> {
    const broken = (what: string) =>
      new UserError(
        `Dataset "${info.name}": ${split} shard ${index + 1} ${what}.`,
        "The browser's storage was damaged or cleared: delete the dataset and import it again.",
      );
    const shard = await store.shard(datasetId, split, index);
    if (!shard) throw broken("is missing");
    const read = (blob: Blob) => blob.arrayBuffer().catch(() => Promise.reject(broken("cannot be read")));
    const [pixels, labels] = await Promise.all([read(shard.pixels), read(shard.labels)]);
    const fits =
      labels.byteLength === shard.count * 2 &&
      pixels.byteLength === shard.count * pixelsPerImage(info.shape) &&
      shard.count > 0;
    if (!fits || (await sha256(new Uint8Array(pixels), new Uint8Array(labels))) !== shard.sha256) {
      throw broken("does not match its SHA-256");
    }
    return {
      split,
      shape: info.shape,
      pixels: new Uint8Array(pixels),
      labels: new Uint16Array(labels),
    };
  }

  return { info, chunks };
}
