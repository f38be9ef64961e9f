/** What a run will take, and which settings would make it fit where it does not. */
import type { DatasetInfo } from "@/shared/dataset";
import { pixelsPerImage } from "@/shared/dataset";
import { UserError, type ErrorInfo } from "@/shared/errors";
import type { PassTimes, RunEstimate } from "@/shared/estimating";
import type { ExperimentConfig, PluginChoice } from "@/shared/experiment";
import type { Params, ParamRecord } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import type { BackendLimits } from "@/tensor/memory";
import { gigabytes, OutOfMemory } from "@/tensor/memoryErrors";
import { estimateMemory, type MemoryEstimate } from "./estimateMemory";
import { estimateTime, kindsOf } from "./estimateTime";
import { networks } from "./networks";
import { planRun, type RunPlan } from "./runPlan";

export interface EstimateOptions {
  config: ExperimentConfig;
  info: DatasetInfo;
  limits: BackendLimits;
  /** Backend and adapter, for the key of the times. */
  device: string;
  times: PassTimes | null;
  /** Epochs of experts that have to be trained first. */
  expertEpochs: number;
}

/** @throws UserError for a wrong setting */
export function estimateRun(options: EstimateOptions): RunEstimate {
  const { config, info, limits, device, times, expertEpochs } = options;
  const plan = planRun(config, info);
  const memory = estimateMemory(plan, info);
  const images = [...info.counts.train, ...info.counts.test].reduce((sum, count) => sum + count, 0);
  return {
    key: JSON.stringify([device, config.network, config.augmentation, info.shape, info.classNames.length]),
    kinds: kindsOf(plan, info),
    time: times && estimateTime(plan, info, times, expertEpochs),
    bytes: memory.bytes,
    dataBytes: images * pixelsPerImage(info.shape) * (plan.run.preprocessing === "zca" ? 4 : 1),
    problem: problemOf(memory, limits, config, info),
  };
}

function problemOf(
  memory: MemoryEstimate,
  limits: BackendLimits,
  config: ExperimentConfig,
  info: DatasetInfo,
): ErrorInfo | null {
  if (fits(memory, limits)) return null;
  const message =
    memory.largestTensor > limits.tensorBytes
      ? `One tensor of this run takes about ${gigabytes(memory.largestTensor)}, more than the ` +
        `${gigabytes(limits.tensorBytes)} that this device allows.`
      : `This run takes about ${gigabytes(memory.bytes)}, more than the ${gigabytes(limits.totalBytes)} there are.`;
  return { name: "UserError", message, hint: smallerSettings(config, info, limits), kind: "outOfMemory" };
}

const fits = ({ bytes, largestTensor }: MemoryEstimate, limits: BackendLimits): boolean =>
  bytes <= limits.totalBytes && largestTensor <= limits.tensorBytes;

/**
 * An error of a run whose memory was full, with the settings of this run that would fit: those whose largest tensor is
 * allowed where one was not, else those that take half as much. Any other error as it is.
 */
export function withSmallerSettings(
  error: unknown,
  config: ExperimentConfig,
  info: DatasetInfo,
  limits: BackendLimits,
): unknown {
  if (!(error instanceof OutOfMemory)) return error;
  const { bytes, largestTensor } = estimateMemory(planRun(config, info), info);
  const tooLarge = error.tensorBytes === undefined ? 1 : error.tensorBytes / limits.tensorBytes;
  const enough: BackendLimits = {
    totalBytes: Math.min(limits.totalBytes, tooLarge > 1 ? Infinity : bytes / 2),
    tensorBytes: Math.min(limits.tensorBytes, largestTensor / tooLarge),
  };
  return new UserError(error.message, smallerSettings(config, info, enough), error.kind);
}

/** A setting that memory grows with. */
interface Knob {
  label: string;
  value: number;
  min: number;
  with: (value: number) => ExperimentConfig;
}

/** Which single changes would fit, as a sentence; "" when none does. */
function smallerSettings(config: ExperimentConfig, info: DatasetInfo, limits: BackendLimits): string {
  const isEnough = (changed: ExperimentConfig): boolean => {
    const plan = planIfRight(changed, info);
    return plan !== null && fits(estimateMemory(plan, info), limits);
  };
  const changes = knobsOf(planRun(config, info), info.classNames.length).flatMap((knob) => {
    let [low, high] = [knob.min - 1, knob.value]; // what is below `low` fits, what is at `high` does not
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (isEnough(knob.with(middle))) low = middle;
      else high = middle;
    }
    return low < knob.min ? [] : [`"${knob.label}" of at most ${low}`];
  });
  const tesla = { ...config, method: { ...config.method, id: "tesla" } };
  if (config.method.id === "mtt" && isEnough(tesla)) changes.push("the method TESLA instead of MTT");
  const plain = { ...config, run: { ...config.run, preprocessing: "standard" } };
  if (config.run["preprocessing"] === "zca" && isEnough(plain))
    changes.push('"Preprocessing" by mean and standard deviation');
  return changes.length > 0
    ? `It should fit with any one of these: ${changes.join(", ")}.`
    : "It would fit with smaller images, or with several of these lowered: images per class (IPC), real images per class, network width.";
}

function planIfRight(config: ExperimentConfig, info: DatasetInfo): RunPlan | null {
  try {
    return planRun(config, info);
  } catch (error) {
    if (error instanceof UserError) return null; // such as a width that group norm cannot divide
    throw error;
  }
}

function knobsOf({ config, run, method, methodParams }: RunPlan, classes: number): Knob[] {
  const knobs: Knob[] = [
    {
      label: "Images per class (IPC)",
      value: run.ipc,
      min: 1,
      with: (ipc) => ({ ...config, run: { ...config.run, ipc } }),
    },
  ];
  const add = (kind: "method" | "network", key: string, params: Params, values: ParamRecord) => {
    const param = params[key];
    if (param?.kind !== "int") return;
    const value = Number(values[key] ?? param.default) || classes * run.ipc; // a batch of 0 is the whole set
    const change = (next: number): PluginChoice => ({
      id: config[kind].id,
      params: { ...values, [key]: next },
    });
    knobs.push({
      ...{ label: param.label, value, min: Math.max(1, param.min) },
      with: (next) => ({ ...config, [kind]: change(next) }),
    });
  };
  for (const key of ["batchReal", "batchSyn", "synSteps", "expertBatch"])
    add("method", key, method.params, methodParams);
  const network = pluginById(networks, config.network.id, "network");
  add("network", "width", network.params, config.network.params);
  return knobs;
}
