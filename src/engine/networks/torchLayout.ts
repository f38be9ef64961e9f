/** How the weights of an expert's network lie in PyTorch: names, shapes, and the way there and back. */
import type { ExpertDataset, TrajectoryKey } from "@/shared/trajectories";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { networks } from ".";
import { fromStateDict, toStateDict } from "./weightTable";

/** @throws UserError for a network that the studio does not have */
export function torchLayout({
  key,
  dataset,
}: {
  key: Pick<TrajectoryKey, "network">;
  dataset: Pick<ExpertDataset, "shape" | "classes">;
}) {
  const plugin = pluginById(networks, key.network.id, "network");
  const { table } = plugin.build(
    dataset.shape,
    dataset.classes,
    parseParams(plugin.params, key.network.params),
  );
  return {
    shapes: table.map(({ name, torchShape }) => ({ name, shape: torchShape })),
    split: (weights: Float32Array) => toStateDict(table, weights),
    join: (tensors: Parameters<typeof fromStateDict>[1]) => fromStateDict(table, tensors),
  };
}
