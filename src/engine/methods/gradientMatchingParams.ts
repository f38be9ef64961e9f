/** Settings and presets that DC, DSA and DCC share. */
import { choice, float, int, type ParamRecord } from "@/shared/params";
import type { Preset } from "@/shared/plugin";
import type { GradientMetric } from "./gradientDistance";
import { paperNetwork } from "./paperNetwork";

export const gradientMatchingParams = {
  batchReal: int("Real images per class", {
    help: "Drawn anew for every update; a class with fewer images gives all of them.",
    symbol: "B",
    default: 256,
    slowDefault: 64,
    min: 1,
    max: 1024,
  }),
  networkSteps: int("Image updates per network", {
    help: "How often the images are updated before a new random network takes over.",
    symbol: "T",
    default: 10,
    min: 1,
    max: 100,
  }),
  networkEpochs: int("Network epochs", {
    help: "Passes over the synthetic images that train the network between two of its image updates.",
    symbol: "ς_θ",
    default: 50,
    min: 0,
    max: 200,
  }),
  networkLr: float("Network learning rate", {
    help: "Step size with which the network is trained on the synthetic images.",
    symbol: "η_θ",
    default: 0.01,
    min: 0.0001,
    max: 1,
    log: true,
    advanced: true,
  }),
  networkBatch: int("Network batch", {
    help: "Synthetic images per training step of the network.",
    default: 256,
    min: 1,
    max: 1024,
    advanced: true,
  }),
  metric: choice<GradientMetric>("Gradient distance", {
    help: "How far apart the two gradients count as: by direction per filter, by squared difference, or by one direction.",
    symbol: "D",
    default: "ours",
    options: [
      { value: "ours", label: "Cosine per filter (paper)" },
      { value: "mse", label: "Squared difference" },
      { value: "cos", label: "One cosine" },
    ],
    advanced: true,
  }),
};

/** Images per class, image updates per network, passes over the images between them (`get_loops` of the DC code). */
const LOOPS: readonly (readonly [ipc: number, networkSteps: number, networkEpochs: number])[] = [
  [1, 1, 1],
  [10, 10, 50],
  [20, 20, 25],
  [30, 30, 20],
  [40, 40, 15],
  [50, 50, 10],
];

/** One preset per row of the loop table: 1,000 networks each. */
export function loopPresets(
  source: string,
  init: "real" | "noise",
  change: (ipc: number) => ParamRecord = () => ({}),
): Preset[] {
  return LOOPS.map(([ipc, steps, epochs]) => {
    const params = {
      batchReal: 256,
      networkSteps: steps,
      networkEpochs: epochs,
      networkLr: 0.01,
      ...change(ipc),
    };
    const iterations = Math.min(100_000, 1000 * Number(params.networkSteps));
    return {
      label: `Paper, IPC ${ipc}`,
      source,
      params,
      run: { ipc, iterations, imageLr: 0.1, momentum: 0.5, init },
      network: paperNetwork(),
    };
  });
}

/** For the docs. */
export const GRADIENT_MATCHING_ORDER =
  "Second order: the derivative of the network's weight gradient towards the images, one R-operator pass per class.";
export const GRADIENT_MATCHING_COST =
  "C·B forward and backward (weights) on real images; C·IPC forward and backward (weights), and one R-operator pass (about two of forward and backward), on synthetic ones; then ς_θ forward and backward passes over C·IPC images.";
