import { gradientMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { gradientMatchingRun } from "./gradientMatchingRun";
import {
  GRADIENT_MATCHING_COST,
  GRADIENT_MATCHING_ORDER,
  gradientMatchingParams,
  loopPresets,
} from "./gradientMatchingParams";

/** Images that train a network by the same gradients as real ones do, class by class, along its training. */
export default defineMethod({
  id: "dc",
  label: "Gradient matching (DC)",
  about:
    "Makes the gradients that a network gets from synthetic images equal to those from real ones; augmentation is used in evaluation only.",
  formula: "L = Σ_c D( ∇_θ ℓ(θ; syn_c), ∇_θ ℓ(θ; real_c) ),  D = Σ_rows 1 − ⟨a, b⟩ / (‖a‖‖b‖)",
  cite: "Zhao, Mopuri & Bilen 2021, arXiv:2006.05929",
  order: GRADIENT_MATCHING_ORDER,
  cost: GRADIENT_MATCHING_COST,
  params: gradientMatchingParams,
  runDefaults: { imageLr: 0.1, init: "noise" },
  presets: loopPresets("Zhao, Mopuri & Bilen 2021, main.py and get_loops", "noise"),
  work: gradientMatchingWork,
  start: (context) => gradientMatchingRun(context, { ...context.params, augmented: false }),
});
