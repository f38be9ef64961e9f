import { pixelsPerImage, type DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ParamRecord, ParamValues } from "@/shared/params";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { augmentations } from "./augmentations";
import type { Augmentation } from "./augmentations/augmentation";
import { evaluations } from "./evaluation";
import type { Evaluation } from "./evaluation/evaluation";
import { methods } from "./methods";
import type { Method } from "./methods/method";
import { networks } from "./networks";
import type { Network } from "./networks/network";
import { checkWhitening } from "./preprocessing/zca";
import { runParams } from "./runParams";

/** A checked config, with its plug-ins looked up and built. */
export interface RunPlan {
  config: ExperimentConfig;
  run: ParamValues<typeof runParams>;
  method: Method;
  methodParams: ParamRecord;
  network: Network;
  augmentation: Augmentation;
  evaluation: Evaluation;
  evaluationParams: ParamRecord;
}

/**
 * Checks a config against its dataset, before anything is computed.
 * @throws UserError that names the first wrong setting
 */
export function planRun(config: ExperimentConfig, info: DatasetInfo): RunPlan {
  const run = parseParams(runParams, config.run);
  const method = pluginById(methods, config.method.id, "method");
  const evaluation = pluginById(evaluations, config.evaluation.id, "evaluation");
  const augmentation = pluginById(augmentations, config.augmentation.id, "augmentation");
  const network = pluginById(networks, config.network.id, "network");
  if (!augmentation.forMatching)
    throw new UserError(
      `"${augmentation.label}" cannot be differentiated, so it cannot be the augmentation of a run.`,
      "Choose another one.",
    );
  if (run.preprocessing === "zca") checkWhitening(pixelsPerImage(info.shape));
  const evaluationParams = parseParams(evaluation.params, config.evaluation.params);
  checkDataset(info, run, evaluation.interval(evaluationParams) > 0);
  const methodParams = parseParams(method.params, config.method.params);
  method.check?.(methodParams);
  return {
    config,
    run,
    method,
    methodParams,
    network: network.build(
      info.shape,
      info.classNames.length,
      parseParams(network.params, config.network.params),
    ),
    augmentation: augmentation.build(
      parseParams(augmentation.params, config.augmentation.params),
      info.shape,
    ),
    evaluation,
    evaluationParams,
  };
}

function checkDataset(info: DatasetInfo, run: RunPlan["run"], evaluates: boolean): void {
  const { classNames, counts, name } = info;
  if (classNames.length < 2)
    throw new UserError(`"${name}" has one class only.`, "Distillation needs at least two classes.");
  const fewest = counts.train.indexOf(Math.min(...counts.train));
  const available = counts.train[fewest] ?? 0;
  if (available === 0)
    throw new UserError(
      `"${name}" has no training images of "${classNames[fewest]}".`,
      "Import it again without that class, or with a smaller test share.",
    );
  if (run.init === "real" && available < run.ipc)
    throw new UserError(
      `"${classNames[fewest]}" has ${available} training images, fewer than "Images per class (IPC)" ${run.ipc}.`,
      'Choose a smaller IPC, or noise as the "Initialisation".',
    );
  if (evaluates && counts.test.every((count) => count === 0))
    throw new UserError(
      `"${name}" has no test images to evaluate on.`,
      'Set "Evaluation interval" to 0, or import it again with a test share.',
    );
}
