/**
 * One expert as a .safetensors file. Its tensors are PyTorch's, in PyTorch's layouts and under its names, behind the
 * epoch: "epoch_003.features.0.weight", compact epochs as the float32 numbers they stand for. So `safetensors.torch.load_file` and a prefix give a state dict of any
 * epoch, and a file says by itself which network it fits. "state." and "velocity." are what training goes on from.
 */
import { UserError } from "@/shared/errors";
import type { ExpertInfo, ExpertSetInfo, WeightPrecision } from "@/shared/trajectories";
import { toFloat16 } from "../codecs/float16";
import { SafetensorsFile, SafetensorsWriter } from "../codecs/safetensors";
import { decodeMetadata, encodeMetadata, type ExpertMetadata } from "./expertMetadata";
import { packEpoch } from "./packedWeights";
import { storedEpoch, type ExpertStore, type WholeExpert } from "./trajectoryStore";

type NamedTensors = Record<string, { shape: readonly number[]; data: Float32Array }>;

/** How a network's weights are laid out in PyTorch. */
export interface WeightLayout {
  /** PyTorch's names and shapes, in the order of the flat vector. */
  shapes: readonly { name: string; shape: readonly number[] }[];
  /** The flat vector [P] as PyTorch's tensors. */
  split(weights: Float32Array): NamedTensors;
  /** The other way round. */
  join(tensors: NamedTensors): Float32Array;
}

/** A file that is open, its weights not read yet. */
export interface ExpertFile extends ExpertMetadata {
  file: SafetensorsFile;
  where: string;
}

const prefixOf = (epoch: number): string => `epoch_${String(epoch).padStart(3, "0")}.`;

/** @throws UserError when a stored byte has changed */
export async function writeExpert(
  store: ExpertStore,
  { id, key, dataset }: ExpertSetInfo,
  { epochs, ...info }: ExpertInfo,
  layout: WeightLayout,
): Promise<Blob> {
  const writer = new SafetensorsWriter(encodeMetadata({ key, dataset, info }));
  const put = (prefix: string, weights: Float32Array, precision: WeightPrecision) => {
    const tensors = layout.split(weights);
    for (const { name, shape } of layout.shapes) {
      const data = Float32Array.from(tensors[name]!.data);
      if (precision === "float16") writer.put(prefix + name, { dtype: "F16", shape, data: toFloat16(data) });
      else writer.put(prefix + name, { dtype: "F32", shape, data });
    }
  };
  for (const epoch of epochs) {
    const { weights, precision } = await store.epoch(id, info.expert, epoch);
    put(prefixOf(epoch), weights, precision);
  }
  const state = await store.state(id, info.expert);
  if (state) put("state.", state.weights, "float32");
  if (state?.velocity) put("velocity.", state.velocity, "float32");
  return writer.finish();
}

/** Reads what a file says of itself. @throws UserError when it is no whole file of this kind */
export async function openExpert(blob: Blob, where: string): Promise<ExpertFile> {
  const file = await SafetensorsFile.open(blob, where);
  return { ...decodeMetadata(file.metadata, where), file, where };
}

/**
 * Checks, without reading a weight, that every tensor of a network is there in its shape.
 * @throws UserError that names the first that is not
 */
export function checkExpert({ file, where }: ExpertFile, layout: WeightLayout): void {
  const prefixes = [...epochsOf(file).map(prefixOf), "state."];
  if (hasVelocity(file)) prefixes.push("velocity.");
  for (const prefix of prefixes)
    for (const { name, shape } of layout.shapes) {
      const found = file.tensors.get(prefix + name);
      if (!found)
        throw new UserError(`${where} has no "${prefix}${name}".`, "Its weights belong to another network.");
      if (String(found.shape) !== String(shape))
        throw new UserError(
          `${where}: "${prefix}${name}" is [${found.shape.join(", ")}], the network's is [${shape.join(", ")}].`,
          "Its weights belong to another network.",
        );
    }
}

/** The expert, ready to be stored. @throws UserError when a weight is not a number */
export async function readExpert(opened: ExpertFile, layout: WeightLayout): Promise<WholeExpert> {
  const { file, where, info } = opened;
  checkExpert(opened, layout);
  const read = async (prefix: string) => {
    const tensors: NamedTensors = {};
    for (const { name, shape } of layout.shapes)
      tensors[name] = { shape, data: await file.readFloats(prefix + name) };
    const weights = Float32Array.from(layout.join(tensors));
    if (!weights.every(Number.isFinite))
      throw new UserError(`${where}: the weights of "${prefix}" are not all numbers.`, "Train it again.");
    return weights;
  };
  const first = layout.shapes[0]!.name;
  const epochs: WholeExpert["epochs"] = [];
  for (const epoch of epochsOf(file)) {
    const prefix = prefixOf(epoch);
    const precision = file.tensors.get(prefix + first)!.dtype === "F16" ? "float16" : "float32";
    epochs.push(await storedEpoch(epoch, packEpoch(await read(prefix), precision, where)));
  }
  const velocity = hasVelocity(file) ? await read("velocity.") : null;
  return { ...info, epochs, state: { epoch: info.trainedEpochs, weights: await read("state."), velocity } };
}

function epochsOf({ tensors }: SafetensorsFile): number[] {
  const epochs = [...tensors.keys()].flatMap((name) => /^epoch_(\d{3,6})\./.exec(name)?.slice(1) ?? []);
  return [...new Set(epochs.map(Number))].sort((a, b) => a - b);
}

const hasVelocity = ({ tensors }: SafetensorsFile): boolean =>
  [...tensors.keys()].some((name) => name.startsWith("velocity."));
