import { gradientMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { gradientMatchingRun } from "./gradientMatchingRun";
import {
  GRADIENT_MATCHING_COST,
  GRADIENT_MATCHING_ORDER,
  gradientMatchingParams,
  loopPresets,
} from "./gradientMatchingParams";

/** Gradient matching in which the real and the synthetic images of a class go through the same augmentation. */
export default defineMethod({
  id: "dsa",
  label: "Siamese gradient matching (DSA)",
  about:
    "Gradient matching in which real and synthetic images of a class see the same random augmentation, and networks train on augmented images.",
  formula: "L = Σ_c D( ∇_θ ℓ(θ; A_ω(syn_c)), ∇_θ ℓ(θ; A_ω(real_c)) ),  one ω per class and update",
  cite: "Zhao & Bilen 2021, arXiv:2102.08259",
  order: GRADIENT_MATCHING_ORDER,
  cost: GRADIENT_MATCHING_COST,
  params: gradientMatchingParams,
  runDefaults: { imageLr: 0.1, init: "real" },
  presets: loopPresets("Zhao & Bilen 2021, main.py with method DSA", "real"),
  work: gradientMatchingWork,
  start: (context) => gradientMatchingRun(context, { ...context.params, augmented: true }),
});
