import { unpackCheckpoint } from "../../runs/packedCheckpoint";
import type { CheckpointRecord, UnfinishedRecord } from "../../shards/migrations";
import { idFrom, mainRecord, recordsOf, type ItemKind } from "../itemKind";
import * as shape from "../recordShapes";

const generation = shape.oneOf(0, 1);

/** A run that has not been carried to its end, with the checkpoints it goes on from. */
export const unfinishedRuns: ItemKind = {
  label: "unfinished run",
  stores: {
    unfinished: {
      owner: ["id"],
      shape: shape.record({
        id: shape.text,
        config: shape.config,
        datasetName: shape.text,
        datasetFingerprint: shape.text,
        iteration: shape.count,
        iterations: shape.count,
        savedAt: shape.number,
        bytes: shape.count,
        error: shape.optional(shape.errorShape),
        newest: shape.nullable(generation),
      }),
    },
    checkpoints: {
      owner: ["runId"],
      shape: shape.record({
        runId: shape.text,
        generation,
        facts: shape.text,
        sha256: shape.hash,
        parts: shape.listOf(shape.bytes),
      }),
    },
  },
  nameOf: (item) => {
    const { datasetName, iteration } = mainRecord(item) as unknown as UnfinishedRecord;
    return `run on "${datasetName}", iteration ${iteration}`;
  },
  otherOwner: (_owner, digest) => [idFrom(digest)],

  /** One of the two generations is enough to go on from: so it is in the store, too. */
  async check(item) {
    const { newest } = mainRecord(item) as unknown as UnfinishedRecord;
    if (newest === null) return "";
    const stored = recordsOf(item, "checkpoints") as unknown as CheckpointRecord[];
    for (const checkpoint of stored) if (await unpackCheckpoint(checkpoint).catch(() => null)) return "";
    return "none of its checkpoints matches its SHA-256";
  },
};

/** What was begun beside runs; there is at most one of a kind, and ours stays. */
export const unfinishedJobs: ItemKind = {
  label: "unfinished job",
  stores: {
    jobs: {
      owner: ["kind"],
      shape: shape.record({ kind: shape.oneOf("experts", "evaluation", "continual", "architectures") }),
    },
  },
  nameOf: ({ owner: [kind] }) => String(kind),
  check: () => Promise.resolve(""),
};
