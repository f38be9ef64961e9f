/** Runs of every method that are small enough for a test. */
import type { ExperimentConfig } from "@/shared/experiment";
import type { ParamRecord } from "@/shared/params";
import { stripes } from "./testData";

export const TINY_SHAPE = { height: 8, width: 8, channels: 1 } as const;
export const tinySource = stripes(TINY_SHAPE, 3, { train: 20, test: 10 });

const EXPERTS = { synSteps: 3, maxStartEpoch: 2, experts: 2, expertLr: 0.1, expertBatch: 20, startLr: 0.1 };
const ALIGNMENT = {
  ...EXPERTS,
  synSteps: 2,
  expertEpochs: 1,
  firstUpper: 1,
  expansionEnd: 4,
  labelLr: 0.5,
  skipAbove: 5,
};
/** Small settings by method, and an image rate that lets the loss fall. */
const TINY: Record<string, { params: ParamRecord; imageLr: number }> = {
  dm: { params: { batchReal: 8 }, imageLr: 1 },
  datadam: { params: { batchReal: 8 }, imageLr: 0.1 },
  atom: { params: { batchReal: 8 }, imageLr: 0.1 },
  dc: { params: { batchReal: 8, networkSteps: 3, networkEpochs: 2 }, imageLr: 0.1 },
  dsa: { params: { batchReal: 8, networkSteps: 3, networkEpochs: 2 }, imageLr: 0.1 },
  dcc: {
    params: { batchReal: 8, networkSteps: 4, networkEpochs: 2, outerWarmup: 1, innerWarmup: 2 },
    imageLr: 0.1,
  },
  mtt: { params: { ...EXPERTS, batchSyn: 4 }, imageLr: 10 },
  tesla: { params: { ...EXPERTS, expertLabels: true }, imageLr: 10 },
  datm: { params: ALIGNMENT, imageLr: 10 },
  pad: { params: { ...ALIGNMENT, leaveOut: "loss", leaveOutShare: 0.4 }, imageLr: 10 },
};

export const TINY_METHODS = Object.keys(TINY);

export function tinyConfig(id: string, run: ParamRecord = {}, params: ParamRecord = {}): ExperimentConfig {
  const tiny = TINY[id]!;
  return {
    datasetId: "stripes",
    run: { ipc: 2, iterations: 9, imageLr: tiny.imageLr, ...run },
    method: { id, params: { ...tiny.params, ...params } },
    network: { id: "convnet", params: { width: 4, depth: 2 } },
    augmentation: { id: "dsa", params: {} },
    evaluation: { id: "standard", params: { interval: 0 } },
  };
}
