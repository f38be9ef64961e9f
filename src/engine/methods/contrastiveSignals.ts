import { int } from "@/shared/params";
import { gradientMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { gradientMatchingRun } from "./gradientMatchingRun";
import {
  GRADIENT_MATCHING_COST,
  GRADIENT_MATCHING_ORDER,
  gradientMatchingParams,
  loopPresets,
} from "./gradientMatchingParams";

/** Gradient matching of all classes at once, so that what tells classes apart enters; class by class to warm up. */
export default defineMethod({
  id: "dcc",
  label: "Contrastive signals (DCC)",
  about:
    "Matches one gradient of all classes together, after a warm-up class by class; with Siamese augmentation it is DSAC.",
  formula: "L = D( ∇_θ ℓ(θ; A(syn)), 1/C Σ_c ∇_θ ℓ(θ; A_c(real_c)) )",
  cite: "Lee et al. 2022, arXiv:2202.02916",
  order: GRADIENT_MATCHING_ORDER,
  cost: GRADIENT_MATCHING_COST,
  params: {
    ...gradientMatchingParams,
    outerWarmup: int("Warm-up networks", {
      help: "The first networks match class by class, up to their warm-up updates.",
      default: 250,
      min: 0,
      max: 10_000,
    }),
    innerWarmup: int("Warm-up updates", {
      help: "Image updates of each warm-up network that match class by class; later ones match all classes at once.",
      default: 10,
      min: 0,
      max: 100,
    }),
  },
  // unlike DC, one image per class takes 10 updates per network with 5 passes between them
  runDefaults: { imageLr: 0.1, init: "real" },
  presets: loopPresets("Lee et al. 2022, main.py and get_loops", "real", (ipc) => ({
    ...(ipc === 1 && { networkSteps: 10, networkEpochs: 5 }),
    outerWarmup: 250,
    innerWarmup: 10,
  })),
  work: gradientMatchingWork,
  start(context) {
    const { outerWarmup, innerWarmup, ...options } = context.params;
    return gradientMatchingRun(context, {
      ...options,
      augmented: true,
      collective: (networkIndex, step) => networkIndex >= outerWarmup || step >= innerWarmup,
    });
  },
});
