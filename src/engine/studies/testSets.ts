/** A small dataset and sets of its images, for the tests of the studies. */
import type { KeptSnapshot } from "./study";
import { stripes } from "../testData";
import { drain } from "./drain";
import { distil } from "../distil";
import type { RunEvent } from "@/shared/run";
import type { ExperimentConfig } from "@/shared/experiment";

export const STRIPES = stripes({ height: 8, width: 8, channels: 1 }, 4, { train: 15, test: 8 });
export const SMALL_NETWORK = { id: "convnet", params: { width: 4, depth: 2 } };
export const SHORT_PROTOCOL = { id: "standard", params: { networks: 2, epochs: 8 } };

/** A set that was really distilled, with three iterations. */
export async function distilledSet(changed: Partial<KeptSnapshot["snapshot"]> = {}): Promise<KeptSnapshot> {
  const config: ExperimentConfig = {
    datasetId: STRIPES.info.id,
    run: { ipc: 2, iterations: 3, seed: 5 },
    method: { id: "dm", params: { batchReal: 8 } },
    network: SMALL_NETWORK,
    augmentation: { id: "none", params: {} },
    evaluation: { id: "standard", params: { interval: 0 } },
  };
  const run = distil({ config, source: STRIPES });
  await drain<RunEvent, void>(run);
  return { id: "kept", snapshot: { ...(await run.snapshot()), ...changed } };
}
