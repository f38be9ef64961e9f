/** The experts of a run of trajectory matching: their key, their epochs, and the training of those that are missing. */
import type { ExperimentConfig } from "@/shared/experiment";
import { parseParams, type ParamRecord, type ParamValues } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import type { ExpertEvent, TrajectoryKey } from "@/shared/trajectories";
import { augmentations } from "../augmentations";
import type { MethodContext } from "../methods/method";
import type { trajectoryParams } from "../methods/trajectoryMatchingParams";
import { networks } from "../networks";
import { drawableEpochs, PLAIN_DESCENT, recipeParams, trainExperts } from "./trainExperts";

/** `minStartEpoch`: of methods whose students do not start before some epoch. */
export type TrajectoryParams = ParamValues<typeof trajectoryParams> & { minStartEpoch?: number };

/**
 * What the experts of a run are stored under; settings that were left out count as their defaults.
 * @throws UserError for an unknown network or augmentation, or a wrong setting of theirs
 */
export function trajectoryKey(
  { run, network, augmentation }: Pick<ExperimentConfig, "run" | "network" | "augmentation">,
  datasetFingerprint: string,
  params: TrajectoryParams,
): TrajectoryKey {
  const recipe: ParamRecord = { augmentation: augmentation.id };
  for (const name of Object.keys(recipeParams) as (keyof typeof recipeParams)[]) recipe[name] = params[name];
  if (params.expertDescent === PLAIN_DESCENT) delete recipe["expertDescent"];
  const views = parseParams(
    pluginById(augmentations, augmentation.id, "augmentation").params,
    augmentation.params,
  );
  for (const [name, value] of Object.entries(views)) recipe[`augmentation.${name}`] = value;
  const { preprocessing = "standard" } = run;
  if (preprocessing !== "standard") recipe["preprocessing"] = preprocessing;
  const plugin = pluginById(networks, network.id, "network");
  return {
    datasetFingerprint,
    network: { id: network.id, params: parseParams(plugin.params, network.params) },
    recipe,
  };
}

/** The epochs whose weights a run keeps: those that it can draw and, when asked for, a later last one. */
export function neededEpochs(params: TrajectoryParams): number[] {
  const { maxStartEpoch, expertEpochs, trainedEpochs, minStartEpoch } = params;
  const drawable = drawableEpochs(maxStartEpoch, expertEpochs, minStartEpoch);
  return [...new Set([...drawable, Math.max(trainedEpochs, ...drawable)])];
}

/** What training experts takes from the run around it. */
type ExpertContext = Pick<
  MethodContext<TrajectoryParams>,
  | "params"
  | "config"
  | "datasetFingerprint"
  | "network"
  | "realData"
  | "augmentation"
  | "imagesPerPass"
  | "trajectories"
>;

/** Trains the experts of a run that the store does not have, measuring each epoch where there are test images. */
export async function* trainNeededExperts(context: ExpertContext): AsyncGenerator<ExpertEvent, void> {
  const { params, config, datasetFingerprint, network, realData, augmentation } = context;
  const { imagesPerPass, trajectories: store } = context;
  const epochs = neededEpochs(params);
  const training = trainExperts({
    key: trajectoryKey(config, datasetFingerprint, params),
    store,
    recipe: params,
    network,
    realData,
    augmentation,
    experts: params.experts,
    epochs,
    precision: params.expertPrecision,
    measure: realData.counts("test").some((count) => count > 0),
    imagesPerPass,
  });
  for await (const progress of training) {
    const { expert, epoch, batch, batches, doneEpochs, totalEpochs, accuracy, preparing } = progress;
    if (preparing) {
      yield { ...preparing, isPreparing: true };
      continue;
    }
    yield {
      step: `Training expert ${expert + 1} of ${params.experts}, epoch ${epoch} of ${Math.max(...epochs)}`,
      done: doneEpochs * batches + (batch < batches ? batch : 0),
      total: totalEpochs * batches,
      ...(accuracy !== null && { expert: { expert, epoch, accuracy } }),
    };
  }
}
