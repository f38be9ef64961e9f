/** What an expert's file says of itself, as the strings that a safetensors header can hold. */
import { UserError } from "@/shared/errors";
import type { ParamRecord } from "@/shared/params";
import type { ExpertDataset, ExpertInfo, TrajectoryKey } from "@/shared/trajectories";

const KIND = "expert trajectory, version 1";

export interface ExpertMetadata {
  key: TrajectoryKey;
  dataset: ExpertDataset;
  info: Omit<ExpertInfo, "epochs">;
}

/** "pt" is what PyTorch's loaders expect to read as the format. */
export function encodeMetadata({ key, dataset, info }: ExpertMetadata): Record<string, string> {
  return {
    format: "pt",
    studio: KIND,
    key: JSON.stringify(key),
    dataset: JSON.stringify(dataset),
    expert: JSON.stringify(info),
  };
}

/** @throws UserError when something else wrote them */
export function decodeMetadata(metadata: Readonly<Record<string, string>>, where: string): ExpertMetadata {
  if (metadata["studio"] !== KIND)
    throw new UserError(
      `${where} is no expert of this studio: it does not say which dataset, network and recipe it belongs to.`,
      "Choose a file that was exported here.",
    );
  const [key, dataset, info] = ["key", "dataset", "expert"].map((name) => parsed(metadata[name]));
  if (!isKey(key) || !isDataset(dataset) || !isInfo(info))
    throw new UserError(`${where} has damaged metadata.`, "Copy it again, or export the experts again.");
  return { key, dataset, info };
}

function parsed(text = ""): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown, least = 0): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;
const isParams = (value: unknown): value is ParamRecord =>
  isRecord(value) &&
  Object.values(value).every((setting) => ["number", "string", "boolean"].includes(typeof setting));

const isKey = (value: unknown): value is TrajectoryKey =>
  isRecord(value) &&
  typeof value["datasetFingerprint"] === "string" &&
  isRecord(value["network"]) &&
  typeof value["network"]["id"] === "string" &&
  isParams(value["network"]["params"]) &&
  isParams(value["recipe"]);

function isDataset(value: unknown): value is ExpertDataset {
  if (!isRecord(value) || !isRecord(value["shape"])) return false;
  const { height, width, channels } = value["shape"];
  const sizes = [height, width, value["classes"]].every((n) => isCount(n, 1));
  return typeof value["name"] === "string" && sizes && (channels === 1 || channels === 3);
}

const isInfo = (value: unknown): value is ExpertMetadata["info"] =>
  isRecord(value) &&
  isCount(value["expert"]) &&
  isCount(value["trainedEpochs"]) &&
  Array.isArray(value["accuracies"]) &&
  value["accuracies"].every(
    (point) => isRecord(point) && isCount(point["epoch"]) && typeof point["accuracy"] === "number",
  );
