import { compactBytes, epochsBytes } from "@/shared/epochBytes";
import { chainOf } from "../../runs/epochChain";
import type {
  ExpertEpochRecord,
  ExpertRecord,
  ExpertSetRecord,
  ExpertStateRecord,
} from "../../shards/migrations";
import { sha256 } from "../../shards/sha256";
import { setIdOf } from "../../runs/trajectoryStore";
import { mainRecord, recordsOf, type ItemKind } from "../itemKind";
import * as shape from "../recordShapes";

const owner = ["setId", "expert"];

/** What a set of experts belongs to; its id is the hash of that. */
export const expertSets: ItemKind = {
  label: "set of experts",
  stores: {
    expertSets: {
      owner: ["id"],
      shape: shape.record({
        id: shape.hash,
        key: shape.record({
          datasetFingerprint: shape.text,
          network: shape.choice,
          recipe: shape.params,
        }),
        dataset: shape.record({ name: shape.text, shape: shape.imageShape, classes: shape.positive }),
        createdAt: shape.number,
      }),
    },
  },
  nameOf: (item) => `experts of "${(mainRecord(item) as unknown as ExpertSetRecord).dataset.name}"`,
  async check(item) {
    const { id, key } = mainRecord(item) as unknown as ExpertSetRecord;
    return (await setIdOf(key)) === id ? "" : "its id does not match what it is";
  },
};

/** One trained network: its kept epochs, and the state that its training goes on from. */
export const experts: ItemKind = {
  label: "expert",
  stores: {
    experts: {
      owner,
      shape: shape.record({
        setId: shape.hash,
        expert: shape.count,
        trainedEpochs: shape.count,
        epochs: shape.listOf(shape.count),
        accuracies: shape.listOf(shape.record({ epoch: shape.count, accuracy: shape.number })),
        bytes: shape.count,
      }),
    },
    expertEpochs: {
      owner,
      shape: shape.record({
        setId: shape.hash,
        expert: shape.count,
        epoch: shape.count,
        precision: shape.oneOf("float32", "compact", "float16"),
        from: shape.optional(shape.record({ epoch: shape.count, sha256: shape.hash })),
        weights: shape.bytes,
        sha256: shape.hash,
      }),
    },
    expertStates: {
      owner,
      shape: shape.record({
        setId: shape.hash,
        expert: shape.count,
        epoch: shape.count,
        count: shape.positive,
        numbers: shape.bytes,
        sha256: shape.hash,
      }),
    },
  },
  nameOf: ({ owner: [setId, expert] }) => `expert ${Number(expert) + 1} of set ${String(setId).slice(0, 8)}`,
  needs: ({ owner: [setId] }) => ({ kind: expertSets, owner: [setId] }),
  otherOwner: ([setId, expert], _digest, n) => [setId, Number(expert) + n],

  async check(item, { read }) {
    const holds = async (blob: Blob, hash: string) => {
      const bytes = await read(blob);
      return bytes !== null && (await sha256(bytes)) === hash;
    };
    const { epochs, trainedEpochs } = mainRecord(item) as unknown as ExpertRecord;
    const stored = recordsOf(item, "expertEpochs") as unknown as ExpertEpochRecord[];
    const [state, ...others] = recordsOf(item, "expertStates") as unknown as ExpertStateRecord[];
    if (!state || others.length > 0 || state.epoch !== trainedEpochs) return "it has no state to go on from";
    if (state.numbers.size !== state.count * 4 && state.numbers.size !== state.count * 8)
      return "its state has another size than it says";
    if (!(await holds(state.numbers, state.sha256))) return "its state does not match its SHA-256";
    const found = stored.map(({ epoch }) => epoch).sort((a, b) => a - b);
    if (String(found) !== String([...epochs].sort((a, b) => a - b))) return "not all of its epochs are there";
    for (const { epoch, precision, weights, sha256: hash, from } of stored) {
      const isCompact = precision === "compact";
      const size = isCompact ? compactBytes(state.count) : epochsBytes(precision, 1, state.count);
      if (weights.size !== size || !(await holds(weights, hash)))
        return `its epoch ${epoch} does not match its SHA-256`;
      if (isCompact !== (from !== undefined) || !chainOf(stored, epoch))
        return `its epoch ${epoch} is a difference from weights that are not there`;
    }
    return "";
  },
};
