import { isIntact } from "../../runs/snapshotStore";
import type { SnapshotRecord } from "../../shards/migrations";
import { mainRecord, type ItemKind } from "../itemKind";
import * as shape from "../recordShapes";

/** A kept synthetic set; its id is the hash of what was learned. */
export const keptSets: ItemKind = {
  label: "kept set",
  stores: {
    snapshots: {
      owner: ["id"],
      shape: shape.record({
        id: shape.hash,
        savedAt: shape.number,
        images: shape.bytes,
        pictures: shape.optional(shape.bytes),
        labels: shape.bytes,
        targets: shape.nullable(shape.bytes),
        history: shape.optional(
          shape.record({
            facts: shape.record({
              shape: shape.imageShape,
              classes: shape.positive,
              perClass: shape.positive,
              iterations: shape.listOf(shape.count),
            }),
            pixels: shape.bytes,
          }),
        ),
        rest: shape.record({
          config: shape.config,
          iteration: shape.count,
          shape: shape.imageShape,
          synLr: shape.optional(shape.number),
          classNames: shape.listOf(shape.text),
          datasetName: shape.text,
          datasetFingerprint: shape.text,
          mean: shape.listOf(shape.number),
          std: shape.listOf(shape.number),
          evaluations: shape.scores,
          openedFrom: shape.optional(shape.text),
        }),
      }),
    },
  },
  nameOf: (item) => {
    const { datasetName, iteration } = (mainRecord(item) as unknown as SnapshotRecord).rest;
    return `kept set "${datasetName}", iteration ${iteration}`;
  },
  check: async (item) =>
    (await isIntact(mainRecord(item) as unknown as SnapshotRecord)) ? "" : "it does not match its SHA-256",
};

/** How one network did; its key says all that decides it. */
export const scores: ItemKind = {
  label: "score",
  stores: {
    scores: {
      owner: ["owner", "subject", "recipe", "index"],
      shape: shape.record({
        owner: shape.text,
        subject: shape.text,
        recipe: shape.hash,
        index: shape.count,
        accuracy: shape.number,
        confusion: shape.listOf(shape.listOf(shape.count)),
      }),
    },
  },
  nameOf: ({ owner: [, subject, , index] }) => `score ${Number(index) + 1} of ${String(subject)}`,
  check: () => Promise.resolve(""),
};
