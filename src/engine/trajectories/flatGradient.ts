/**
 * The gradient by which FTD trains its experts (Du et al. 2023, buffer_FTD.py): surrogate-gap guided, adaptive
 * sharpness-aware minimisation (GSAM, Zhuang et al. 2022). With the gradient g₁ at θ and that at the nearby θ + e that
 * is worst for the same batch,
 *
 *   e = ρ θ² ⊙ g₁ / ‖ |θ| ⊙ g₁ ‖      g₂ = ∇ℓ(θ + e)      g = g₂ − α (g₁ less its part along g₂)
 */
import * as tf from "@tensorflow/tfjs";
import type { Network } from "../networks/network";
import { gradientInParts, type LargeBatch } from "../operators/inParts";

/** ρ and α as the README of FTD and DATM sets them; the defaults in the code are others. */
export const FLATNESS = { radius: 0.01, surrogate: 0.3 } as const;
const LEAST = 1e-12;

/** @returns g [P]; the caller disposes it */
export function flatGradient(network: Network, weights: tf.Tensor1D, batch: LargeBatch): tf.Tensor1D {
  return tf.tidy(() => {
    const here = gradientInParts(network, weights, batch);
    const size = lengthOf(weights.mul(here)).add(LEAST);
    const worst = weights.add<tf.Tensor1D>(weights.square().mul(here).mul(FLATNESS.radius).div(size));
    const there = gradientInParts(network, worst, batch);
    const [hereLength, thereLength] = [lengthOf(here), lengthOf(there)];
    const cosine = here.mul(there).sum().div(hereLength.mul(thereLength).add(LEAST));
    const along = there.mul(cosine.mul(hereLength).div(thereLength.add(LEAST)));
    return there.sub(here.sub(along).mul(FLATNESS.surrogate));
  });
}

const lengthOf = (vector: tf.Tensor): tf.Tensor => vector.square().sum().sqrt();
