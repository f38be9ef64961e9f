import { pixelsPerImage, type DatasetInfo, type Split } from "@/shared/dataset";
import type { DetailsRecord, ShardRecord } from "../../shards/migrations";
import { sha256 } from "../../shards/sha256";
import { fingerprintOf } from "../../shards/shardWriter";
import { idFrom, mainRecord, recordsOf, type CheckTools, type Item, type ItemKind } from "../itemKind";
import * as shape from "../recordShapes";

const counts = shape.record({ train: shape.listOf(shape.count), test: shape.listOf(shape.count) });

/** A dataset: what is listed, its report and preview, and its images in shards. */
export const datasets: ItemKind = {
  label: "dataset",
  staged: true,
  stores: {
    datasets: {
      owner: ["id"],
      ofPlace: ["inMemory"],
      shape: shape.record({
        id: shape.text,
        name: shape.text,
        source: shape.text,
        shape: shape.imageShape,
        classNames: shape.listOf(shape.text),
        counts,
        bytes: shape.count,
        createdAt: shape.number,
        fingerprint: shape.hash,
        mean: shape.listOf(shape.number),
        std: shape.listOf(shape.number),
      }),
    },
    details: {
      owner: ["datasetId"],
      heavy: true,
      renamed: (details, [datasetId]) => ({
        ...details,
        report: { ...(details["report"] as object), datasetId },
      }),
      shape: shape.record({
        datasetId: shape.text,
        report: shape.record({
          datasetId: shape.text,
          counts,
          skipped: shape.listOf(shape.record({ path: shape.text, reason: shape.text })),
          imagesPerSecond: shape.number,
          seconds: shape.number,
          notes: shape.listOf(shape.text),
        }),
        preview: shape.record({
          perClass: shape.count,
          width: shape.positive,
          height: shape.positive,
          channels: shape.oneOf(1, 3),
          pixels: shape.byteArray,
          counts: shape.listOf(shape.count),
        }),
      }),
    },
    shards: {
      owner: ["datasetId"],
      shape: shape.record({
        datasetId: shape.text,
        split: shape.split,
        index: shape.count,
        count: shape.positive,
        pixels: shape.bytes,
        labels: shape.bytes,
        sha256: shape.hash,
      }),
    },
  },
  loose: ["name", "inMemory"],
  nameOf: (item) => String(mainRecord(item)["name"]),
  otherOwner: (_owner, digest) => [idFrom(digest)],

  async check(item, tools) {
    const info = mainRecord(item) as unknown as DatasetInfo;
    const details = recordsOf(item, "details") as unknown as DetailsRecord[];
    if (details.length !== 1) return "it has no report";
    const fault = lengthsFault(info) || previewFault(info, details[0]!);
    return fault || !tools.images ? fault : imagesFault(info, item, tools);
  },
};

function lengthsFault({ classNames, counts, shape, mean, std }: DatasetInfo): string {
  const classes = classNames.length;
  if (counts.train.length !== classes || counts.test.length !== classes)
    return `it has ${classes} classes, and counts for ${counts.train.length} and ${counts.test.length}`;
  if (mean.length !== shape.channels || std.length !== shape.channels)
    return "its mean and deviation are not per channel";
  return "";
}

function previewFault({ classNames }: DatasetInfo, { preview }: DetailsRecord): string {
  const { perClass, width, height, channels, pixels, counts } = preview;
  // tests and old imports have an empty preview: no classes, no pixels
  const fits =
    (counts.length === classNames.length || counts.length === 0) &&
    counts.every((count) => count <= perClass) &&
    pixels.length === counts.length * perClass * width * height * channels;
  return fits ? "" : "its preview does not fit its classes";
}

/** Every shard there is, in its place, with the pixels and labels it was stored with. */
async function imagesFault(info: DatasetInfo, item: Item, { read }: CheckTools): Promise<string> {
  const stored = recordsOf(item, "shards") as unknown as ShardRecord[];
  const hashes: Record<Split, string[]> = { train: [], test: [] };
  for (const split of ["train", "test"] as const) {
    const shards = stored.filter((shard) => shard.split === split).sort((a, b) => a.index - b.index);
    const found = info.counts[split].map(() => 0);
    for (const [index, shard] of shards.entries()) {
      const which = `${split} shard ${index + 1}`;
      if (shard.index !== index) return `its ${which} is missing`;
      const [pixels, labels] = await Promise.all([read(shard.pixels), read(shard.labels)]);
      if (!pixels || !labels) return `its ${which} cannot be read`;
      const fits =
        labels.length === shard.count * 2 && pixels.length === shard.count * pixelsPerImage(info.shape);
      if (!fits || (await sha256(pixels, labels)) !== shard.sha256)
        return `its ${which} does not match its SHA-256`;
      for (const label of new Uint16Array(labels.buffer)) {
        if (label >= found.length) return `its ${which} has a label that is no class`;
        found[label]!++;
      }
      hashes[split].push(shard.sha256);
    }
    if (found.some((count, label) => count !== info.counts[split][label]))
      return `its ${split} shards do not hold the images that it counts`;
  }
  return (await fingerprintOf(info.shape, hashes)) === info.fingerprint ? "" : "its fingerprint is wrong";
}
